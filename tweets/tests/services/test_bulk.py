"""Many tweets from a file, and many taken back: by the rules of one, counted and told like one."""

from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from accounts.counters import roll_up_user_counters
from accounts.models import User
from tweets.counters import roll_up_tweet_counters
from tweets.models import Mention, Retweet, Tweet, TweetHashtag, TweetMedia
from tweets.queries.timelines import timeline_ids
from tweets.services.bulk import bulk_publish
from tweets.services.engagement import retweet
from tweets.services.posting import post_tweet
from tweets.tests.factories import add_media, make_tweet
from twitterclone.lib import bulk_command, outbox
from twitterclone.lib.bulk import Work
from twitterclone.lib.ids import id_time
from twitterclone.lib.pagination import Cursor
from twitterclone.lib.sheets import Row
from twitterclone.reconciling import reconcile

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, settings: Any) -> None:
    settings.DATA_DIR = tmp_path


def run(name: str, *arguments: str) -> tuple[int, list[str]]:
    err, out = StringIO(), StringIO()
    try:
        call_command(name, *arguments, stdout=out, stderr=err)
    except CommandError as error:
        return error.returncode, [*err.getvalue().splitlines(), str(error)]
    except SystemExit as end:
        return int(end.code or 0), [*err.getvalue().splitlines(), *out.getvalue().splitlines()]
    return 0, [*err.getvalue().splitlines(), *out.getvalue().splitlines()]


def publish(path: Path, content: str, *options: str) -> tuple[int, list[str]]:
    (path / "tweets.csv").write_text(content)
    return run("publish_tweets", str(path / "tweets.csv"), *options)


def events(name: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM outbox WHERE event = %s", [name])
        return int(cursor.fetchone()[0]) // len(outbox.consumers()[name])


def is_all_counted() -> bool:
    roll_up_user_counters()
    roll_up_tweet_counters()
    return {name for name in reconcile(dry_run=True).wrong if "follow" not in name} == set()


def test_tweets_are_sent_by_the_rules_of_one(
    tmp_path: Path, alice: User, bob: User, mallory: User, person: Any
) -> None:
    alice_says = post_tweet(author=alice, text="Ask me")
    closed = post_tweet(author=alice, text="Mine", reply_policy="mentioned")
    person("gone", suspended_at=timezone.now())
    status, told = publish(
        tmp_path,
        "author,text,reply_to,quote_of,audience,language\n"
        "alice,Hello #tea @bob,,,,ja\n"
        f"@Bob,An answer,{alice_says.pk},,,\n"
        f"bob,,,{alice_says.pk},,\n"
        "nobody,Hello,,,,\n"
        "gone,Hello,,,,\n"
        "alice,   ,,,,\n"
        f"alice,{'x' * 281},,,,\n"
        f"bob,No,{closed.pk},,,\n"
        f"mallory,No,{alice_says.pk},,,\n"
        "bob,No,12x,,,\n"
        "bob,No,,99,,\n"
        "alice,No,,,friends,\n"
        "alice,No,,,mentioned,\n"
        "alice,No,,,,this-is-none\n"
        "alice,Goedemorgen,,,,yue\n",  # what the API takes
    )
    assert status == 1
    assert [line.split(":")[0] for line in told[:-1]] == [
        "line 5, author", "line 6, author", "line 7, text", "line 8, text", "line 9, reply_to",
        "line 10, reply_to", "line 11, reply_to", "line 12, quote_of", "line 13, audience",
        "line 14, audience", "line 15, language",
    ]  # fmt: skip
    assert told[-1] == "4 tweets sent, 11 lines refused."
    assert "line 12, quote_of: There is no such tweet, or the author may not see it." in told
    assert "kept" not in "".join(told)
    hello = Tweet.objects.get(content="Hello #tea @bob")
    assert hello.language == "ja"
    assert list(TweetHashtag.objects.values_list("tweet_id", "hashtag__name")) == [(hello.pk, "tea")]
    assert list(Mention.objects.values_list("tweet_id", "user_id")) == [(hello.pk, bob.pk)]
    assert Tweet.objects.get(content="Goedemorgen").language == "yue"
    assert events("tweet.posted") == 6
    assert is_all_counted()
    alice_says.refresh_from_db()
    assert (alice_says.replies_count, alice_says.quotes_count) == (1, 1)


def test_followers_get_what_was_sent_when_workers_run(tmp_path: Path, alice: User, bob: User) -> None:
    publish(tmp_path, "author,text\nalice,One\nalice,Two\n")
    outbox.drain()
    found = Tweet.objects.filter(author=alice).newest_first().values_list("pk", flat=True)
    assert timeline_ids(bob.pk, Cursor()) == list(found)


def test_second_run_sends_nothing_twice(tmp_path: Path, alice: User) -> None:
    lines = "author,text,key\nalice,One,\nalice,Two,\nalice,Two,\nalice,Two,again\n"
    status, told = publish(tmp_path, lines, "--batch", "2")
    assert (status, told) == (0, ["3 tweets sent, 1 was already, 0 lines refused."])
    status, told = publish(tmp_path, lines + "alice,Three,\n")
    assert told == ["1 tweet sent, 4 were already, 0 lines refused."]
    assert publish(tmp_path, lines + "bob,Hi,\n", "--from-line", "6")[1][-1].startswith("0 tweets sent")
    assert is_all_counted()


def test_dry_run_sends_nothing(tmp_path: Path, alice: User) -> None:
    status, told = publish(tmp_path, "author,text\nalice,One\nalice, \n", "--dry-run")
    assert (status, told[-1]) == (1, "1 tweet would be sent, 1 line refused.")
    assert not Tweet.objects.exists()
    assert events("tweet.posted") == 0


def test_queries_do_not_grow_with_plain_tweets(alice: User, django_assert_num_queries: Any) -> None:
    columns = ("reply_to", "quote_of", "audience", "reply_policy", "content_warning", "language", "key")
    blank = dict.fromkeys(columns, "")
    for prefix, count in (("a", 2), ("b", 200)):
        rows = [
            Row(number, {"author": "alice", "text": f"{prefix} {number} #tea", **blank})
            for number in range(count)
        ]
        with django_assert_num_queries(11):
            bulk_publish(rows, Work())


@pytest.fixture
def written(alice: User, bob: User) -> list[Tweet]:
    """Of alice: a tweet with a reply, a quote and a picture, a plain one, a retweet."""
    first = post_tweet(author=alice, text="First #tea")
    post_tweet(author=bob, text="Reply", reply_to=first)
    other = post_tweet(author=bob, text="Quote", quote_of=first)
    second = post_tweet(author=alice, text="Answer", reply_to=other)
    retweet(user=alice, tweet=other)
    add_media(first)
    return [first, second, other]


def test_tweets_of_a_file_are_deleted_as_their_authors_would(tmp_path: Path, written: list[Tweet]) -> None:
    first, second, other = written
    link = Retweet.objects.get()
    ids = tmp_path / "ids.txt"
    ids.write_text(f"{first.pk}\n{second.pk}\n{link.retweet_id}\nx\n77\n{first.pk}\n")
    dry = run("delete_tweets", "--ids", str(ids), "--dry-run")
    assert dry[1][-1] == "3 tweets would be deleted, 2 lines refused."
    assert Tweet.objects.visible().count() == 5
    status, told = run("delete_tweets", "--ids", str(ids))
    assert status == 1
    assert [line.split(":")[0] for line in told[:-1]] == ["line 4, id", "line 5, id"]
    assert told[-1] == "3 tweets deleted, 2 lines refused."
    assert set(Tweet.objects.visible().values_list("content", flat=True)) == {"Reply", "Quote"}
    assert not Retweet.objects.exists()
    assert not TweetMedia.objects.exists()
    assert events("tweet.deleted") == 3
    assert is_all_counted()
    assert (
        run("delete_tweets", "--ids", str(ids))[1][-1] == "0 tweets deleted, 2 were already, 3 lines refused."
    )
    other.refresh_from_db()
    assert (other.replies_count, other.retweets_count) == (0, 0)


def test_tweets_of_an_author_are_deleted_up_to_a_moment(written: list[Tweet], alice: User, bob: User) -> None:
    late = make_tweet(alice, "Late")
    before = (id_time(late.pk) - timedelta(microseconds=1)).isoformat()
    assert run("delete_tweets", "--author", "nobody", "--before", before)[0] == 1
    assert run("delete_tweets", "--ids", "x.txt", "--before", before)[1] == ["--before goes with --author."]
    status, told = run("delete_tweets", "--author", "@Alice", "--before", before, "--batch", "2")
    assert (status, told) == (0, ["3 tweets deleted, 0 lines refused."])
    assert set(Tweet.objects.visible().values_list("content", flat=True)) == {"Reply", "Quote", "Late"}
    assert run("delete_tweets", "--author", "Alice") == (0, ["1 tweet deleted, 0 lines refused."])


def test_tables_are_analysed_when_something_was_done(
    tmp_path: Path, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    analysed: list[None] = []
    monkeypatch.setattr(bulk_command, "refresh_statistics", lambda: analysed.append(None))
    publish(tmp_path, "author,text\nalice,One\n", "--dry-run")
    publish(tmp_path, "author,text\nnobody,One\n")
    assert analysed == []
    publish(tmp_path, "author,text\nalice,One\nnobody,Two\n", "--strict")  # that it stops is no reason not to
    assert analysed == [None]
