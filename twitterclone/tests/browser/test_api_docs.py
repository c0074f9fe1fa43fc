"""The API's page in a browser: drawn by the site alone, in the reader's light, and as narrow as a phone."""

import pytest
from playwright.sync_api import expect

from twitterclone.tests.browser.conftest import Visit

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize(("scheme", "darkest"), [("light", False), ("dark", True)])
def test_document_is_drawn_in_the_readers_light(visit: Visit, scheme: str, darkest: bool) -> None:
    page = visit(color_scheme=scheme, viewport={"width": 375, "height": 800})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/api/docs/")
    page.locator(".opblock-tag[data-tag=statuses]").click()
    page.get_by_role("button", name="POST /api/v1/statuses", exact=True).click()
    expect(page.get_by_text("makes a second try harmless")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 375
    assert page.evaluate("document.documentElement.classList.contains('dark-mode')") is darkest
    origin = page.url.partition("/api/")[0]
    assert [url for url in asked if not url.startswith((origin, "data:"))] == []


def test_document_follows_the_theme_that_was_chosen(visit: Visit) -> None:
    page = visit(color_scheme="light")
    page.context.add_cookies([{"name": "theme", "value": "dark", "url": page.url}])
    page.goto("/api/docs/")
    expect(page.locator("html")).to_have_class("dark-mode")
