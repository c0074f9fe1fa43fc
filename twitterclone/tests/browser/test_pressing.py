"""Like and bookmark, pressed faster than the server answers, and without a server."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from accounts.models import User
from tweets.models import Bookmark, Like, Tweet
from tweets.tests.factories import make_tweet
from twitterclone.tests.browser.conftest import Visit

pytestmark = pytest.mark.e2e

WATCH = """button => {
  window.seen = [];
  let last = button.ariaPressed; // the figures that come now and then write what stands there already
  const look = () => button.ariaPressed !== last && window.seen.push((last = button.ariaPressed));
  new MutationObserver(look).observe(button, {attributeFilter: ["aria-pressed"]});
}"""


def button(page: Page, name: str = "likes") -> Locator:
    return page.locator(f'article [data-toggle="{name}"]').first


def opened(visit: Visit, author: User, reader: User) -> tuple[Tweet, Page]:
    tweet = make_tweet(author, "Press me")
    page = visit(reader)
    page.goto(f"/{author.username}/")
    button(page).evaluate(WATCH)
    return tweet, page


@contextmanager
def held(page: Page, address: str) -> Iterator[list[Route]]:
    """The first request to the address gets no answer until the end of the block."""
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        waiting.append(route)

    page.route(re.compile(address), hold, times=1)
    yield waiting
    for route in waiting:
        route.continue_()


def wait_for_first(page: Page, waiting: list[Route]) -> None:
    while not waiting:
        page.wait_for_timeout(20)


def test_two_presses_are_back_where_one_was(visit: Visit, alice: User, bob: User) -> None:
    tweet, page = opened(visit, alice, bob)
    with (
        page.expect_response(lambda answer: "_method=DELETE" in (answer.request.post_data or "")),
        held(page, "/like/") as waiting,
    ):
        button(page).click()
        expect(button(page)).to_have_attribute("aria-pressed", "true")
        expect(button(page).locator("[data-count]")).to_have_text("1")
        button(page).click()
        expect(button(page)).to_have_attribute("aria-pressed", "false")
        expect(button(page).locator("[data-count]")).to_be_empty()
        wait_for_first(page, waiting)
    expect(button(page).locator("[data-count]")).to_be_empty()
    assert page.evaluate("seen") == ["true", "false"]
    assert not Like.objects.exists()
    page.reload()
    expect(button(page)).to_have_attribute("aria-pressed", "false")
    expect(button(page).locator("[data-count]")).to_be_empty()
    tweet.refresh_from_db()
    assert tweet.likes_count == 0


def test_three_presses_are_one(visit: Visit, alice: User, bob: User) -> None:
    _, page = opened(visit, alice, bob)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/like/") else None)
    with page.expect_response(re.compile("/like/")), held(page, "/like/") as waiting:
        for _press in range(3):
            button(page).click()
        wait_for_first(page, waiting)
    expect(button(page).locator("[data-count]")).to_have_text("1")
    assert page.evaluate("seen") == ["true", "false", "true"]
    page.reload()
    expect(button(page)).to_have_attribute("aria-pressed", "true")
    expect(button(page).locator("[data-count]")).to_have_text("1")
    assert Like.objects.count() == 1
    assert len(asked) == 1


def test_card_swapped_while_the_answer_is_out_keeps_working(visit: Visit, alice: User, bob: User) -> None:
    _, page = opened(visit, alice, bob)
    with page.expect_response(re.compile("/like/")), held(page, "/like/") as waiting:
        button(page).click()
        wait_for_first(page, waiting)
        page.evaluate(
            """() => {
                  const card = document.querySelector("#main article");
                  const source = card.outerHTML.replace('aria-pressed="true"', 'aria-pressed="false"');
                  htmx.swap(card, source, {swapStyle: "outerHTML"});
                }"""
        )
        expect(button(page)).to_have_attribute("aria-pressed", "true")
    expect(button(page).locator("[data-count]")).to_have_text("1")
    with page.expect_response(re.compile("/like/")):
        button(page).click()
    expect(button(page)).to_have_attribute("aria-pressed", "false")
    expect(button(page).locator("[data-count]")).to_be_empty()
    assert not Like.objects.exists()


@pytest.mark.parametrize("name", ["likes", "bookmarks"])
def test_press_offline_is_taken_back_with_one_toast(visit: Visit, alice: User, bob: User, name: str) -> None:
    _, page = opened(visit, alice, bob)
    for pressed in ("false", "true"):
        expect(button(page, name)).to_have_attribute("aria-pressed", pressed)
        page.context.set_offline(True)
        button(page, name).click()
        expect(page.locator(".toast--error")).to_have_count(1)
        expect(button(page, name)).to_have_attribute("aria-pressed", pressed)
        expect(page.locator(".toast--error")).to_have_count(0, timeout=8000)
        page.context.set_offline(False)
        if pressed == "false":
            with page.expect_response(re.compile("/(like|bookmark)/")):
                button(page, name).click()
    assert (Like if name == "likes" else Bookmark).objects.count() == 1
    # the browser notes what it could not load; nothing else is said there
    assert {line.split(":")[0] for line in visit.errors if "ERR_INTERNET_DISCONNECTED" not in line} == set()
    visit.errors.clear()


def test_refusal_is_said_in_its_own_words(visit: Visit, alice: User, bob: User) -> None:
    tweet, page = opened(visit, alice, bob)
    Tweet.objects.filter(pk=tweet.pk).update(deleted_at=tweet.created_at)
    button(page).click()
    expect(page.locator(".toast--error")).to_have_count(1)
    expect(button(page)).to_have_attribute("aria-pressed", "false")
    visit.errors.clear()  # the browser notes the answer that refuses
