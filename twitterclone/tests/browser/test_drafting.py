"""What the composer says of itself: why its button waits, where a text came back from."""

import pytest
from playwright.sync_api import expect

from accounts.models import User
from twitterclone.tests.browser.conftest import Visit
from twitterclone.tests.browser.test_composing import composer

pytestmark = pytest.mark.e2e

TYPED = """(field, text) => {
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    return [...field.form.querySelectorAll("[aria-live=polite]")].at(-1).textContent;
}"""


def test_button_that_waits_says_why(visit: Visit, alice: User) -> None:
    page = visit(alice, viewport={"width": 1360, "height": 900})
    form = composer(page)
    field, send = form.get_by_role("textbox", name="Your tweet"), form.get_by_role("button", name="Tweet")
    expect(send).to_be_disabled()
    expect(send).to_have_accessible_description("Write something first")
    expect(send).to_have_attribute("title", "Write something first")
    field.fill("a" * 300)
    words, ring = form.get_by_text("20 characters too many").first, form.locator(".ring")
    expect(words).to_be_visible()
    expect(send).to_have_accessible_description("20 characters too many")
    assert ring.evaluate("(one) => one.scrollWidth <= one.clientWidth")
    spoken = form.locator("[aria-live=polite]").last
    expect(spoken).to_have_text("20 characters too many")
    assert field.evaluate(TYPED, "a" * 299) == "20 characters too many"  # the writing has to rest first
    expect(spoken).to_have_text("19 characters too many")
    field.fill("a" * 281)
    expect(send).to_have_accessible_description("1 character too many")
    field.fill("a" * 270)
    expect(send).to_be_enabled()
    expect(send).to_have_accessible_description("")
    expect(ring).to_have_text("10")
    form.get_by_role("button", name="Add a poll").click()
    form.get_by_role("textbox", name="Answer 1").fill("Tea")
    expect(form.get_by_text("A poll needs two answers")).to_be_visible()
    expect(send).to_be_disabled()
