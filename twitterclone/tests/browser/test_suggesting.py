"""Names and hashtags suggested while somebody writes: by keys, by pointer, and when nothing answers."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from messaging.models import Message
from messaging.tests.helpers import open_to_all
from social.models import Follow
from tweets.models import Tweet
from tweets.services.posting import post_tweet
from tweets.tests.factories import make_tweet
from twitterclone.tests.browser.conftest import Visit

pytestmark = pytest.mark.e2e

IME = """(field) => {
    field.value = "@ali";
    field.setSelectionRange(4, 4);
    field.dispatchEvent(new InputEvent("input", { bubbles: true, isComposing: true }));
}"""


def options(page: Page) -> Locator:
    return page.locator("word-completer [role=option]:visible")


def field(page: Page) -> Locator:
    return page.locator(".composer__text").first


def test_name_is_taken_by_keys_and_hashtag_by_a_press(
    visit: Visit, alice: User, bob: User, charlie: User
) -> None:
    post_tweet(author=alice, text="#Community and #Comet")
    User.objects.filter(pk=bob.pk).update(display_name="Alice Novak")
    Follow.objects.create(follower=charlie, following=bob)
    page = visit(charlie)
    text = field(page)
    text.press_sequentially("Hello @ali")
    expect(options(page)).to_have_text([re.compile("@bob · Following"), re.compile("@Alice")])
    expect(text).to_have_role("combobox")
    expect(text).to_have_attribute("aria-expanded", "true")
    listbox = page.get_by_role("listbox", name="People")
    assert text.get_attribute("aria-controls") == listbox.get_attribute("id")
    expect(page.locator("word-completer [role=status]")).to_have_text("People: 2")
    assert text.get_attribute("aria-activedescendant") == options(page).nth(0).get_attribute("id")
    text.press("ArrowUp")
    expect(options(page).nth(1)).to_have_attribute("aria-selected", "true")
    assert text.get_attribute("aria-activedescendant") == options(page).nth(1).get_attribute("id")
    text.press("Enter")
    expect(text).to_have_value("Hello @Alice ")
    expect(text).to_have_role("textbox")
    expect(text).not_to_have_attribute("aria-expanded", "true")

    text.press_sequentially("#com")
    expect(options(page)).to_have_text(["#Comet", "#Community"])
    text.press("Enter")  # none is chosen: a hashtag may be a new one
    expect(text).to_have_value("Hello @Alice #com\n")
    expect(options(page)).to_have_count(0)
    text.press("Backspace")
    options(page).nth(1).click()
    expect(text).to_have_value("Hello @Alice #Community ")
    expect(text).to_be_focused()
    text.press_sequentially("#comet ... #com")
    expect(options(page)).to_have_count(2)
    text.press("Tab")
    text.press("Control+Enter")
    expect(page.locator("#timeline article").first).to_contain_text("#Community #comet ... #Comet")


def test_list_goes_by_escape_by_moving_on_and_the_dialog_stays(visit: Visit, alice: User, bob: User) -> None:
    page = visit(bob)
    page.get_by_role("link", name="Tweet", exact=True).click()
    dialog = page.get_by_role("dialog", name="Write a tweet")
    text = dialog.locator(".composer__text")
    text.press_sequentially("@al")
    expect(options(page)).to_have_count(1)
    text.press("Escape")
    expect(options(page)).to_have_count(0)
    expect(dialog).to_be_visible()
    text.press_sequentially("i")
    expect(options(page)).to_have_count(1)
    text.press("Home")
    expect(options(page)).to_have_count(0)
    text.press("End")
    text.press_sequentially("ce")
    expect(options(page)).to_have_count(1)
    text.press("Enter")  # a whole name needs no help
    expect(text).to_have_value("@alice\n")
    text.press("Escape")
    expect(dialog).to_be_hidden()


def test_nothing_is_suggested_inside_a_composition_or_without_an_answer(
    visit: Visit, alice: User, bob: User
) -> None:
    page = visit(bob)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/complete/" in request.url else None)
    field(page).focus()
    field(page).evaluate(IME)
    page.wait_for_timeout(400)
    assert asked == []
    field(page).dispatch_event("compositionend")
    expect(options(page)).to_have_count(1)

    page.route(re.compile("/complete/"), lambda route: route.abort())
    field(page).press_sequentially("c")
    expect(options(page)).to_have_count(0)
    field(page).press_sequentially("e is here")
    page.unroute(re.compile("/complete/"))
    field(page).press("Control+Enter")
    expect(page.locator("#timeline article").first).to_contain_text("@alice is here")
    expect(page.locator(".toast--error")).to_have_count(0)
    assert Tweet.objects.get().content == "@alice is here"
    visit.errors.clear()  # the browser notes the request that failed


def test_reply_and_message_suggest_too(visit: Visit, alice: User, bob: User, charlie: User) -> None:
    tweet = make_tweet(alice, "Who comes?")
    open_to_all(alice)
    page = visit(bob, viewport={"width": 375, "height": 740})
    page.goto(f"/alice/status/{tweet.pk}/")
    field(page).press_sequentially("@char")
    expect(options(page)).to_have_count(1)
    box, room = options(page).bounding_box(), page.evaluate("innerWidth")
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= room
    page.goto("/messages/with/alice/")
    text = page.get_by_label("Your message")
    text.press_sequentially("Ask @char")
    expect(options(page)).to_have_count(1)
    list_box, text_box = options(page).bounding_box(), text.bounding_box()
    assert list_box is not None
    assert text_box is not None
    assert list_box["y"] < text_box["y"]  # there is no room below
    text.press("Enter")
    expect(text).to_have_value("Ask @charlie ")
    text.press("Enter")
    page.wait_for_url(re.compile(r"/messages/\d+/$"))
    assert Message.objects.get().message == "Ask @charlie"
