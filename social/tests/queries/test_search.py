"""Finding people by name: order, spelling, privacy, and names that are hostile."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.queries import NOBODY
from social.models import Block, Follow, Mute
from social.queries import people_found, people_to_name
from twitterclone.lib.pagination import Cursor

pytestmark = pytest.mark.django_db

QUERIES = 3
Person = Callable[..., User]


def names(viewer: object, text: str, **cursor: int) -> list[str]:
    page = people_found(viewer, text, Cursor(**{"limit": 20, **cursor}))  # type: ignore[arg-type]
    return [row.person.username for row in page.items]


@pytest.mark.parametrize(
    "text", ["al", "ALICE", "@alice", "Alice B", "bergs", "bergstrom", "Bergström", "alise", " alice "]
)
def test_person_is_found_by_name(alice: User, charlie: User, text: str) -> None:
    assert names(NOBODY, text) == ["alice"]


@pytest.mark.parametrize(
    "text", ["", "@", "zz", "li", "x" * 51, "x" * 100_000, "\x00", "%", "_", "\\", "'", "%%l%"]
)
def test_nobody_is_found_by_what_is_no_name(alice: User, text: str) -> None:
    assert names(NOBODY, text) == []


def test_names_without_spaces_are_found_inside(person: Person) -> None:
    person("taro", display_name="田中太郎")
    assert names(NOBODY, "太郎") == names(NOBODY, "田") == ["taro"]


def test_exact_name_comes_first_then_the_followed_then_the_popular(person: Person, alice: User) -> None:
    for name, followers in (("sam", 0), ("samantha", 5), ("samuel", 50), ("samson", 1)):
        person(name, display_name=name.title(), followers_count=followers)
    Follow.objects.create(follower=alice, following=User.objects.get(username="samson"))
    assert names(alice, "sam") == ["sam", "samson", "samuel", "samantha"]
    assert names(NOBODY, "sam") == ["sam", "samuel", "samantha", "samson"]


def test_writer_names_the_followed_first_and_never_themselves(person: Person, alice: User) -> None:
    for name in ("sam", "samson", "samantha"):
        person(name)
    me = User.objects.get(username="samantha")
    Follow.objects.create(follower=me, following=User.objects.get(username="samson"))
    assert [row.person.username for row in people_to_name(me, "sam", 6)] == ["samson", "sam"]
    assert [row.person.username for row in people_to_name(me, "sam", 1)] == ["samson"]


def test_nobody_finds_people_who_are_gone_or_behind_a_block(
    alice: User, bob: User, mallory: User, person: Person
) -> None:
    person("alicia", suspended_at=timezone.now())
    person("alina", deactivated_at=timezone.now())
    person("alwin", is_active=False)
    assert names(bob, "al") == ["alice"]
    assert names(mallory, "alice") == []
    assert names(alice, "mallory") == []
    Block.objects.create(blocker=bob, blocked=alice)
    assert names(bob, "alice") == names(alice, "bob") == []


def test_private_and_muted_people_can_be_looked_up(alice: User, bob: User, person: Person) -> None:
    person("alfred", is_private=True)
    Mute.objects.create(muter=bob, muted=alice)
    assert set(names(bob, "al")) == {"alice", "alfred"}


def test_who_does_not_want_to_be_found_is_found_by_the_exact_name_and_by_followers(
    bob: User, alice: User, person: Person
) -> None:
    hidden = person("quietly", display_name="Quiet One", discoverable=False)
    assert names(bob, "quiet") == []
    assert names(bob, "Quietly") == names(hidden, "quiet") == ["quietly"]
    Follow.objects.create(follower=bob, following=hidden)
    assert names(bob, "quiet") == ["quietly"]


def test_pages_follow_each_other(person: Person) -> None:
    for number in range(7):
        person(f"sam{number}")
    first = people_found(NOBODY, "sam", Cursor(limit=4))
    rest = people_found(NOBODY, "sam", Cursor(limit=4, before=first.next))
    assert (len(first.items), len(rest.items), rest.next) == (4, 3, None)
    assert len({row.person.id for row in [*first.items, *rest.items]}) == 7
    assert people_found(NOBODY, "sam", Cursor(before=1, limit=4)).items == []


@pytest.mark.parametrize("count", [1, 20])
def test_number_of_queries_is_fixed(
    count: int, person: Person, alice: User, django_assert_num_queries: Callable
) -> None:
    for number in range(count):
        person(f"sam{number}")
    with django_assert_num_queries(QUERIES):
        assert len(names(alice, "sam")) == count
