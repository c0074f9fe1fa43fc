"""Finding what was said in one's own conversations."""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import and_

from django.contrib.postgres.search import SearchQuery
from django.db.models import BigIntegerField, F, OuterRef, QuerySet, Subquery

from accounts.queries import PersonCard, people_by_id
from messaging.models import HiddenMessage, Message, MessageSearch, Participant
from twitterclone.lib.pagination import Cursor, Slice
from twitterclone.lib.text import clean_name

LONGEST = 300
MOST_WORDS = 20
AROUND = 60  # characters shown before what was found

_CONFIG = "pg_catalog.simple"
# the same scripts as SQL's cjk_bigrams: their words are found by pairs of characters
_CJK = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]+")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class MessageFound:
    """A message that was found: an excerpt, and who the conversation is with (None: somebody gone)."""

    id: int
    conversation_id: int
    person: PersonCard | None
    is_own: bool
    excerpt: str
    at: datetime


def messages_found(viewer_id: int, text: str, cursor: Cursor) -> Slice[MessageFound]:
    """Messages with all these words or their beginnings, newest first, of one's own conversations only.

    Nothing that was deleted or put away. Two queries, none when there is nothing to look for.
    """
    wanted = _query(clean_name(text[:LONGEST]))
    if wanted is None:
        return Slice([])
    rows = _own(viewer_id, wanted)
    if cursor.before is not None:
        rows = rows.filter(pk__lt=cursor.before)
    found = list(rows.order_by("-pk")[: cursor.limit + 1])
    shown = found[: cursor.limit]
    people = people_by_id(row.conversation.low_id + row.conversation.high_id - viewer_id for row in shown)
    items = [_found(viewer_id, row, people, text) for row in shown]
    return Slice(items, next=shown[-1].pk if len(found) > len(shown) else None)


def _own(viewer_id: int, wanted: SearchQuery) -> QuerySet[Message]:
    places = Participant.objects.filter(user_id=viewer_id)
    cleared = places.filter(conversation_id=OuterRef("conversation_id")).values("cleared_id")
    hidden = HiddenMessage.objects.filter(user_id=viewer_id).values("message_id")
    return (
        Message.objects.select_related("conversation")
        .alias(words=MessageSearch("message"), put_away=Subquery(cleared, output_field=BigIntegerField()))
        .filter(words=wanted, pk__gt=F("put_away"))
        .filter(conversation_id__in=places.values("conversation_id"), conversation__low__isnull=False)
        .filter(deleted_at=None)
        .exclude(pk__in=hidden)
    )


def _query(text: str) -> SearchQuery | None:
    """Letters and digits only, so that no sign has power: words by their beginnings, CJK by pairs."""
    parts = [_pairs(run) for run in _CJK.findall(text)[:MOST_WORDS]]
    words = _WORD.findall(_CJK.sub(" ", text))[:MOST_WORDS]
    parts += [SearchQuery(f"'{word}':*", config=_CONFIG, search_type="raw") for word in words]
    return reduce(and_, parts) if parts else None


def _pairs(run: str) -> SearchQuery:
    if len(run) == 1:
        return SearchQuery(f"'{run}':*", config=_CONFIG, search_type="raw")
    pairs = " <-> ".join(f"'{run[at : at + 2]}'" for at in range(len(run) - 1))
    return SearchQuery(pairs, config=_CONFIG, search_type="raw")


def _found(viewer_id: int, row: Message, people: dict[int, PersonCard], text: str) -> MessageFound:
    other = (row.conversation.low_id or 0) + (row.conversation.high_id or 0) - viewer_id
    return MessageFound(
        id=row.pk,
        conversation_id=row.conversation_id,
        person=people.get(other),
        is_own=row.sender_id == viewer_id,
        excerpt=_excerpt(row.message, text),
        at=row.created_at,
    )


def _excerpt(message: str, text: str) -> str:
    """From a little before the first word that was looked for."""
    flat = " ".join(message.split())
    words = [*_CJK.findall(text), *_WORD.findall(_CJK.sub(" ", text))]
    places = [place for word in words if (place := flat.lower().find(word.lower())) >= 0]
    start = max(0, min(places, default=0) - AROUND)
    return f"…{flat[start:]}" if start else flat
