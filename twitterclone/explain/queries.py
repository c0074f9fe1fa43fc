"""The hot queries by name: what runs, and how many months of tweets it may read."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.backends import users_logging_in_as
from accounts.models import User
from accounts.queries import user_by_username
from messaging.queries import conversation_card, inbox_page, messages_found, messages_page
from messaging.queries.inbox import unread_conversations_count
from notifications.places import Place
from notifications.queries import notification_page, unread_count
from social.queries import followers_page, following_page, people_found, suggestions
from tweets.counters import figures_of_tweets, roll_up_tweet_counters
from tweets.models import CounterDelta, Tweet
from tweets.queries.access import tweet_for
from tweets.queries.cards import cards_for
from tweets.queries.feeds import hashtag_page, profile_page, public_page
from tweets.queries.hashtags import hashtags_found
from tweets.queries.kept import bookmarks_page, liked_by_page, liked_page, quotes_page
from tweets.queries.popular import popular_at
from tweets.queries.profiles import profile_for
from tweets.queries.search import SIFTED, latest_found, top_found
from tweets.queries.search_terms import search_of
from tweets.queries.threads import thread_for
from tweets.queries.timelines import follower_batches, recipients, timeline_ids
from tweets.queries.trends import trends
from tweets.ranking.past import refresh
from tweets.ranking.pool import candidates_for
from twitterclone.explain.sample import Sample, viewer_of
from twitterclone.lib import outbox
from twitterclone.lib.outbox_handling import MAX_ATTEMPTS
from twitterclone.lib.outbox_sql import CLAIM
from twitterclone.lib.pagination import Cursor

PAGE, WHOLE = Cursor(limit=20), Cursor(limit=settings.TIMELINE_MAX)


@dataclass(frozen=True, slots=True)
class HotQuery:
    """`months` is how many months each statement may read; None where what is kept may lie anywhere.

    `sifts` is how many rows it looks through one by one on purpose: a table with no more it may read whole.
    """

    name: str
    run: Callable[[], Any]
    months: int | None = 3
    sifts: int = 0


def hot_queries(sample: Sample) -> Iterator[HotQuery]:
    """Every hot query for which the data has parameters."""
    if sample.reader:
        yield from _of_reader(sample, sample.reader)
    yield from _of_collectors(sample)
    if sample.reader and sample.author:
        yield from _of_author(sample.reader, sample.author)
    if sample.reader and sample.tweet:
        yield from _of_tweet(sample.reader, sample.tweet, sample.reply)
    yield HotQuery("public timeline", lambda: public_page(None, PAGE))
    yield HotQuery("trends", lambda: trends(7))
    yield HotQuery("counters: roll-up", roll_up_tweet_counters)
    yield HotQuery("outbox: claim", _claim)
    yield HotQuery("outbox: waiting", outbox.open_count)


def _of_reader(sample: Sample, reader: User) -> Iterator[HotQuery]:
    me, viewer = reader.pk, viewer_of(reader)
    yield HotQuery("log-in by username", lambda: list(users_logging_in_as(reader.username)))
    yield HotQuery("log-in by e-mail", lambda: list(users_logging_in_as(reader.email)))
    yield HotQuery("profile's address", lambda: user_by_username(reader.username))
    yield HotQuery("home: first page, cold", lambda: timeline_ids(me, PAGE))
    yield HotQuery("home: entries", lambda: timeline_ids(me, WHOLE), months=None)
    yield HotQuery("suggestions", lambda: suggestions(viewer, 3))
    yield HotQuery("following", lambda: following_page(viewer, reader, PAGE))
    yield HotQuery("search: people", lambda: people_found(viewer, reader.username[:3], PAGE))
    now = timezone.now()
    yield HotQuery("for you: candidates", lambda: candidates_for(me, now, (), ()))
    yield HotQuery("popular", lambda: popular_at(now))
    yield HotQuery("for you: pasts", lambda: refresh([me], now))
    if sample.word:
        search = search_of(sample.word)
        yield HotQuery("search: latest", lambda: latest_found(me, search, PAGE))
        yield HotQuery("search: top", lambda: top_found(me, search, PAGE), months=None)
        for name, text in _searches(sample.word, reader):
            found = partial(latest_found, me, search_of(text), PAGE)
            yield HotQuery(f"search: {name}", found, months=None, sifts=SIFTED)
    if sample.hashtag:
        beginning = sample.hashtag[:2]
        yield HotQuery("search: hashtags", lambda: hashtags_found(me, beginning), months=None)
        yield HotQuery("hashtag", lambda: hashtag_page(me, sample.hashtag, PAGE), months=None)
    if place := sample.place:
        yield HotQuery("messages: inbox", lambda: inbox_page(place.user_id, PAGE))
        yield HotQuery(
            "messages: conversation", lambda: (messages_page(place, PAGE), conversation_card(place))
        )
        yield HotQuery("messages: search", lambda: messages_found(place.user_id, "the", PAGE))


def _of_collectors(sample: Sample) -> Iterator[HotQuery]:
    """What somebody has gathered, by whoever has most of it."""
    if keeper := sample.keeper:
        own = search_of("in:bookmarks")
        yield HotQuery("bookmarks", lambda: bookmarks_page(keeper.pk, PAGE), months=None)
        found = partial(latest_found, keeper.pk, own, PAGE)
        yield HotQuery("search: own bookmarks", found, months=None, sifts=SIFTED)
    if liker := sample.liker:
        yield HotQuery("likes", lambda: liked_page(liker.pk, PAGE), months=None)
    if told := sample.told:
        viewer = viewer_of(told)
        yield HotQuery(
            "notifications", lambda: notification_page(viewer, Place.parse(None), mentions_only=False)
        )
        yield HotQuery("notifications: number", lambda: unread_count(told.pk))
    if addressed := sample.addressed:
        yield HotQuery("messages: number", lambda: unread_conversations_count(addressed.pk))


def _searches(word: str, reader: User) -> Iterator[tuple[str, str]]:
    """Operators that lead through an index of their own, and some that only sift."""
    yield "from somebody", f"from:{reader.username}"
    yield "naming somebody", f"@{reader.username}"
    yield "pictures alone", "has:media"
    yield "addresses alone", "has:link"
    yield "people followed alone", "filter:follows"
    yield "either of two words", f"{word} OR xylophone"
    yield "an emoji", "🦄"
    yield "narrowed", f"{word} filter:follows has:link lang:en min_likes:1"


def _of_author(reader: User, author: User) -> Iterator[HotQuery]:
    profile = profile_for(reader.pk, author.username)
    yield HotQuery("profile: head", lambda: profile_for(reader.pk, author.username))
    yield HotQuery("profile: tweets", lambda: profile_page(reader.pk, profile, "tweets", PAGE), months=None)
    yield HotQuery("profile: media", lambda: profile_page(reader.pk, profile, "media", PAGE), months=None)
    yield HotQuery("followers", lambda: followers_page(author, author, PAGE))


def _of_tweet(reader: User, tweet: Tweet, reply: Tweet | None) -> Iterator[HotQuery]:
    me = reader.pk
    since = timezone.now() - timedelta(days=settings.ACTIVE_DAYS)
    newest = list(Tweet.objects.visible().newest_first().values_list("pk", flat=True)[:20])
    yield HotQuery("tweet: access", lambda: tweet_for(me, tweet.pk), months=1)
    yield HotQuery("tweet: thread", lambda: thread_for(me, (reply or tweet).pk, PAGE), months=None)
    yield HotQuery("tweet: who liked", lambda: liked_by_page(me, tweet, PAGE))
    yield HotQuery("tweet: quotes", lambda: quotes_page(me, tweet, PAGE), months=None)
    yield HotQuery("cards of a page", lambda: cards_for(me, newest), months=None)
    yield HotQuery("counters: figures", lambda: figures_of_tweets(newest))
    yield HotQuery("counters: a step", lambda: _step(tweet))
    yield HotQuery(
        "fan-out: recipients",
        lambda: recipients(tweet.pk, tweet.author_id, since, among=_followers(tweet)),
        months=1,
    )


def _followers(tweet: Tweet) -> list[int]:
    """The author's first batch of followers."""
    return next(follower_batches(tweet.author_id, settings.FANOUT_BATCH), [])


def _claim() -> None:
    """Takes the next event without handling it: what it would do elsewhere could not be rolled back."""
    labels = sorted(f"{event} {name}" for event, names in outbox.consumers().items() for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            CLAIM, {"willing": labels, "volatile": labels, "most": outbox.TOGETHER, "max": MAX_ATTEMPTS}
        )


def _step(tweet: Tweet) -> None:
    """A like's step, so that the roll-up has something to do; rolled back with all the rest."""
    CounterDelta.objects.create(tweet_id=tweet.pk, kind="likes", delta=1)
