import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import twitterclone.lib.fields
from twitterclone.lib.partitions import CreatePartitionedModel, link_to_partitioned

# The upsert of a group goes to the unread partition itself: through the parent ON CONFLICT is refused.
PARTITIONS = """
CREATE TABLE notifications_unread PARTITION OF notifications FOR VALUES IN (false);
CREATE TABLE notifications_read PARTITION OF notifications FOR VALUES IN (true);
CREATE UNIQUE INDEX notifications_unread_group ON notifications_unread (user_id, group_key);
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("tweets", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreatePartitionedModel(
            partition_by='LIST ("is_read")',
            primary_key=["id", "is_read"],
            name="Notification",
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
                    "type",
                    models.CharField(
                        choices=[
                            ("follow", "follow"),
                            ("follow_request", "follow request"),
                            ("mention", "mention"),
                            ("reply", "reply"),
                            ("like", "like"),
                            ("retweet", "retweet"),
                            ("quote", "quote"),
                            ("message", "message"),
                            ("poll", "poll end"),
                        ],
                        max_length=20,
                    ),
                ),
                ("group_key", models.CharField(max_length=60)),
                ("message", models.TextField(default="")),
                ("actors_count", models.PositiveIntegerField(default=1)),
                (
                    "tweet_created_at",
                    models.GeneratedField(
                        db_persist=True,
                        expression=twitterclone.lib.fields.TidTime(models.F("tweet")),
                        output_field=models.DateTimeField(),
                    ),
                ),
                ("is_read", models.BooleanField(default=False)),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                ("updated_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "tweet",
                    twitterclone.lib.fields.PartitionedForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tweets.tweet",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notifications",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "notifications",
                "indexes": [models.Index(fields=["user", "-updated_at", "-id"], name="notifications_user")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "type__in",
                                [
                                    "follow",
                                    "follow_request",
                                    "mention",
                                    "reply",
                                    "like",
                                    "retweet",
                                    "quote",
                                    "message",
                                    "poll",
                                ],
                            )
                        ),
                        name="notifications_type",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("is_read", False), ("read_at", None)),
                            models.Q(("is_read", True), ("read_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="notifications_read_at",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NotificationEvent",
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
                    "type",
                    models.CharField(
                        choices=[
                            ("follow", "follow"),
                            ("follow_request", "follow request"),
                            ("mention", "mention"),
                            ("reply", "reply"),
                            ("like", "like"),
                            ("retweet", "retweet"),
                            ("quote", "quote"),
                            ("message", "message"),
                            ("poll", "poll end"),
                        ],
                        max_length=20,
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
                ("group_key", models.CharField(max_length=60)),
                (
                    "actor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "tweet",
                    twitterclone.lib.fields.PartitionedForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tweets.tweet",
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
            ],
            options={
                "db_table": "notification_events",
                "indexes": [
                    models.Index(fields=["user", "group_key", "-id"], name="notification_events_group")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "type", "actor", "tweet"),
                        name="notification_events_unique",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "type__in",
                                [
                                    "follow",
                                    "follow_request",
                                    "mention",
                                    "reply",
                                    "like",
                                    "retweet",
                                    "quote",
                                    "message",
                                    "poll",
                                ],
                            )
                        ),
                        name="notification_events_type",
                    ),
                ],
            },
        ),
        migrations.RunSQL(PARTITIONS, migrations.RunSQL.noop),
        link_to_partitioned("notifications", "tweet", null=True),
        link_to_partitioned("notification_events", "tweet", null=True),
    ]
