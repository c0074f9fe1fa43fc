"""Saying something, and taking it back."""

from collections.abc import Iterable

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User, UserCounterDelta
from social.queries import relation_between, relations_between
from tweets.models import Audience, CounterDelta, Hashtag, Mention, Tweet, TweetHashtag
from tweets.rules import can_mention, can_reply
from tweets.timelines import fanout
from twitterclone.lib import limits, outbox
from twitterclone.lib.errors import DomainError, Forbidden
from twitterclone.lib.ids import next_id
from twitterclone.lib.text import (
    TWEET_LENGTH,
    hashtags,
    is_blank,
    mentioned_usernames,
    normalise,
    weighted_length,
)


class EmptyTweet(DomainError):
    code = "empty"
    message = _("Write something first.")


class TooLong(DomainError):
    code = "too_long"
    message = _("This is longer than 280 characters. Shorten it a little.")


class ReplyGone(DomainError):
    code = "reply_gone"
    message = _("The tweet you reply to is gone. Your text is kept: send it as a new tweet.")


class MayNotReply(Forbidden):
    message = _("The author chose who can reply to this tweet.")


_CLAIM_KEY = """
    INSERT INTO idempotency_keys (id, created_at, user_id, key, tweet_id) VALUES (%s, now(), %s, %s, %s)
    ON CONFLICT (user_id, key) DO NOTHING
"""


@transaction.atomic
def post_tweet(
    *,
    author: User,
    text: str,
    reply_to: Tweet | None = None,
    quote_of: Tweet | None = None,
    audience: str = Audience.PUBLIC,
    content_warning: str = "",
    language: str = "",
    idempotency_key: str = "",
) -> Tweet:
    """Stores a tweet, reply or quote with all it names; with a key already used, returns the first tweet.

    Refuses blank text (EmptyTweet), more than 280 weighted characters (TooLong), a reply to what is gone
    (ReplyGone) or closed (MayNotReply), and too many in a short time (RateLimited).
    """
    content = accepted_text(text)
    identifier = next_id()
    if idempotency_key and not _claim_key(author, idempotency_key[:100], identifier):
        return Tweet.objects.get(pk=_tweet_of_key(author, idempotency_key[:100]))
    limits.check("tweet", author.pk)
    if reply_to is not None:
        _check_reply(author, reply_to)
    tweet = Tweet.objects.create(
        id=identifier,
        author=author,
        content=content,
        content_warning=content_warning,
        language=language or author.language,
        audience=audience,
        in_reply_to=reply_to,
        in_reply_to_user_id=reply_to.author_id if reply_to else None,
        quote_of=quote_of,
    )
    _link_hashtags(tweet)
    _link_mentions(tweet)
    _count(tweet, 1)
    outbox.emit("tweet.posted", tweet_id=tweet.pk, author_id=tweet.author_id)
    transaction.on_commit(lambda: fanout.show_author(tweet.author_id, tweet.pk))
    return tweet


def accepted_text(text: str) -> str:
    """The text as it is stored; refuses what may not be tweeted (EmptyTweet, TooLong)."""
    content = normalise(text)
    if is_blank(content):
        raise EmptyTweet
    if weighted_length(content) > TWEET_LENGTH:
        raise TooLong
    return content


@transaction.atomic
def delete_tweet(*, actor: User, tweet: Tweet) -> None:
    """Takes the author's tweet back, from every timeline too; doing it twice is doing it once."""
    if tweet.author_id != actor.pk:
        raise Forbidden
    taken = Tweet.objects.filter(pk=tweet.pk, deleted_at=None).update(
        deleted_at=timezone.now(), updated_at=timezone.now()
    )
    if taken:
        _count(tweet, -1)
        outbox.emit("tweet.deleted", tweet_id=tweet.pk, author_id=tweet.author_id)


def _claim_key(author: User, key: str, identifier: int) -> bool:
    """Takes the key for this tweet; waits for, and yields to, another submit with the same key."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM_KEY, [next_id(), author.pk, key, identifier])
        return cursor.rowcount == 1


def _tweet_of_key(author: User, key: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tweet_id FROM idempotency_keys WHERE user_id = %s AND key = %s", [author.pk, key]
        )
        return cursor.fetchone()[0]


def _check_reply(author: User, parent: Tweet) -> None:
    """The parent may have gone, or closed, while the reply was written."""
    if not Tweet.objects.visible().filter(pk=parent.pk).exists():
        raise ReplyGone
    relation = relation_between(author.pk, parent.author_id)
    if relation.is_blocked:
        raise ReplyGone
    if not can_reply(
        author.pk,
        author_id=parent.author_id,
        policy=parent.reply_policy,
        author_follows_viewer=relation.followed_by,
        is_mentioned=Mention.objects.filter(user=author, tweet=parent).exists(),
    ):
        raise MayNotReply


def _link_hashtags(tweet: Tweet) -> None:
    found = {tag.key: tag.name for tag in hashtags(tweet.content)}
    if not found:
        return
    # in one order everywhere, so that two tweets naming the same new tags do not wait for each other
    rows = [Hashtag(name=key, display=found[key]) for key in sorted(found)]
    Hashtag.objects.bulk_create(rows, ignore_conflicts=True)
    ids = Hashtag.objects.filter(name__in=found).values_list("id", flat=True)
    TweetHashtag.objects.bulk_create([TweetHashtag(hashtag_id=pk, tweet=tweet) for pk in ids])


def _link_mentions(tweet: Tweet) -> None:
    names = mentioned_usernames(tweet.content)
    if not names:
        return
    people = list(User.objects.reachable().filter(username__in=names))
    relations = relations_between(tweet.author_id, [person.pk for person in people])
    told = [
        person
        for person in people
        if not relations[person.pk].is_blocked
        and can_mention(tweet.author_id, person, target_follows_author=relations[person.pk].followed_by)
    ]
    Mention.objects.bulk_create([Mention(user=person, tweet=tweet) for person in told])


def _count(tweet: Tweet, step: int) -> None:
    UserCounterDelta.objects.create(user_id=tweet.author_id, kind=UserCounterDelta.Kind.TWEETS, delta=step)
    CounterDelta.objects.bulk_create(_deltas(tweet, step))


def _deltas(tweet: Tweet, step: int) -> Iterable[CounterDelta]:
    if tweet.in_reply_to_id:
        yield CounterDelta(tweet_id=tweet.in_reply_to_id, kind=CounterDelta.Kind.REPLIES, delta=step)
    if tweet.quote_of_id:
        yield CounterDelta(tweet_id=tweet.quote_of_id, kind=CounterDelta.Kind.QUOTES, delta=step)
