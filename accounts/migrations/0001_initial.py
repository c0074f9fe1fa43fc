import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.fields.json
import django.db.models.functions.comparison
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import accounts.models
import twitterclone.lib.fields

# Every key is there with a value of its kind, and no other key is.
PRIVACY = """
ALTER TABLE users ADD CONSTRAINT users_privacy_settings_keys CHECK (
    jsonb_typeof(privacy_settings) = 'object'
    AND privacy_settings ?& ARRAY['is_private', 'who_may_message', 'who_may_mention', 'discoverable',
                                  'indexable', 'read_receipts', 'hide_follower_lists']
    AND privacy_settings - ARRAY['is_private', 'who_may_message', 'who_may_mention', 'discoverable',
                                 'indexable', 'read_receipts', 'hide_follower_lists'] = '{}'
    AND jsonb_typeof(privacy_settings->'is_private') = 'boolean'
    AND jsonb_typeof(privacy_settings->'discoverable') = 'boolean'
    AND jsonb_typeof(privacy_settings->'indexable') = 'boolean'
    AND jsonb_typeof(privacy_settings->'read_receipts') = 'boolean'
    AND jsonb_typeof(privacy_settings->'hide_follower_lists') = 'boolean'
    AND privacy_settings->>'who_may_message' IN ('everyone', 'following', 'nobody')
    AND privacy_settings->>'who_may_mention' IN ('everyone', 'following', 'nobody')
);
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("twitterclone", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
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
                ("username", models.CharField(max_length=20, verbose_name="username")),
                ("username_cased", models.CharField(max_length=20)),
                (
                    "username_skeleton",
                    models.GeneratedField(
                        db_persist=True,
                        expression=accounts.models.Skeleton("username"),
                        output_field=models.CharField(max_length=20),
                    ),
                ),
                ("email", models.EmailField(max_length=254, verbose_name="e-mail address")),
                ("display_name", models.CharField(max_length=50, verbose_name="name")),
                ("bio", models.CharField(blank=True, default="", max_length=160, verbose_name="bio")),
                (
                    "location",
                    models.CharField(blank=True, default="", max_length=30, verbose_name="location"),
                ),
                ("website", models.URLField(blank=True, default="", verbose_name="website")),
                ("avatar", models.CharField(blank=True, default="", max_length=200)),
                ("header", models.CharField(blank=True, default="", max_length=200)),
                ("language", models.CharField(default="en", max_length=10, verbose_name="language")),
                ("privacy_settings", models.JSONField(default=accounts.models.default_privacy_settings)),
                (
                    "is_private",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.functions.comparison.Cast(
                            django.db.models.fields.json.KeyTextTransform("is_private", "privacy_settings"),
                            models.BooleanField(),
                        ),
                        output_field=models.BooleanField(),
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("is_staff", models.BooleanField(default=False, verbose_name="may use the admin")),
                ("suspended_at", models.DateTimeField(blank=True, null=True)),
                ("deactivated_at", models.DateTimeField(blank=True, null=True)),
                (
                    "last_active_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        default=django.utils.timezone.now,
                    ),
                ),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("followers_count", models.IntegerField(default=0, editable=False)),
                ("following_count", models.IntegerField(default=0, editable=False)),
                ("tweets_count", models.IntegerField(default=0, editable=False)),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "user",
                "verbose_name_plural": "users",
                "db_table": "users",
            },
        ),
        migrations.CreateModel(
            name="FormerUsername",
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
                ("username", models.CharField(max_length=20, unique=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="former_usernames",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "former_usernames",
            },
        ),
        migrations.CreateModel(
            name="SessionRecord",
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
                ("digest", models.CharField(max_length=64, unique=True)),
                ("ip_address", models.GenericIPAddressField(blank=True, null=True)),
                ("user_agent", models.CharField(blank=True, default="", max_length=300)),
                ("last_seen_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="session_records",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "session_records",
            },
        ),
        migrations.CreateModel(
            name="UserCounterDelta",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("user_id", models.BigIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("followers", "Followers"),
                            ("following", "Following"),
                            ("tweets", "Tweets"),
                        ],
                        max_length=10,
                    ),
                ),
                ("delta", models.SmallIntegerField()),
            ],
            options={
                "db_table": "user_counter_deltas",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["followers", "following", "tweets"])),
                        name="user_counter_deltas_kind",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="user",
            index=django.contrib.postgres.indexes.HashIndex(fields=["username"], name="users_username_hash"),
        ),
        migrations.AddIndex(
            model_name="user",
            index=django.contrib.postgres.indexes.HashIndex(fields=["email"], name="users_email_hash"),
        ),
        migrations.AddIndex(
            model_name="user",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Upper("username"), name="gin_trgm_ops"
                ),
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Upper("display_name"), name="gin_trgm_ops"
                ),
                name="users_names_trigram",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(fields=("username",), name="users_username_unique"),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(fields=("username_skeleton",), name="users_skeleton_unique"),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(fields=("email",), name="users_email_unique"),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("username__regex", "^[a-z0-9_]{1,20}$")), name="users_username_shape"
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("username", django.db.models.functions.text.Lower("username_cased"))),
                name="users_username_cased_same",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("email", django.db.models.functions.text.Lower("email"))),
                name="users_email_lower",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("followers_count__gte", 0), ("following_count__gte", 0), ("tweets_count__gte", 0)
                ),
                name="users_counts_not_negative",
            ),
        ),
        migrations.RunSQL(PRIVACY, "ALTER TABLE users DROP CONSTRAINT users_privacy_settings_keys"),
    ]
