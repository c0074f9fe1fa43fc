"""Many tweets at once, sent or taken back by the rules of one; for those who run the site, without limits."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import count
from typing import Any, cast

from django.db import connection
from django.utils import timezone

from accounts.models import User
from tweets.models import Audience, Mention, ReplyPolicy, Tweet, TweetMedia
from tweets.queries.access import tweet_for
from tweets.services import posting
from tweets.services.attachments import detach_media
from tweets.services.engagement import undo_retweet
from twitterclone.lib import outbox
from twitterclone.lib.bulk import Tally, Work
from twitterclone.lib.errors import DomainError, NotVisible
from twitterclone.lib.ids import next_id
from twitterclone.lib.sheets import Problem, Row

REQUIRED = ("author", "text")
CHOICES = ("audience", "reply_policy", "content_warning", "language")
OPTIONAL = ("reply_to", "quote_of", *CHOICES, "key")

_CLAIM_KEYS = """
    INSERT INTO idempotency_keys (id, created_at, user_id, key, tweet_id)
    SELECT id, now(), user_id, key, tweet_id
    FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::bigint[]) AS wanted (id, user_id, key, tweet_id)
    ON CONFLICT (user_id, key) DO NOTHING RETURNING tweet_id
"""
_COLUMNS: dict[type[DomainError], str] = {
    posting.EmptyTweet: "text",
    posting.TooLong: "text",
    posting.ReplyGone: "reply_to",
    posting.MayNotReply: "reply_to",
    posting.QuoteGone: "quote_of",
    posting.MayNotQuote: "quote_of",
    posting.WarningTooLong: "content_warning",
    posting.MentionNobody: "audience",
}


# what the pages say is about the text that stands in their box
_WORDS: dict[type[DomainError], str] = {
    posting.EmptyTweet: "The text is empty.",
    posting.TooLong: "This is longer than 280 characters.",
    posting.ReplyGone: "There is no such tweet, or the author may not see it.",
    posting.QuoteGone: "There is no such tweet, or the author may not see it.",
    posting.WarningTooLong: "This is longer than 200 characters.",
    posting.MentionNobody: "Only people mentioned could read this, and nobody is mentioned.",
}


class _Refused(DomainError):
    """A value that no form would let through."""

    def __init__(self, column: str, message: str) -> None:
        self.column = column
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A tweet of a line that is in order, whom it mentions, and the key that sends it only once."""

    tweet: Tweet
    told: list[User]
    key: str


def bulk_publish(rows: Iterable[Row | Problem], work: Work) -> Tally:
    """Sends a tweet, reply or quote for each row, by the rules of `post_tweet` but for its limits.

    Each has a key, its own or one made of all that the row says: a row sent within the last day is not sent
    again, so a run that was broken off is simply run again. Followers, mentions and figures hear of each as
    of any other tweet.
    """

    def handle(batch: list[Row]) -> None:
        names = {_handle(row) for row in batch}
        authors = {user.username: user for user in User.objects.reachable().filter(username__in=names)}
        wanted = []
        for row in batch:
            try:
                wanted.append(_wanted(row, authors.get(_handle(row))))
            except DomainError as error:
                column = error.column if isinstance(error, _Refused) else _COLUMNS.get(type(error), "")
                work.note(Problem(row.line, column, _WORDS.get(type(error), str(error))))
        new = _unsent(wanted)
        _send(new)
        work.tally.done += len(new)
        work.tally.already += len(wanted) - len(new)

    return work.over(rows, handle)


def bulk_delete(rows: Iterable[Row | Problem], work: Work) -> Tally:
    """Takes back the tweet of each row's id as its author would; retweets are undone.

    What is deleted already counts as that, so a run that was broken off is simply run again.
    """

    def handle(batch: list[Row]) -> None:
        lines: dict[int, int] = {}
        for row in batch:
            try:
                lines[_number(row, "id") or 0] = row.line
            except DomainError as error:
                work.note(Problem(row.line, "id", str(error)))
        # in the order of the ids: two runs, or a run and an author, do not wait for each other in a circle
        rows = Tweet.objects.filter(pk__in=lines).select_for_update(of=("self",)).defer("search")
        tweets = list(rows.select_related("author", "retweet_of").order_by("created_at", "id"))
        for missing in sorted(lines.keys() - {tweet.pk for tweet in tweets}):
            work.note(Problem(lines[missing], "id", "There is no such tweet."))
        there = [tweet for tweet in tweets if tweet.deleted_at is None]
        _delete([tweet for tweet in there if tweet.retweet_of_id is None])
        for tweet in there:
            if tweet.retweet_of_id is not None:
                take_back(tweet)
        work.tally.done += len(there)
        work.tally.already += len(tweets) - len(there)

    return work.over(rows, handle)


def rows_of_author(author: User, before: datetime, size: int = 500) -> Iterator[Row]:
    """A row for each tweet and retweet the author wrote before a moment, oldest first."""
    own = Tweet.objects.filter(author=author, created_at__lt=before, deleted_at=None).order_by(
        "created_at", "id"
    )
    last, number = 0, count(1)
    while ids := list(own.filter(pk__gt=last).values_list("pk", flat=True)[:size]):
        for last in ids:
            yield Row(next(number), {"id": str(last)})


def take_back(tweet: Tweet) -> None:
    """Deletes a tweet as its author would; of a retweet, row and link go."""
    if tweet.retweet_of_id is None:
        posting.delete_tweet(actor=tweet.author, tweet=tweet)
    elif tweet.retweet_of is None or not undo_retweet(user=tweet.author, tweet=tweet.retweet_of):
        Tweet.objects.filter(pk=tweet.pk).delete()


def _handle(row: Row) -> str:
    return row.values["author"].strip().removeprefix("@").lower()


def _wanted(row: Row, author: User | None) -> _Wanted:
    if author is None:
        raise _Refused("author", "Nobody of this name has an account that is open.")
    parents = {name: _parent(row, name, author) for name in ("reply_to", "quote_of")}
    content = posting.accepted_text(row.values["text"], may_be_blank=parents["quote_of"] is not None)
    choices = {name: row.values[name] for name in CHOICES if row.values[name]}
    for name, known in (("audience", Audience), ("reply_policy", ReplyPolicy)):
        if choices.get(name, known.values[0]) not in known.values:
            raise _Refused(name, f"Use one of {', '.join(known.values)}.")
    if len(choices.get("language", "")) > posting.LANGUAGE_LENGTH:
        raise _Refused("language", f"This is longer than {posting.LANGUAGE_LENGTH} characters.")
    named = posting.checked_parents(author, **parents)
    chosen = posting.accepted_choices(author, cast("posting.Choices", choices))
    told = posting.people_told(author.pk, content, chosen.get("audience", Audience.PUBLIC))
    tweet = Tweet(id=next_id(), author=author, content=content, **named, **chosen)
    return _Wanted(tweet, told, row.values["key"][:100] or _key_of(row))


def _parent(row: Row, name: str, author: User) -> Tweet | None:
    identifier = _number(row, name)
    if identifier is None:
        return None
    try:
        return tweet_for(author.pk, identifier)
    except NotVisible as error:
        raise (posting.ReplyGone if name == "reply_to" else posting.QuoteGone) from error


def _number(row: Row, name: str) -> int | None:
    text = row.values[name].strip()
    if text and not (text.isascii() and text.isdecimal() and len(text) < 20):
        raise _Refused(name, "This is no id of a tweet.")
    return int(text) if text else None


def _key_of(row: Row) -> str:
    said = json.dumps([row.values[name] for name in (*REQUIRED, *OPTIONAL)])
    return f"bulk:{sha256(said.encode()).hexdigest()}"


def _unsent(wanted: Sequence[_Wanted]) -> list[_Wanted]:
    """Those whose keys nobody used; from now on they are used."""
    ids = [one.tweet.pk for one in wanted]
    values = [
        [next_id() for _ in ids],
        [one.tweet.author_id for one in wanted],
        [one.key for one in wanted],
        ids,
    ]
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM_KEYS, values)
        claimed = {row[0] for row in cursor.fetchall()}
    return [one for one in wanted if one.tweet.pk in claimed]


def _send(new: Sequence[_Wanted]) -> None:
    tweets = [one.tweet for one in new]
    Tweet.objects.bulk_create(tweets)
    posting.link_hashtags(tweets)
    Mention.objects.bulk_create([Mention(user=person, tweet=one.tweet) for one in new for person in one.told])
    posting.count_tweets(tweets, 1)
    outbox.emit_all("tweet.posted", _payloads(tweets))


def _delete(tweets: Sequence[Tweet]) -> None:
    ids, now = [tweet.pk for tweet in tweets], timezone.now()
    Tweet.objects.filter(pk__in=ids).update(deleted_at=now, updated_at=now)
    with_media = set(TweetMedia.objects.filter(tweet_id__in=ids).values_list("tweet_id", flat=True))
    for tweet in tweets:
        if tweet.pk in with_media:
            detach_media(tweet)
    posting.count_tweets([tweet for tweet in tweets if tweet.hidden_at is None], -1)
    outbox.emit_all("tweet.deleted", _payloads(tweets))


def _payloads(tweets: Sequence[Tweet]) -> list[dict[str, Any]]:
    return [{"tweet_id": tweet.pk, "author_id": tweet.author_id} for tweet in tweets]
