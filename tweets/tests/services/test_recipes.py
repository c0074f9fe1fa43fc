"""Weights saved for each person, shared by a link as long as they like."""

import pytest
from django.utils import timezone

from accounts.models import User
from social.models import Block
from tweets.exports import for_you_rows
from tweets.models import Recipe
from tweets.models.ranking import default_weights
from tweets.queries.recipes import RecipeCard, recipe_of, shared_recipe
from tweets.ranking.documents import BadRecipe
from tweets.ranking.past import refresh
from tweets.services.recipes import reset_recipe, save_recipe, share_recipe, stop_sharing_recipe
from tweets.tests.ranking.test_past import like, tagged
from twitterclone.lib.errors import NotVisible

pytestmark = pytest.mark.django_db


def test_everybody_begins_with_the_same_weights_and_changes_their_own(alice: User, bob: User) -> None:
    save_recipe(user=alice, weights={"likes": "-0.5"}, name="Few likes")
    assert recipe_of(alice.pk) == RecipeCard(default_weights() | {"likes": -0.5}, "Few likes")
    assert recipe_of(bob.pk) == RecipeCard(default_weights())


def test_refused_weights_change_nothing(alice: User) -> None:
    save_recipe(user=alice, weights={"likes": 2})
    with pytest.raises(BadRecipe):
        save_recipe(user=alice, weights={"likes": 3})
    assert recipe_of(alice.pk).weights["likes"] == 2


def test_reset_goes_back_and_keeps_the_link(alice: User) -> None:
    save_recipe(user=alice, weights={"likes": 2}, name="Mine")
    key = share_recipe(user=alice, name="Mine")
    reset_recipe(user=alice)
    assert recipe_of(alice.pk) == RecipeCard(default_weights(), "", key)


def test_link_shows_the_recipe_as_it_is_until_it_is_ended(alice: User, bob: User) -> None:
    key = share_recipe(user=alice, name="Mine")
    assert share_recipe(user=alice, name="Ours") == key
    save_recipe(user=alice, weights={"likes": 1.5})
    found = shared_recipe(bob.pk, key)
    assert (found.name, found.weights["likes"]) == ("Ours", 1.5)
    assert found.owner is not None
    assert found.owner.username == "alice"
    assert stop_sharing_recipe(user=alice)
    assert not stop_sharing_recipe(user=alice)
    with pytest.raises(NotVisible):
        shared_recipe(bob.pk, key)
    assert share_recipe(user=alice, name="") != key


@pytest.mark.parametrize("field", ["suspended_at", "deactivated_at"])
def test_link_leads_nowhere_when_its_owner_is_gone(alice: User, bob: User, field: str) -> None:
    key = share_recipe(user=alice, name="")
    User.objects.filter(pk=alice.pk).update(**{field: alice.updated_at})
    with pytest.raises(NotVisible):
        shared_recipe(bob.pk, key)


def test_link_leads_nowhere_over_a_block(alice: User, bob: User, mallory: User) -> None:
    key = share_recipe(user=alice, name="")
    Block.objects.create(blocker=bob, blocked=alice)
    for viewer in (bob, mallory):
        with pytest.raises(NotVisible):
            shared_recipe(viewer.pk, key)
    assert shared_recipe(None, key).owner is not None
    assert Recipe.objects.count() == 1


def test_export_holds_the_weights_and_what_the_site_concludes(alice: User, bob: User) -> None:
    save_recipe(user=bob, weights={"likes": 2}, name="Mine")
    like(bob, tagged(alice, "Rain"))
    refresh([bob.pk], timezone.now())
    recipe, affinity, interest = for_you_rows(bob.pk)
    assert (recipe["name"], recipe["weights"]["likes"]) == ("Mine", 2)
    assert (affinity["author_id"], affinity["likes"]) == (str(alice.pk), 1)
    assert (interest["hashtag"], interest["uses"]) == ("Rain", 1)
    assert list(for_you_rows(alice.pk)) == []
