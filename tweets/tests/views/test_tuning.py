"""Sliders and recipes over HTTP: at once with scripts, by forms without, as documents and by links."""

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from tweets.models import Tweet
from tweets.models.ranking import default_weights
from tweets.queries.recipes import recipe_of
from tweets.services.recipes import save_recipe, share_recipe
from tweets.tests.factories import make_tweet
from tweets.tests.views.test_for_you import HTMX

pytestmark = pytest.mark.django_db
WEIGHTS = "/for-you/weights/"
IMPORT = "/for-you/weights/document/"


@pytest.fixture
def bobs(client: Client, bob: User) -> Client:
    client.force_login(bob)
    return client


@pytest.fixture
def two(alice: User) -> list[str]:
    """A tweet that everybody likes, and a newer one."""
    liked = make_tweet(alice, "Everybody likes this")
    Tweet.objects.filter(pk=liked.pk).update(likes_count=900)
    return [liked.content, make_tweet(alice, "Written just now").content]


def test_address_of_the_weights_leads_to_the_page_they_stand_on(bobs: Client) -> None:
    answer = bobs.get(WEIGHTS)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/for-you/?tune")


def order(page: str, texts: list[str]) -> list[str]:
    return sorted(texts, key=page.index)


def posted(**changes: object) -> dict[str, object]:
    """What the form of sliders sends."""
    return default_weights() | changes


def test_every_weight_has_a_slider_with_a_label_and_its_value(bobs: Client, bob: User) -> None:
    save_recipe(user=bob, weights={"likes": -1.3})
    page = bobs.get("/for-you/?tune").text
    assert '<details class="tune" open>' in page
    for name in default_weights():
        assert f'<label class="slider__label" for="weight-{name}">' in page
        assert re.search(
            rf'type="range" id="weight-{name}" name="{name}" min="-2.0" max="2.0" step="0.1"', page
        )
    assert re.search(r'<output[^>]*for="weight-likes">-1.3<', page)
    assert '<details class="tune">' in bobs.get("/for-you/").text


def test_moved_slider_answers_with_the_new_order(bobs: Client, bob: User, two: list[str]) -> None:
    assert order(bobs.get("/for-you/").text, two) == two
    answer = bobs.post(WEIGHTS, posted(likes=-2), headers=HTMX)
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert order(answer.text, two) == two[::-1]
    assert order(bobs.get("/for-you/").text, two) == two[::-1]
    assert recipe_of(bob.pk).weights == default_weights() | {"likes": -2.0}


def test_weights_are_saved_and_reset_without_scripts(bobs: Client, bob: User, two: list[str]) -> None:
    answer = bobs.post(WEIGHTS, posted(likes=-2))
    assert (answer.status_code, answer.headers["Location"]) == (302, "/for-you/?tune")
    assert order(bobs.get("/for-you/").text, two) == two[::-1]
    assert bobs.post(WEIGHTS, {"_method": "DELETE"}).headers["Location"] == "/for-you/?tune"
    assert recipe_of(bob.pk).weights == default_weights()


def test_weight_out_of_bounds_is_refused_and_said(bobs: Client, bob: User) -> None:
    answer = bobs.post(WEIGHTS, posted(likes="9"), headers=HTMX)
    assert answer.status_code == 422
    assert "between -2 and 2" in json.loads(answer.headers["HX-Trigger"])["toast"]["message"]
    assert recipe_of(bob.pk).weights == default_weights()


def test_document_is_downloaded_and_taken_by_another(bobs: Client, bob: User, alice: User) -> None:
    save_recipe(user=bob, weights={"trends": 1.7}, name="Trends")
    answer = bobs.get("/for-you/weights.json")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="for-you.json"'
    assert answer.json()["weights"]["trends"] == 1.7
    bobs.force_login(alice)
    assert bobs.post(IMPORT, {"text": answer.text}).status_code == 302
    assert recipe_of(alice.pk) == recipe_of(bob.pk)
    file = SimpleUploadedFile("mine.json", answer.content.replace(b"1.7", b"0.2"))
    assert bobs.post(IMPORT, {"file": file}).status_code == 302
    assert recipe_of(alice.pk).weights["trends"] == 0.2


def test_bad_document_is_said_beside_what_was_pasted(bobs: Client, bob: User) -> None:
    answer = bobs.post(IMPORT, {"text": '{"luck": 7}'})
    assert answer.status_code == 422
    assert "This is JSON, but no recipe" in answer.text
    assert "{&quot;luck&quot;: 7}</textarea>" in answer.text
    assert '<details class="tune" open>' in answer.text
    file = SimpleUploadedFile("big.json", b" " * 20_000)
    assert "too long" in bobs.post(IMPORT, {"file": file}).text


def test_recipe_is_shared_seen_and_taken_by_its_link(bobs: Client, bob: User, alice: User) -> None:
    save_recipe(user=bob, weights={"variety": 2, "likes": -1.5})
    bobs.post("/for-you/share/", {"name": "Many voices"})
    page = bobs.get("/for-you/?tune").text
    link = re.search(r'href="(http://testserver(/for-you/recipes/[\w-]+/))"', page)
    assert link
    bobs.logout()
    shown = bobs.get(link[2]).text
    assert "Many voices" in shown
    assert "Bob Okafor" in shown
    assert 'x="0.0" width="2.0"' in shown  # from zero to the right
    assert 'x="-1.5" width="1.5"' in shown  # and to the left
    assert bobs.post(f"{link[2]}take/").headers["Location"].startswith("/accounts/login/")
    bobs.force_login(alice)
    assert bobs.post(f"{link[2]}take/").headers["Location"] == "/for-you/?tune"
    assert (recipe_of(alice.pk).name, recipe_of(alice.pk).weights["variety"]) == ("Many voices", 2)
    bobs.force_login(bob)
    bobs.post("/for-you/share/", {"_method": "DELETE"})
    assert bobs.get(link[2]).status_code == 404
    assert bobs.post(f"{link[2]}take/").status_code in {302, 404}


def test_taken_recipe_is_a_copy(bobs: Client, bob: User, alice: User) -> None:
    key = share_recipe(user=alice, name="Hers")
    bobs.post(f"/for-you/recipes/{key}/take/")
    save_recipe(user=alice, weights={"likes": -2})
    assert recipe_of(bob.pk).weights == default_weights()
    assert recipe_of(bob.pk).share_key == ""
