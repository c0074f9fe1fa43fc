"""The page as a whole: what a dialog covers, and what stays where it is."""

import pytest
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from tweets.services.posting import post_tweet
from tweets.tests.factories import make_tweet
from twitterclone.tests.browser.conftest import Visit

pytestmark = pytest.mark.e2e

TOP = "(one) => one.getBoundingClientRect().top"


def left_edge(page: Page) -> float:
    return page.locator(".column").evaluate("(one) => one.getBoundingClientRect().left")


def test_dialog_covers_the_strip_of_the_scrollbar_and_nothing_jumps(
    visit: Visit, barred: Browser, alice: User
) -> None:
    for number in range(12):
        make_tweet(alice, f"Thought {number}\n" * 4)
    page = visit(alice, browser=barred, viewport={"width": 1350, "height": 900})
    page.evaluate("scrollTo(0, 300)")
    assert page.evaluate("innerWidth - document.documentElement.clientWidth") == 15
    stood, name = left_edge(page), "(x) => document.elementFromPoint(x, 500)?.localName"
    page.get_by_role("link", name="Tweet", exact=True).click()
    dialog = page.get_by_role("dialog", name="Write a tweet")
    expect(dialog).to_be_visible()
    assert page.evaluate(name, 1345) == "dialog"
    assert (left_edge(page), page.evaluate("scrollY")) == (stood, 300)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert (left_edge(page), page.evaluate("scrollY")) == (stood, 300)
    assert page.evaluate("innerWidth - document.documentElement.clientWidth") == 15


@pytest.mark.parametrize("scrolled", [0, 40, 900])
def test_pill_has_its_own_row_and_moves_no_tweet(visit: Visit, alice: User, bob: User, scrolled: int) -> None:
    for number in range(15):
        make_tweet(alice, f"Thought {number}\n" + "and more\n" * 4)
    page = visit(bob, viewport={"width": 1360, "height": 900})
    page.evaluate("(y) => scrollTo(0, y)", scrolled)
    line = page.locator("#timeline article").nth(4)
    stood = line.evaluate(TOP)
    post_tweet(author=alice, text="Written meanwhile")
    pill = page.get_by_role("link", name="Show 1 new tweet")
    expect(pill).to_be_visible()
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert abs(line.evaluate(TOP) - stood) < 1
    if scrolled == 900:
        assert 53 <= pill.evaluate(TOP) < 100  # floating below the head
    page.evaluate("scrollTo(0, 0)")
    foot = page.locator("tweet-composer").first.evaluate("(one) => one.getBoundingClientRect().bottom")
    box = pill.bounding_box()
    assert box is not None
    first = page.locator("#timeline article").first.evaluate(TOP)
    assert foot < box["y"] < box["y"] + box["height"] < first


def test_pill_that_comes_while_one_writes_moves_the_tweets_and_not_the_field(
    visit: Visit, alice: User, bob: User
) -> None:
    for number in range(15):
        make_tweet(alice, f"Thought {number}\n" + "and more\n" * 4)
    page = visit(bob, viewport={"width": 1360, "height": 900})
    field = page.get_by_role("textbox", name="Your tweet").first
    field.fill("Half a thought")
    stood = field.evaluate(TOP)
    post_tweet(author=alice, text="Written meanwhile")
    expect(page.get_by_role("link", name="Show 1 new tweet")).to_be_visible()
    assert (field.evaluate(TOP), page.evaluate("scrollY")) == (stood, 0)
