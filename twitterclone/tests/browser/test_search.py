"""Searching in a browser: by keyboard, by pointer, and with scripts off."""

import pytest
from playwright.sync_api import expect

from accounts.models import User
from tweets.services.posting import post_tweet
from twitterclone.tests.browser.conftest import Visit

pytestmark = pytest.mark.e2e


def test_search_box_suggests_and_is_walked_through_by_keys(
    visit: Visit, alice: User, bob: User, charlie: User
) -> None:
    post_tweet(author=alice, text="#Charming day with charlie")
    page = visit(bob)
    page.keyboard.press("/")
    box = page.get_by_role("combobox", name="Search tweets and people")
    expect(box).to_be_focused()
    expect(box).to_have_attribute("aria-expanded", "false")
    box.press_sequentially("char")
    options = page.locator("search-box [role=option]:visible")
    expect(options).to_have_count(3)
    expect(box).to_have_attribute("aria-expanded", "true")

    box.press("ArrowDown")
    expect(options.nth(0)).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", options.nth(0).get_attribute("id") or "?")
    box.press("ArrowUp")
    expect(options.nth(2)).to_have_attribute("aria-selected", "true")
    expect(options.nth(2)).to_contain_text("Charlie Novak")
    box.press("Escape")
    expect(options).to_have_count(0)
    expect(box).to_have_value("char")
    box.press("ArrowDown")
    expect(options).to_have_count(3)
    box.press("ArrowUp")
    box.press("Enter")
    page.wait_for_url("**/charlie/")


def test_operator_is_completed_in_the_box_by_keys(visit: Visit, alice: User, bob: User) -> None:
    page = visit(alice)
    page.keyboard.press("/")
    box = page.get_by_role("combobox", name="Search tweets and people")
    box.press_sequentially("comet fro")
    options = page.locator("search-box [role=option]:visible")
    expect(page.get_by_role("option", name="from:")).to_be_visible()
    box.press("ArrowUp")
    box.press("Enter")
    expect(box).to_have_value("comet from:")
    expect(box).to_be_focused()
    box.press_sequentially("bo")
    expect(page.get_by_role("option", name="from:bob")).to_be_visible()
    expect(options).to_have_count(2)
    box.press("ArrowDown")
    box.press("ArrowDown")
    box.press("Enter")
    expect(box).to_have_value("comet from:bob ")
    box.press("Enter")
    page.wait_for_url("**/search/?q=comet+from%3Abob*")


def test_search_is_sent_by_enter_shown_by_tab_and_remembered(visit: Visit, alice: User, bob: User) -> None:
    post_tweet(author=alice, text="Rain in Spain")
    page = visit(bob, viewport={"width": 375, "height": 740})
    page.goto("/explore/")
    box = page.get_by_role("combobox")
    box.fill("rain spain")
    box.press("Enter")
    page.wait_for_url("**/search/?q=rain+spain")
    expect(page.locator("article")).to_have_count(1)
    expect(page.get_by_role("combobox")).to_have_value("rain spain")
    page.get_by_role("link", name="Media").click()
    expect(page.get_by_text("Nothing found for “rain spain”")).to_be_visible()
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 375

    page.goto("/explore/")
    page.get_by_role("combobox").focus()
    expect(page.locator("search-box [role=option]:visible").first).to_have_text("rain spain")
    page.get_by_role("option", name="Forget these searches").click()
    page.goto("/explore/")
    page.get_by_role("combobox").focus()
    expect(page.locator("search-box [role=option]:visible")).to_have_count(0)


def test_search_works_when_scripts_are_off(visit: Visit, alice: User, bob: User) -> None:
    post_tweet(author=alice, text="Rain in Spain")
    page = visit(None, java_script_enabled=False)
    page.goto("/explore/")
    page.get_by_label("Search tweets and people").fill("rain")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=rain")
    expect(page.get_by_text("Rain in Spain")).to_be_visible()
    page.get_by_role("link", name="People").click()
    expect(page.get_by_text("Nothing found for “rain”")).to_be_visible()
