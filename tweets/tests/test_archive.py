"""Old months put aside: nothing is lost, permalinks go on, and what went out comes back as it was."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from threading import Event, Thread
from time import sleep
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.test import Client
from django.utils import timezone

from accounts.counters import roll_up_user_counters
from accounts.models import User
from media.models import Media
from notifications.models import Notification
from tweets.archive import files, offline
from tweets.archive.closure import parts_of_tweets
from tweets.archive.files import ArchiveBroken
from tweets.archive.offline import NotTheSame, take_out
from tweets.archive.online import months_before
from tweets.archive.restoring import bring_back
from tweets.counters import roll_up_tweet_counters
from tweets.models import Bookmark, Like, Poll, PollOption, PollVote, Tweet
from tweets.partitions import make_months, months
from tweets.queries.feeds import profile_page
from tweets.queries.profiles import profile_for
from tweets.services.bulk import take_back
from tweets.services.engagement import like_tweet
from tweets.services.posting import delete_tweet
from tweets.tests.factories import add_media, add_poll, make_retweet, make_tweet
from twitterclone.lib.ids import id_at
from twitterclone.lib.pagination import Cursor
from twitterclone.reconciling import reconcile

pytestmark = pytest.mark.django_db

MARCH, APRIL, NOW = datetime(2023, 3, 5, tzinfo=UTC), datetime(2023, 4, 5, tzinfo=UTC), None
Rows = dict[str, list[tuple[Any, ...]]]


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, settings: Any) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path


class World:
    """Tweets of March and April 2023 and of today that point at each other in every way there is."""

    def __init__(self, alice: User, bob: User) -> None:
        make_months(date(2023, 3, 1), date(2023, 4, 1))
        self._serial = 0
        self.alice, self.bob = alice, bob
        self.old = self.tweet(alice, "Old #tea", MARCH)
        self.same_month = self.tweet(bob, "Old reply", MARCH, in_reply_to=self.old)
        self.own_retweet = self.retweet(alice, self.same_month, MARCH)
        self.later_reply = self.tweet(bob, "April reply", APRIL, in_reply_to=self.old)
        self.reply = self.tweet(bob, "Reply of today", NOW, in_reply_to=self.old)
        self.quote = self.tweet(bob, "Quote of today", NOW, quote_of=self.old)
        self.retweet_now = self.retweet(bob, self.old, NOW)
        self.answer = self.tweet(alice, "Answer to April", NOW, in_reply_to=self.later_reply)
        self.photo = add_media(self.old)[0]
        self.poll = add_poll(self.old)
        PollVote.objects.create(option=PollOption.objects.filter(poll=self.poll)[0], user=bob)
        Bookmark.objects.create(user=bob, tweet=self.old)
        for user in (alice, bob):
            Like.objects.create(user=user, tweet=self.old)
        Notification.objects.create(user=alice, type="reply", actor=bob, tweet=self.old, group_key="a")
        reconcile()
        self.roll_up()

    def tweet(self, author: User, content: str, moment: datetime | None, **fields: Any) -> Tweet:
        self._serial += 1
        identifier = id_at(moment or timezone.now()) + (self._serial << 16 if moment else self._serial)
        return make_tweet(author, content, id=identifier, **fields)

    def retweet(self, user: User, tweet: Tweet, moment: datetime | None) -> Tweet:
        row = make_retweet(user, tweet)
        if moment is None:
            return row
        link = row.author.retweets.get(tweet=tweet)
        link.delete()
        row.delete()
        old = self.tweet(user, "", moment, retweet_of=tweet)
        user.retweets.create(tweet=tweet, retweet=old)
        return old

    @staticmethod
    def roll_up() -> None:
        roll_up_tweet_counters()
        roll_up_user_counters()


@pytest.fixture
def world(alice: User, bob: User) -> World:
    return World(alice, bob)


def contents() -> Rows:
    """Every row of everything that hangs on tweets, and the figures of people."""
    rows: Rows = {}
    with connection.cursor() as cursor:
        for part in parts_of_tweets():
            cursor.execute(f"SELECT {part.column_list} FROM {part.table} ORDER BY id")
            rows[part.table] = cursor.fetchall()
    rows["users"] = list(User.objects.order_by("pk").values_list("pk", "tweets_count", "followers_count"))
    return rows


def run(name: str, *arguments: str) -> str:
    out, err = StringIO(), StringIO()
    call_command(name, *arguments, stdout=out, stderr=err)
    return out.getvalue() + err.getvalue()


def schemas() -> list[str]:
    return [f"{month.schema}.{month.name}" for month in months_before(date(2024, 1, 1))]


def test_everything_that_hangs_on_tweets_is_known() -> None:
    names = [part.table for part in parts_of_tweets()]
    assert names[0] == "tweets"
    assert {
        "likes", "retweets", "bookmarks", "pinned_tweets", "mentions", "tweet_hashtags", "tweet_media",
        "polls", "poll_options", "poll_votes", "tweet_edits", "filter_tweets", "idempotency_keys", "reports",
        "notifications", "notification_events",
    } <= set(names)  # fmt: skip
    assert names.index("polls") < names.index("poll_options") < names.index("poll_votes")
    assert not {"users", "media", "hashtags"} & set(names)


def test_online_month_goes_on_in_another_schema(world: World, client: Client) -> None:
    before = contents()
    assert "tweets_2023_03" in run("archive_tweets", "--before", "2023-04", "--dry-run")
    assert schemas() == ["public.tweets_2023_03", "public.tweets_2023_04"]
    assert "1 of 1 month put aside" in run("archive_tweets", "--before", "2023-04")
    assert schemas() == ["archive.tweets_2023_03", "public.tweets_2023_04"]
    assert "0 of 1 month put aside" in run("archive_tweets", "--before", "2023-04")
    assert contents() == before

    page = client.get(f"/alice/status/{world.old.pk}/")
    assert "Old #tea" in page.text
    assert "Reply of today" in page.text
    assert f"/alice/status/{world.old.pk}/" in client.get(f"/bob/status/{world.quote.pk}/").text
    assert f"/alice/status/{world.old.pk}/" in client.get(f"/bob/status/{world.reply.pk}/").text
    like_tweet(user=world.alice, tweet=world.quote)
    like_tweet(user=world.bob, tweet=world.same_month)
    profile = profile_for(None, "alice")
    shown = {card.id for card in profile_page(None, profile, "tweets", Cursor()).items}
    assert {world.old.pk, world.same_month.pk} <= shown
    make_months(date(2023, 3, 1), date(2023, 5, 1))
    assert [f"{month:%Y-%m}" for month in months()[:3]] == ["2023-03", "2023-04", "2023-05"]

    assert "1 month moved back" in run("restore_tweets", "--online")
    assert schemas()[0] == "public.tweets_2023_03"


def test_offline_month_comes_back_as_it_was(world: World, client: Client, tmp_path: Path) -> None:
    before = contents()
    run("archive_tweets", "--before", "2023-04")
    told = run("archive_tweets", "--before", "2023-04", "--offline", str(tmp_path), "--dry-run")
    assert "3 tweets" in told
    assert contents() == before
    told = run("archive_tweets", "--before", "2023-04", "--offline", str(tmp_path))
    assert "3 tweets" in told
    assert "1 guests" in told
    assert "2 likes" in told
    assert "3 links" in told

    world.roll_up()
    assert schemas() == ["public.tweets_2023_04"]
    assert reconcile(dry_run=True).wrong == {}
    assert set(Tweet.objects.values_list("content", flat=True)) == {
        "April reply", "Reply of today", "Quote of today", "Answer to April",
    }  # fmt: skip
    assert client.get(f"/alice/status/{world.old.pk}/").status_code == 404
    assert client.get(f"/bob/status/{world.quote.pk}/").status_code == 200
    assert Media.objects.get().attached_at is not None

    told = run("restore_tweets", str(tmp_path / "2023-03"))
    assert "rows of" in told
    world.roll_up()
    assert contents() == before
    assert schemas()[0] == "archive.tweets_2023_03"
    assert reconcile(dry_run=True).wrong == {}
    assert client.get(f"/alice/status/{world.old.pk}/").status_code == 200
    assert run("restore_tweets", str(tmp_path / "2023-03")) == "2023-03: is back already.\n"
    with pytest.raises(ArchiveBroken, match="is in the database"):
        bring_back(tmp_path / "2023-03")
    assert contents() == before


def test_two_months_come_back_in_the_order_of_time(world: World, tmp_path: Path) -> None:
    before = contents()
    assert "2 of 2 months" in run("archive_tweets", "--before", "2023-05", "--offline", str(tmp_path))
    world.roll_up()
    assert reconcile(dry_run=True).wrong == {}
    folders = [str(tmp_path / month) for month in ("2023-04", "2023-03")]
    told = run("restore_tweets", folders[1])  # and the second of them after an interruption
    assert "retweet" not in told
    told = run("restore_tweets", *folders)
    assert "2023-03: is back already." in told
    assert "retweet" not in told
    world.roll_up()
    assert contents() == before


def test_part_of_a_month_is_refused_and_an_undone_retweet_is_no_part(world: World, tmp_path: Path) -> None:
    run("archive_tweets", "--before", "2023-04", "--offline", str(tmp_path))
    run("restore_tweets", str(tmp_path / "2023-03"))
    take_back(world.own_retweet)
    assert "is back already" in run("restore_tweets", str(tmp_path / "2023-03"))
    Tweet.objects.filter(pk=world.same_month.pk).delete()
    with pytest.raises(CommandError, match=r"is in the database, but 1 of the 3 tweets in .* are not in it"):
        run("restore_tweets", str(tmp_path / "2023-03"))


def test_retweet_of_a_month_that_is_away_comes_with_it(world: World, tmp_path: Path) -> None:
    world.retweet(world.bob, world.same_month, APRIL)
    reconcile()
    world.roll_up()
    before = contents()
    run("archive_tweets", "--before", "2023-05", "--offline", str(tmp_path))
    world.roll_up()
    told = run("restore_tweets", str(tmp_path / "2023-03"))
    assert told.endswith("1 retweet waits for months that are away: 2023-04.\n")
    assert "Left out" not in told
    world.roll_up()
    assert reconcile(dry_run=True).wrong == {}
    assert "retweet" not in run("restore_tweets", str(tmp_path / "2023-04"))
    world.roll_up()
    assert contents() == before


def test_retweets_that_come_with_a_later_month_are_not_told_of(world: World, tmp_path: Path) -> None:
    world.retweet(world.bob, world.same_month, APRIL)
    run("archive_tweets", "--before", "2023-05", "--offline", str(tmp_path))
    told = run("restore_tweets", *(str(tmp_path / month) for month in ("2023-03", "2023-04")))
    assert [line.split(":")[0] for line in told.splitlines()] == ["2023-03", "2023-04"]


def test_month_whose_older_one_is_away_waits_for_it(world: World, tmp_path: Path) -> None:
    before = contents()
    take_out(months_before(date(2023, 5, 1))[1], tmp_path / "2023-04")
    take_out(months_before(date(2023, 4, 1))[0], tmp_path / "2023-03")
    with pytest.raises(CommandError, match="point at 2023-03, which is away"):
        run("restore_tweets", str(tmp_path / "2023-04"))
    run("restore_tweets", str(tmp_path / "2023-03"), str(tmp_path / "2023-04"))
    world.roll_up()
    assert contents() == before


def test_nothing_is_dropped_when_the_files_are_not_the_same(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents()
    pieces = files.pieces

    def lossy(folder: Path, table: str) -> Any:
        whole = b"".join(pieces(folder, table))
        yield whole if table != "likes" else whole.split(b"\n", 1)[1]

    monkeypatch.setattr(offline.files, "pieces", lossy)
    with pytest.raises(NotTheSame, match="likes"):
        take_out(months_before(date(2023, 4, 1))[0], tmp_path / "2023-03")
    assert contents() == before
    assert not (tmp_path / "2023-03").exists()


def test_nothing_is_dropped_when_it_is_interrupted_and_a_second_run_is_whole(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents()

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(offline, "_delete", interrupted)
        with pytest.raises(CommandError, match="Interrupted after 0 months") as refused:
            run("archive_tweets", "--before", "2023-04", "--offline", str(tmp_path))
    assert refused.value.returncode == 130
    assert contents() == before
    run("archive_tweets", "--before", "2023-04", "--offline", str(tmp_path))
    run("restore_tweets", str(tmp_path / "2023-03"))
    world.roll_up()
    assert contents() == before


def test_empty_table_is_taken_off_by_the_next_run_when_it_was_left(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents()

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(offline, "_remove", interrupted)
        with pytest.raises(CommandError, match="Interrupted"):
            run("archive_tweets", "--before", "2023-04", "--offline", str(tmp_path))
    assert "3 tweets" in run("archive_tweets", "--before", "2023-04", "--offline", str(tmp_path))
    assert schemas() == ["public.tweets_2023_04"]
    run("restore_tweets", str(tmp_path / "2023-03"))
    world.roll_up()
    assert contents() == before


def test_broken_file_is_not_loaded(world: World, tmp_path: Path) -> None:
    run("archive_tweets", "--before", "2023-04", "--offline", str(tmp_path))
    path = tmp_path / "2023-03" / "likes.copy.gz"
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(CommandError, match="is not the file that was written"):
        run("restore_tweets", str(tmp_path / "2023-03"))
    with pytest.raises(CommandError, match=r"is not a month; it holds 2023-03\. Name"):
        run("restore_tweets", str(tmp_path))
    with pytest.raises(CommandError, match="holds no archived month"):
        run("restore_tweets", str(tmp_path / "none"))
    with pytest.raises(CommandError, match=r"is a file; --offline names a folder\."):
        run("archive_tweets", "--before", "2023-04", "--offline", str(path))


def test_who_was_erased_does_not_come_back(world: World, tmp_path: Path) -> None:
    run("archive_tweets", "--before", "2023-04", "--offline", str(tmp_path))
    for tweet in Tweet.objects.filter(author=world.bob):
        delete_tweet(actor=world.bob, tweet=tweet)
    Tweet.objects.filter(author=world.bob).delete()
    world.bob.delete()
    left = bring_back(tmp_path / "2023-03")
    assert left["tweets"] == 2  # his reply, alice's retweet of it
    assert left["guests"] == 1
    assert left["likes"] == 1
    world.old.refresh_from_db()
    assert world.old.in_reply_to_id is None
    assert Poll.objects.get().tweet_id == world.old.pk
    assert not PollVote.objects.exists()


def test_month_that_is_not_over_stays(alice: User) -> None:
    following = (timezone.now() + timedelta(days=40)).strftime("%Y-%m")
    with pytest.raises(CommandError, match="that are over"):
        run("archive_tweets", "--before", following)
    with pytest.raises(CommandError, match="is not a month"):
        run("archive_tweets", "--before", "yesterday")
    with pytest.raises(CommandError, match="Name folders"):
        run("restore_tweets")


@pytest.mark.django_db(transaction=True)
def test_like_during_the_taking_out_is_refused_and_nothing_is_lost(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, person: Any
) -> None:
    fan, begun, found = person("fan"), Event(), list[object]()

    def press() -> None:
        begun.wait(10)
        try:
            assert Tweet.objects.filter(pk=world.old.pk).exists()  # can be read all the time
            found.append(like_tweet(user=fan, tweet=world.old))
        except DatabaseError as error:
            found.append(error)
        finally:
            connection.close()

    hand = Thread(target=press)
    hand.start()
    delete = offline._delete

    def slowly(*arguments: Any) -> None:
        begun.set()
        sleep(1)
        assert found == []  # waits
        delete(*arguments)

    monkeypatch.setattr(offline, "_delete", slowly)
    try:
        run("archive_tweets", "--before", "2023-04", "--offline", str(tmp_path))
        hand.join()
        assert isinstance(found[0], DatabaseError)
        assert not Like.objects.filter(user=fan).exists()
        run("restore_tweets", str(tmp_path / "2023-03"))
        assert like_tweet(user=fan, tweet=world.old)
        world.roll_up()
        assert reconcile(dry_run=True).wrong == {}
    finally:
        Tweet.objects.all().delete()
        with connection.cursor() as cursor:
            for month in months_before(date(2024, 1, 1)):
                cursor.execute(f"ALTER TABLE tweets DETACH PARTITION {month.table}")
                cursor.execute(f"DROP TABLE {month.table}")
