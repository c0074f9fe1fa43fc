"""Whoever reads far down returns to the same line: by Back, by a reload, and when new tweets came."""

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from tweets.services.posting import post_tweet
from tweets.tests.factories import make_tweet
from twitterclone.tests.browser.conftest import Visit

pytestmark = pytest.mark.e2e

FIRST_LINE = """() => {
    const lines = [...document.querySelectorAll("article[id]")];
    const line = lines.find((one) => one.getBoundingClientRect().bottom > 60);
    return [line.id, Math.round(line.getBoundingClientRect().top)];
}"""


def read_down(page: Page, tweets: int) -> list[object]:
    """Scrolls until so many tweets are there, to a line near the end, and returns it with its height."""
    articles = page.locator("#timeline article")
    while articles.count() < tweets:
        page.mouse.wheel(0, 2500)
        page.wait_for_timeout(150)
    articles.nth(tweets - 10).evaluate(
        "(one) => scrollTo(0, one.getBoundingClientRect().top + scrollY - 123)"
    )
    page.wait_for_timeout(300)
    return page.evaluate(FIRST_LINE)


@pytest.mark.parametrize("address", ["/", "/explore/", "/alice/"])
def test_back_and_reload_return_to_the_same_line(visit: Visit, alice: User, bob: User, address: str) -> None:
    for number in range(85):
        make_tweet(alice, f"Thought {number}\n" + "and more\n" * (number % 4))
    page = visit(bob)
    page.goto(address)
    stood = read_down(page, 70)

    # by a script: the mouse would first scroll the line into sight
    page.locator(f"#{stood[0]} .tweet__time a").evaluate("(link) => link.click()")
    page.wait_for_url("**/status/**")
    post_tweet(author=alice, text="Written meanwhile")
    page.go_back()
    page.wait_for_url(f"**{address}")
    expect(page.locator(f"#{stood[0]}")).to_be_in_viewport(timeout=10_000)
    page.wait_for_timeout(300)
    line, top = page.evaluate(FIRST_LINE)
    assert (line, abs(top - stood[1]) <= 2) == (stood[0], True)

    page.reload()
    expect(page.locator(f"#{stood[0]}")).to_be_in_viewport(timeout=10_000)
    page.wait_for_timeout(300)
    assert page.evaluate(FIRST_LINE)[0] == stood[0]


def test_a_page_that_is_opened_anew_begins_at_its_top(visit: Visit, alice: User, bob: User) -> None:
    for number in range(45):
        make_tweet(alice, f"Thought {number}")
    page = visit(bob)
    page.goto("/explore/")
    read_down(page, 40)
    page.get_by_role("link", name="Home").first.click()
    page.wait_for_url("**/")
    page.get_by_role("link", name="Explore").first.click()
    page.wait_for_url("**/explore/")
    assert page.evaluate("scrollY") == 0
