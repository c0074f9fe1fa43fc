"""Messages in two browsers: live both ways, through a lost connection, and with scripts off."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from messaging.models import Message
from messaging.services import send_message
from messaging.tests.helpers import open_to_all, place_of, say
from social.models import Block
from twitterclone.tests.browser.conftest import Visit
from twitterclone.tests.browser.test_composing import picture

pytestmark = pytest.mark.e2e

READY = 20_000


def bubbles(page: Page):
    return page.locator("[data-messages] .bubble")


def write(page: Page, text: str) -> None:
    page.get_by_role("textbox", name="Your message").fill(text)
    page.get_by_role("textbox", name="Your message").press("Enter")


def talk_of(alice: User, bob: User) -> str:
    """The address of a conversation both have accepted."""
    open_to_all(bob)
    return f"/messages/{say(alice, bob, 'Hello Bob').conversation_id}/"


def test_messages_go_both_ways_and_say_that_they_were_read(visit: Visit, alice: User, bob: User) -> None:
    address = talk_of(alice, bob)
    his = visit(bob)
    badge = his.locator("message-badge:visible .badge").first
    expect(badge).to_contain_text("1")
    his.get_by_role("link", name=re.compile("Messages")).first.click()
    his.get_by_role("link", name=re.compile("Alice Bergström")).click()
    his.wait_for_url(f"**{address}")
    expect(badge).to_be_hidden()

    hers = visit(alice)
    hers.goto(address)
    expect(hers.get_by_text("Seen", exact=True)).to_be_visible()
    his.wait_for_timeout(500)  # both sockets are open
    his.get_by_role("textbox", name="Your message").press_sequentially("Hi ")
    expect(hers.get_by_text("Bob Okafor is typing")).to_be_attached()
    expect(hers.locator("[data-typing]")).to_be_visible()
    write(his, "Hi Alice")
    expect(bubbles(hers)).to_have_text(["Hello Bob", "Hi Alice"])
    expect(hers.locator("[data-typing]")).to_be_hidden()
    write(hers, "How are you?")
    expect(bubbles(his)).to_have_text(["Hello Bob", "Hi Alice", "How are you?"])
    expect(his.locator(".message--own .message__seen")).to_have_count(1)
    expect(hers.locator(".message", has_text="How are you?").get_by_text("Seen")).to_be_visible()
    assert place_of(bob, alice).last_read_id == Message.objects.order_by("-pk")[0].pk


def test_second_tab_follows_and_a_deleted_message_goes_everywhere(
    visit: Visit, alice: User, bob: User
) -> None:
    address = talk_of(alice, bob)
    hers, his = visit(alice), visit(bob)
    second = hers.context.new_page()
    for page in (hers, second, his):
        page.goto(address)
    his.wait_for_timeout(500)
    write(hers, "Too fast")
    for page in (hers, second, his):
        expect(bubbles(page)).to_have_text(["Hello Bob", "Too fast"])
    line = hers.locator(".message", has_text="Too fast")
    line.get_by_label("More about this message").click()
    line.get_by_role("button", name="Delete for both").click()
    for page in (hers, second, his):
        expect(bubbles(page)).to_have_text(["Hello Bob", "Message deleted"])
    assert Message.objects.order_by("-pk")[0].message == ""


def test_nothing_is_lost_or_doubled_when_one_browser_is_offline(visit: Visit, alice: User, bob: User) -> None:
    """Each writes while she is offline; back online both have all of it, once, in one order."""
    address = talk_of(alice, bob)
    hers, his = visit(alice), visit(bob)
    hers.goto(address)
    his.goto(address)
    his.wait_for_timeout(500)

    hers.context.set_offline(True)
    for text in ("from the train", "in a tunnel"):
        write(hers, text)
    expect(hers.locator(".message--unsent", has_text="Waits for a connection")).to_have_count(2)
    for text in ("are you there?", "hello?", "call me"):
        write(his, text)
    expect(bubbles(his)).to_have_count(4)
    expect(bubbles(hers)).to_have_text(["Hello Bob"])

    hers.context.set_offline(False)
    expect(bubbles(hers)).to_have_count(6, timeout=READY)
    expect(bubbles(his)).to_have_count(6, timeout=READY)
    stored = list(Message.objects.order_by("pk").values_list("message", flat=True))
    expect(bubbles(hers)).to_have_text(stored)
    expect(bubbles(his)).to_have_text(stored)
    assert stored[-2:] == ["from the train", "in a tunnel"]
    expect(hers.locator(".message--unsent")).to_have_count(0)
    assert Message.objects.count() == 6
    visit.errors.clear()  # the browser notes that it was offline


def test_what_was_written_offline_outlives_the_page(visit: Visit, alice: User, bob: User) -> None:
    address = talk_of(alice, bob)
    hers, his = visit(alice), visit(bob)
    his.goto(address)
    hers.goto(address)
    hers.context.set_offline(True)
    write(hers, "kept")
    expect(hers.locator(".message--unsent")).to_have_count(1)
    context = hers.context
    hers.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto("/")  # any page sends what waits
    expect(bubbles(his)).to_have_text(["Hello Bob", "kept"], timeout=READY)
    again.goto(address)
    expect(bubbles(again)).to_have_text(["Hello Bob", "kept"])
    assert Message.objects.filter(message="kept").count() == 1
    visit.errors.clear()


def test_request_stands_apart_until_it_is_accepted(visit: Visit, alice: User, charlie: User) -> None:
    """A stranger writes from the profile; nothing says it was read, until she accepts."""
    his, hers = visit(charlie), visit(alice)
    his.goto("/alice/")
    his.get_by_role("link", name="Message Alice Bergström").click()
    write(his, "You do not know me")
    his.wait_for_url(re.compile(r"/messages/\d+/$"))
    expect(bubbles(his)).to_have_text(["You do not know me"])

    hers.goto("/messages/")
    expect(hers.get_by_text("You do not know me")).to_have_count(0)
    expect(hers.locator("message-badge:visible .badge")).to_have_count(0)
    hers.get_by_role("link", name=re.compile("Requests")).click()
    hers.get_by_role("link", name=re.compile("Charlie Novak")).click()
    expect(bubbles(hers)).to_have_text(["You do not know me"])
    his.reload()
    expect(his.get_by_text("Seen", exact=True)).to_have_count(0)
    hers.get_by_role("button", name="Accept").click()
    write(hers, "Now I do")
    expect(bubbles(his)).to_have_text(["You do not know me", "Now I do"])
    expect(his.get_by_text("Seen", exact=True)).to_be_visible()


def test_first_message_waits_for_a_connection_too(
    visit: Visit, alice: User, bob: User, charlie: User
) -> None:
    """Nothing written to somebody new is lost: not offline, not when it is refused."""
    his = visit(charlie)
    his.goto("/messages/with/alice/")
    his.context.set_offline(True)
    for text in ("From the tunnel", "Still in it"):
        write(his, text)
    expect(his.locator(".message--unsent", has_text="Waits for a connection")).to_have_count(2)
    his.context.set_offline(False)
    his.wait_for_url(re.compile(r"/messages/\d+/$"), timeout=READY)
    expect(bubbles(his)).to_have_text(["From the tunnel", "Still in it"], timeout=READY)
    expect(his.locator(".message--unsent")).to_have_count(0)

    hers = visit(alice)
    open_to_all(bob)
    hers.goto("/messages/with/bob/")
    Block.objects.create(blocker=bob, blocked=alice)
    write(hers, "Are you there?")
    expect(hers.locator(".message--unsent").get_by_role("alert")).to_be_visible()
    hers.locator(".message--unsent").get_by_role("button", name="Edit").click()
    expect(hers.get_by_role("textbox", name="Your message")).to_have_value("Are you there?")
    visit.errors.clear()  # the browser notes both


def test_block_between_refuses_and_keeps_the_words(visit: Visit, alice: User, bob: User) -> None:
    address = talk_of(alice, bob)
    his = visit(bob)
    his.goto(address)
    expect(bubbles(his)).to_have_text(["Hello Bob"])
    Block.objects.create(blocker=alice, blocked=bob)
    write(his, "Are you angry?")
    failed = his.locator(".message--unsent")
    expect(failed.get_by_role("alert")).to_be_visible()
    expect(failed).to_contain_text("Are you angry?")
    failed.get_by_role("button", name="Edit").click()
    expect(his.get_by_role("textbox", name="Your message")).to_have_value("Are you angry?")
    expect(his.locator(".message--unsent")).to_have_count(0)
    his.reload()
    expect(his.get_by_text("You cannot write to Alice Bergström.")).to_be_visible()
    assert Message.objects.count() == 1
    visit.errors.clear()  # the browser notes the refusal


def test_picture_is_sent(visit: Visit, alice: User, bob: User, tmp_path: Path) -> None:
    address = talk_of(alice, bob)
    blue = tmp_path / "blue.png"
    blue.write_bytes(picture((30, 30, 200)))
    hers, his = visit(alice), visit(bob)
    hers.goto(address)
    his.goto(address)
    his.wait_for_timeout(500)
    hers.locator("message-composer [data-files]").set_input_files(str(blue))
    send = hers.get_by_role("button", name="Send", exact=True)
    expect(send).to_be_enabled(timeout=READY)
    send.click()
    expect(his.locator("[data-messages] picture")).to_have_count(1)
    expect(hers.locator("[data-messages] picture")).to_have_count(1)
    image = his.locator("[data-messages] picture img")
    expect(image).to_have_js_property("complete", True)
    assert image.evaluate("(one) => one.naturalWidth") > 0


def test_messages_work_without_javascript(visit: Visit, alice: User, bob: User) -> None:
    page = visit(bob, java_script_enabled=False)
    open_to_all(alice)
    page.goto("/alice/")
    page.get_by_role("link", name="Message Alice Bergström").click()
    page.get_by_role("textbox", name="Your message").fill("By post")
    page.get_by_role("button", name="Send", exact=True).click()
    page.wait_for_url(re.compile(r"/messages/\d+/$"))
    expect(bubbles(page)).to_have_text(["By post"])
    send_message(sender=alice, recipient_id=bob.pk, text="It came")
    page.goto("/messages/")
    page.get_by_role("link", name=re.compile("Alice Bergström")).click()
    expect(bubbles(page)).to_have_text(["By post", "It came"])
    page.get_by_role("button", name="Mark as read").click()
    expect(page.get_by_role("button", name="Mark as read")).to_have_count(0)
    page.goto("/messages/search/?q=came")
    expect(page.locator(".conversation__text--found")).to_have_text("It came")


def test_declined_request_goes_and_its_sender_is_not_told(visit: Visit, alice: User, charlie: User) -> None:
    address = f"/messages/{say(charlie, alice, 'Buy my lamp').conversation_id}/"
    hers, his = visit(alice), visit(charlie)
    hers.goto("/messages/requests/")
    hers.get_by_role("link", name=re.compile("Charlie Novak")).click()
    expect(hers.get_by_role("textbox", name="Your message")).to_have_count(0)
    hers.get_by_role("main").get_by_role("button", name="Delete", exact=True).click()
    hers.wait_for_url("**/messages/requests/")
    expect(hers.get_by_text("No requests")).to_be_visible()
    his.goto(address)
    expect(bubbles(his)).to_have_text(["Buy my lamp"])
    expect(his.get_by_text("Seen", exact=True)).to_have_count(0)
    expect(his.get_by_role("textbox", name="Your message")).to_be_visible()


def test_what_came_while_offline_is_fetched_without_a_further_hint(
    visit: Visit, alice: User, bob: User
) -> None:
    """Nobody writes after her return, and her socket may never have closed: she has it all the same."""
    address = talk_of(alice, bob)
    hers, his = visit(alice), visit(bob)
    hers.goto(address)
    his.goto(address)
    his.wait_for_timeout(500)
    hers.context.set_offline(True)
    said = [f"line {number}" for number in range(3)]
    for text in said:
        write(his, text)
    expect(bubbles(his)).to_have_text(["Hello Bob", *said])
    his.wait_for_timeout(500)  # her page was told, and could fetch nothing
    expect(bubbles(hers)).to_have_text(["Hello Bob"])
    hers.context.set_offline(False)
    expect(bubbles(hers)).to_have_text(["Hello Bob", *said], timeout=READY)
    expect(his.locator(".message", has_text="line 2").get_by_text("Seen")).to_be_visible(timeout=READY)
    visit.errors.clear()  # the browser notes that it was offline


def test_menu_of_a_person_leads_to_a_message(visit: Visit, alice: User, bob: User) -> None:
    page = visit(bob)
    page.goto("/alice/")
    page.get_by_role("main").get_by_label("More", exact=True).click()
    page.get_by_role("link", name="Message @Alice").click()
    page.wait_for_url("**/messages/with/alice/")
    expect(page.get_by_role("textbox", name="Your message")).to_be_focused()
