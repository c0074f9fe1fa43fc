"""Back to a page that was left: it shows what was done since, and the focus is where it was."""

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from social.models import Follow
from tweets.models import Bookmark, Like, Retweet
from tweets.tests.factories import make_tweet
from twitterclone.tests.browser.conftest import Visit, await_true

pytestmark = pytest.mark.e2e

MARKS = ("likes", "retweets", "bookmarks")


def button(page: Page, name: str) -> Locator:
    return page.locator(f'article [data-toggle="{name}"]').first


def go_back(page: Page) -> None:
    page.go_back()
    await_true(page, "performance.getEntriesByType('navigation')[0].type === 'back_forward'")


@pytest.mark.parametrize("pressed_in", ["the list", "the thread"])
def test_marks_are_true_after_back(visit: Visit, alice: User, bob: User, pressed_in: str) -> None:
    tweet = make_tweet(alice, "Press me")
    page = visit(bob)
    page.goto("/alice/")
    card = page.locator("article").first
    if pressed_in == "the thread":
        card.press("Enter")
        page.wait_for_url("**/status/**")
    card.focus()
    for key, name in zip("ltd", MARKS, strict=True):
        with page.expect_response(lambda answer: answer.request.method == "POST"):
            page.keyboard.press(key)
        expect(button(page, name)).to_have_attribute("aria-pressed", "true")
    if pressed_in == "the list":
        card.press("Enter")
        page.wait_for_url("**/status/**")
    go_back(page)
    for name in MARKS:
        expect(button(page, name)).to_have_attribute("aria-pressed", "true")
    expect(button(page, "likes").locator("[data-count]")).to_have_text("1")
    expect(page.locator(f"#tweet-{tweet.pk}")).to_be_focused()
    assert [model.objects.count() for model in (Like, Retweet, Bookmark)] == [1, 1, 1]
    # undone from there, as from a page that is new
    with page.expect_response(lambda answer: "_method=DELETE" in (answer.request.post_data or "")):
        page.keyboard.press("l")
    expect(button(page, "likes")).to_have_attribute("aria-pressed", "false")
    assert not Like.objects.exists()


def test_page_kept_whole_by_the_browser_asks_for_its_marks_too(visit: Visit, alice: User, bob: User) -> None:
    tweet = make_tweet(alice, "Press me")
    page = visit(bob)
    page.goto("/alice/")
    Like.objects.create(user=bob, tweet=tweet)
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    expect(button(page, "likes")).to_have_attribute("aria-pressed", "true")


def test_follow_beside_the_page_is_true_after_back(visit: Visit, alice: User, charlie: User) -> None:
    make_tweet(alice, "Read me")
    page = visit(charlie)
    page.goto("/explore/")
    follow = page.locator(f"#follow-{alice.pk}-beside button")
    expect(follow).to_have_text("Follow @Alice")
    follow.click()
    expect(follow).to_contain_text("Following")
    page.locator("article").first.press("Enter")
    page.wait_for_url("**/status/**")
    go_back(page)
    expect(follow).to_contain_text("Following")
    follow.click()
    expect(follow).to_have_text("Follow @Alice")
    assert not Follow.objects.filter(follower=charlie).exists()


def test_empty_home_fills_when_somebody_is_followed_on_it(visit: Visit, alice: User, charlie: User) -> None:
    make_tweet(alice, "Welcome to my world")
    page = visit(charlie)
    expect(page.get_by_text("Your timeline is waiting")).to_be_visible()
    page.locator(f"main #follow-{alice.pk} button").click()
    expect(page.locator("#timeline article")).to_contain_text(["Welcome to my world"])
    expect(page.get_by_text("Your timeline is waiting")).to_be_hidden()
    expect(page.locator(f"main #follow-{alice.pk} button")).to_contain_text("Following")
