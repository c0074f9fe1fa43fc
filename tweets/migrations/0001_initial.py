from datetime import UTC, datetime, timedelta
from typing import Any

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import tweets.models.tweet
import twitterclone.lib.fields
from twitterclone.lib.partitions import CreatePartitionedModel, link_to_partitioned

SHAPE = """
ALTER TABLE tweets ADD CONSTRAINT tweets_created_at_is_the_id CHECK (created_at = tid_time(id));
ALTER TABLE tweets ADD CONSTRAINT tweets_content_length CHECK (char_length(content) <= 4000);
"""

# What belongs into whose home timeline. A reply belongs there only when the viewer follows, or is, the
# person replied to. Callers add a window of created_at, which reaches both branches and prunes.
TIMELINE = """
CREATE VIEW timeline AS
SELECT f.follower_id AS viewer_id, t.id, t.author_id, t.created_at, t.retweet_of_id
FROM follows f JOIN tweets t ON t.author_id = f.following_id
WHERE t.deleted_at IS NULL AND t.hidden_at IS NULL AND t.audience IN ('public', 'followers')
  AND (t.retweet_of_id IS NULL OR f.show_retweets)
  AND (t.in_reply_to_user_id IS NULL OR t.in_reply_to_user_id IN (t.author_id, f.follower_id)
       OR EXISTS (SELECT 1 FROM follows g
                  WHERE g.follower_id = f.follower_id AND g.following_id = t.in_reply_to_user_id))
UNION ALL
SELECT t.author_id, t.id, t.author_id, t.created_at, t.retweet_of_id
FROM tweets t WHERE t.deleted_at IS NULL AND t.hidden_at IS NULL;
"""


def make_first_months(apps: Any, schema_editor: Any) -> None:
    """This month and the next four; later ones are made by the library's command."""
    month = datetime.now(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    for _ in range(5):
        following = (month + timedelta(days=32)).replace(day=1)
        schema_editor.execute(
            f"CREATE TABLE IF NOT EXISTS tweets_{month:%Y_%m} PARTITION OF tweets "
            f"FOR VALUES FROM ('{month:%Y-%m-%d}') TO ('{following:%Y-%m-%d}') WITH (fillfactor = 80)"
        )
        month = following


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("social", "0001_initial"),
        ("media", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="TimelineEntry",
            fields=[
                (
                    "id",
                    twitterclone.lib.fields.SnowflakeField(editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField()),
                ("retweet_of_id", models.BigIntegerField(null=True)),
            ],
            options={
                "db_table": "timeline",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Hashtag",
            fields=[
                (
                    "id",
                    twitterclone.lib.fields.SnowflakeField(editable=False, primary_key=True, serialize=False),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        db_index=True,
                        default=django.utils.timezone.now,
                        editable=False,
                    ),
                ),
                ("name", models.CharField(max_length=100, unique=True)),
                ("display", models.CharField(max_length=100)),
            ],
            options={
                "db_table": "hashtags",
            },
        ),
        migrations.CreateModel(
            name="CounterDelta",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("tweet_id", models.BigIntegerField(db_index=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("likes", "Likes"),
                            ("retweets", "Retweets"),
                            ("replies", "Replies"),
                            ("quotes", "Quotes"),
                        ],
                        max_length=10,
                    ),
                ),
                ("delta", models.SmallIntegerField()),
            ],
            options={
                "db_table": "tweet_counter_deltas",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["likes", "retweets", "replies", "quotes"])),
                        name="tweet_counter_deltas_kind",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                (
                    "id",
                    twitterclone.lib.fields.SnowflakeField(editable=False, primary_key=True, serialize=False),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        db_index=True,
                        default=django.utils.timezone.now,
                        editable=False,
                    ),
                ),
                ("content", models.TextField(max_length=4000)),
                ("params", models.JSONField(default=dict)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="drafts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "drafts",
            },
        ),
        migrations.CreateModel(
            name="Filter",
            fields=[
                (
                    "id",
                    twitterclone.lib.fields.SnowflakeField(editable=False, primary_key=True, serialize=False),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        db_index=True,
                        default=django.utils.timezone.now,
                        editable=False,
                    ),
                ),
                ("title", models.CharField(max_length=100)),
                (
                    "contexts",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), default=list, size=None
                    ),
                ),
                (
                    "action",
                    models.CharField(
                        choices=[("warn", "Cover with a warning"), ("hide", "Hide completely")],
                        default="warn",
                        max_length=10,
                    ),
                ),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="filters",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "filters",
            },
        ),
        migrations.CreateModel(
            name="FilterKeyword",
            fields=[
                (
                    "id",
                    twitterclone.lib.fields.SnowflakeField(editable=False, primary_key=True, serialize=False),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        db_index=True,
                        default=django.utils.timezone.now,
                        editable=False,
                    ),
                ),
                ("keyword", models.CharField(max_length=100)),
                ("whole_word", models.BooleanField(default=True)),
                (
                    "filter",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="keywords",
                        to="tweets.filter",
                    ),
                ),
            ],
            options={
                "db_table": "filter_keywords",
            },
        ),
        migrations.CreateModel(
            name="ScheduledTweet",
            fields=[
                (
                    "id",
                    twitterclone.lib.fields.SnowflakeField(editable=False, primary_key=True, serialize=False),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        db_index=True,
                        default=django.utils.timezone.now,
                        editable=False,
                    ),
                ),
                ("scheduled_at", models.DateTimeField(db_index=True)),
                ("params", models.JSONField(default=dict)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="scheduled_tweets",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "scheduled_tweets",
            },
        ),
        CreatePartitionedModel(
            partition_by='RANGE ("created_at")',
            primary_key=["id", "created_at"],
            name="Tweet",
            fields=[
                (
                    "id",
                    twitterclone.lib.fields.SnowflakeField(editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", twitterclone.lib.fields.SnowflakeTimeField(editable=False)),
                ("updated_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("content", models.TextField(blank=True, default="", verbose_name="text")),
                (
                    "content_warning",
                    models.CharField(blank=True, default="", max_length=200, verbose_name="content warning"),
                ),
                ("language", models.CharField(blank=True, default="", max_length=10)),
                (
                    "audience",
                    models.CharField(
                        choices=[
                            ("public", "Everyone"),
                            ("followers", "Followers"),
                            ("mentioned", "Only people mentioned"),
                        ],
                        default="public",
                        max_length=10,
                    ),
                ),
                (
                    "reply_policy",
                    models.CharField(
                        choices=[
                            ("everyone", "Everyone"),
                            ("following", "People I follow"),
                            ("mentioned", "Only people mentioned"),
                        ],
                        default="everyone",
                        max_length=10,
                    ),
                ),
                (
                    "in_reply_to_created_at",
                    models.GeneratedField(
                        db_persist=True,
                        expression=twitterclone.lib.fields.TidTime(models.F("in_reply_to")),
                        output_field=models.DateTimeField(),
                    ),
                ),
                (
                    "quote_of_created_at",
                    models.GeneratedField(
                        db_persist=True,
                        expression=twitterclone.lib.fields.TidTime(models.F("quote_of")),
                        output_field=models.DateTimeField(),
                    ),
                ),
                (
                    "retweet_of_created_at",
                    models.GeneratedField(
                        db_persist=True,
                        expression=twitterclone.lib.fields.TidTime(models.F("retweet_of")),
                        output_field=models.DateTimeField(),
                    ),
                ),
                ("likes_count", models.IntegerField(default=0, editable=False)),
                ("retweets_count", models.IntegerField(default=0, editable=False)),
                ("replies_count", models.IntegerField(default=0, editable=False)),
                ("quotes_count", models.IntegerField(default=0, editable=False)),
                ("edited_at", models.DateTimeField(blank=True, null=True)),
                ("deleted_at", models.DateTimeField(blank=True, null=True)),
                ("hidden_at", models.DateTimeField(blank=True, null=True)),
                (
                    "search",
                    models.GeneratedField(
                        db_persist=True,
                        expression=tweets.models.tweet.TweetSearch("content"),
                        output_field=django.contrib.postgres.search.SearchVectorField(),
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tweets",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "in_reply_to",
                    twitterclone.lib.fields.PartitionedForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="replies",
                        to="tweets.tweet",
                    ),
                ),
                (
                    "in_reply_to_user",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "quote_of",
                    twitterclone.lib.fields.PartitionedForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="quotes",
                        to="tweets.tweet",
                    ),
                ),
                (
                    "retweet_of",
                    twitterclone.lib.fields.PartitionedForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="retweets",
                        to="tweets.tweet",
                    ),
                ),
            ],
            options={
                "verbose_name": "tweet",
                "verbose_name_plural": "tweets",
                "db_table": "tweets",
            },
        ),
        migrations.CreateModel(
            name="Poll",
            fields=[
                (
                    "id",
                    twitterclone.lib.fields.SnowflakeField(editable=False, primary_key=True, serialize=False),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        db_index=True,
                        default=django.utils.timezone.now,
                        editable=False,
                    ),
                ),
                (
                    "tweet",
                    twitterclone.lib.fields.PartitionedForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="polls",
                        to="tweets.tweet",
                    ),
                ),
                (
                    "tweet_created_at",
                    models.GeneratedField(
                        db_persist=True,
                        expression=twitterclone.lib.fields.TidTime(models.F("tweet")),
                        output_field=models.DateTimeField(),
                    ),
                ),
                ("expires_at", models.DateTimeField(db_index=True)),
                ("multiple", models.BooleanField(default=False)),
                ("hide_totals", models.BooleanField(default=False)),
                ("voters_count", models.IntegerField(default=0)),
            ],
            options={
                "db_table": "polls",
            },
        ),
        migrations.CreateModel(
            name="PollOption",
            fields=[
                (
                    "id",
                    twitterclone.lib.fields.SnowflakeField(editable=False, primary_key=True, serialize=False),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        db_index=True,
                        default=django.utils.timezone.now,
                        editable=False,
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("text", models.CharField(max_length=50)),
                ("votes_count", models.IntegerField(default=0)),
                (
                    "poll",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="options",
                        to="tweets.poll",
                    ),
                ),
            ],
            options={
                "db_table": "poll_options",
            },
        ),
        migrations.CreateModel(
            name="PollVote",
            fields=[
                (
                    "id",
                    twitterclone.lib.fields.SnowflakeField(editable=False, primary_key=True, serialize=False),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        db_index=True,
                        default=django.utils.timezone.now,
                        editable=False,
                    ),
                ),
                (
                    "option",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="votes",
                        to="tweets.polloption",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="poll_votes",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "poll_votes",
            },
        ),
        migrations.CreateModel(
            name="Retweet",
            fields=[
                (
                    "id",
                    twitterclone.lib.fields.SnowflakeField(editable=False, primary_key=True, serialize=False),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        db_index=True,
                        default=django.utils.timezone.now,
                        editable=False,
                    ),
                ),
                (
                    "tweet_created_at",
                    models.GeneratedField(
                        db_persist=True,
                        expression=twitterclone.lib.fields.TidTime(models.F("tweet")),
                        output_field=models.DateTimeField(),
                    ),
                ),
                (
                    "retweet_created_at",
                    models.GeneratedField(
                        db_persist=True,
                        expression=twitterclone.lib.fields.TidTime(models.F("retweet")),
                        output_field=models.DateTimeField(),
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="retweets",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "retweet",
                    twitterclone.lib.fields.PartitionedForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tweets.tweet",
                    ),
                ),
                (
                    "tweet",
                    twitterclone.lib.fields.PartitionedForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="retweet_links",
                        to="tweets.tweet",
                    ),
                ),
            ],
            options={
                "db_table": "retweets",
            },
        ),
        migrations.CreateModel(
            name="PinnedTweet",
            fields=[
                (
                    "id",
                    twitterclone.lib.fields.SnowflakeField(editable=False, primary_key=True, serialize=False),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        db_index=True,
                        default=django.utils.timezone.now,
                        editable=False,
                    ),
                ),
                (
                    "tweet_created_at",
                    models.GeneratedField(
                        db_persist=True,
                        expression=twitterclone.lib.fields.TidTime(models.F("tweet")),
                        output_field=models.DateTimeField(),
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pinned_tweets",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "tweet",
                    twitterclone.lib.fields.PartitionedForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pins",
                        to="tweets.tweet",
                    ),
                ),
            ],
            options={
                "db_table": "pinned_tweets",
            },
        ),
        migrations.CreateModel(
            name="Mention",
            fields=[
                (
                    "id",
                    twitterclone.lib.fields.SnowflakeField(editable=False, primary_key=True, serialize=False),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        db_index=True,
                        default=django.utils.timezone.now,
                        editable=False,
                    ),
                ),
                (
                    "tweet_created_at",
                    models.GeneratedField(
                        db_persist=True,
                        expression=twitterclone.lib.fields.TidTime(models.F("tweet")),
                        output_field=models.DateTimeField(),
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mentions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "tweet",
                    twitterclone.lib.fields.PartitionedForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mentions",
                        to="tweets.tweet",
                    ),
                ),
            ],
            options={
                "db_table": "mentions",
            },
        ),
        migrations.CreateModel(
            name="Like",
            fields=[
                (
                    "id",
                    twitterclone.lib.fields.SnowflakeField(editable=False, primary_key=True, serialize=False),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        db_index=True,
                        default=django.utils.timezone.now,
                        editable=False,
                    ),
                ),
                (
                    "tweet_created_at",
                    models.GeneratedField(
                        db_persist=True,
                        expression=twitterclone.lib.fields.TidTime(models.F("tweet")),
                        output_field=models.DateTimeField(),
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="likes",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "tweet",
                    twitterclone.lib.fields.PartitionedForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="likes",
                        to="tweets.tweet",
                    ),
                ),
            ],
            options={
                "db_table": "likes",
            },
        ),
        migrations.CreateModel(
            name="IdempotencyKey",
            fields=[
                (
                    "id",
                    twitterclone.lib.fields.SnowflakeField(editable=False, primary_key=True, serialize=False),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        db_index=True,
                        default=django.utils.timezone.now,
                        editable=False,
                    ),
                ),
                ("key", models.CharField(max_length=100)),
                (
                    "tweet_created_at",
                    models.GeneratedField(
                        db_persist=True,
                        expression=twitterclone.lib.fields.TidTime(models.F("tweet")),
                        output_field=models.DateTimeField(),
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "tweet",
                    twitterclone.lib.fields.PartitionedForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tweets.tweet",
                    ),
                ),
            ],
            options={
                "db_table": "idempotency_keys",
            },
        ),
        migrations.CreateModel(
            name="FilterTweet",
            fields=[
                (
                    "id",
                    twitterclone.lib.fields.SnowflakeField(editable=False, primary_key=True, serialize=False),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        db_index=True,
                        default=django.utils.timezone.now,
                        editable=False,
                    ),
                ),
                (
                    "tweet_created_at",
                    models.GeneratedField(
                        db_persist=True,
                        expression=twitterclone.lib.fields.TidTime(models.F("tweet")),
                        output_field=models.DateTimeField(),
                    ),
                ),
                (
                    "filter",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tweets",
                        to="tweets.filter",
                    ),
                ),
                (
                    "tweet",
                    twitterclone.lib.fields.PartitionedForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tweets.tweet",
                    ),
                ),
            ],
            options={
                "db_table": "filter_tweets",
            },
        ),
        migrations.CreateModel(
            name="Bookmark",
            fields=[
                (
                    "id",
                    twitterclone.lib.fields.SnowflakeField(editable=False, primary_key=True, serialize=False),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        db_index=True,
                        default=django.utils.timezone.now,
                        editable=False,
                    ),
                ),
                (
                    "tweet_created_at",
                    models.GeneratedField(
                        db_persist=True,
                        expression=twitterclone.lib.fields.TidTime(models.F("tweet")),
                        output_field=models.DateTimeField(),
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="bookmarks",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "tweet",
                    twitterclone.lib.fields.PartitionedForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="bookmarks",
                        to="tweets.tweet",
                    ),
                ),
            ],
            options={
                "db_table": "bookmarks",
            },
        ),
        migrations.CreateModel(
            name="TweetEdit",
            fields=[
                (
                    "id",
                    twitterclone.lib.fields.SnowflakeField(editable=False, primary_key=True, serialize=False),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        db_index=True,
                        default=django.utils.timezone.now,
                        editable=False,
                    ),
                ),
                (
                    "tweet_created_at",
                    models.GeneratedField(
                        db_persist=True,
                        expression=twitterclone.lib.fields.TidTime(models.F("tweet")),
                        output_field=models.DateTimeField(),
                    ),
                ),
                ("content", models.TextField(max_length=4000)),
                ("content_warning", models.CharField(blank=True, default="", max_length=200)),
                (
                    "tweet",
                    twitterclone.lib.fields.PartitionedForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="edits",
                        to="tweets.tweet",
                    ),
                ),
            ],
            options={
                "db_table": "tweet_edits",
            },
        ),
        migrations.CreateModel(
            name="TweetHashtag",
            fields=[
                (
                    "id",
                    twitterclone.lib.fields.SnowflakeField(editable=False, primary_key=True, serialize=False),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        db_index=True,
                        default=django.utils.timezone.now,
                        editable=False,
                    ),
                ),
                (
                    "tweet_created_at",
                    models.GeneratedField(
                        db_persist=True,
                        expression=twitterclone.lib.fields.TidTime(models.F("tweet")),
                        output_field=models.DateTimeField(),
                    ),
                ),
                (
                    "hashtag",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="uses",
                        to="tweets.hashtag",
                    ),
                ),
                (
                    "tweet",
                    twitterclone.lib.fields.PartitionedForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="hashtag_links",
                        to="tweets.tweet",
                    ),
                ),
            ],
            options={
                "db_table": "tweet_hashtags",
            },
        ),
        migrations.CreateModel(
            name="TweetMedia",
            fields=[
                (
                    "id",
                    twitterclone.lib.fields.SnowflakeField(editable=False, primary_key=True, serialize=False),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        db_index=True,
                        default=django.utils.timezone.now,
                        editable=False,
                    ),
                ),
                (
                    "tweet_created_at",
                    models.GeneratedField(
                        db_persist=True,
                        expression=twitterclone.lib.fields.TidTime(models.F("tweet")),
                        output_field=models.DateTimeField(),
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "media",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tweet_link",
                        to="media.media",
                    ),
                ),
                (
                    "tweet",
                    twitterclone.lib.fields.PartitionedForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="media_links",
                        to="tweets.tweet",
                    ),
                ),
            ],
            options={
                "db_table": "tweet_media",
            },
        ),
        migrations.AddConstraint(
            model_name="filter",
            constraint=models.CheckConstraint(
                condition=models.Q(("action__in", ["warn", "hide"])), name="filters_action"
            ),
        ),
        migrations.AddConstraint(
            model_name="filter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("contexts__contained_by", ["home", "notifications", "public", "thread", "account"])
                ),
                name="filters_contexts",
            ),
        ),
        migrations.AddConstraint(
            model_name="filterkeyword",
            constraint=models.UniqueConstraint(fields=("filter", "keyword"), name="filter_keywords_unique"),
        ),
        migrations.AddConstraint(
            model_name="polloption",
            constraint=models.UniqueConstraint(fields=("poll", "position"), name="poll_options_unique"),
        ),
        migrations.AddConstraint(
            model_name="polloption",
            constraint=models.CheckConstraint(
                condition=models.Q(("position__lte", 3), ("votes_count__gte", 0)), name="poll_options_shape"
            ),
        ),
        migrations.AddConstraint(
            model_name="pollvote",
            constraint=models.UniqueConstraint(fields=("option", "user"), name="poll_votes_unique"),
        ),
        migrations.AddIndex(
            model_name="tweet",
            index=models.Index(fields=["created_at"], name="tweets_created_at"),
        ),
        migrations.AddIndex(
            model_name="tweet",
            index=models.Index(fields=["author", "-created_at"], name="tweets_author"),
        ),
        migrations.AddIndex(
            model_name="tweet",
            index=models.Index(
                condition=models.Q(("in_reply_to", None), _negated=True),
                fields=["in_reply_to"],
                name="tweets_in_reply_to",
            ),
        ),
        migrations.AddIndex(
            model_name="tweet",
            index=models.Index(
                condition=models.Q(("quote_of", None), _negated=True),
                fields=["quote_of"],
                name="tweets_quote_of",
            ),
        ),
        migrations.AddIndex(
            model_name="tweet",
            index=models.Index(
                condition=models.Q(("retweet_of", None), _negated=True),
                fields=["retweet_of"],
                name="tweets_retweet_of",
            ),
        ),
        migrations.AddIndex(
            model_name="tweet",
            index=django.contrib.postgres.indexes.GinIndex(fields=["search"], name="tweets_search"),
        ),
        migrations.AddConstraint(
            model_name="tweet",
            constraint=models.CheckConstraint(
                condition=models.Q(("audience__in", ["public", "followers", "mentioned"])),
                name="tweets_audience",
            ),
        ),
        migrations.AddConstraint(
            model_name="tweet",
            constraint=models.CheckConstraint(
                condition=models.Q(("reply_policy__in", ["everyone", "following", "mentioned"])),
                name="tweets_reply_policy",
            ),
        ),
        migrations.AddConstraint(
            model_name="tweet",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("likes_count__gte", 0),
                    ("quotes_count__gte", 0),
                    ("replies_count__gte", 0),
                    ("retweets_count__gte", 0),
                ),
                name="tweets_counts_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="tweet",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("retweet_of", None),
                    models.Q(
                        ("content", ""), ("in_reply_to", None), ("in_reply_to_user", None), ("quote_of", None)
                    ),
                    _connector="OR",
                ),
                name="tweets_retweet_is_bare",
            ),
        ),
        migrations.AddConstraint(
            model_name="retweet",
            constraint=models.UniqueConstraint(fields=("user", "tweet"), name="retweets_unique"),
        ),
        migrations.AddConstraint(
            model_name="poll",
            constraint=models.UniqueConstraint(fields=("tweet",), name="polls_tweet_unique"),
        ),
        migrations.AddConstraint(
            model_name="poll",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_at__gt", models.F("created_at")), ("voters_count__gte", 0)),
                name="polls_shape",
            ),
        ),
        migrations.AddConstraint(
            model_name="pinnedtweet",
            constraint=models.UniqueConstraint(fields=("user", "tweet"), name="pinned_tweets_unique"),
        ),
        migrations.AddConstraint(
            model_name="mention",
            constraint=models.UniqueConstraint(fields=("user", "tweet"), name="mentions_unique"),
        ),
        migrations.AddIndex(
            model_name="like",
            index=models.Index(fields=["user", "-id"], name="likes_user"),
        ),
        migrations.AddConstraint(
            model_name="like",
            constraint=models.UniqueConstraint(fields=("user", "tweet"), name="likes_unique"),
        ),
        migrations.AddConstraint(
            model_name="idempotencykey",
            constraint=models.UniqueConstraint(fields=("user", "key"), name="idempotency_keys_unique"),
        ),
        migrations.AddConstraint(
            model_name="filtertweet",
            constraint=models.UniqueConstraint(fields=("filter", "tweet"), name="filter_tweets_unique"),
        ),
        migrations.AddIndex(
            model_name="bookmark",
            index=models.Index(fields=["user", "-id"], name="bookmarks_user"),
        ),
        migrations.AddConstraint(
            model_name="bookmark",
            constraint=models.UniqueConstraint(fields=("user", "tweet"), name="bookmarks_unique"),
        ),
        migrations.AddConstraint(
            model_name="tweethashtag",
            constraint=models.UniqueConstraint(fields=("hashtag", "tweet"), name="tweet_hashtags_unique"),
        ),
        migrations.AddConstraint(
            model_name="tweetmedia",
            constraint=models.UniqueConstraint(fields=("tweet", "position"), name="tweet_media_unique"),
        ),
        migrations.AddConstraint(
            model_name="tweetmedia",
            constraint=models.CheckConstraint(
                condition=models.Q(("position__lte", 3)), name="tweet_media_four"
            ),
        ),
        migrations.RunSQL(SHAPE, migrations.RunSQL.noop),
        link_to_partitioned("tweets", "in_reply_to", null=True, on_delete="NO ACTION"),
        link_to_partitioned("tweets", "quote_of", null=True, on_delete="NO ACTION"),
        link_to_partitioned("tweets", "retweet_of", null=True, on_delete="NO ACTION"),
        link_to_partitioned("likes", "tweet"),
        link_to_partitioned("retweets", "tweet"),
        link_to_partitioned("retweets", "retweet"),
        link_to_partitioned("bookmarks", "tweet"),
        link_to_partitioned("pinned_tweets", "tweet"),
        link_to_partitioned("tweet_hashtags", "tweet"),
        link_to_partitioned("mentions", "tweet"),
        link_to_partitioned("tweet_media", "tweet"),
        link_to_partitioned("filter_tweets", "tweet"),
        link_to_partitioned("polls", "tweet"),
        link_to_partitioned("tweet_edits", "tweet"),
        link_to_partitioned("idempotency_keys", "tweet"),
        migrations.RunSQL(TIMELINE, "DROP VIEW timeline"),
        migrations.RunPython(make_first_months, migrations.RunPython.noop),
    ]
