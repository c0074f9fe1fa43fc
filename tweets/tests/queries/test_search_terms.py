"""Taking a search apart: operators, signs without power, and text that is hostile."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tweets.queries.search_terms import LONGEST, MOST_TERMS, SearchTooLong, search_of

pytestmark = pytest.mark.unit


def terms(text: str) -> list[tuple[str, str, bool]]:
    return [(term.kind, term.value, term.wanted) for term in search_of(text).terms]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("rain", [("word", "rain", True)]),
        ("-rain", [("word", "rain", False)]),
        ('"good  morning"', [("phrase", "good morning", True)]),
        ("“good morning”", [("phrase", "good morning", True)]),
        ('-"good morning"', [("phrase", "good morning", False)]),
        ('"never closed', [("phrase", "never closed", True)]),
        ("#Garden", [("hashtag", "garden", True)]),
        ("＃Straße", [("hashtag", "strasse", True)]),
        ("-#garden", [("hashtag", "garden", False)]),
        ("from:@Alice", [("from", "alice", True)]),
        ("-from:alice", [("from", "alice", False)]),
        ("FROM:alice to:bob", [("from", "alice", True), ("to", "bob", True)]),
        ("since:2026-01-31", [("since", "2026-01-31", True)]),
        ("has:media is:reply", [("has", "media", True), ("has", "reply", True)]),
        ("-filter:replies filter:images", [("has", "reply", False), ("has", "image", True)]),
        ("noon:bar 12:30", [("word", "noon:bar", True), ("word", "12:30", True)]),
        ("@Alice ＠bob", [("mention", "alice", True), ("mention", "bob", True)]),
        ("-@alice -#rain", [("mention", "alice", False), ("hashtag", "rain", False)]),
        ("@a-b", [("word", "@a-b", True)]),
        ("has:links is:follows", [("has", "link", True), ("has", "follows", True)]),
        ("-filter:follows", [("has", "follows", False)]),
        ("after:2026-01-31", [("since", "2026-02-01", True)]),
        ("before:2026-01-31", [("until", "2026-01-31", True)]),
        ("lang:EN -lang:pt-br", [("lang", "en", True), ("lang", "pt-br", False)]),
        ("min_likes:10 min_faves:3", [("min_likes", "10", True), ("min_likes", "3", True)]),
        ("min_retweets:5", [("min_retweets", "5", True)]),
        ("in:Bookmarks", [("in", "bookmarks", True)]),
        ("rain rain", [("word", "rain", True)]),
        ("rain 🎉 -❤\ufe0f", [("word", "rain", True), ("sign", "🎉", True), ("sign", "❤", False)]),
        ("min_likes:007", [("min_likes", "7", True)]),
    ],
)
def test_operators_are_understood(text: str, found: list[tuple[str, str, bool]]) -> None:
    assert terms(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "since:yesterday x",
        "until:2026-02-30 x",
        "after:9999-12-31 x",
        "before:x x",
        "from:a-b x",
        "has:cats x",
        "from: x",
        "lang:english x",
        "lang: x",
        "min_likes:many x",
        "min_likes:-1 x",
        "min_likes:9999999999 x",
        "min_retweets:٣ x",
        "in:france x",
        "in: x",
        "#! x",
        "min_likes:99999999999999999999 x",
    ],
)
def test_what_is_not_understood_is_said_and_left_out(text: str) -> None:
    search = search_of(text)
    assert len(search.notes) == 1
    assert terms(text) == [("word", "x", True)]


@pytest.mark.parametrize(
    "text", ["has:media", "-has:media", "since:2026-01-01", "lang:zh", "🎉", "min_likes:10"]
)
def test_search_sifts_when_nothing_begins_it(text: str) -> None:
    search = search_of(text)
    assert not search.is_empty
    assert not search.is_anchored
    assert not search.notes


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("min_replies:2 comet", "min_replies: is not known here; it was looked for as a word."),
        ("lang:xx comet", "No language is called xx."),
        ("since:2026-02-01 until:2026-02-01 comet", "No day lies both after"),
        ("min_likes:99999999999999999999 comet", "The number after min_likes: is too large."),
    ],
)
def test_what_finds_little_is_explained(text: str, note: str) -> None:
    (said,) = search_of(text).notes
    assert said.startswith(note)


def test_operator_with_a_value_it_cannot_have_makes_the_search_faulty() -> None:
    for text in ("min_likes:abc comet", "from: comet", "has:cats comet"):
        assert search_of(text).is_faulty
    for text in ("comet & tail", "foo:bar", "see https://example.org/a", "🎉 party", "lang:xx"):
        assert not search_of(text).is_faulty
    assert not search_of("https://example.org/a").notes


@pytest.mark.parametrize("text", ["-x", '""', "-", "::", "-from:bob"])
def test_search_is_empty_when_nothing_begins_it(text: str) -> None:
    search = search_of(text)
    assert search.is_empty
    assert search.notes or not search.terms


def test_or_joins_what_stands_beside_it() -> None:
    (first, second) = search_of('rain melted OR "the comet" OR #Tail').terms[:2]
    assert (first.kind, second.kind) == ("word", "either")
    assert [(part.kind, part.value) for part in second.parts] == [
        ("word", "melted"),
        ("phrase", "the comet"),
        ("hashtag", "tail"),
    ]
    assert not search_of("melted OR comet").notes
    assert not search_of("from:alice OR from:bob").notes
    assert terms("rain or snow") == [("word", "rain", True), ("word", "or", True), ("word", "snow", True)]
    for text in ("OR rain", "rain OR", "rain OR OR snow", "rain OR -snow", "rain OR from:bob", "OR"):
        assert [note[:16] for note in search_of(text).notes] == ["OR stands betwee"], text
    with pytest.raises(SearchTooLong):
        search_of(" OR ".join(map(str, range(MOST_TERMS + 1))))


def test_search_that_is_too_long_is_refused() -> None:
    for text in ("x" * (LONGEST + 1), "x" * 100_000, " ".join(map(str, range(MOST_TERMS + 1)))):
        with pytest.raises(SearchTooLong):
            search_of(text)


@given(st.text(max_size=LONGEST))
def test_any_text_is_understood_somehow(text: str) -> None:
    search = search_of(text)
    assert all(term.value for term in search.terms)
    assert "\x00" not in "".join(term.value for term in search.terms)


@given(st.text(alphabet=string.punctuation + " ab", max_size=60))
def test_signs_in_any_order_are_understood_somehow(text: str) -> None:
    assert all(term.value.strip() for term in search_of(text).terms)
