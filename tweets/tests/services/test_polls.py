"""Polls: asked, answered once, ended once."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import User
from tweets.housekeeping import close_polls
from tweets.models import Poll, PollOption, PollVote, Tweet
from tweets.queries.cards import card_for
from tweets.services import polls
from tweets.services.polls import PollInput, vote
from tweets.services.posting import EmptyTweet, post_tweet
from tweets.tests.factories import add_poll, make_tweet
from twitterclone.lib.errors import DomainError

pytestmark = pytest.mark.django_db
HOUR = 3600


def asked(author: User, *options: str, **fields: bool) -> Tweet:
    poll = PollInput(options or ("Tea", "Coffee"), HOUR, **fields)
    return post_tweet(author=author, text="What will it be?", poll=poll)


def end(tweet: Tweet) -> None:
    long_ago = timezone.now() - timedelta(days=2)
    Poll.objects.filter(tweet=tweet).update(
        created_at=long_ago, expires_at=timezone.now() - timedelta(hours=1)
    )


def test_poll_is_stored_with_its_tweet_and_shown_to_be_answered(alice: User, bob: User) -> None:
    tweet = asked(alice, " Tea ", "Coffee", "Water")
    card = card_for(bob.pk, tweet.pk)
    assert card is not None
    assert card.poll is not None
    assert [option.text for option in card.poll.options] == ["Tea", "Coffee", "Water"]
    assert (card.poll.can_vote, card.poll.shows_results) == (True, False)
    own = card_for(alice.pk, tweet.pk)
    assert own is not None
    assert own.poll is not None
    assert (own.poll.can_vote, own.poll.shows_results, own.poll.is_own) == (False, True, True)


@pytest.mark.parametrize(
    ("options", "seconds", "error"),
    [
        (("One",), HOUR, polls.PollOptionsRefused),
        (("1", "2", "3", "4", "5"), HOUR, polls.PollOptionsRefused),
        (("Yes", " yes "), HOUR, polls.PollOptionsRefused),
        (("Yes", "  "), HOUR, polls.PollOptionsRefused),
        (("Yes", "x" * 51), HOUR, polls.PollOptionsRefused),
        (("Yes", "No"), 0, polls.PollTimeRefused),
        (("Yes", "No"), -5, polls.PollTimeRefused),
        (("Yes", "No"), 31 * 24 * HOUR, polls.PollTimeRefused),
    ],
)
def test_poll_is_refused_when_it_is_none(
    alice: User, options: tuple[str, ...], seconds: int, error: type[DomainError]
) -> None:
    with pytest.raises(error):
        post_tweet(author=alice, text="?", poll=PollInput(options, seconds))
    assert not Tweet.objects.exists()


def test_poll_needs_a_question(alice: User) -> None:
    with pytest.raises(EmptyTweet):
        post_tweet(author=alice, text=" ", poll=PollInput(("Yes", "No"), HOUR))


def test_vote_is_counted_and_shown_when_given(alice: User, bob: User) -> None:
    tweet = asked(alice)
    vote(user=bob, tweet=tweet, choices=[1])
    card = card_for(bob.pk, tweet.pk)
    assert card is not None
    assert card.poll is not None
    assert [(o.votes, o.percent, o.chosen) for o in card.poll.options] == [(0, 0, False), (1, 100, True)]
    assert (card.poll.voted, card.poll.shows_results, card.poll.voters_count) == (True, True, 1)


def test_several_answers_are_one_voter_when_allowed(alice: User, bob: User, charlie: User) -> None:
    tweet = asked(alice, "A", "B", "C", multiple=True)
    vote(user=bob, tweet=tweet, choices=[0, 2, 2])
    vote(user=charlie, tweet=tweet, choices=[2])
    card = card_for(alice.pk, tweet.pk)
    assert card is not None
    assert card.poll is not None
    assert [(o.votes, o.percent) for o in card.poll.options] == [(1, 50), (0, 0), (2, 100)]
    assert (card.poll.votes_count, card.poll.voters_count) == (3, 2)


@pytest.mark.parametrize("choices", [[], [7], [-1], [0, 1]])
def test_vote_is_refused_when_the_choice_is_none(alice: User, bob: User, choices: list[int]) -> None:
    tweet = asked(alice)
    with pytest.raises(polls.BadChoice):
        vote(user=bob, tweet=tweet, choices=choices)
    assert not PollVote.objects.exists()


def test_vote_is_refused_when_given_twice_own_ended_or_without_poll(alice: User, bob: User) -> None:
    tweet = asked(alice)
    vote(user=bob, tweet=tweet, choices=[0])
    with pytest.raises(polls.AlreadyVoted):
        vote(user=bob, tweet=tweet, choices=[1])
    with pytest.raises(polls.OwnPoll):
        vote(user=alice, tweet=tweet, choices=[1])
    with pytest.raises(polls.BadChoice):
        vote(user=bob, tweet=make_tweet(alice), choices=[0])
    other = asked(alice)
    end(other)
    with pytest.raises(polls.PollClosed):
        vote(user=bob, tweet=other, choices=[0])


def test_totals_stay_hidden_until_the_end_when_wished(alice: User, bob: User) -> None:
    tweet = asked(alice, hide_totals=True)
    vote(user=bob, tweet=tweet, choices=[0])
    card = card_for(bob.pk, tweet.pk)
    assert card is not None
    assert card.poll is not None
    assert not card.poll.shows_results
    end(tweet)
    card = card_for(bob.pk, tweet.pk)
    assert card is not None
    assert card.poll is not None
    assert card.poll.shows_results


@pytest.mark.django_db(transaction=True)
def test_vote_is_counted_once_when_sent_twice_at_the_same_time(alice: User, bob: User) -> None:
    tweet = make_tweet(alice)
    add_poll(tweet)
    told: list[str] = []
    barrier = threading.Barrier(2)

    def send() -> None:
        barrier.wait()
        try:
            vote(user=bob, tweet=tweet, choices=[0])
            told.append("counted")
        except polls.AlreadyVoted:
            told.append("already")
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(told) == ["already", "counted"]
    assert sum(PollOption.objects.values_list("votes_count", flat=True)) == 1
    assert Poll.objects.get().voters_count == 1


def test_end_is_told_exactly_once(alice: User) -> None:
    ended, running = asked(alice), asked(alice)
    end(ended)
    assert close_polls() == 1
    assert close_polls() == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT payload->>'tweet_id' FROM outbox WHERE event = 'poll.ended'")
        assert cursor.fetchall() == [(str(ended.pk),)]
    assert Poll.objects.get(tweet=running).closed_at is None
