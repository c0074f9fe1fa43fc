"""A real browser, and people in it."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from accounts.models import User
from twitterclone.tests.site import Site, end_sessions

PASSWORD = "correct horse"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]

Visit = Callable[..., Page]
PATIENCE = 15_000  # ms for what comes at once when nothing else is to do; what has to be quick is timed
expect.set_options(timeout=PATIENCE)


def await_true(page: Page, expression: str) -> None:
    """Waits until the expression holds; the page's policy lets nothing be evaluated but from outside."""
    for _step in range(PATIENCE // 20):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(20)
    raise AssertionError(expression)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    # Playwright's loop runs in this thread, and Django takes it for an async caller of the database
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="package")
def standing_site(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """One site for all these tests: to start it takes longer than most of them."""
    running = Site(tmp_path_factory.mktemp("site"))
    with django_db_blocker.unblock():
        running.start()
        running.pause()
    yield running
    running.resume()
    running.stop()
    with django_db_blocker.unblock():
        end_sessions()
        connection.close()  # a browser's loop has one of its own, and the database could not be dropped


@pytest.fixture
def site(transactional_db: None, standing_site: Site) -> Iterator[Site]:
    """The site, at work during the test and halted while its tables and keys are emptied."""
    standing_site.resume()
    yield standing_site
    standing_site.pause()


@pytest.fixture
def barred(chromium: Browser) -> Iterator[Browser]:
    """A browser with scrollbars: the one of the other tests hides them."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    browser = chromium.browser_type.launch(
        executable_path=path, args=ARGUMENTS, ignore_default_args=["--hide-scrollbars"]
    )
    yield browser
    browser.close()


@pytest.fixture
def visit(chromium: Browser, site: Site) -> Iterator[Visit]:
    """Opens the site in a browser of its own: `visit()` as a visitor, `visit(alice)` logged in.

    The session is made as the log-in page makes it, which `by_hand` goes through itself. Errors
    in the page's console fail the test.
    """
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def open_page(
        user: User | None = None, *, browser: Browser = chromium, by_hand: bool = False, **options: object
    ) -> Page:
        context = browser.new_context(base_url=site.url, locale="en-US", **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
        if user is None or not by_hand:
            if user:
                context.add_cookies(
                    [{"name": settings.SESSION_COOKIE_NAME, "value": session_of(user), "url": site.url}]
                )
            page.goto("/")
            return page
        page.goto("/accounts/login/")
        page.get_by_label("Username or email").fill(user.username)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url("**/")
        return page

    open_page.errors = errors  # type: ignore[attr-defined]
    yield open_page
    for context in contexts:
        context.close()
    assert errors == []


def session_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value
