"""Cards, and finding people by name."""

import subprocess
import sys

import pytest

from accounts.models import User
from accounts.queries import (
    Moved,
    hue_of,
    ids_of_usernames,
    initials_of,
    people_by_id,
    person_card,
    user_at,
    user_by_username,
)
from accounts.services import change_username
from accounts.tests.cast import Person
from twitterclone.lib.errors import NotVisible


def test_card_tells_what_pages_show(alice: User) -> None:
    card = person_card(alice)

    assert (card.id, card.username, card.handle) == (alice.pk, "alice", "Alice")
    assert (card.display_name, card.initials, card.url) == ("Alice Bergström", "AB", "/alice/")
    assert (card.is_private, card.avatar_url, card.is_bot) == (False, "", False)


def test_cards_of_many_come_in_one_query_without_the_suspended(
    person: Person, django_assert_num_queries: object
) -> None:
    people = [person(f"person{n}") for n in range(20)]
    gone = person("gone", suspended_at="2026-01-01T00:00Z")

    with django_assert_num_queries(1):
        cards = people_by_id([p.pk for p in people] + [gone.pk, 404, 0])

    assert set(cards) == {p.pk for p in people}


def test_no_query_is_made_when_no_card_is_asked(django_assert_num_queries: object, db: None) -> None:
    with django_assert_num_queries(0):
        assert people_by_id([]) == {}


@pytest.mark.parametrize("name", ["alice", "ALICE", "Alice"])
def test_user_is_found_whatever_the_case(alice: User, name: str) -> None:
    assert user_by_username(name) == alice


@pytest.mark.parametrize(
    "name", ["", "nobody_here", "a" * 21, "a b", "älice", "alice\x00", "'; --", "½", "१२"]
)
def test_nobody_is_found_when_the_name_is_nobodys(alice: User, name: str) -> None:
    with pytest.raises(NotVisible):
        user_by_username(name)


@pytest.mark.parametrize("field", ["suspended_at", "deactivated_at"])
def test_closed_account_is_not_found(alice: User, field: str) -> None:
    User.objects.filter(pk=alice.pk).update(**{field: "2026-01-01T00:00Z"})

    with pytest.raises(NotVisible):
        user_by_username("alice")
    assert ids_of_usernames(["alice"]) == {}


def test_former_name_leads_to_its_owner(alice: User) -> None:
    change_username(user=alice, username="alicia")

    assert user_by_username("alice").pk == alice.pk
    with pytest.raises(Moved) as moved:
        user_at("alice")
    assert moved.value.username == "alicia"


def test_page_has_moved_when_the_case_is_another(alice: User) -> None:
    assert user_at("alice") == alice
    with pytest.raises(Moved):
        user_at("Alice")


def test_mentioned_names_are_looked_up_in_one_query(
    alice: User, bob: User, django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(1):
        ids = ids_of_usernames(["Alice", "bob", "nobody_here", "not a name"])

    assert ids == {"alice": alice.pk, "bob": bob.pk}


@pytest.mark.unit
@pytest.mark.parametrize(
    ("name", "username", "letters"),
    [
        ("Alice Bergström", "alice", "AB"),
        ("alice", "alice", "A"),
        ("Anna Maria Schmidt", "anna", "AM"),
        ("🦊 Fox", "fox", "F"),
        ("🦊", "fox", "F"),
        ("東京 太郎", "taro", "東太"),
        ("", "x", "X"),
        ("ß", "s", "SS"),
    ],
)
def test_initials_are_one_or_two_letters(name: str, username: str, letters: str) -> None:
    assert initials_of(name, username) == letters


@pytest.mark.unit
def test_hue_is_the_same_in_every_process() -> None:
    code = "from zlib import crc32; print(crc32(b'alice') % 360)"
    other = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONHASHSEED": "7"}, capture_output=True, text=True, check=True
    )

    assert hue_of("Alice") == hue_of("alice") == int(other.stdout) == 335
