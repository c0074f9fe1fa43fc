"""The weights of For you: saved, taken from others, shared by a link."""

from collections.abc import Mapping
from secrets import token_urlsafe

from accounts.models import User
from tweets.models import Recipe
from tweets.models.ranking import default_weights
from tweets.ranking.documents import name_from, weights_from
from twitterclone.lib import limits


def save_recipe(*, user: User, weights: Mapping[str, object], name: str | None = None) -> Recipe:
    """Saves the person's weights, and the name unless it is None; BadRecipe when For you cannot use them.

    A link that shares the recipe shows it as it is now.
    """
    limits.check("recipe", user.pk)
    values: dict[str, object] = {"weights": weights_from(weights)}
    if name is not None:
        values["name"] = name_from(name)
    return Recipe.objects.update_or_create(user=user, defaults=values)[0]


def reset_recipe(*, user: User) -> None:
    """Back to the weights everybody begins with; the link, if there is one, stays."""
    Recipe.objects.filter(user=user).update(weights=default_weights(), name="")


def share_recipe(*, user: User, name: str) -> str:
    """Makes the recipe readable by a link under this name, and returns its key, which stays the same."""
    recipe, _is_new = Recipe.objects.update_or_create(user=user, defaults={"name": name_from(name)})
    Recipe.objects.filter(pk=recipe.pk, share_key=None).update(share_key=token_urlsafe(16))
    recipe.refresh_from_db(fields=["share_key"])
    return recipe.share_key or ""


def stop_sharing_recipe(*, user: User) -> bool:
    """The link leads nowhere from now on; False when there was none."""
    return bool(Recipe.objects.filter(user=user).exclude(share_key=None).update(share_key=None))
