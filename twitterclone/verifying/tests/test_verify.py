"""Each check finds what was broken on purpose, and nothing in a world that is whole."""

import json
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, storages
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from accounts.models import Export, User
from media.models import Media
from media.strays import remove_strays, stray_files
from tweets.models import Like, Retweet, Tweet
from tweets.partitions import make_months
from tweets.timelines.buckets import oldest_valid
from twitterclone.lib.findings import Finding
from twitterclone.lib.redis import client
from twitterclone.tests.one_of_each import one_of_each
from twitterclone.verifying import months
from twitterclone.verifying.run import verify
from twitterclone.verifying.walking import Look, checks, reading

pytestmark = pytest.mark.django_db


def run(*statements: str) -> None:
    """Runs statements and the checks that would wait for the commit."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for statement in statements:
            cursor.execute(statement)


def found(name: str, **options: Any) -> list[str]:
    """The findings of one check, each with its fix."""
    findings: list[Finding] = verify([name], Look(**options)).findings[name]
    assert all(finding.fix for finding in findings)
    return [finding.text for finding in findings]


@pytest.fixture
def own_files(tmp_path: Path, settings: Any) -> None:
    backend = "django.core.files.storage.FileSystemStorage"
    names = ("default", "uploads", "exports")
    own = {name: {"BACKEND": backend, "OPTIONS": {"location": tmp_path / name}} for name in names}
    settings.STORAGES = {**settings.STORAGES, **own}


@pytest.fixture
def world(own_files: None) -> dict[Any, Any]:
    """A row of everything, whole: files and counters too."""
    rows = one_of_each("whole")
    for media in Media.objects.all():
        media.file = f"{media.pk // 64 % 256:02x}/{media.pk:x}-place/full.jpg"
        media.state, media.sizes = Media.State.READY, {"variants": [{"name": media.file}]}
        media.save()
        default_storage.save(media.file, ContentFile(b"picture"))
    call_command("reconcile_counters", stdout=StringIO(), stderr=StringIO())
    run("UPDATE outbox SET done_at = now()")
    return rows


def test_nothing_is_found_in_a_world_that_is_whole(world: dict[Any, Any]) -> None:
    out = StringIO()
    call_command("verify", "--json", "--deep", "--batch", "50", stdout=out, stderr=StringIO())
    told = json.loads(out.getvalue())
    assert told["findings"] == {check.name: [] for check in checks.chosen()}
    assert told["rows"]["tweets"] == 2
    assert told["rows"]["users"] == 2
    assert told["rows"]["notifications"] == 1
    assert told["is_whole"] is True


def test_every_row_is_counted_and_no_month_is_a_table_of_its_own(world: dict[Any, Any]) -> None:
    counted = verify().rows
    assert not [name for name in counted if name.startswith("tweets_2")]
    assert counted["likes"] == counted["outbox_state"] == 1


def test_all_else_is_looked_at_when_a_table_is_gone(world: dict[Any, Any]) -> None:
    run("DROP TABLE bookmarks CASCADE", "UPDATE users SET followers_count = 77")
    outcome = verify()
    assert outcome.findings.keys() == {check.name for check in checks.chosen()}
    (gone,) = outcome.findings["tables"]
    assert gone.text == "the table bookmarks is gone"
    assert "make restore" in gone.fix
    assert any("bookmarks" in each.text for each in outcome.findings["keys"])
    assert outcome.findings["counters"]
    assert "bookmarks" not in outcome.rows


def test_row_is_found_when_what_it_points_at_is_gone(world: dict[Any, Any]) -> None:
    run(
        "ALTER TABLE likes DROP CONSTRAINT likes_tweet_fk",
        "UPDATE likes SET tweet_id = tweet_id + 1",
    )
    like = Like.objects.get()
    texts = found("keys", batch=1)
    assert texts == [
        "likes.tweet_id has no foreign key in the database",
        f"likes {like.pk}: tweet_id {like.tweet_id} is not in tweets",
    ]
    run(
        "ALTER TABLE likes ADD CONSTRAINT likes_tweet_fk FOREIGN KEY (tweet_id, tweet_created_at) "
        "REFERENCES tweets (id, created_at) NOT VALID"
    )
    assert found("keys")[0] == "likes: likes_tweet_fk was never made sure of"


def test_row_is_found_when_it_breaks_a_rule(world: dict[Any, Any]) -> None:
    run(
        "ALTER TABLE tweets DROP CONSTRAINT tweets_counts_not_negative",
        "UPDATE tweets SET likes_count = -1 WHERE retweet_of_id IS NULL",
        "ALTER TABLE tweets ADD CONSTRAINT tweets_counts_not_negative CHECK (likes_count >= 0) NOT VALID",
    )
    tweet = Tweet.objects.get(retweet_of=None)
    month = f"tweets_{tweet.created_at:%Y_%m}"
    assert found("rules") == [f"{month} {tweet.pk} breaks tweets_counts_not_negative"]


def test_row_is_found_when_a_computed_column_is_stale(world: dict[Any, Any]) -> None:
    run(
        "CREATE OR REPLACE FUNCTION tweet_search(content text) RETURNS tsvector LANGUAGE sql IMMUTABLE "
        "STRICT PARALLEL SAFE RETURN to_tsvector('pg_catalog.simple', 'another')"
    )
    assert found("computed") == []
    assert [text for text in found("computed", deep=True) if "search is not what is computed" in text]


def test_twins_are_found_without_the_index_that_forbids_them(world: dict[Any, Any]) -> None:
    names = ("idempotency_keys", "retweets")
    for table in names:
        listed = {"idempotency_keys": "user_id, key, tweet_id", "retweets": "user_id, tweet_id, retweet_id"}
        run(
            f"ALTER TABLE {table} DROP CONSTRAINT {table}_unique",
            f"INSERT INTO {table} (id, {listed[table]}) SELECT id + 1, {listed[table]} FROM {table}",
        )
    texts = sorted(found("twins"))
    assert len(texts) == 2
    assert texts[0].startswith("idempotency_keys: 2 rows have the same user_id, key: ")
    assert texts[1].startswith("retweets: 2 rows have the same user_id, tweet_id: ")
    assert sorted(found("schema")) == [
        "idempotency_keys lacks idempotency_keys_unique",
        "retweets lacks retweets_unique",
    ]


def test_retweets_are_found_when_row_and_tweet_do_not_match(world: dict[Any, Any]) -> None:
    link = Retweet.objects.get()
    again = Tweet.objects.create(author=link.user, retweet_of_id=link.tweet_id)
    texts = found("retweets")
    assert texts == [
        f"user {link.user_id} retweeted {link.tweet_id} 2 times",
        f"retweet {again.pk} has no row in retweets",
    ]
    Retweet.objects.update(retweet=link.tweet_id)
    assert f"retweets {link.pk} names no retweet of that person" in found("retweets")


def test_index_is_found_when_it_was_never_finished(world: dict[Any, Any]) -> None:
    run("CREATE INDEX half ON ONLY tweets (language)")  # whole only when each month has its part
    assert sorted(found("schema")) == ["index half of tweets is not whole"]


def test_counters_are_found_when_they_differ(world: dict[Any, Any]) -> None:
    Tweet.objects.filter(retweet_of=None).update(likes_count=9)
    tweet = Tweet.objects.get(retweet_of=None)
    had = 9 + sum(connection_sum("likes", tweet.pk))
    assert found("counters") == [f"tweets {tweet.pk}: likes said {had}, 1 counted"]


def connection_sum(kind: str, tweet_id: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT delta FROM tweet_counter_deltas WHERE kind = %s AND tweet_id = %s", [kind, tweet_id]
        )
        return [delta for (delta,) in cursor.fetchall()]


def test_months_are_found_when_they_lack_or_are_cut_wrongly(world: dict[Any, Any]) -> None:
    make_months(date(2020, 1, 1), date(2020, 3, 1))
    next_month = months.following(timezone.now().date().replace(day=1))
    run(
        "ALTER TABLE tweets DETACH PARTITION tweets_2020_02",
        "CREATE TABLE odd PARTITION OF tweets FOR VALUES FROM ('2019-01-01') TO ('2019-02-15')",
        f"ALTER TABLE tweets DETACH PARTITION tweets_{next_month:%Y_%m}",
        f"DROP TABLE tweets_{next_month:%Y_%m}",
        "ALTER TABLE notifications DETACH PARTITION notifications_read",
    )
    assert [
        text for text in found("partitions") if "and 2020-01" not in text and "2020-03 and" not in text
    ] == [
        '"public"."odd" reaches from 2019-01-01 to 2019-02-15, which is no month',
        "no month between 2020-01 and 2020-03",
        f"there is no table for {next_month:%Y-%m}",
        "tweets_2020_02 is no part of tweets",
        "notifications has no part for is_read = true",
    ]


def test_part_for_nothing_is_found_when_it_holds_a_row(world: dict[Any, Any]) -> None:
    run("CREATE TABLE strange PARTITION OF tweets DEFAULT")
    old = int(datetime(2015, 1, 1, tzinfo=UTC).timestamp() * 1000) << 16
    author = User.objects.order_by("pk").first()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO tweets (id, created_at, updated_at, author_id, content, content_warning, language, "
            "audience, reply_policy, likes_count, retweets_count, replies_count, quotes_count) "
            "VALUES (%s, tid_time(%s), now(), %s, '', '', '', 'public', 'everyone', 0, 0, 0, 0)",
            [old, old, author.pk],
        )
    assert found("partitions") == ["strange, where nothing belongs, holds rows of tweets"]


def test_ids_are_found_when_they_would_be_given_again(world: dict[Any, Any]) -> None:
    run(
        "SELECT setval('outbox_id_seq', 1)",
        "INSERT INTO outbox (id, event, consumer, payload, done_at) OVERRIDING SYSTEM VALUE "
        "VALUES (9, 'e', 'c', '{}', now())",
        "DELETE FROM id_nodes WHERE node = 7",
        "UPDATE id_nodes SET leased_until = 9000000000000 WHERE node = 8",
    )
    assert found("ids") == [
        "outbox_id_seq stands at 1, and outbox has 9",
        "id_nodes has 1023 rows instead of 1024",
        "1 node numbers are leased for longer than leases are",
    ]


def test_clock_is_found_when_redis_is_ahead_of_the_database() -> None:
    run("SELECT setval('timelines_clock', 5)")
    assert found("clock") == []
    client("timelines").set(oldest_valid(0), f"{9:012x}")
    assert found("clock") == ["timelines_clock stands at 5, Redis remembers 9"]


def test_events_are_found_when_they_are_stuck(world: dict[Any, Any]) -> None:
    event = "INSERT INTO outbox (event, consumer, payload, available_at, last_error) VALUES "
    run(
        "DELETE FROM outbox",
        f"{event} ('tweet.posted', 'nobody', '{{}}', 'infinity', 'ValueError')",
        f"{event} ('tweet.posted', 'nobody', '{{}}', now() - interval '1 hour', '')",
        f"{event} ('tweet.posted', 'nobody', '{{}}', now() + interval '1 hour', '')",
    )
    texts = found("outbox")
    assert texts[0].endswith("tweet.posted for nobody is parked: ValueError")
    assert texts[1].startswith("1 events wait, the oldest for 3600 s")
    assert texts[2:] == [
        "1 events are put off beyond ten minutes",
        "3 events tweet.posted are for nobody, whom nobody knows",
    ]


def test_rows_and_files_are_found_when_they_lost_each_other(world: dict[Any, Any], monkeypatch: Any) -> None:
    first, second = Media.objects.order_by("pk")
    default_storage.delete(first.file)
    Media.objects.filter(pk=second.pk).update(state="pending", file="raw-upload")
    default_storage.save("00/7-none/full.jpg", ContentFile(b"x"))
    storages["uploads"].save("stray-upload", ContentFile(b"x"))
    User.objects.filter(username="whole_one").update(avatar="00/1-gone/full.jpg")
    user = User.objects.get(username="whole_one")
    texts = found("media")
    assert texts == [
        f"media {first.pk} (ready): {first.file} is not in MEDIA_ROOT",
        f"media {second.pk} (pending): raw-upload is not in UPLOADS_ROOT",
        f"users {user.pk}: 00/1-gone/full.jpg is not in MEDIA_ROOT",
    ]  # young files may be in work
    monkeypatch.setattr("media.strays.YOUNG", timedelta(0))
    assert sorted(found("media")[3:]) == sorted(
        [
            "MEDIA_ROOT/00/7-none/full.jpg belongs to no row",
            f"MEDIA_ROOT/{second.file} belongs to no row",
            "UPLOADS_ROOT/stray-upload belongs to no row",
        ]
    )
    assert remove_strays(dry_run=True) == 2
    assert remove_strays() == 2
    assert list(stray_files()) == []


def test_download_is_found_when_its_file_is_gone(world: dict[Any, Any]) -> None:
    Export.objects.update(state="ready", name="gone.zip")
    assert found("exports") == [f"exports {Export.objects.get().pk}: its file is not in EXPORTS_ROOT"]


def test_index_is_found_when_it_lacks_a_row() -> None:
    place = "place(int) RETURNS int LANGUAGE plpgsql IMMUTABLE"
    run(
        "CREATE TABLE rooms AS SELECT generate_series(1, 50) AS n",
        f"CREATE FUNCTION {place} AS 'BEGIN RETURN $1; END'",
        "CREATE INDEX rooms_place ON rooms (place(n))",
        f"CREATE OR REPLACE FUNCTION {place} AS 'BEGIN RETURN $1 + 1000; END'",
    )
    assert found("pages") == []
    [text] = found("pages", deep=True)
    assert text.startswith(
        'index rooms_place: heap tuple (0,1) from table "rooms" lacks matching index tuple'
    )


def test_pages_are_not_passed_over_in_silence_when_amcheck_is_not_allowed(monkeypatch: Any) -> None:
    monkeypatch.setattr("twitterclone.verifying.pages.NEEDED", ("pg_surgery",))
    [finding] = verify(["pages"]).findings["pages"]
    assert "may not be used" in finding.text
    assert "GRANT EXECUTE" in finding.fix
    with pytest.raises(CommandError, match="Nothing is broken"):
        call_command("verify", "--only", "pages", stdout=StringIO(), stderr=StringIO())


@pytest.mark.django_db(transaction=True)
def test_looking_cannot_write() -> None:
    with pytest.raises(Exception, match="read-only transaction"), reading() as cursor:
        cursor.execute("DELETE FROM likes")


def test_command_says_what_is_wrong_and_how_to_mend_it(world: dict[Any, Any]) -> None:
    Tweet.objects.filter(retweet_of=None).update(likes_count=9)
    out = StringIO()
    with pytest.raises(CommandError, match="not whole") as refused:
        call_command("verify", "--only", "counters", stdout=out, stderr=StringIO(), no_color=True)
    assert refused.value.returncode == 1
    first, last = out.getvalue().splitlines()
    assert first.startswith("counters: tweets ")
    assert first.endswith("1 counted → manage.py reconcile_counters")
    assert last.startswith("1 check in ")
    with pytest.raises(CommandError, match="No check is called likes"):
        call_command("verify", "--only", "likes")


def test_command_ends_with_130_when_interrupted(monkeypatch: Any) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("twitterclone.verifying.counting.reconcile", interrupted)
    with pytest.raises(CommandError, match="Interrupted") as refused:
        call_command("verify", "--only", "counters", stdout=StringIO(), stderr=StringIO())
    assert refused.value.returncode == 130


def test_a_hundred_findings_of_a_check_are_enough(alice: User) -> None:
    Tweet.objects.bulk_create(Tweet(author=alice, content="x", likes_count=1) for _ in range(101))
    outcome = verify(["counters"])
    assert len(outcome.findings["counters"]) == 100
    assert outcome.cut == {"counters"}


@pytest.mark.unit
def test_every_check_has_its_row_in_the_handbook() -> None:
    handbook = (Path(__file__).resolve().parents[3] / "docs" / "operations" / "verify.md").read_text()
    assert [check.name for check in checks.chosen() if f"| `{check.name}` |" not in handbook] == []
