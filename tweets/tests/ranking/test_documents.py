"""Recipes as documents: the same after the way there and back, and refused with the reason otherwise."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tweets.models.ranking import LEAST_WEIGHT, MOST_WEIGHT, default_weights
from tweets.queries.recipes import RecipeCard
from tweets.ranking.documents import BadRecipe, document_of, name_from, recipe_in, weights_from

pytestmark = pytest.mark.unit

WHOLE: dict[str, Any] = {"format": "twitterclone-for-you", "version": 1, "name": "", "weights": {}}


def document(**changes: Any) -> str:
    return json.dumps({**WHOLE, **changes})


@given(st.fixed_dictionaries({name: st.floats(LEAST_WEIGHT, MOST_WEIGHT) for name in default_weights()}))
def test_document_is_read_as_it_was_written(weights: dict[str, float]) -> None:
    kept = weights_from(weights)
    assert recipe_in(document_of(RecipeCard(kept, "Quiet evenings 🌙"))) == ("Quiet evenings 🌙", kept)


def test_weight_that_is_not_given_is_the_default() -> None:
    name, weights = recipe_in(document(weights={"likes": -1}))
    assert name == ""
    assert weights == default_weights() | {"likes": -1.0}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[" * 5000, "not JSON"),
        (b"\xff\xfe\xfd", "not JSON"),
        ("[]", "no recipe"),
        ('{"likes": 1}', "no recipe"),
        (document(version=2), "another version"),
        (document(weights=[1]), "no “weights”"),
        (document(weights={"luck": 1}), "no weight called “luck”"),
        (document(weights={"likes": "many"}), "“likes” must be a number"),
        (document(weights={"likes": True}), "“likes” must be a number"),
        (document(weights={"likes": None}), "“likes” must be a number"),
        (document(weights={"likes": {}}), "“likes” must be a number"),
        (document(weights={"likes": 2.01}), "between -2 and 2"),
        (document(weights={"likes": float("nan")}), "between -2 and 2"),
        (document(weights={"likes": float("inf")}), "between -2 and 2"),
        (document(weights={"likes": 10**400}), "“likes” must be a number"),
        (document(name="x" * 61), "at most 60"),
        (document(name=7), "must be a text"),
        (document(name="x" * 20_000), "too long"),
    ],
)
def test_document_that_is_none_says_why(text: str | bytes, why: str) -> None:
    with pytest.raises(BadRecipe, match=why):
        recipe_in(text)


def test_name_is_one_line() -> None:
    assert name_from("  Rain\n\t and \u202esun ") == "Rain and sun"
