import json
from pathlib import Path

import pytest

from twitterclone.lib.text import (
    HASHTAG_LENGTH,
    TWEET_LENGTH,
    Entity,
    Hashtag,
    clean_name,
    entities,
    hashtags,
    is_blank,
    mentioned_usernames,
    normalise,
    segments,
    weighted_length,
)
from twitterclone.lib.tlds import TLDS, javascript_module

pytestmark = pytest.mark.unit

ROOT = Path(__file__).resolve().parents[3]
CASES = json.loads(Path(__file__).with_name("text_cases.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("name", "text", "weight"), CASES["counts"], ids=[case[0] for case in CASES["counts"]]
)
def test_weight_is_as_published_when_counting(name, text, weight):
    assert weighted_length(text) == weight


@pytest.mark.parametrize("text", CASES["blank"], ids=ascii)
def test_text_is_blank_when_nothing_shows(text):
    assert is_blank(text)
    assert normalise(text) == ""
    assert clean_name(text) == ""


@pytest.mark.parametrize("text", CASES["visible"], ids=ascii)
def test_text_is_not_blank_when_something_shows(text):
    assert not is_blank(text)
    assert normalise(text) != ""


@pytest.mark.parametrize(("text", "expected"), CASES["entities"], ids=ascii)
def test_entities_are_those_of_twitter_when_parsed(text, expected):
    assert "|".join(entity.text for entity in entities(text)) == expected


@pytest.mark.parametrize(("text", "expected"), CASES["normalise"], ids=ascii)
def test_text_is_made_safe_when_normalised(text, expected):
    assert normalise(text) == expected


@pytest.mark.parametrize(("text", "expected"), CASES["names"], ids=ascii)
def test_name_is_one_honest_line_when_cleaned(text, expected):
    assert clean_name(text) == expected


def test_tweet_is_full_when_it_weighs_280():
    assert (
        weighted_length("a" * TWEET_LENGTH)
        == weighted_length("漢" * 140)
        == weighted_length("👩‍🚀" * 140)
        == 280
    )


def test_values_are_canonical_when_entities_differ_in_case():
    text = "＠Alice ＃ＣａｆＥ́ $goog EXAMPLE.com/A"
    assert [(entity.kind, entity.value) for entity in entities(text)] == [
        ("mention", "alice"),
        ("hashtag", "café"),
        ("cashtag", "GOOG"),
        ("url", "https://EXAMPLE.com/A"),
    ]


def test_indices_are_code_points_when_emoji_stand_before():
    assert entities("😀 👩‍🚀 @bob")[0] == Entity("mention", 6, 10, "@bob", "bob")


def test_usernames_come_once_in_order_when_mentioned_again():
    assert mentioned_usernames("@Bob @alice @BOB a@b.co example.com/@eve") == ["bob", "alice"]


def test_hashtags_come_once_as_first_written_when_case_differs():
    assert hashtags("#Love #LOVE ＃ｌｏｖｅ #Straße #STRASSE #می\u200cخواهم #میخواهم") == [
        Hashtag("love", "Love"),
        Hashtag("strasse", "Straße"),
        Hashtag("میخواهم", "می\u200cخواهم"),
    ]


@pytest.mark.parametrize("name", ["a" * (HASHTAG_LENGTH + 1), "ﷺ" * 20, "\u3164", "\u180b"])
def test_hashtag_stays_plain_when_key_is_too_long_or_invisible(name):
    assert entities(f"#{name}") == []


@pytest.mark.parametrize(
    ("text", "href", "display"),
    [
        ("example.com", "https://example.com", "example.com"),
        ("http://example.com/", "http://example.com/", "example.com"),
        ("HTTPS://www.Example.com/a", "https://www.Example.com/a", "Example.com/a"),
        ("HtTp://example.com", "http://example.com", "example.com"),
        ("www.com", "https://www.com", "www.com"),
        ("https://example.com/a/", "https://example.com/a/", "example.com/a/"),
        (
            "https://example.com/123456789012345678",
            "https://example.com/123456789012345678",
            "example.com/123456789012345678",
        ),
        (
            "https://example.com/1234567890123456789",
            "https://example.com/1234567890123456789",
            "example.com/12345678901234567…",
        ),
    ],
)
def test_url_has_safe_href_and_short_display_when_linked(text, href, display):
    (entity,) = entities(text)
    assert (entity.href, entity.value, entity.display) == (href, href, display)
    assert len(entity.display) <= 30


def test_only_urls_have_an_address_when_asked():
    mention, tag = entities("@alice #tag")
    assert (mention.href, mention.display, tag.href, tag.display) == ("", "@alice", "", "#tag")


def test_address_stays_plain_when_longer_than_4096():
    assert [len(entity.text) for entity in entities("http://example.com/" + "a" * (4096 - 19))] == [4096]
    assert entities("http://example.com/" + "a" * (4097 - 19)) == []


def test_segments_alternate_when_text_has_entities():
    pieces = list(segments("hi @bob, see example.com"))
    assert [piece if isinstance(piece, str) else piece.kind for piece in pieces] == [
        "hi ",
        "mention",
        ", see ",
        "url",
    ]


def test_list_of_domains_is_whole_when_loaded():
    assert len(TLDS) > 1500
    assert {"com", "aaa", "zw", "museum", "рф", "xn--p1ai", "みんな", "xn--q9jyb4c", "onion"} <= TLDS
    assert all(tld == tld.lower() and "." not in tld for tld in TLDS)


def test_browser_has_the_same_domains_when_generated():
    kept = (ROOT / "static/js/lib/tlds.js").read_text(encoding="utf-8")
    assert kept == javascript_module()
