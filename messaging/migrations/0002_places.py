"""Each person's own place in a conversation: its newest message, how far it is put away, what is hidden."""

import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import twitterclone.lib.fields

PLACES = """
UPDATE participants p SET last_message_id = coalesce(
    (SELECT max(m.id) FROM messages m WHERE m.conversation_id = p.conversation_id AND m.deleted_at IS NULL), 0)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0001_initial"),
        ("twitterclone", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="HiddenMessage",
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
                    "message",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="hidden_from",
                        to="messaging.message",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"db_table": "hidden_messages"},
        ),
        migrations.AddConstraint(
            model_name="hiddenmessage",
            constraint=models.UniqueConstraint(fields=("message", "user"), name="hidden_messages_unique"),
        ),
        migrations.AddField(
            model_name="participant",
            name="cleared_id",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="participant",
            name="last_message_id",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.RunSQL(PLACES, migrations.RunSQL.noop),
    ]
