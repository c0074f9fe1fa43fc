"""Presentation tags: what they draw from primitives."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.test import RequestFactory

from twitterclone.templatetags.ui import (
    avatar,
    compact,
    count,
    exact_time,
    host,
    hue_class,
    icon,
    short_time,
    theme,
)

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "0"),
        (999, "999"),
        (1000, "1K"),
        (1234, "1.2K"),
        (12_890, "12.8K"),
        (999_999, "999K"),
        (1_250_000, "1.2M"),
    ],
)
def test_compact_rounds_down_when_a_number_is_long(number, words):
    assert compact(number) == words


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(seconds=-3), "now"),
        (timedelta(seconds=59), "now"),
        (timedelta(minutes=2), "2m"),
        (timedelta(hours=23, minutes=59), "23h"),
        (timedelta(days=6), "6d"),
        (timedelta(days=10), "Nov 12"),
        (timedelta(days=400), "Oct 18, 2025"),
    ],
)
def test_short_time_names_the_distance_when_it_is_near(ago, words):
    assert short_time(NOW - ago, NOW) == words


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2026, 11, 29, 13, 6, tzinfo=UTC), "November 29, 2026 at 1:06 PM"),
        (datetime(2026, 1, 2, tzinfo=UTC), "January 2, 2026 at 12:00 AM"),
    ],
)
def test_exact_time_is_written_as_scripts_write_it(moment, words):  # small.test.js has the same
    assert exact_time(moment) == words


def test_avatar_escapes_initials_when_a_person_has_no_picture():
    person = SimpleNamespace(avatar_url="", initials="<B", hue=275)
    assert avatar(person) == '<span class="avatar avatar--m hue-27" aria-hidden="true">&lt;B</span>'


def test_avatar_is_a_picture_when_a_person_has_one():
    person = SimpleNamespace(avatar_url='/media/a"b.webp', initials="AB", hue=0)
    assert 'src="/media/a&quot;b.webp"' in avatar(person, "xl")
    assert 'alt=""' in avatar(person, "xl")


@pytest.mark.parametrize(
    ("hue", "name"), [(0, "hue-0"), (9, "hue-0"), (10, "hue-1"), (359, "hue-35"), (None, "hue-0")]
)
def test_hue_falls_into_one_of_36_classes(hue, name):
    assert hue_class(hue) == name


def test_icon_is_hidden_from_those_who_listen():
    assert icon("heart", "icon--small") == (
        '<svg class="icon icon--small" aria-hidden="true"><use href="/static/icons.svg#heart"/></svg>'
    )


def test_count_is_empty_when_zero():
    assert count("likes", 0) == '<span class="action__count" data-count="likes"></span>'
    assert ">1.2K<" in count("likes", 1234)


@pytest.mark.parametrize(
    ("cookie", "attribute"), [("dark", ' data-theme="dark"'), ('"><script>', ""), ("", "")]
)
def test_theme_takes_only_known_words_from_the_cookie(cookie, attribute):
    request = RequestFactory().get("/")
    request.COOKIES["theme"] = cookie
    assert theme({"request": request}) == attribute


def test_theme_is_silent_when_there_is_no_request():
    assert theme({}) == ""


def test_host_drops_what_nobody_reads():
    assert host("https://www.example.org/") == "example.org"
    assert host("http://example.org/a/b") == "example.org/a/b"
