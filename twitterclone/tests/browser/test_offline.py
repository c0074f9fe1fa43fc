"""Without a connection: pages that cannot come, and the way back."""

import re

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from tweets.tests.factories import make_tweet
from twitterclone.tests.browser.conftest import Visit

pytestmark = pytest.mark.e2e


def await_worker(page: Page) -> None:
    """Waits until the worker answers for the page; by a promise, for what polls would be evaluated text."""
    page.evaluate("""async () => {
        const workers = navigator.serviceWorker;
        if (!workers.controller) {
            await new Promise((done) => workers.addEventListener("controllerchange", done, { once: true }));
        }
    }""")


def test_page_that_cannot_come_says_so_and_comes_by_itself(visit: Visit, alice: User, bob: User) -> None:
    make_tweet(alice, "Here again")
    page = visit(bob)
    await_worker(page)
    page.context.set_offline(True)
    page.goto("/alice/?from=here")
    expect(page.get_by_role("heading", name="You are offline")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/alice/\?from=here$"))
    assert page.locator("main").evaluate("main => getComputedStyle(main).maxInlineSize") == "460px"
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="You are offline")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator("article")).to_contain_text("Here again")
    expect(page).to_have_url(re.compile(r"/alice/\?from=here$"))
    visit.errors.clear()  # the browser notes what it could not load


def test_choice_of_dark_holds_without_a_connection(visit: Visit, bob: User) -> None:
    page = visit(bob)
    await_worker(page)
    page.context.add_cookies([{"name": "theme", "value": "dark", "url": page.url}])
    page.context.set_offline(True)
    page.goto("/explore/")
    expect(page.locator("html")).to_have_css("color-scheme", "dark")
    visit.errors.clear()


def test_worker_keeps_nothing_personal_and_lets_people_in_and_out(
    visit: Visit, alice: User, bob: User
) -> None:
    make_tweet(alice, "For now")
    page = visit(bob)
    await_worker(page)
    page.goto("/alice/")
    page.goto("/messages/")
    kept = page.evaluate(
        """async () => {
          const names = await caches.keys();
          const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
          return requests.flat().map(({url}) => new URL(url).pathname).sort();
        }"""
    )
    assert kept == [
        "/offline.html",
        "/static/css/error.css",
        "/static/fonts/inter-5.3.0-latin.woff2",
        "/static/js/offline.js",
    ]
    page.goto("/settings/")
    page.locator("#main").get_by_role("button", name="Log out").click()
    expect(page.locator("body[data-viewer]")).to_have_count(0)
    page.goto("/messages/")
    expect(page).to_have_url(re.compile("/accounts/login/"))
    page.get_by_label("Username or email").fill("bob")
    page.get_by_label("Password", exact=True).fill("correct horse")
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/messages/")


def test_pages_work_after_the_worker_is_gone(visit: Visit, bob: User) -> None:
    page = visit(bob)
    await_worker(page)
    page.evaluate("navigator.serviceWorker.getRegistration().then((worker) => worker.unregister())")
    page.goto("/settings/")
    expect(page.get_by_role("heading", name="Settings").first).to_be_visible()


def test_plain_form_keeps_its_words_without_a_connection(visit: Visit, alice: User, bob: User) -> None:
    page = visit(bob)
    for address, label, action in (
        ("/settings/profile/", "Bio", "Save"),
        (f"/reports/new/?user={alice.pk}", "Anything we should know?", "Send report"),
    ):
        page.goto(address)
        page.get_by_label(label).fill("Written in a tunnel")
        page.context.set_offline(True)
        page.get_by_role("button", name=action).click()
        expect(page.locator(".toast--error")).to_contain_text("nothing was sent")
        expect(page.get_by_label(label)).to_have_value("Written in a tunnel")
        expect(page.get_by_label(label)).to_be_visible()
        page.context.set_offline(False)
    page.goto("/settings/profile/")
    page.get_by_label("Bio").fill("Written in a tunnel")
    page.context.set_offline(True)
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".toast--error")).to_be_visible()
    page.context.set_offline(False)
    with page.expect_navigation():
        page.get_by_role("button", name="Save").click()
    bob.refresh_from_db()
    assert bob.bio == "Written in a tunnel"
    visit.errors.clear()  # the browser notes that it was offline


def test_plain_form_is_sent_when_only_the_network_is_away(visit: Visit, bob: User) -> None:
    """The site may run on the reader's own machine."""
    page = visit(bob)
    page.goto("/settings/profile/")
    page.evaluate("Object.defineProperty(navigator, 'onLine', {get: () => false})")
    page.get_by_label("Bio").fill("At home")
    with page.expect_navigation():
        page.get_by_role("button", name="Save").click()
    bob.refresh_from_db()
    assert bob.bio == "At home"
