"""The clock by which builds of home timelines and looks at SQL are put in order."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tweets", "0002_polls_end_and_sensitive")]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE timelines_clock", "DROP SEQUENCE timelines_clock"),
    ]
