import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import tweets.models.ranking
import twitterclone.lib.fields

# Every weight is there, a number within its bounds, and nothing else is.
WEIGHTS = """
ALTER TABLE recipes ADD CONSTRAINT recipes_weights CHECK (
    jsonb_typeof(weights) = 'object'
    AND weights ?& ARRAY['recency', 'likes', 'retweets', 'replies', 'affinity', 'following', 'friends',
                         'topics', 'trends', 'language', 'variety']
    AND weights - ARRAY['recency', 'likes', 'retweets', 'replies', 'affinity', 'following', 'friends',
                        'topics', 'trends', 'language', 'variety'] = '{}'
    AND NOT jsonb_path_exists(weights, 'strict $.* ? (@.type() != "number" || @ < -2 || @ > 2)')
);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("tweets", "0003_timelines_clock"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Recipe",
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
                ("name", models.CharField(blank=True, default="", max_length=60, verbose_name="name")),
                ("weights", models.JSONField(default=tweets.models.ranking.default_weights)),
                ("share_key", models.CharField(blank=True, max_length=30, null=True, unique=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recipe",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "recipe of For you",
                "verbose_name_plural": "recipes of For you",
                "db_table": "recipes",
            },
        ),
        migrations.CreateModel(
            name="Taste",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("languages", models.JSONField(default=dict)),
                ("refreshed_at", models.DateTimeField(db_index=True)),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="taste",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "tastes",
            },
        ),
        migrations.CreateModel(
            name="Affinity",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("likes", models.IntegerField(default=0)),
                ("replies", models.IntegerField(default=0)),
                ("retweets", models.IntegerField(default=0)),
                ("value", models.FloatField()),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="affinities",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "affinities",
                "db_table": "affinities",
                "constraints": [
                    models.UniqueConstraint(fields=("user", "author"), name="affinities_unique"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("likes__gte", 0), ("replies__gte", 0), ("retweets__gte", 0), ("value__gte", 0)
                        ),
                        name="affinities_figures",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Interest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uses", models.IntegerField()),
                ("value", models.FloatField()),
                (
                    "hashtag",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tweets.hashtag"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="interests",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "interests",
                "constraints": [
                    models.UniqueConstraint(fields=("user", "hashtag"), name="interests_unique"),
                    models.CheckConstraint(
                        condition=models.Q(("uses__gte", 1), ("value__gte", 0)), name="interests_figures"
                    ),
                ],
            },
        ),
        migrations.RunSQL(WEIGHTS, "ALTER TABLE recipes DROP CONSTRAINT recipes_weights"),
    ]
