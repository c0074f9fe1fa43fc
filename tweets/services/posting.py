"""Saying something, and taking it back."""

from collections.abc import Iterable, Sequence
from typing import Any, TypedDict, Unpack

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User, UserCounterDelta
from social.queries import relation_between, relations_between
from tweets.models import Audience, CounterDelta, Hashtag, Mention, Tweet, TweetHashtag
from tweets.rules import can_mention, can_quote, can_reply
from tweets.services.attachments import attach_media, detach_media
from tweets.services.polls import PollInput, accepted_poll, attach_poll
from tweets.timelines import fanout, freshness
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

WARNING_LENGTH, LANGUAGE_LENGTH = 200, 10


class EmptyTweet(DomainError):
    code = "empty"
    message = _("Write something first.")


class TooLong(DomainError):
    code = "too_long"
    message = _("This is longer than 280 characters. Shorten it a little.")


class ReplyGone(DomainError):
    code = "reply_gone"
    message = _("The tweet you reply to is gone. Your text is kept: send it as a new tweet.")


class QuoteGone(DomainError):
    code = "quote_gone"
    message = _("The tweet you quote is gone. Your text is kept: send it as a new tweet.")


class MayNotReply(Forbidden):
    message = _("The author chose who can reply to this tweet.")


class MayNotQuote(Forbidden):
    message = _("This tweet is not for everyone, so it cannot be quoted.")


class MentionNobody(DomainError):
    code = "mention_nobody"
    message = _("Only people mentioned can read this, and you mention nobody. Name them with @.")


class MediaAndPoll(DomainError):
    code = "media_and_poll"
    message = _("A tweet has pictures or a poll, not both. Remove the pictures or the poll.")


class WarningTooLong(DomainError):
    code = "warning_too_long"
    message = _("The content warning is longer than 200 characters. Shorten it a little.")


class Choices(TypedDict, total=False):
    """How a tweet is shown: to whom, who may answer, behind which words, in which language."""

    audience: str
    reply_policy: str
    content_warning: str
    is_sensitive: bool
    language: str


_CLAIM_KEY = """
    INSERT INTO idempotency_keys (id, created_at, user_id, key, tweet_id) VALUES (%s, now(), %s, %s, %s)
    ON CONFLICT (user_id, key) DO NOTHING
"""
# one statement with the event: see `outbox.change_and_emit`
_COUNT_ONE = """
    WITH counted AS (
        INSERT INTO user_counter_deltas (user_id, kind, delta) VALUES (%(author)s, 'tweets', 1)),
    named AS (
        INSERT INTO tweet_counter_deltas (tweet_id, kind, delta)
        SELECT id, kind, 1 FROM unnest(%(tweets)s::bigint[], %(kinds)s::text[]) AS parent (id, kind)),
    changed AS (SELECT)
"""


@transaction.atomic
def post_tweet(
    *,
    author: User,
    text: str,
    reply_to: Tweet | None = None,
    quote_of: Tweet | None = None,
    media_ids: Sequence[int] = (),
    poll: PollInput | None = None,
    idempotency_key: str = "",
    **choices: Unpack[Choices],
) -> Tweet:
    """Stores a tweet, reply or quote with all it names; with a key already used, returns the first tweet.

    Text may be blank beside pictures (else EmptyTweet: a quote without words is a retweet) and has at most
    280 weighted characters (TooLong). Refuses a reply to what is gone (ReplyGone) or closed (MayNotReply), a
    quote that is gone (QuoteGone) or not for everyone (MayNotQuote), an audience of nobody (MentionNobody),
    what `claim_media` and `accepted_poll` refuse, both together (MediaAndPoll), and too many in a short time
    (RateLimited).
    """
    content = accepted_text(text, may_be_blank=bool(media_ids) and poll is None)
    asked = accepted_poll(poll) if poll else None
    if media_ids and asked:
        raise MediaAndPoll
    identifier = next_id()
    if idempotency_key and not _claim_key(author, idempotency_key[:100], identifier):
        return Tweet.objects.get(pk=_tweet_of_key(author, idempotency_key[:100]))
    limits.check("tweet", author.pk)
    named = checked_parents(author, reply_to, quote_of)
    chosen = accepted_choices(author, choices)
    told = people_told(author.pk, content, chosen.get("audience", Audience.PUBLIC))
    tweet = Tweet.objects.create(id=identifier, author=author, content=content, **named, **chosen)
    link_hashtags([tweet])
    Mention.objects.bulk_create([Mention(user=person, tweet=tweet) for person in told])
    attach_media(author, tweet, media_ids)
    if asked:
        attach_poll(tweet, asked)
    _tell(tweet)
    return tweet


def _tell(tweet: Tweet) -> None:
    """Counts and tells in one statement."""
    named = list(_deltas(tweet, 1))
    parents, kinds = [delta.tweet_id for delta in named], [str(delta.kind) for delta in named]
    counted = {"author": tweet.author_id, "tweets": parents, "kinds": kinds}
    outbox.change_and_emit(_COUNT_ONE, counted, "tweet.posted", tweet_id=tweet.pk, author_id=tweet.author_id)
    if parents:
        freshness.forget_after_commit(counts=parents)
    transaction.on_commit(lambda: fanout.show_author(tweet.author_id, tweet.pk))


def checked_parents(author: User, reply_to: Tweet | None, quote_of: Tweet | None) -> dict[str, Any]:
    """The tweets named, as columns, after a last look whether they may be."""
    if reply_to is not None:
        _check_reply(author, reply_to)
    if quote_of is not None:
        _check_quote(author, quote_of)
    answered = reply_to.author_id if reply_to else None
    return {"in_reply_to": reply_to, "in_reply_to_user_id": answered, "quote_of": quote_of}


def accepted_choices(author: User, choices: Choices) -> dict[str, Any]:
    """The choices as columns; refuses a content warning that is too long (WarningTooLong)."""
    warning = normalise(choices.get("content_warning", "")).strip()
    if len(warning) > WARNING_LENGTH:
        raise WarningTooLong
    language = choices.get("language") or author.language
    return {**choices, "content_warning": warning, "language": language}


def accepted_text(text: str, *, may_be_blank: bool = False) -> str:
    """The text as it is stored; refuses what may not be tweeted (EmptyTweet, TooLong)."""
    content = normalise(text)
    if is_blank(content):
        if may_be_blank:
            return ""
        raise EmptyTweet
    if weighted_length(content) > TWEET_LENGTH:
        raise TooLong
    return content


@transaction.atomic
def delete_tweet(*, actor: User, tweet: Tweet) -> None:
    """Takes the author's tweet back, from every timeline too; doing it twice is doing it once."""
    if tweet.author_id != actor.pk:
        raise Forbidden
    gone = {"deleted_at": timezone.now(), "updated_at": timezone.now()}
    counted = Tweet.objects.visible().filter(pk=tweet.pk).update(**gone)
    # a hidden one counts no more
    if counted or Tweet.objects.filter(pk=tweet.pk, deleted_at=None).update(**gone):
        detach_media(tweet)
        if counted:
            count_tweets([tweet], -1)
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


def _check_quote(author: User, quoted: Tweet) -> None:
    """The quoted tweet may have gone, or its author may have blocked the writer, in the meantime."""
    if not Tweet.objects.visible().filter(pk=quoted.pk).exists():
        raise QuoteGone
    if relation_between(author.pk, quoted.author_id).is_blocked:
        raise QuoteGone
    if not can_quote(
        author.pk,
        author_id=quoted.author_id,
        author_is_private=quoted.author.is_private,
        audience=quoted.audience,
    ):
        raise MayNotQuote


def link_hashtags(tweets: Sequence[Tweet]) -> None:
    """Stores which hashtags the tweets bear; three queries however many they are."""
    found = {tweet: {tag.key: tag.name for tag in hashtags(tweet.content)} for tweet in tweets}
    displays = {key: name for tags in found.values() for key, name in tags.items()}
    if not displays:
        return
    # in one order everywhere, so that two tweets naming the same new tags do not wait for each other
    rows = [Hashtag(name=key, display=displays[key]) for key in sorted(displays)]
    Hashtag.objects.bulk_create(rows, ignore_conflicts=True)
    ids = dict(Hashtag.objects.filter(name__in=displays).values_list("name", "id"))
    TweetHashtag.objects.bulk_create(
        [TweetHashtag(hashtag_id=ids[key], tweet=tweet) for tweet, tags in found.items() for key in tags]
    )


def people_told(author_id: int, content: str, audience: str) -> list[User]:
    """Whom a text mentions and may mention; MentionNobody when only people mentioned are to read it."""
    names = mentioned_usernames(content)
    if not names and audience != Audience.MENTIONED:
        return []
    people = list(User.objects.reachable().filter(username__in=names))
    relations = relations_between(author_id, [person.pk for person in people])
    told = [
        person
        for person in people
        if not relations[person.pk].is_blocked
        and can_mention(author_id, person, target_follows_author=relations[person.pk].followed_by)
    ]
    if audience == Audience.MENTIONED and not any(person.pk != author_id for person in told):
        raise MentionNobody
    return told


def count_tweets(tweets: Sequence[Tweet], step: int) -> None:
    """Counts tweets with their authors and with what they answer and quote: 1 for new ones, -1 for gone."""
    kind = UserCounterDelta.Kind.TWEETS
    UserCounterDelta.objects.bulk_create(
        [UserCounterDelta(user_id=tweet.author_id, kind=kind, delta=step) for tweet in tweets]
    )
    deltas = CounterDelta.objects.bulk_create([delta for tweet in tweets for delta in _deltas(tweet, step)])
    if deltas:
        freshness.forget_after_commit(counts=[delta.tweet_id for delta in deltas])


def _deltas(tweet: Tweet, step: int) -> Iterable[CounterDelta]:
    if tweet.in_reply_to_id:
        yield CounterDelta(tweet_id=tweet.in_reply_to_id, kind=CounterDelta.Kind.REPLIES, delta=step)
    if tweet.quote_of_id:
        yield CounterDelta(tweet_id=tweet.quote_of_id, kind=CounterDelta.Kind.QUOTES, delta=step)
