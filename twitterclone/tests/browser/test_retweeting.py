"""The retweet button: a choice for who presses it, at once for a key, a plain form without scripts."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from tweets.models import Retweet, Tweet
from tweets.tests.factories import make_tweet
from twitterclone.tests.browser.conftest import Visit, await_true

pytestmark = pytest.mark.e2e


def button(page: Page) -> Locator:
    return page.locator('article [data-toggle="retweets"]').first


def test_press_offers_retweet_undo_and_quote(visit: Visit, alice: User, bob: User) -> None:
    make_tweet(alice, "Pass it on")
    page = visit(bob)
    page.goto("/alice/")
    article = page.locator("article").first
    button(page).click()
    expect(button(page)).to_have_attribute("aria-expanded", "true")
    expect(article.locator(".menu__item:visible")).to_have_text(["Retweet", "Quote"])
    page.keyboard.press("Escape")
    expect(article.locator(".menu__item:visible")).to_have_count(0)
    expect(button(page)).to_be_focused()
    expect(button(page)).to_have_attribute("aria-pressed", "false")

    button(page).press("Enter")
    expect(article.get_by_role("button", name="Retweet", exact=True).last).to_be_focused()
    page.keyboard.press("Enter")
    expect(button(page)).to_have_attribute("aria-pressed", "true")
    expect(button(page).locator("[data-count]")).to_have_text("1")
    expect(button(page)).to_be_focused()
    expect(article.locator(".menu__item:visible")).to_have_count(0)
    button(page).click()
    with page.expect_response(lambda answer: "_method=DELETE" in (answer.request.post_data or "")):
        article.get_by_role("button", name="Undo retweet").click()
    expect(button(page)).to_have_attribute("aria-pressed", "false")
    expect(button(page).locator("[data-count]")).to_be_empty()
    assert not Retweet.objects.exists()

    button(page).click()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Quote a tweet")
    dialog.get_by_role("textbox", name="Your tweet").fill("Gladly")
    page.keyboard.press("Control+Enter")
    expect(dialog).to_be_hidden()
    expect(button(page)).to_be_focused()
    assert Tweet.objects.get(content="Gladly").quote_of.author == alice


def test_keys_retweet_at_once_and_quote(visit: Visit, alice: User, bob: User) -> None:
    make_tweet(alice, "Pass it on")
    page = visit(bob)
    page.goto("/alice/")
    page.keyboard.press("j")
    page.keyboard.press("t")
    expect(button(page)).to_have_attribute("aria-pressed", "true")
    expect(page.locator("article .menu__item:visible")).to_have_count(0)
    expect(button(page).locator("[data-count]")).to_have_text("1")
    page.keyboard.press("t")
    expect(button(page)).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("q")
    expect(page.get_by_role("dialog", name="Quote a tweet")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_contain_text("Quoteq")


def test_retweet_is_told_with_an_undo_by_menu_and_by_key(visit: Visit, alice: User, bob: User) -> None:
    make_tweet(alice, "Pass it on")
    page = visit(bob)
    page.goto("/alice/")
    toasts = page.locator("toast-region .toast")

    def by_menu() -> None:
        button(page).click()
        page.get_by_role("button", name="Retweet", exact=True).last.click()

    def by_key() -> None:
        page.locator("article").first.focus()
        page.keyboard.press("t")

    for retweet in (by_menu, by_key):
        retweet()
        expect(toasts.filter(has_text="You retweeted it.")).to_have_count(1)
        assert Retweet.objects.count() == 1
        toasts.get_by_role("button", name="Undo").click()
        expect(button(page)).to_have_attribute("aria-pressed", "false")
        expect(toasts).to_have_text(["Your retweet is undone."])
        assert not Retweet.objects.exists()
        expect(toasts).to_have_count(0, timeout=8000)


def test_later_word_about_the_same_takes_the_place_of_the_earlier(
    visit: Visit, alice: User, bob: User
) -> None:
    make_tweet(alice, "Pass it on")
    page = visit(bob)
    page.goto("/alice/")
    toasts = page.locator("toast-region .toast")
    page.locator("article").first.focus()
    for words in ("You retweeted it.Undo", "Your retweet is undone.", "You retweeted it.Undo"):
        page.keyboard.press("t")
        expect(toasts).to_have_text([words])
    for words in ("Link copied.", "More tweets loaded.", "Link copied."):
        page.evaluate(
            "(message) => document.body.dispatchEvent(new CustomEvent('toast', {detail: {message}}))", words
        )
    expect(toasts).to_have_text(["You retweeted it.Undo", "More tweets loaded.", "Link copied."])


def test_failed_retweet_is_taken_back(visit: Visit, alice: User, bob: User) -> None:
    make_tweet(alice, "Pass it on")
    page = visit(bob)
    page.goto("/alice/")
    page.route(re.compile("/retweet/"), lambda route: route.abort())
    button(page).click()
    page.get_by_role("button", name="Retweet", exact=True).last.click()
    expect(page.locator(".toast--error")).to_be_visible()
    expect(button(page)).to_have_attribute("aria-pressed", "false")
    visit.errors.clear()  # the browser notes the request that failed


def test_retweet_and_quote_without_javascript(visit: Visit, alice: User, bob: User) -> None:
    tweet = make_tweet(alice, "Pass it on")
    page = visit(bob, java_script_enabled=False)
    page.goto("/alice/")
    button(page).click()
    expect(button(page)).to_have_attribute("aria-pressed", "true")
    page.goto(f"/alice/status/{tweet.pk}/")
    page.locator("article summary").first.click()
    page.get_by_role("link", name="Quote", exact=True).click()
    page.get_by_role("textbox", name="Your tweet").fill("By hand")
    page.get_by_role("button", name="Tweet", exact=True).click()
    expect(page.locator("article").first).to_contain_text("By hand")
    assert Tweet.objects.get(content="By hand").quote_of == tweet


@pytest.mark.parametrize(("room", "is_below"), [(130, True), (60, False)])
def test_menu_opens_below_its_button_unless_there_is_no_room(
    visit: Visit, alice: User, bob: User, room: int, is_below: bool
) -> None:
    make_tweet(alice, "Pass it on")
    page = visit(bob)
    page.goto("/alice/")
    box = button(page).bounding_box()
    assert box is not None
    page.set_viewport_size({"width": 1280, "height": int(box["y"] + box["height"]) + room})
    button(page).click()
    sheet = "document.querySelector('article details[open] .menu__sheet').getBoundingClientRect()"
    below, above = f"{sheet}.top >= {box['y'] + box['height']}", f"{sheet}.bottom <= {box['y']}"
    page.locator("article .menu__sheet:visible").wait_for()
    await_true(page, below if is_below else above)  # it is placed by an event that follows the opening
