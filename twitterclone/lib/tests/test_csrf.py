"""Tokens that Django's own check takes."""

import pytest
from django.middleware.csrf import (
    CSRF_ALLOWED_CHARS,
    CSRF_SECRET_LENGTH,
    _check_token_format,
    _does_token_match,
    _unmask_cipher_token,
)
from django.test import RequestFactory
from django.utils.crypto import get_random_string

from twitterclone.lib.csrf import masked, page_token, token_of


def secret() -> str:
    return get_random_string(CSRF_SECRET_LENGTH, CSRF_ALLOWED_CHARS)


def test_masked_secret_is_taken_by_django_and_never_the_same() -> None:
    for _round in range(200):
        one = secret()
        first, second = masked(one), masked(one)
        _check_token_format(first)
        assert _unmask_cipher_token(first) == one
        assert _does_token_match(second, one)
        assert not _does_token_match(first, secret())
        assert first != second


def test_every_character_may_stand_in_a_mask() -> None:
    one = secret()
    seen = {char for _round in range(200) for char in masked(one)[:CSRF_SECRET_LENGTH]}
    assert seen == set(CSRF_ALLOWED_CHARS)


@pytest.mark.parametrize("has_cookie", [True, False])
def test_cookie_is_sent_only_to_a_browser_without_one(has_cookie: bool) -> None:
    request = RequestFactory().get("/")
    if has_cookie:
        request.META["CSRF_COOKIE"] = secret()
    token = token_of(request)
    assert _does_token_match(token, request.META["CSRF_COOKIE"])
    assert request.META.get("CSRF_COOKIE_NEEDS_UPDATE", False) is not has_cookie


@pytest.mark.parametrize("has_cookie", [True, False])
def test_page_renews_the_cookie(has_cookie: bool) -> None:
    request = RequestFactory().get("/")
    if has_cookie:
        request.META["CSRF_COOKIE"] = secret()
    token = page_token(request)
    assert _does_token_match(token, request.META["CSRF_COOKIE"])
    assert request.META["CSRF_COOKIE_NEEDS_UPDATE"] is True
