import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import twitterclone.lib.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Media",
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
                    "kind",
                    models.CharField(
                        choices=[("image", "Image"), ("gif", "Gif"), ("video", "Video")],
                        default="image",
                        max_length=10,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("pending", "Pending"), ("ready", "Ready"), ("failed", "Failed")],
                        default="pending",
                        max_length=10,
                    ),
                ),
                ("file", models.CharField(blank=True, default="", max_length=200)),
                ("sizes", models.JSONField(default=dict)),
                ("alt_text", models.CharField(blank=True, default="", max_length=1500)),
                ("width", models.PositiveIntegerField(default=0)),
                ("height", models.PositiveIntegerField(default=0)),
                ("byte_size", models.PositiveBigIntegerField(default=0)),
                ("blurhash", models.CharField(blank=True, default="", max_length=100)),
                ("focus_x", models.FloatField(default=0)),
                ("focus_y", models.FloatField(default=0)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="media",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "media",
                "db_table": "media",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["image", "gif", "video"])), name="media_kind"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["pending", "ready", "failed"])), name="media_state"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("focus_x__range", (-1, 1)), ("focus_y__range", (-1, 1))),
                        name="media_focus",
                    ),
                ],
            },
        ),
    ]
