"""Taking a tweet out of sight, and back: the author's words stay as they are."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from tweets.models import Tweet
from tweets.services.posting import count_tweets
from twitterclone.lib import outbox
from twitterclone.lib.errors import Forbidden
from twitterclone.lib.text import normalise


@transaction.atomic
def hide_tweet(*, actor: User, tweet: Tweet, reason: str = "") -> bool:
    """Hides the tweet from everybody but its author, who is told, with the reason; only staff may.

    It counts no more. False when it was hidden or deleted already.
    """
    _check(actor)
    now = timezone.now()
    hidden = Tweet.objects.visible().filter(pk=tweet.pk)
    if not hidden.update(hidden_at=now, updated_at=now, hidden_reason=normalise(reason).strip()[:200]):
        return False
    count_tweets([tweet], -1)
    outbox.emit("tweet.deleted", tweet_id=tweet.pk, author_id=tweet.author_id)
    outbox.emit("tweet.hidden", tweet_id=tweet.pk, author_id=tweet.author_id)
    return True


@transaction.atomic
def show_tweet(*, actor: User, tweet: Tweet) -> bool:
    """Shows a hidden tweet again, in its old place; only staff may.

    False when it was not hidden, or is deleted.
    """
    _check(actor)
    shown = Tweet.objects.filter(pk=tweet.pk, hidden_at__isnull=False, deleted_at=None)
    if not shown.update(hidden_at=None, hidden_reason="", updated_at=timezone.now()):
        return False
    count_tweets([tweet], 1)
    outbox.emit("tweet.posted", tweet_id=tweet.pk, author_id=tweet.author_id)
    outbox.emit("tweet.shown", tweet_id=tweet.pk, author_id=tweet.author_id)
    return True


def _check(actor: User) -> None:
    if not actor.is_staff:
        raise Forbidden
