"""For you in a browser: why something is there, sliders that reorder at once; and without scripts."""

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from tweets.models import Recipe, Tweet
from tweets.services.posting import post_tweet
from tweets.services.recipes import save_recipe
from twitterclone.tests.browser.conftest import Visit

pytestmark = pytest.mark.e2e


@pytest.fixture
def two(alice: User) -> None:
    liked = post_tweet(author=alice, text="Everybody likes this")
    Tweet.objects.filter(pk=liked.pk).update(likes_count=900)
    post_tweet(author=alice, text="Written just now")


def texts(page: Page) -> list[str]:
    return page.locator("#timeline .tweet__text").all_inner_texts()


@pytest.mark.parametrize("width", [1280, 375])
def test_slider_reorders_at_once_and_is_kept(visit: Visit, bob: User, two: None, width: int) -> None:
    page = visit(bob, viewport={"width": width, "height": 800})
    page.get_by_role("link", name="For you").click()
    page.wait_for_url("**/for-you/")
    expect(page.locator("#timeline article")).to_have_count(2)
    assert texts(page) == ["Everybody likes this", "Written just now"]

    first = page.locator("#timeline article").first
    why = first.get_by_role("link", name="Why here?")
    why.press("Enter")
    sheet = page.get_by_role("dialog", name="Why here?")
    receipt = sheet.locator(".receipt")
    expect(receipt).to_be_visible()
    expect(receipt).to_contain_text("900 likes")
    expect(receipt).to_contain_text("You follow Alice Bergström")
    points = [float(text) for text in receipt.locator(".receipt__points").all_inner_texts()]
    assert sum(points[1:]) == pytest.approx(points[0])
    expect(sheet).to_be_focused()
    assert sheet.evaluate("(one) => one.scrollTop") == 0
    page.keyboard.press("Escape")
    expect(receipt).not_to_be_visible()
    expect(why).to_be_focused()
    why.click()
    sheet.get_by_role("button", name="Close").click()
    expect(sheet).not_to_be_visible()
    why.click()
    expect(sheet).to_be_visible()
    page.mouse.click(20, 20)  # what lies behind it is not hit
    expect(sheet).not_to_be_visible()
    assert page.url.endswith("/for-you/")

    page.get_by_text("What counts", exact=True).click()
    slider = page.get_by_role("slider", name="Likes", exact=True)
    slider.focus()
    slider.press("Home")
    expect(page.locator("output[for=weight-likes]")).to_have_text("-2.0")
    expect(page.locator("#timeline .tweet__text").first).to_have_text("Written just now")
    expect(page.get_by_role("status").filter(has_text="Order updated")).to_be_visible()
    filled = "(one) => ['--low', '--high'].map((name) => Number(one.style.getPropertyValue(name)))"
    assert slider.evaluate(filled) == [0, 0.5]
    assert page.evaluate("document.documentElement.scrollWidth") <= width

    page.reload()
    assert texts(page) == ["Written just now", "Everybody likes this"]
    page.get_by_text("What counts", exact=True).click()
    expect(page.get_by_role("slider", name="Likes", exact=True)).to_have_value("-2")
    about = page.get_by_text("half as much nine hours later")
    expect(about).to_be_visible()
    expect(page.locator("#timeline .tweet__text").first).to_be_in_viewport()
    top = page.locator("#timeline .tweet__text").first
    page.get_by_role("button", name="Reset").click()
    expect(top).to_have_text("Everybody likes this")
    page.get_by_role("button", name="Undo").click()
    expect(top).to_have_text("Written just now")
    expect(page.get_by_role("slider", name="Likes", exact=True)).to_have_value("-2")
    close = page.locator(".tune").get_by_role("button", name="Close")
    if width < 720:  # there the panel lies over the foot of the list
        close.click()
        expect(about).to_be_hidden()
        expect(page.locator(".tune__title")).to_be_focused()
    else:
        expect(close).to_be_hidden()


def test_reset_takes_the_name_of_a_recipe_too_and_undo_brings_both_back(
    visit: Visit, bob: User, two: None
) -> None:
    save_recipe(user=bob, weights={"likes": -1}, name="Quiet")
    page = visit(bob)
    page.goto("/for-you/?tune")
    title = page.locator(".tune__title")
    expect(title).to_contain_text("What counts")
    expect(title).to_contain_text("Quiet")
    for name, kept in (("Reset", ""), ("Undo", "Quiet")):
        with page.expect_response("**/for-you/weights/"):
            page.get_by_role("button", name=name).click()
        expect(page.locator(".tune__name")).to_have_text(kept)
        assert Recipe.objects.get().name == kept
    expect(page.get_by_role("slider", name="Likes", exact=True)).to_have_value("-1")


def test_for_you_works_when_scripts_are_off(visit: Visit, bob: User, two: None) -> None:
    page = visit(bob, java_script_enabled=False)
    page.goto("/for-you/")
    page.get_by_role("link", name="Why here?").first.click()
    page.wait_for_url("**/for-you/why/*/")
    expect(page.get_by_text("900 likes")).to_be_visible()
    page.get_by_role("link", name="Change what counts").click()
    page.get_by_role("slider", name="Likes", exact=True).press("Home")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/for-you/?tune")
    assert texts(page) == ["Written just now", "Everybody likes this"]
