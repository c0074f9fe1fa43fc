"""The database's own rules: every one is there, and really refuses."""

import re
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import Model

from accounts.models import User
from notifications.models import Notification
from tweets.models import Tweet
from twitterclone.lib.fields import PartitionedForeignKey
from twitterclone.tests.one_of_each import one_of_each

OURS = ("accounts", "media", "social", "tweets", "messaging", "notifications", "moderation")
DERIVED = {"Affinity", "CountedHour", "Interest", "InterestVector", "Taste", "TermHour", "Trend"}
NOT_ENTITIES = {"TimelineEntry", "CounterDelta", "UserCounterDelta", "PollOption", "FilterKeyword"} | DERIVED
MODELS = [model for app in OURS for model in apps.get_app_config(app).get_models() if model._meta.managed]
TABLES = {model._meta.db_table: model for model in MODELS}
WRITTEN_BY_MANY = ("user_counter_deltas", "tweet_counter_deltas")  # no entities, no rows of their own

pytestmark = pytest.mark.django_db

# what the owner named, where it is
OWNERS_FIELDS = {
    "users": "id username email password created_at last_login bio privacy_settings",
    "tweets": "id author_id content created_at updated_at likes_count retweets_count",
    "tweet_media": "tweet_id media_id position created_at",
    "follows": "id follower_id following_id created_at",
    "notifications": "user_id type message is_read read_at created_at",
    "messages": "sender_id conversation_id message created_at",
    "conversations": "low_id high_id created_at",
    "timeline": "viewer_id id author_id created_at",
}

# CHECK constraint: an assignment that it must refuse
BROKEN = {
    "users_counts_not_negative": "followers_count = -1",
    "users_email_lower": "email = 'Upper@example.com'",
    "users_privacy_settings_keys": "privacy_settings = privacy_settings - 'is_private'",
    "users_username_cased_same": "username_cased = 'other'",
    "users_username_shape": "username = 'no-dash', username_cased = 'no-dash'",
    "exports_figures": "progress = 101",
    "exports_state": "state = 'lost'",
    "media_byte_size_check": "byte_size = -1",
    "media_focus": "focus_x = 1.5",
    "media_attempts_check": "attempts = -1",
    "media_height_check": "height = -1",
    "media_kind": "kind = 'song'",
    "media_state": "state = 'lost'",
    "media_width_check": "width = -1",
    "conversations_pair_ordered": "low_id = high_id, high_id = low_id",
    "message_media_position_check": "position = -1",
    "lists_replies_policy": "replies_policy = 'all'",
    "lists_title_not_empty": "title = ''",
    "mutes_not_oneself": "muted_id = muter_id",
    "blocks_not_oneself": "blocked_id = blocker_id",
    "follows_not_oneself": "following_id = follower_id",
    "follow_requests_not_oneself": "following_id = follower_id",
    "filters_action": "action = 'burn'",
    "filters_contexts": "contexts = '{home,kitchen}'",
    "tweets_audience": "audience = 'enemies'",
    "tweets_content_length": "content = repeat('x', 4001)",
    "tweets_counts_not_negative": "likes_count = -1",
    "tweets_created_at_is_the_id": "created_at = created_at + interval '1 millisecond'",
    "tweets_reply_policy": "reply_policy = 'nobody'",
    "tweets_retweet_is_bare": "retweet_of_id = id",
    "interest_vectors_shape": "norm = -1",
    "suggestion_dismissals_not_oneself": "person_id = user_id",
    "term_hours_kind": "kind = 'x'",
    "trends_kind": "kind = 'x'",
    "trend_vetoes_kind": "kind = 'x'",
    "affinities_figures": "likes = -1",
    "interests_figures": "uses = 0",
    "recipes_weights": "weights = weights - 'recency'",
    "polls_shape": "voters_count = -1",
    "poll_options_position_check": "position = -1",
    "poll_options_shape": "position = 4",
    "tweet_media_four": "position = 4",
    "tweet_media_position_check": "position = -1",
    "reports_reason": "reason = 'taste'",
    "reports_state": "state = 'lost'",
    "notifications_actors_count_check": "actors_count = -1",
    "notifications_read_at": "read_at = now()",
    "notifications_type": "type = 'poke'",
    "notification_events_type": "type = 'poke'",
}
BROKEN_PRIVACY = (
    "'[]'",
    "privacy_settings || '{\"more\": 1}'",
    'privacy_settings || \'{"is_private": "yes"}\'',
    "privacy_settings || '{\"read_receipts\": null}'",
    'privacy_settings || \'{"who_may_message": "friends"}\'',
    "privacy_settings || '{\"who_may_mention\": 1}'",
)
BROKEN_WEIGHTS = (
    "'[]'",
    "'{}'",
    "weights || '{\"luck\": 1}'",
    'weights || \'{"likes": "1"}\'',
    "weights || '{\"likes\": null}'",
    "weights || '{\"likes\": 2.1}'",
    "weights || '{\"likes\": [1]}'",
)

_CONSTRAINTS = """
    SELECT conname, conrelid::regclass::text,
        ARRAY(SELECT attname FROM pg_attribute a, unnest(conkey) WITH ORDINALITY k (attnum, place)
              WHERE a.attrelid = conrelid AND a.attnum = k.attnum ORDER BY place)::text[]
    FROM pg_constraint
    WHERE contype = %s AND conparentid = 0 AND coninhcount = 0 AND conrelid::regclass::text = ANY(%s)
    ORDER BY 2, 1
"""


def query(sql: str, *values: Any) -> list[tuple]:
    with connection.cursor() as cursor:
        return cursor.execute(sql, values).fetchall()


def constraints(kind: str) -> list[tuple[str, str, list[str]]]:
    return query(_CONSTRAINTS, kind, list(TABLES))  # type: ignore[return-value]


def refused(sql: str, *values: Any) -> str:
    """Runs a statement that must fail; returns the name of the constraint that refused it."""
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        run(sql, *values)
    return error.value.__cause__.diag.constraint_name  # type: ignore[union-attr]


def run(sql: str, *values: Any) -> None:
    """Runs a statement and then the checks that would wait for the commit."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def columns(table: str) -> dict[str, bool]:
    """The columns of a table or view, and whether each may be null."""
    rows = query(
        "SELECT column_name, is_nullable FROM information_schema.columns WHERE table_name = %s", table
    )
    return {name: nullable == "YES" for name, nullable in rows}


def test_migrations_say_what_the_models_say() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.parametrize("table", OWNERS_FIELDS)
def test_fields_have_the_names_the_owner_gave(table: str) -> None:
    assert set(OWNERS_FIELDS[table].split()) <= columns(table).keys()


@pytest.mark.parametrize(
    "model", [m for m in MODELS if m.__name__ not in NOT_ENTITIES], ids=lambda m: m.__name__
)
def test_every_entity_has_a_tree_over_its_birth(model: type[Model]) -> None:
    definitions = query("SELECT indexdef FROM pg_indexes WHERE tablename = %s", model._meta.db_table)
    assert any(re.search(r"USING btree \(created_at\)", definition) for (definition,) in definitions)


@pytest.mark.parametrize(
    ("table", "index"),
    [
        ("users", "USING hash (username)"),
        ("users", "USING hash (email)"),
        ("tweets", "USING gin (search)"),
        ("follows", "USING btree (following_id, follower_id)"),
        ("tweets", "USING btree (author_id, created_at DESC)"),
    ],
)
def test_index_is_there(table: str, index: str) -> None:
    definitions = query("SELECT indexdef FROM pg_indexes WHERE tablename = %s", table)
    assert any(definition.endswith(index) for (definition,) in definitions)


def test_tweets_are_partitioned_by_range_and_notifications_by_list() -> None:
    keys = dict(
        query("SELECT partrelid::regclass::text, pg_get_partkeydef(partrelid) FROM pg_partitioned_table")
    )
    assert keys == {"tweets": "RANGE (created_at)", "notifications": "LIST (is_read)"}


def test_every_check_has_its_counterexample() -> None:
    names = {name for name, table, _ in constraints("c") if table not in WRITTEN_BY_MANY}
    assert names == set(BROKEN)


@pytest.mark.parametrize("name", BROKEN)
def test_check_refuses(name: str) -> None:
    one_of_each("first")
    table = next(table for constraint, table, _ in constraints("c") if constraint == name)
    rows = "WHERE retweet_of_id IS NULL" if table == "tweets" else ""
    assert refused(f"UPDATE {table} SET {BROKEN[name]} {rows}") == name


@pytest.mark.parametrize("document", BROKEN_PRIVACY)
def test_privacy_settings_are_refused_when_a_key_or_value_is_unknown(document: str) -> None:
    one_of_each("first")
    assert refused(f"UPDATE users SET privacy_settings = {document}") == "users_privacy_settings_keys"


@pytest.mark.parametrize("document", BROKEN_WEIGHTS)
def test_weights_are_refused_when_a_key_or_value_is_unknown(document: str) -> None:
    one_of_each("first")
    assert refused(f"UPDATE recipes SET weights = {document}") == "recipes_weights"


@pytest.mark.parametrize("table", WRITTEN_BY_MANY)
def test_delta_is_refused_when_its_kind_is_unknown(table: str) -> None:
    key = "user_id" if table.startswith("user") else "tweet_id"
    assert refused(f"INSERT INTO {table} ({key}, kind, delta) VALUES (1, 'hugs', 1)") == f"{table}_kind"


def test_poll_is_refused_when_it_ends_before_it_begins() -> None:
    one_of_each("first")
    assert refused("UPDATE polls SET expires_at = created_at") == "polls_shape"


def test_second_row_is_refused_when_a_unique_constraint_says_so() -> None:
    one_of_each("first")
    unique = constraints("u")
    assert len(unique) >= 28
    run("SELECT")  # a table with checks still to come cannot be altered
    for name, table, _ in unique:
        with transaction.atomic():
            for other, same_table, _ in unique:
                if same_table == table and other != name:
                    run(f'ALTER TABLE {table} DROP CONSTRAINT "{other}"')
            assert refused(twice(table)) == name
            transaction.set_rollback(True)


def twice(table: str) -> str:
    """An INSERT that repeats a row under another id."""
    generated = query(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attgenerated <> ''",
        table,
    )
    names = sorted(columns(table).keys() - {"id"} - {name for (name,) in generated})
    listed = ", ".join(f'"{name}"' for name in names)
    return f"INSERT INTO {table} (id, {listed}) SELECT 7, {listed} FROM {table} LIMIT 1"


def test_second_unread_line_is_refused_when_the_group_is_the_same() -> None:
    line = one_of_each("first")[Notification]
    with pytest.raises(IntegrityError, match="notifications_unread_group"), transaction.atomic():
        Notification.objects.create(user_id=line.user_id, type="like", group_key=line.group_key)


def test_every_foreign_key_refuses_what_is_not_there() -> None:
    one_of_each("first")
    keys = constraints("f")
    assert len(keys) >= 60
    for name, table, names in keys:
        column = names[0]
        nowhere = 2**60 if column == "high_id" else 65536
        only = "WHERE retweet_of_id IS NULL" if table == "tweets" and column != "author_id" else ""
        if table == "tweets" and column == "retweet_of_id":
            only = "WHERE retweet_of_id IS NOT NULL"
        found = refused(f'UPDATE {table} SET "{column}" = %s {only}', nowhere)
        assert found.startswith(name) or table in {"tweets", "notifications"}, (name, found)


def test_every_relation_of_the_models_is_a_foreign_key() -> None:
    known = {(table, names[0]) for _, table, names in constraints("f")}
    wanted = {
        (model._meta.db_table, field.column)
        for model in MODELS
        for field in model._meta.concrete_fields
        if field.is_relation
    }
    assert wanted == known


def test_link_to_a_tweet_cannot_skip_its_check() -> None:
    """Under MATCH SIMPLE a null in half of the key would let any id through."""
    for model in MODELS:
        for field in model._meta.concrete_fields:
            if isinstance(field, PartitionedForeignKey):
                nullable = columns(model._meta.db_table)
                assert nullable[f"{field.name}_created_at"] == field.null == nullable[field.column]


def test_column_of_the_parents_time_is_computed() -> None:
    one_of_each("first")
    with pytest.raises(Exception, match="generated column"), transaction.atomic():
        run("UPDATE likes SET tweet_created_at = now()")


def test_same_id_is_refused_when_the_time_is_another() -> None:
    tweet = one_of_each("first")[Tweet]
    insert = """
        INSERT INTO tweets (id, created_at, updated_at, author_id, content, content_warning, language,
            audience, reply_policy, likes_count, retweets_count, replies_count, quotes_count)
        VALUES (%s, now() + interval '1 day', now(), %s, '', '', '', 'public', 'everyone', 0, 0, 0, 0)
    """
    assert refused(insert, tweet.pk, tweet.author_id) == "tweets_created_at_is_the_id"


def test_search_finds_words_of_languages_without_spaces() -> None:
    tweet = one_of_each("first")[Tweet]
    Tweet.objects.filter(pk=tweet.pk).update(content="今日は東京タワーを見た。你好世界")
    for word in ("東京", "世界", "タワ"):
        found = query("SELECT id FROM tweets WHERE search @@ to_tsquery('simple', %s)", word)
        assert found == [(tweet.pk,)], word


def test_private_is_a_column_of_its_own() -> None:
    user = one_of_each("first")[User]
    User.objects.filter(pk=user.pk).update(privacy_settings={**user.privacy_settings, "is_private": True})
    assert User.objects.get(is_private=True).pk == user.pk
