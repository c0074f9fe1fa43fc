"""The view of home timelines asks the index whether a reply's addressee is followed, reply by reply."""

from django.db import migrations

# As in 0001, but for OFFSET 0, which changes no answer: without it PostgreSQL may read the whole of
# `follows` into a hash for one person's timeline, however large the site is.
TIMELINE = """
CREATE OR REPLACE VIEW timeline AS
SELECT f.follower_id AS viewer_id, t.id, t.author_id, t.created_at, t.retweet_of_id
FROM follows f JOIN tweets t ON t.author_id = f.following_id
WHERE t.deleted_at IS NULL AND t.hidden_at IS NULL AND t.audience IN ('public', 'followers')
  AND (t.retweet_of_id IS NULL OR f.show_retweets)
  AND (t.in_reply_to_user_id IS NULL OR t.in_reply_to_user_id IN (t.author_id, f.follower_id)
       OR EXISTS (SELECT 1 FROM follows g
                  WHERE g.follower_id = f.follower_id AND g.following_id = t.in_reply_to_user_id{offset}))
UNION ALL
SELECT t.author_id, t.id, t.author_id, t.created_at, t.retweet_of_id
FROM tweets t WHERE t.deleted_at IS NULL AND t.hidden_at IS NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("tweets", "0007_hidden_reason")]

    operations = [
        migrations.RunSQL(TIMELINE.format(offset=" OFFSET 0"), TIMELINE.format(offset="")),
    ]
