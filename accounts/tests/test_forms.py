"""What forms say before anything is typed."""

import pytest
from django.contrib.auth.password_validation import get_default_password_validators

from accounts.forms import password_rules

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
