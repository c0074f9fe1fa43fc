"""Asking a question, answering it, and telling everybody how it ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from tweets.models import Poll, PollOption, PollVote, Tweet
from tweets.timelines import freshness
from twitterclone.lib import limits
from twitterclone.lib.errors import DomainError
from twitterclone.lib.realtime import tell_watchers
from twitterclone.lib.text import is_blank, normalise

MOST_OPTIONS: Final = 4
OPTION_LENGTH: Final = 50
SHORTEST, LONGEST = 5 * 60, 30 * 24 * 60 * 60  # seconds


@dataclass(frozen=True, slots=True)
class PollInput:
    """What is asked along with a tweet; `expires_in` is in seconds."""

    options: tuple[str, ...]
    expires_in: int
    multiple: bool = False
    hide_totals: bool = False


class PollOptionsRefused(DomainError):
    code = "poll_options"
    message = _("A poll has two to four different answers of up to 50 characters.")


class PollTimeRefused(DomainError):
    code = "poll_time"
    message = _("A poll runs for at least five minutes and at most thirty days.")


class PollClosed(DomainError):
    code = "poll_closed"
    message = _("This poll has ended.")


class AlreadyVoted(DomainError):
    code = "already_voted"
    message = _("You have voted in this poll already.")


class OwnPoll(DomainError):
    code = "own_poll"
    message = _("This is your own poll: the answers are up to the others.")


class BadChoice(DomainError):
    code = "bad_choice"
    message = _("Choose one of the answers.")


def accepted_poll(poll: PollInput) -> PollInput:
    """The poll as it is stored; refuses what is none (PollOptionsRefused, PollTimeRefused)."""
    options = tuple(normalise(option).strip() for option in poll.options)
    if not 2 <= len(options) <= MOST_OPTIONS or len({option.casefold() for option in options}) < len(options):
        raise PollOptionsRefused
    if any(is_blank(option) or len(option) > OPTION_LENGTH for option in options):
        raise PollOptionsRefused
    if not SHORTEST <= poll.expires_in <= LONGEST:
        raise PollTimeRefused
    return PollInput(options, poll.expires_in, poll.multiple, poll.hide_totals)


def attach_poll(tweet: Tweet, poll: PollInput) -> Poll:
    """Stores an accepted poll with its tweet, in the transaction of the tweet."""
    row = Poll.objects.create(
        tweet=tweet,
        expires_at=timezone.now() + timedelta(seconds=poll.expires_in),
        multiple=poll.multiple,
        hide_totals=poll.hide_totals,
    )
    PollOption.objects.bulk_create(
        [PollOption(poll=row, position=position, text=text) for position, text in enumerate(poll.options)]
    )
    return row


@transaction.atomic
def vote(*, user: User, tweet: Tweet, choices: Sequence[int]) -> Poll:
    """Gives the user's answer, once: the positions of one option, or of several where that is allowed.

    The caller has fetched the tweet by `tweet_for`. Refuses PollClosed, AlreadyVoted, OwnPoll, BadChoice.
    """
    limits.check("vote", user.pk)
    # the row is held so that of two votes sent at once the second finds the first
    poll = Poll.objects.select_for_update().filter(tweet=tweet).first()
    if poll is None or not choices:
        raise BadChoice
    if poll.expires_at <= timezone.now():
        raise PollClosed
    if tweet.author_id == user.pk:
        raise OwnPoll
    if PollVote.objects.filter(option__poll=poll, user=user).exists():
        raise AlreadyVoted
    wanted = set(choices)
    options = [option for option in PollOption.objects.filter(poll=poll) if option.position in wanted]
    if len(options) != len(wanted) or (len(wanted) > 1 and not poll.multiple):
        raise BadChoice
    PollVote.objects.bulk_create([PollVote(option=option, user=user) for option in options])
    PollOption.objects.filter(pk__in=[option.pk for option in options]).update(
        votes_count=F("votes_count") + 1
    )
    Poll.objects.filter(pk=poll.pk).update(voters_count=F("voters_count") + 1)
    freshness.forget_after_commit(tweets=[tweet.pk])
    transaction.on_commit(lambda: tell_watchers([tweet.pk]), robust=True)
    return poll
