"""What a person keeps: bookmarks, seen by nobody else, and the tweets pinned on top of their profile."""

from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from tweets.models import Bookmark, PinnedTweet, Tweet
from tweets.rules import can_pin
from tweets.timelines import freshness
from twitterclone.lib import limits
from twitterclone.lib.errors import DomainError, Forbidden

MOST_PINS: Final = 5


class MayNotPin(Forbidden):
    message = _("You can pin your own tweets, but not those for mentioned people only.")


class TooManyPins(DomainError):
    code = "too_many_pins"
    message = _("Five tweets are pinned already. Unpin one of them first.")


def bookmark_tweet(*, user: User, tweet: Tweet) -> bool:
    """Keeps the tweet for later; False when it was kept already."""
    limits.check("bookmark", user.pk)
    is_new = Bookmark.objects.get_or_create(user=user, tweet=tweet)[1]
    freshness.forget_after_commit(marks=[user.pk])
    return is_new


def unbookmark_tweet(*, user: User, tweet: Tweet) -> bool:
    """Lets go of it; False when it was not kept."""
    deleted, _rows = Bookmark.objects.filter(user=user, tweet=tweet).delete()
    freshness.forget_after_commit(marks=[user.pk])
    return deleted > 0


@transaction.atomic
def pin_tweet(*, user: User, tweet: Tweet) -> bool:
    """Puts the tweet on top of the author's profile; False when it stands there. Five at most."""
    if not can_pin(user.pk, author_id=tweet.author_id, audience=tweet.audience):
        raise MayNotPin
    User.objects.select_for_update(of=("self",)).only("id").get(pk=user.pk)  # one after the other
    pins = PinnedTweet.objects.filter(user=user)
    if pins.filter(tweet=tweet).exists():
        return False
    if pins.count() >= MOST_PINS:
        raise TooManyPins
    PinnedTweet.objects.create(user=user, tweet=tweet)
    freshness.forget_after_commit(marks=[user.pk])
    return True


def unpin_tweet(*, user: User, tweet: Tweet) -> bool:
    """Takes it down again; False when it did not stand there."""
    deleted, _rows = PinnedTweet.objects.filter(user=user, tweet=tweet).delete()
    freshness.forget_after_commit(marks=[user.pk])
    return deleted > 0
