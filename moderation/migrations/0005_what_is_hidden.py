"""About promised that nothing is hidden; moderators do hide tweets. Texts that an admin wrote stay."""

from django.db import migrations
from django.db.models import F, Value
from django.db.models.functions import Replace

BEFORE = "Nothing is hidden from you and nothing is pushed in between."
AFTER = (
    "Nothing is pushed in between, and nothing is left out but what you mute or block and what the moderators "
    "hide because it breaks the rules. Whoever wrote that is told, with the reason."
)


def say(apps, schema_editor, before=BEFORE, after=AFTER):
    pages = apps.get_model("moderation", "Page").objects.filter(slug="about", body__contains=before)
    pages.update(body=Replace(F("body"), Value(before), Value(after)))


def unsay(apps, schema_editor):
    say(apps, schema_editor, AFTER, BEFORE)


class Migration(migrations.Migration):
    # allows python-in-one-transaction: a single row
    dependencies = [("moderation", "0004_report_states")]
    operations = [migrations.RunPython(say, unsay)]
