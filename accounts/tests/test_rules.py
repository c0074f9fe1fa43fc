"""What a username may be."""

import pytest

from accounts.models import User
from accounts.rules import is_reserved, is_username, skeleton

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("name", ["a", "_", "Alice_9", "x" * 20, "123"])
def test_shape_is_good(name: str) -> None:
    assert is_username(name)


@pytest.mark.parametrize(
    "name",
    ["", " ", "x" * 21, "a b", "a-b", "a.b", "älice", "аlice", "alice\n", "a\u200bb", "a\u202eb", "１"],
)
def test_shape_is_refused_when_it_is_not_plain_ascii(name: str) -> None:
    assert not is_username(name)


@pytest.mark.parametrize(
    "name",
    ["admin", "ADMIN", "adm1n", "Settings", "home", "h0me", "explore", "tags", "ws", "accounts", "rules"],
)
def test_addresses_and_staff_names_and_what_looks_like_them_are_reserved(name: str) -> None:
    assert is_reserved(name)


@pytest.mark.parametrize("name", ["alice", "bob", "administrative", "homer"])
def test_ordinary_names_are_free(name: str) -> None:
    assert not is_reserved(name)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["Il1O0o", "alice", "BILL", "00"])
def test_skeleton_is_what_the_database_computes(name: str) -> None:
    user = User.objects.create_user(name, "x@example.com")

    user.refresh_from_db()

    assert user.username_skeleton == skeleton(name)
