"""What forms say before anything is typed."""

import pytest
from django.contrib.auth.password_validation import get_default_password_validators, validate_password
from django.core.exceptions import ValidationError

from accounts.forms import AccountForm, ProfileForm, SignupForm, password_rules
from accounts.models import User

pytestmark = pytest.mark.unit


@pytest.fixture(autouse=True)
def fresh():
    get_default_password_validators.cache_clear()
    yield
    get_default_password_validators.cache_clear()


def test_password_rules_are_one_line_of_what_the_settings_ask(settings):
    assert password_rules() == (
        "At least 8 characters, not only digits, not a password that many people use, "
        "nothing like your name or email."
    )
    settings.AUTH_PASSWORD_VALIDATORS = settings.AUTH_PASSWORD_VALIDATORS[1:2]
    assert password_rules() == "At least 8 characters."


@pytest.mark.parametrize(
    "password",
    ["alicealice", "AliceAlice", "alicalic", "alice1alice", "1alice1a", "bergströmbergström", "aliceal"],
)
def test_password_is_refused_when_it_is_hardly_more_than_the_name(password: str) -> None:
    alice = User(username="alice", display_name="Alice Bergström", email="alice@example.com")
    with pytest.raises(ValidationError) as refused:
        validate_password(password, alice)
    assert "password_too_similar" in [error.code for error in refused.value.error_list]


@pytest.mark.parametrize("password", ["correct horse", "wonderland of alice", "tandem bicycle"])
def test_password_is_taken_when_the_name_is_a_small_part_of_it(password: str) -> None:
    alice = User(username="alice", display_name="Alice Bergström", email="alice@example.com")
    validate_password(password, alice)


@pytest.mark.parametrize("form", [SignupForm, ProfileForm, AccountForm])
def test_browser_is_not_told_to_cut_what_is_too_long(form: type) -> None:
    assert "maxlength" not in str(form())
