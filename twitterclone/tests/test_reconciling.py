"""Counters say what counting says, whoever likes meanwhile; what was wrong is mended and told."""

import json
from io import StringIO
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F

from accounts.counters import roll_up_user_counters
from accounts.models import User, UserCounterDelta
from social.services.following import follow_user, unfollow_user
from tweets.counters import roll_up_tweet_counters
from tweets.models import CounterDelta, Poll, PollOption, Tweet
from tweets.services.engagement import like_tweet, retweet, unlike_tweet
from tweets.services.polls import PollInput, vote
from tweets.services.posting import delete_tweet, post_tweet
from tweets.tests.factories import make_tweet
from twitterclone import reconciling
from twitterclone.dashboard import figures
from twitterclone.reconciling import last_wrong, reconcile

pytestmark = pytest.mark.django_db

KINDS = ("likes_count", "retweets_count", "replies_count", "quotes_count")


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, settings: Any) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path


def roll_up() -> None:
    roll_up_user_counters()
    roll_up_tweet_counters()


def counts(row: Any, *names: str) -> tuple[int, ...]:
    row.refresh_from_db(fields=list(names))
    return tuple(getattr(row, name) for name in names)


@pytest.fixture
def busy(alice: User, bob: User, charlie: User) -> Tweet:
    """A tweet with something of everything, by the services; some of it taken back."""
    tweet = post_tweet(author=alice, text="Tea?", poll=PollInput(("Yes", "No"), 3600))
    for user in (bob, charlie):
        follow_user(follower=user, following=alice)
        like_tweet(user=user, tweet=tweet)
        retweet(user=user, tweet=tweet)
        vote(user=user, tweet=tweet, choices=[0])
        post_tweet(author=user, text="Yes", reply_to=tweet)
        post_tweet(author=user, text="So they ask", quote_of=tweet)
    unlike_tweet(user=bob, tweet=tweet)
    unfollow_user(follower=charlie, following=alice)
    delete_tweet(actor=bob, tweet=Tweet.objects.get(author=bob, in_reply_to=tweet))
    return tweet


def test_nothing_is_wrong_before_and_after_the_roll_up(busy: Tweet, bob: User) -> None:
    User.objects.update(followers_count=0)
    UserCounterDelta.objects.filter(user_id=busy.author_id, kind="followers").delete()
    UserCounterDelta.objects.create(user_id=busy.author_id, kind="followers", delta=1)
    UserCounterDelta.objects.filter(user_id=bob.pk, kind="following").delete()
    UserCounterDelta.objects.create(user_id=bob.pk, kind="following", delta=1)
    assert reconcile().wrong == {}
    roll_up()
    report = reconcile()
    assert report.wrong == {}
    assert report.complete
    assert report.rows == {"users": 3, "tweets": Tweet.objects.count(), "polls": 1}


def test_wrong_counters_are_mended_when_steps_wait(busy: Tweet, alice: User) -> None:
    roll_up()
    like_tweet(user=alice, tweet=busy)  # waits while the rest is compared
    Tweet.objects.filter(pk=busy.pk).update(likes_count=70_000, replies_count=0, quotes_count=5)
    User.objects.filter(pk=alice.pk).update(tweets_count=9, followers_count=0, following_count=2)
    PollOption.objects.filter(poll__tweet=busy).update(votes_count=F("votes_count") + 1)
    Poll.objects.filter(tweet=busy).update(voters_count=0)

    seen = reconcile(dry_run=True)
    assert seen.wrong["tweets.likes"] == 1
    assert counts(busy, "likes_count") == (70_000,)

    report = reconcile()
    assert report.wrong == seen.wrong
    assert {name for name in report.wrong if name.startswith("polls")} == {"polls.votes", "polls.voters"}
    assert ("tweets", (busy.pk, "likes", 70_001, 2)) in report.examples
    assert reconcile().wrong == {}
    roll_up()
    assert counts(busy, *KINDS) == (2, 2, 1, 2)
    assert counts(alice, "followers_count", "following_count", "tweets_count") == (1, 0, 1)
    assert list(PollOption.objects.order_by("position").values_list("votes_count", flat=True)) == [2, 0]
    assert Poll.objects.get(tweet=busy).voters_count == 2
    assert not CounterDelta.objects.exists()


def test_every_row_is_looked_at_when_batches_are_small(alice: User) -> None:
    tweets = [make_tweet(alice, likes_count=1) for _ in range(7)]
    User.objects.update(tweets_count=7)
    report = reconcile(batch=2)
    assert report.rows["tweets"] == 7
    assert report.wrong == {"tweets.likes": 7}
    roll_up()
    assert {counts(tweet, "likes_count") for tweet in tweets} == {(0,)}


def test_report_is_kept_and_shown_when_a_run_breaks_off(
    alice: User, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_tweet(alice, likes_count=3)

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reconcile(tell=interrupted)
    kept = json.loads(next((data_dir / "reconcile").glob("*.json")).read_text())
    assert kept["complete"] is False
    assert kept["wrong"] == last_wrong() == {"users.tweets": 1}
    shown = figures()[-1]
    assert (shown.label, shown.value, shown.is_alarming) == ("Wrong counters", "1", True)
    assert reconcile().wrong == {"tweets.likes": 1}  # the user's was mended before

    monkeypatch.setattr(reconciling, "_note", interrupted)
    with pytest.raises(CommandError, match="Interrupted") as refused:
        call_command("reconcile_counters", stdout=StringIO(), stderr=StringIO())
    assert refused.value.returncode == 130


def test_command_tells_what_was_wrong(alice: User) -> None:
    tweet = make_tweet(alice, likes_count=3)
    User.objects.update(tweets_count=1)
    out, err = StringIO(), StringIO()
    call_command("reconcile_counters", "--dry-run", stdout=out, stderr=err)
    assert f"tweets {tweet.pk}: likes said 3, 0 counted" in out.getvalue()
    assert "1 counter wrong, nothing was mended" in out.getvalue()
    assert err.getvalue() == ""


def test_command_rewrites_one_line_on_a_terminal(alice: User) -> None:
    class Terminal(StringIO):
        def isatty(self) -> bool:
            return True

    err = Terminal()
    call_command("reconcile_counters", "--dry-run", stdout=StringIO(), stderr=err)
    assert "\r\x1b[Kusers: 1 row, 0 counters wrong so far" in err.getvalue()
    assert err.getvalue().endswith("\r\x1b[K")
    assert "\n" not in err.getvalue()


@pytest.mark.django_db(transaction=True)
def test_likes_and_roll_ups_beside_it_make_nothing_wrong(alice: User, person: Any, settings: Any) -> None:
    settings.RATE_LIMITS = False
    tweets = [post_tweet(author=alice, text=f"{number}") for number in range(5)]
    fans = [person(f"fan_{number}") for number in range(4)]
    stop = Event()

    def press(fan: User) -> None:
        try:
            while not stop.is_set():
                for tweet in tweets:
                    like_tweet(user=fan, tweet=tweet)
                    unlike_tweet(user=fan, tweet=tweet)
        finally:
            connection.close()

    def add_up() -> None:
        try:
            while not stop.is_set():
                roll_up()
        finally:
            connection.close()

    hands = [Thread(target=press, args=(fan,)) for fan in fans] + [Thread(target=add_up)]
    for hand in hands:
        hand.start()
    found = [reconcile(batch=3).wrong for _ in range(30)]
    stop.set()
    for hand in hands:
        hand.join()
    assert found == [{}] * 30
    roll_up()
    assert {counts(tweet, "likes_count") for tweet in tweets} == {(0,)}
