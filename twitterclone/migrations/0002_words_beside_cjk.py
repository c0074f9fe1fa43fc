"""Search finds Latin words written onto Han, Kana or Hangul, and the last character of a run.

Djangoの本 was one word for the text search parser, so that "Django" did not find it; a run now stands apart.
Rows written before are searched again, a month at a time, each in a transaction of its own.
"""

from typing import Any

from django.db import migrations

RUN = r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]+"

WITH_LAST = f"""
CREATE OR REPLACE FUNCTION cjk_bigrams(content text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
    SELECT coalesce(string_agg(substr(run.word, n, 2), ' '), '')
    FROM regexp_matches($1, '{RUN}', 'g') AS m,
         LATERAL (SELECT m[1] AS word) AS run,
         LATERAL generate_series(1, char_length(run.word)) AS n
);
CREATE OR REPLACE FUNCTION tweet_search(content text) RETURNS tsvector LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN to_tsvector('pg_catalog.simple', regexp_replace($1, '({RUN})', ' \\1 ', 'g'))
    || to_tsvector('pg_catalog.simple', cjk_bigrams($1));
"""  # noqa: S608 -- no value from outside
AS_BEFORE = f"""
CREATE OR REPLACE FUNCTION cjk_bigrams(content text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
    SELECT coalesce(string_agg(substr(run.word, n, 2), ' '), '')
    FROM regexp_matches($1, '{RUN}', 'g') AS m,
         LATERAL (SELECT m[1] AS word) AS run,
         LATERAL generate_series(1, greatest(char_length(run.word) - 1, 1)) AS n
);
CREATE OR REPLACE FUNCTION tweet_search(content text) RETURNS tsvector LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN to_tsvector('pg_catalog.simple', $1) || to_tsvector('pg_catalog.simple', cjk_bigrams($1));
"""  # noqa: S608 -- no value from outside
MONTHS = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = to_regclass('tweets') ORDER BY 1"


def search_again(apps: Any, schema_editor: Any) -> None:
    """Writing a text onto itself makes PostgreSQL compute what is generated from it."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('messages_search')")
        if cursor.fetchone()[0]:  # an index over the function holds what it said before
            cursor.execute("REINDEX INDEX CONCURRENTLY messages_search")
        cursor.execute(MONTHS)
        for (month,) in cursor.fetchall():
            cursor.execute(f"UPDATE {month} SET content = content WHERE content ~ %s", [RUN])  # noqa: S608


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("twitterclone", "0001_initial")]
    operations = [
        migrations.RunSQL(WITH_LAST, AS_BEFORE),
        migrations.RunPython(search_again, migrations.RunPython.noop),
    ]
