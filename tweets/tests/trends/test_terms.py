"""What is taken from a text to be counted."""

import pytest

from tweets.models import TermKind
from tweets.trends.terms import Term, fingerprint, terms_of

pytestmark = pytest.mark.unit


def keys(text: str, kind: str) -> list[str]:
    return [term.key for term in terms_of(text) if term.kind == kind]


def test_hashtags_links_words_and_pairs_are_found_once():
    found = terms_of("Solar eclipse! Solar eclipse over #Madrid https://www.Example.com/a/?utm_source=x @bob")
    assert found[Term(TermKind.HASHTAG, "madrid")] == "Madrid"
    assert found[Term(TermKind.LINK, "example.com/a")] == "https://www.Example.com/a/?utm_source=x"
    words = [term.key for term in found if term.kind == TermKind.WORD]
    assert words == ["solar", "eclipse", "solar eclipse", "over", "eclipse over"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a an of", ["an of"]),
        ("don’t l’été", ["don’t", "l’été", "don’t l’été"]),
        (
            "東京タワー",
            ["東京", "京タ", "タワ", "ワー", "東京タ", "京タワ", "タワー", "東京タワ", "京タワー"],
        ),
        ("서울 타워", ["서울", "타워", "서울 타워"]),
        ("42 1000 ___ !!! 🎉", []),
        ("", []),
    ],
)
def test_words_of_many_scripts(text, expected):
    assert keys(text, TermKind.WORD) == expected


def test_query_of_a_link_counts_but_not_where_it_was_found():
    assert keys("https://e.com/w?v=1 https://e.com/w?v=2", TermKind.LINK) == ["e.com/w?v=1", "e.com/w?v=2"]


def test_overlong_and_hostile_texts_give_few_terms():
    assert max(len(term.key) for term in terms_of("x" * 4000 + " " + "漢" * 3000)) <= 200
    assert terms_of("http://[::1 https://..") is not None


def test_fingerprint_is_the_same_for_copies_and_empty_for_short_texts():
    copies = ["Buy Gold Today Friends #gold 1", "buy gold today friends https://a.example/2 @x #gold"]
    assert len({fingerprint(text) for text in copies}) == 1
    assert fingerprint("Go #gold") == ""
