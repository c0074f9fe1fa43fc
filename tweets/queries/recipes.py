"""By which weights somebody reads For you: their own, the default's, and recipes that others share."""

from dataclasses import dataclass

from accounts.queries import PersonCard, person_card
from social.queries import relation_between
from tweets.models import Recipe
from tweets.models.ranking import default_weights
from twitterclone.lib.errors import NotVisible


@dataclass(frozen=True, slots=True)
class RecipeCard:
    """Weights with their name; `share_key` is "" unless whoever has the link may read them."""

    weights: dict[str, float]
    name: str = ""
    share_key: str = ""
    owner: PersonCard | None = None


def recipe_of(user_id: int) -> RecipeCard:
    """The person's own weights, or those everybody begins with; one query."""
    recipe = Recipe.objects.filter(user_id=user_id).first()
    if recipe is None:
        return RecipeCard(default_weights())
    return RecipeCard(recipe.weights, recipe.name, recipe.share_key or "")


def shared_recipe(viewer_id: int | None, share_key: str) -> RecipeCard:
    """The recipe behind a link, with whose it is.

    NotVisible when nobody shares it any more, its owner is gone, or a block stands between the two.
    """
    recipe = Recipe.objects.select_related("user").filter(share_key=share_key).first()
    if (
        recipe is None
        or not recipe.user.is_reachable
        or relation_between(viewer_id, recipe.user_id).is_blocked
    ):
        raise NotVisible
    return RecipeCard(recipe.weights, recipe.name, share_key, person_card(recipe.user))
