"""Real parameters for the hot queries: the heaviest of each kind that the data has."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet

from accounts.models import User
from accounts.queries import NOBODY, Viewer, person_card
from messaging.models import Participant
from notifications.models import Notification
from tweets.models import Bookmark, Like, Tweet, TweetHashtag

SEEN = 400  # newest tweets among which a common word is looked for
KNOWN = 50  # well-known people, of whom the first who has written something is taken
RECENT = 20_000  # newest rows of a kind: who has most of them has most of all, or nearly


@dataclass(frozen=True, slots=True)
class Sample:
    """Somebody who follows many, somebody many follow, what they wrote; None where there is none.

    And who keeps most tweets, likes most, is told most, has most conversations unread: the reader where
    nobody does.
    """

    reader: User | None
    keeper: User | None
    liker: User | None
    told: User | None
    addressed: User | None
    author: User | None
    tweet: Tweet | None
    reply: Tweet | None
    hashtag: str
    word: str
    place: Participant | None


def viewer_of(person: User | None) -> Viewer:
    """Somebody as a page knows them."""
    if person is None:
        return NOBODY
    card = person_card(person)
    return Viewer(id=card.id, username=card.username, handle=card.handle, is_authenticated=True)


def take_sample() -> Sample:
    """Looks the parameters up; no query of it is measured."""
    people = User.objects.reachable().filter(is_private=False)
    tweets = Tweet.objects.visible().filter(audience="public", retweet_of=None)
    known = people.order_by("-followers_count", "id")[:KNOWN]
    author = next((one for one in known if tweets.filter(author=one).exists()), None)
    own = tweets.filter(author=author) if author else tweets.none()
    newest = list(tweets.newest_first().values_list("content", flat=True)[:SEEN])
    links = TweetHashtag.objects.order_by("-id").values_list("hashtag__name", flat=True)[:SEEN]
    reader = people.order_by("-following_count", "id").first()
    unread = Participant.objects.filter(
        last_message_id__gt=F("last_read_id"), accepted_at__isnull=False, muted_at=None, left_at=None
    )
    return Sample(
        reader=reader,
        keeper=_busiest(Bookmark.objects.all()) or reader,
        liker=_busiest(Like.objects.all()) or reader,
        told=_busiest(Notification.objects.all()) or reader,
        addressed=_busiest(unread) or reader,
        author=author,
        tweet=own.order_by("-replies_count", "-created_at", "-id").first(),
        reply=tweets.filter(in_reply_to__isnull=False, author__is_private=False).newest_first().first(),
        hashtag=_commonest(list(links)),
        word=_commonest([word for text in newest for word in _words(text)]),
        place=Participant.objects.select_related("conversation").order_by("-last_message_id").first(),
    )


def _busiest(rows: QuerySet[Any]) -> User | None:
    """Whose rows most of the newest ones are."""
    owners = rows.order_by("-id").values_list("user_id", flat=True)[:RECENT]
    ranked = [user_id for user_id, _ in Counter(owners).most_common(KNOWN)]
    found = User.objects.reachable().in_bulk(ranked)
    return next((found[user_id] for user_id in ranked if user_id in found), None)


def _words(text: str) -> set[str]:
    return {word for word in text.lower().split() if word.isascii() and word.isalpha() and len(word) > 2}


def _commonest(things: list[Any]) -> str:
    return str(Counter(things).most_common(1)[0][0]) if things else ""
