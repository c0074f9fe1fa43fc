"""What the composer says of itself: why its button waits, where a text came back from."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from accounts.models import User
from tweets.tests.factories import make_tweet
from twitterclone.tests.browser.conftest import Visit
from twitterclone.tests.browser.test_composing import READY, attach, composer, picture

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


def test_draft_that_came_back_says_so_and_is_discarded_and_undone(
    visit: Visit, alice: User, tmp_path: Path
) -> None:
    red = tmp_path / "red.png"
    red.write_bytes(picture((200, 30, 30)))
    page = visit(alice)
    form = composer(page)
    field, send = form.get_by_role("textbox", name="Your tweet"), form.get_by_role("button", name="Tweet")
    said, tiles = form.locator(".composer__draft [role=status]"), form.locator(".upload")
    attach(page, red)
    form.get_by_role("button", name="Add a content warning").click()
    form.get_by_role("textbox", name="Content warning").fill("Opinion")
    field.fill("Half a thought")
    expect(send).to_be_enabled(timeout=READY)
    expect(form.locator(".composer__draft")).to_be_hidden()

    page.reload()
    expect(said).to_have_text("Draft restored")
    expect(tiles).to_have_count(1)
    form.get_by_role("button", name="Discard").focus()
    page.keyboard.press("Enter")
    expect(said).to_have_text("Draft discarded")
    expect(field).to_have_value("")
    expect(tiles).to_have_count(0)
    expect(form.get_by_role("textbox", name="Content warning")).to_be_hidden()
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('draft:'))") == []
    page.keyboard.press("Enter")  # the same button undoes it
    expect(said).to_have_text("Draft restored")
    expect(field).to_have_value("Half a thought")
    expect(tiles).to_have_count(1)
    expect(form.get_by_role("textbox", name="Content warning")).to_have_value("Opinion")

    page.reload()
    expect(said).to_have_text("Draft restored")
    expect(tiles).to_have_count(1)
    field.press("End")
    field.press("!")
    expect(said).to_be_empty()
    expect(form.get_by_role("button", name="Discard")).to_be_hidden()


def test_draft_of_a_reply_comes_back_into_its_dialog(visit: Visit, alice: User, bob: User) -> None:
    make_tweet(bob, "Ask me anything")
    page = visit(alice)
    page.goto("/bob/")
    page.locator("article [data-compose]").first.click()
    dialog = page.get_by_role("dialog", name="Reply to @bob")
    field = dialog.get_by_role("textbox", name="Your reply")
    expect(field).to_be_focused()
    given = field.input_value()
    page.keyboard.press("Escape")
    page.locator("article [data-compose]").first.click()
    expect(dialog.get_by_role("button", name="Discard")).to_be_hidden()
    dialog.get_by_role("button", name="Add a poll").click()
    dialog.get_by_role("textbox", name="Answer 1").fill("Tea")
    page.keyboard.press("Escape")

    page.locator("article [data-compose]").first.click()
    expect(dialog.locator(".composer__draft [role=status]")).to_have_text("Draft restored")
    expect(dialog.get_by_role("textbox", name="Answer 1")).to_have_value("Tea")
    dialog.get_by_role("button", name="Discard").click()
    expect(dialog.get_by_role("textbox", name="Answer 1")).to_be_hidden()
    expect(field).to_have_value(given)


def test_poll_of_a_closed_dialog_stays_with_the_draft_in_the_page(visit: Visit, alice: User) -> None:
    page = visit(alice)
    page.get_by_role("link", name="Tweet", exact=True).click()
    dialog = page.get_by_role("dialog", name="Write a tweet")
    dialog.get_by_role("textbox", name="Your tweet").fill("Tea or coffee?")
    dialog.get_by_role("button", name="Add a poll").click()
    dialog.get_by_role("textbox", name="Answer 1").fill("Tea")
    page.keyboard.press("Escape")
    expect(composer(page).get_by_role("textbox", name="Your tweet")).to_have_value("Tea or coffee?")
    expect(composer(page).get_by_role("textbox", name="Answer 1")).to_have_value("Tea")
    expect(composer(page).locator(".composer__draft [role=status]")).to_have_text("Draft restored")
