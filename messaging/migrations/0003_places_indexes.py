"""The inbox, the number of unread conversations and the search by index, made while people write."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

import messaging.models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("messaging", "0002_places")]
    operations = [
        AddIndexConcurrently(
            model_name="participant",
            index=models.Index(fields=["user", "-last_message_id"], name="participants_inbox"),
        ),
        AddIndexConcurrently(
            model_name="participant",
            index=models.Index(
                condition=models.Q(
                    ("accepted_at__isnull", False),
                    ("last_message_id__gt", models.F("last_read_id")),
                    ("left_at", None),
                    ("muted_at", None),
                ),
                fields=["user"],
                name="participants_unread",
            ),
        ),
        AddIndexConcurrently(
            model_name="message",
            index=GinIndex(messaging.models.MessageSearch("message"), name="messages_search"),
        ),
    ]
