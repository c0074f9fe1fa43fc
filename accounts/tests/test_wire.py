"""Accounts as programs read them."""

import re

import pytest

from accounts import wire
from accounts.models import User
from accounts.queries import account_card, accounts_by_id
from accounts.tests.cast import Person
from twitterclone.lib.api.markup import html_of

pytestmark = pytest.mark.django_db


def test_account_has_every_documented_key_when_nothing_is_filled_in(alice: User) -> None:
    told = wire.account(account_card(alice))
    assert set(told) == set(wire.Account.__annotations__)
    assert told["id"] == str(alice.pk)
    assert (told["username"], told["acct"]) == ("Alice", "Alice")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", told["created_at"])
    assert told["header"].endswith("/original/missing.png")
    assert told["avatar"].startswith("http")
    assert (told["note"], told["fields"]) == ("", [])


def test_account_shows_bio_and_facts_as_html_when_they_hold_markup(person: Person) -> None:
    dora = person(
        "dora", bio="<b>Hi</b>\nI like #cats", website="https://a.example/?a=1&b=2", location="<Rome>"
    )
    told = wire.account(account_card(dora))
    assert told["note"].startswith("<p>&lt;b&gt;Hi&lt;/b&gt;<br />I like <a href=")
    assert [field["name"] for field in told["fields"]] == ["Website", "Place"]
    assert 'href="https://a.example/?a=1&amp;b=2"' in told["fields"][0]["value"]
    assert told["fields"][1]["value"] == "&lt;Rome&gt;"


def test_own_account_keeps_what_was_typed_when_it_is_private(person: Person) -> None:
    dora = person("dora", bio="<b>", is_private=True)
    told = wire.credential_account(dora, 3)
    assert told["source"]["note"] == "<b>"
    assert told["source"]["privacy"] == "private"
    assert told["source"]["follow_requests_count"] == 3
    assert told["locked"] is True


def test_accounts_are_found_in_one_query_when_there_are_many(
    person: Person, django_assert_num_queries: object
) -> None:
    ids = [person(f"user{n}").pk for n in range(5)]
    User.objects.filter(pk=ids[0]).update(suspended_at="2026-01-01T00:00Z")
    with django_assert_num_queries(1):  # type: ignore[operator]
        found = accounts_by_id(ids)
    assert set(found) == set(ids[1:])


def test_text_becomes_paragraphs_when_lines_are_blank() -> None:
    assert html_of("a\nb\n\n\nc & d") == "<p>a<br />b</p><p>c &amp; d</p>"
    assert html_of("") == ""


def test_mention_is_linked_only_when_the_name_exists() -> None:
    told = html_of("@Bob and @nobody", {"bob": "http://site/bob/"})
    assert told == (
        '<p><span class="h-card" translate="no"><a href="http://site/bob/" class="u-url mention">'
        "@<span>Bob</span></a></span> and @nobody</p>"
    )
