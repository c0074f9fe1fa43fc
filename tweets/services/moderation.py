"""Taking a tweet out of sight, and back: the author's words stay as they are."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from tweets.models import Tweet
from twitterclone.lib import outbox
from twitterclone.lib.errors import Forbidden


@transaction.atomic
def hide_tweet(*, actor: User, tweet: Tweet) -> bool:
    """Hides the tweet from everybody but its author's export; only staff may. False when it was hidden."""
    _check(actor)
    now = timezone.now()
    hidden = Tweet.objects.filter(pk=tweet.pk, hidden_at=None).update(hidden_at=now, updated_at=now)
    if hidden:
        outbox.emit("tweet.deleted", tweet_id=tweet.pk, author_id=tweet.author_id)
    return bool(hidden)


@transaction.atomic
def show_tweet(*, actor: User, tweet: Tweet) -> bool:
    """Shows a hidden tweet again, in its old place; only staff may. False when it was not hidden."""
    _check(actor)
    shown = Tweet.objects.filter(pk=tweet.pk, hidden_at__isnull=False).update(
        hidden_at=None, updated_at=timezone.now()
    )
    if shown:
        outbox.emit("tweet.posted", tweet_id=tweet.pk, author_id=tweet.author_id)
    return bool(shown)


def _check(actor: User) -> None:
    if not actor.is_staff:
        raise Forbidden
