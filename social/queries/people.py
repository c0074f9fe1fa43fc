"""Lists of people: followers, followed, requests, blocks, mutes. Newest first, three queries at most."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.queries import CARD_FIELDS, PersonCard, people_by_id, person_card
from social.models import Block, Follow, FollowRequest, Mute
from social.queries.access import has_block_with
from social.queries.relations import relation_between, relations_between
from social.rules import STRANGER, Onlooker, Person, Relation, can_see_follow_lists
from twitterclone.lib.errors import NotVisible
from twitterclone.lib.pagination import Cursor, Slice


class ListHidden(NotVisible):
    """The account is there, its lists of followers and followed are not for this viewer."""

    code = "list_hidden"
    message = _("This list is hidden.")


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person in a list. `id` is the row's: a request's id, and where the next page begins."""

    id: int
    person: PersonCard
    relation: Relation
    reason: str = ""
    is_suggested: bool = False
    is_near: bool = False  # suggested for somebody one follows or something one cares about
    is_suspended: bool = False


def followers_page(viewer: Onlooker, user: User, cursor: Cursor) -> Slice[PersonRow]:
    """Who follows `user`; refuses a list that is not for the viewer (ListHidden)."""
    refuse_hidden_lists(viewer.id, user)
    return _page(
        viewer.id, _met_by(viewer.id, Follow.objects.filter(following_id=user.id), "follower"), cursor
    )


def following_page(viewer: Onlooker, user: User, cursor: Cursor) -> Slice[PersonRow]:
    """Whom `user` follows; refuses a list that is not for the viewer (ListHidden)."""
    refuse_hidden_lists(viewer.id, user)
    return _page(
        viewer.id, _met_by(viewer.id, Follow.objects.filter(follower_id=user.id), "following"), cursor
    )


def people_met(viewer: Onlooker, user_ids: Iterable[int]) -> list[PersonRow]:
    """These people as the viewer stands to them, without those that are not there."""
    people = people_by_id(user_ids)
    relations = relations_between(viewer.id, people)
    return [PersonRow(pk, person, relations[pk]) for pk, person in people.items()]


def follow_requests_page(user: Person, cursor: Cursor) -> Slice[PersonRow]:
    """Who waits for the user's answer."""
    return _page(user.id, _Rows(FollowRequest.objects.filter(following_id=user.id), "follower"), cursor)


def follow_requests_count(user: Person) -> int:
    """How many wait for the user's answer."""
    return _reachable(FollowRequest.objects.filter(following_id=user.id), "follower").count()


def blocks_page(user: Person, cursor: Cursor) -> Slice[PersonRow]:
    """Whom the user has blocked, suspended accounts too: they may come back."""
    return _page(user.id, _Rows(Block.objects.filter(blocker_id=user.id), "blocked", True), cursor)


def mutes_page(user: Person, cursor: Cursor) -> Slice[PersonRow]:
    """Whom the user has muted, as long as the mute lasts, suspended accounts too."""
    lasting = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
    return _page(user.id, _Rows(Mute.objects.filter(lasting, muter_id=user.id), "muted", True), cursor)


def people_page(viewer_id: int | None, rows: QuerySet[Any], who: str, cursor: Cursor) -> Slice[PersonRow]:
    """The people that the column `who` of these rows names, without those a block keeps from the viewer."""
    return _page(viewer_id, _met_by(viewer_id, rows, who), cursor)


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows of a relation, and the column that names the person to show."""

    rows: QuerySet[Any]
    who: str
    with_suspended: bool = False


def refuse_hidden_lists(viewer_id: int | None, user: User) -> None:
    """Refuses when whom the user follows is not for the viewer to read (ListHidden)."""
    is_oneself = viewer_id == user.id
    relation = STRANGER if is_oneself else relation_between(viewer_id, user.id)
    if not can_see_follow_lists(
        is_oneself=is_oneself,
        is_private=user.is_private,
        hides_lists=user.privacy_settings["hide_follower_lists"],
        relation=relation,
    ):
        raise ListHidden


def _met_by(viewer_id: int | None, rows: QuerySet[Any], who: str) -> _Rows:
    """Without the people whom a block keeps from the viewer."""
    return _Rows(rows if viewer_id is None else rows.exclude(has_block_with(viewer_id, f"{who}_id")), who)


def _reachable(rows: QuerySet[Any], who: str, *, with_suspended: bool = False) -> QuerySet[Any]:
    there = rows.filter(**{f"{who}__deactivated_at": None, f"{who}__is_active": True})
    return there if with_suspended else there.filter(**{f"{who}__suspended_at": None})


def _page(viewer_id: int | None, wanted: _Rows, cursor: Cursor) -> Slice[PersonRow]:
    who = wanted.who
    rows = _reachable(wanted.rows, who, with_suspended=wanted.with_suspended)
    rows = rows.select_related(who).order_by("-id")
    rows = rows.only("id", *(f"{who}__{name}" for name in (*CARD_FIELDS, "suspended_at")))
    if cursor.before is not None:
        rows = rows.filter(id__lt=cursor.before)
    if cursor.after is not None:
        rows = rows.filter(id__gt=cursor.after)
    if cursor.nearest:
        rows = rows.order_by("id")
    found = list(rows[: cursor.limit + 1])
    shown = sorted(found[: cursor.limit], key=lambda row: -row.id)
    people = {row.id: person_card(getattr(row, who)) for row in shown}
    relations = relations_between(viewer_id, (person.id for person in people.values()))
    gone = {row.id for row in shown if getattr(row, who).suspended_at}
    items = [
        PersonRow(id=row_id, person=one, relation=relations[one.id], is_suspended=row_id in gone)
        for row_id, one in people.items()
    ]
    has_more = bool(shown) if cursor.nearest else len(found) > len(shown)  # older ones: at least `after`
    return Slice(items, next=shown[-1].id if has_more else None)
