"""A tweet's text as HTML: escaped first, linked where something is meant."""

from types import SimpleNamespace

import pytest

from tweets.templatetags.tweet_text import answered_note, bio, tweet_text

pytestmark = pytest.mark.unit


def shown(text, *mentions):
    return tweet_text(SimpleNamespace(text=text, mentions=frozenset(mentions)))


def test_markup_is_shown_as_written_when_it_is_text():
    assert shown("<script>alert(1)</script> & <b>") == "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;"


def test_mention_is_a_link_only_when_the_person_exists():
    assert shown("Hi @Alice and @nobody", "alice") == 'Hi <a href="/alice/">@Alice</a> and @nobody'


def test_hashtag_leads_to_its_page():
    assert shown("On #Mountains") == 'On <a href="/tags/mountains/">#Mountains</a>'


def test_address_is_short_and_trusted_with_nothing():
    html = shown("See https://www.example.com/essays/in-defence-of-chronology?a=1&b=2 now")
    assert 'rel="nofollow noopener ugc" target="_blank"' in html
    assert 'href="https://www.example.com/essays/in-defence-of-chronology?a=1&amp;b=2"' in html
    assert ">example.com/essays/in-defence…</a> now" in html


def test_address_cannot_break_out_of_its_attribute():
    html = shown('https://example.com/"onmouseover="alert(1)')
    assert '"onmouseover' not in html


def test_javascript_is_no_address():
    assert "<a" not in shown("javascript:alert(1)")


def test_direction_marks_stay_inside_the_text():
    assert shown("\u202eevil") == "\u202eevil"


def test_bio_links_hashtags_and_people_who_exist():
    profile = SimpleNamespace(bio="@alice and @nobody #tea", mentions=frozenset({"alice"}))
    expected = '<a href="/alice/">@alice</a> and @nobody <a href="/tags/tea/">#tea</a>'
    assert bio(profile) == expected


def test_one_is_called_you_when_one_is_answered():
    alice = SimpleNamespace(id=1, url="/alice/", handle="Alice")
    assert answered_note(alice, alice) == 'Replying to <a class="link" href="/alice/">you</a>'
    bob = SimpleNamespace(id=2)
    assert answered_note(alice, bob) == 'Replying to <a class="link" href="/alice/">@Alice</a>'
