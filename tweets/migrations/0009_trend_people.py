"""Counted hours know how many people wrote, and trends whether they stand among those of other kinds."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tweets", "0008_timeline_by_index")]

    operations = [
        migrations.AddField(
            model_name="countedhour",
            name="people",
            field=models.IntegerField(null=True),
        ),
        migrations.AddField(
            model_name="trend",
            name="is_mixed",
            field=models.BooleanField(db_default=True, default=True),
        ),
    ]
