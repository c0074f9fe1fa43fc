"""Messages that were read have no line any more: what is left of the former ones goes."""

from django.db import migrations


class Migration(migrations.Migration):
    # allows rows-in-one-transaction: only lines that are read, which nobody writes again
    dependencies = [("notifications", "0005_moderators")]

    operations = [
        migrations.RunSQL(
            """
            DELETE FROM notification_events e USING notifications n
            WHERE n.id = e.notification_id AND n.is_read AND n.type = 'message';
            DELETE FROM notifications WHERE is_read AND type = 'message';
            """,
            migrations.RunSQL.noop,
        )
    ]
