"""Events that are emitted once under a name, however often what emits them is repeated."""

from django.db import migrations

FORWARDS = """
ALTER TABLE outbox ADD COLUMN once text;
CREATE UNIQUE INDEX outbox_once ON outbox (once, consumer) WHERE once IS NOT NULL;
"""


class Migration(migrations.Migration):
    # allows require-concurrent-index-creation: the outbox holds an hour of events
    dependencies = [("twitterclone", "0002_words_beside_cjk")]

    operations = [migrations.RunSQL(FORWARDS, "ALTER TABLE outbox DROP COLUMN once")]
