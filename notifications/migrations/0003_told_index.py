"""What a person was told, by itself and newest first: the API's list."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("notifications", "0002_event_line")]

    operations = [
        AddIndexConcurrently(
            model_name="notificationevent",
            index=models.Index(
                fields=["user", "-id"],
                name="notification_events_told",
                condition=models.Q(notification_id__isnull=False),
            ),
        ),
    ]
