"""Recipes as JSON documents, which people keep, send and change by hand; and what is wrong with one."""

import json
from collections.abc import Mapping
from math import isfinite
from typing import Any

from django.utils.translation import gettext as _

from tweets.models.ranking import DEFAULT_WEIGHTS, LEAST_WEIGHT, MOST_WEIGHT
from tweets.queries.recipes import RecipeCard
from twitterclone.lib.errors import DomainError

FORMAT, VERSION = "twitterclone-for-you", 1
LONGEST_DOCUMENT = 10_000  # bytes
LONGEST_NAME = 60


class BadRecipe(DomainError):
    """Weights that For you cannot use; the message says which and why."""

    code = "bad_recipe"


def weights_from(given: Mapping[str, Any]) -> dict[str, float]:
    """All weights, from numbers or their texts; what is not given is the default. BadRecipe says why not."""
    if unknown := sorted(set(map(str, given)) - set(DEFAULT_WEIGHTS)):
        raise BadRecipe(_("There is no weight called “%(name)s”.") % {"name": unknown[0][:40]})
    return {name: _weight(name, given.get(name, default)) for name, default in DEFAULT_WEIGHTS.items()}


def name_from(given: object) -> str:
    """A recipe's name in one line; BadRecipe when it is too long or no text."""
    if not isinstance(given, str) or len(given) > LONGEST_NAME:
        raise BadRecipe(_("The name must be a text of at most %(most)s characters.") % {"most": LONGEST_NAME})
    return " ".join("".join(letter for letter in given if letter.isprintable()).split())


def document_of(recipe: RecipeCard) -> str:
    """The recipe as a document."""
    whole = {"format": FORMAT, "version": VERSION, "name": recipe.name, "weights": recipe.weights}
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def recipe_in(document: str | bytes) -> tuple[str, dict[str, float]]:
    """The name and the weights in a document; BadRecipe says what is wrong with it."""
    if len(document) > LONGEST_DOCUMENT:
        raise BadRecipe(_("This is too long for a recipe."))
    try:
        whole = json.loads(document, parse_constant=lambda name: name)
    except (ValueError, RecursionError):
        raise BadRecipe(_("This is not JSON. A recipe is a file as the download gives it.")) from None
    if not isinstance(whole, dict) or whole.get("format") != FORMAT:
        raise BadRecipe(
            _("This is JSON, but no recipe: it must say “format”: “%(name)s”.") % {"name": FORMAT}
        )
    if whole.get("version") != VERSION:
        raise BadRecipe(
            _("This recipe is of another version. This site reads version %(n)s.") % {"n": VERSION}
        )
    if not isinstance(whole.get("weights"), dict):
        raise BadRecipe(_("The recipe has no “weights”."))
    return name_from(whole.get("name", "")), weights_from(whole["weights"])


def _weight(name: str, given: object) -> float:
    bounds = {"name": name, "least": f"{LEAST_WEIGHT:g}", "most": f"{MOST_WEIGHT:g}"}
    try:
        if isinstance(given, bool) or not isinstance(given, int | float | str):
            raise ValueError
        value = float(given)
    except (ValueError, OverflowError):
        raise BadRecipe(_("“%(name)s” must be a number.") % bounds) from None
    if not isfinite(value) or not LEAST_WEIGHT <= value <= MOST_WEIGHT:
        raise BadRecipe(_("“%(name)s” must lie between %(least)s and %(most)s.") % bounds)
    return round(value, 3)
