"""The page as a whole: what a dialog covers, and what stays where it is."""

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

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


WAIT_FOR_PAINT = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def home_with_a_pill_to_come(visit: Visit, author: User, reader: User) -> Page:
    for number in range(15):
        make_tweet(author, f"Thought {number}\n" + "and more\n" * 4)
    return visit(reader, viewport={"width": 1360, "height": 900})


def await_pill(page: Page, words: str) -> Locator:
    pill = page.get_by_role("link", name=words)
    expect(pill).to_be_visible()
    page.evaluate(WAIT_FOR_PAINT)
    return pill


@pytest.mark.parametrize("scrolled", [0, 40])
def test_pill_opens_its_row_above_the_tweets_and_never_scrolls_who_is_at_the_top(
    visit: Visit, alice: User, bob: User, scrolled: int
) -> None:
    page = home_with_a_pill_to_come(visit, alice, bob)
    page.evaluate("(y) => scrollTo(0, y)", scrolled)
    composer = page.locator("tweet-composer").first
    stood = composer.evaluate(TOP)
    post_tweet(author=alice, text="Written meanwhile")
    pill = await_pill(page, "Show 1 new tweet")
    assert (composer.evaluate(TOP), page.evaluate("scrollY")) == (stood, scrolled)
    foot = composer.evaluate("(one) => one.getBoundingClientRect().bottom")
    box = pill.bounding_box()
    assert box is not None
    first = page.locator("#timeline article").first.evaluate(TOP)
    assert foot < box["y"] < box["y"] + box["height"] < first


def test_pill_floats_and_moves_no_tweet_for_who_reads_down_among_them(
    visit: Visit, alice: User, bob: User
) -> None:
    page = home_with_a_pill_to_come(visit, alice, bob)
    page.evaluate("scrollTo(0, 900)")
    line = page.locator("#timeline article").nth(4)
    stood = line.evaluate(TOP)
    post_tweet(author=alice, text="Written meanwhile")
    pill = await_pill(page, "Show 1 new tweet")
    assert abs(line.evaluate(TOP) - stood) < 1
    assert 53 <= pill.evaluate(TOP) < 100  # below the head


@pytest.mark.parametrize("scrolled", [0, 40])
def test_pills_that_come_while_one_writes_leave_the_field_where_it_is(
    visit: Visit, alice: User, bob: User, scrolled: int
) -> None:
    page = home_with_a_pill_to_come(visit, alice, bob)
    field = page.get_by_role("textbox", name="Your tweet").first
    field.fill("Half a thought")
    page.evaluate("(y) => scrollTo(0, y)", scrolled)
    stood = field.evaluate(TOP)
    for words in ("Show 1 new tweet", "Show 2 new tweets"):
        post_tweet(author=alice, text=f"Written meanwhile: {words}")
        await_pill(page, words)
        assert (field.evaluate(TOP), page.evaluate("scrollY")) == (stood, scrolled)
    expect(field).to_be_focused()


@pytest.mark.parametrize("scrolled", [0, 900])
def test_home_on_home_shows_the_new_tweets(visit: Visit, alice: User, bob: User, scrolled: int) -> None:
    page = home_with_a_pill_to_come(visit, alice, bob)
    page.evaluate("window.isTheSame = true")
    links = (".nav__list a[data-top]", ".nav__brand", ".tabs a[data-top]")
    for number, link in enumerate(links):
        page.evaluate("(y) => scrollTo(0, y)", scrolled)
        post_tweet(author=alice, text=f"Meanwhile {number}")
        pill = await_pill(page, "Show 1 new tweet")
        page.locator(link).click()
        expect(pill).to_have_count(0)
        expect(page.locator("#timeline article").first).to_contain_text(f"Meanwhile {number}")
        expect(page.locator("#timeline article").first).to_be_in_viewport(ratio=0.5)
    assert page.evaluate("isTheSame")
