"""The people of every test: alice; bob follows her; charlie is a stranger; alice blocks mallory."""

from collections.abc import Callable

import pytest

from accounts.models import User
from social.models import Block, Follow

Person = Callable[..., User]


@pytest.fixture
def person(db: None) -> Person:
    """Makes a person: `person("dora", display_name="Dora")`."""

    def make(username: str, **fields: object) -> User:
        privacy = {key: fields.pop(key) for key in list(fields) if key in PRIVACY_KEYS}
        user = User.objects.create_user(
            username, f"{username.lower()}@example.com", "correct horse", **fields
        )
        if privacy:
            user.privacy_settings = {**user.privacy_settings, **privacy}
            user.save(update_fields=["privacy_settings"])
            user.refresh_from_db()
        return user

    return make


PRIVACY_KEYS = {
    "is_private",
    "who_may_message",
    "who_may_mention",
    "discoverable",
    "indexable",
    "read_receipts",
    "hide_follower_lists",
}


@pytest.fixture
def alice(person: Person) -> User:
    return person("Alice", display_name="Alice Bergström")


@pytest.fixture
def bob(person: Person, alice: User) -> User:
    user = person("bob", display_name="Bob Okafor")
    Follow.objects.create(follower=user, following=alice)
    return user


@pytest.fixture
def charlie(person: Person) -> User:
    return person("charlie", display_name="Charlie Novak")


@pytest.fixture
def mallory(person: Person, alice: User) -> User:
    user = person("mallory", display_name="Mallory")
    Block.objects.create(blocker=alice, blocked=user)
    return user
