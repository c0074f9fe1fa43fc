"""Looks through all rows for what 0004 and 0005 promised; nobody waits meanwhile."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("notifications", "0006_one_line_of_messages")]

    operations = [
        ValidateConstraint("notification", "notifications_type"),
        ValidateConstraint("notificationevent", "notification_events_type"),
    ]
