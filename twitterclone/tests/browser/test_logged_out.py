"""Nothing that somebody wrote is lost: neither when their session ended meanwhile, nor when they leave."""

import pytest
from playwright.sync_api import expect

from accounts.models import User
from accounts.sessions import end_sessions
from messaging.models import Message
from tweets.models import Tweet
from twitterclone.tests.browser.conftest import PASSWORD, Visit
from twitterclone.tests.browser.test_composing import composer
from twitterclone.tests.browser.test_messages import talk_of, write

pytestmark = pytest.mark.e2e
# a page that hears nothing does not notice the end by itself before the press
SILENT = "window.WebSocket = class extends EventTarget { send() {} close() {} };"


def log_in(page, user: User) -> None:
    page.get_by_label("Username or email").fill(user.username)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


def test_tweet_is_kept_when_the_session_ended_elsewhere(visit: Visit, alice: User) -> None:
    page = visit(alice)
    page.add_init_script(SILENT)
    page.reload()
    form = composer(page)
    form.get_by_role("textbox", name="Your tweet").fill("Half an hour of work")
    end_sessions(alice.pk)
    form.get_by_role("button", name="Tweet", exact=True).click()

    expect(page.get_by_text("You were logged out meanwhile")).to_be_visible()
    log_in(page, alice)
    expect(form.get_by_role("textbox", name="Your tweet")).to_have_value("Half an hour of work")
    form.get_by_role("button", name="Tweet", exact=True).click()
    expect(page.locator("article", has_text="Half an hour of work")).to_be_visible()
    assert Tweet.objects.filter(content="Half an hour of work").count() == 1


@pytest.mark.parametrize("how", ["pressed", "noticed"])
def test_profile_is_kept_when_the_session_ended_elsewhere(visit: Visit, alice: User, how: str) -> None:
    page = visit(alice)
    page.add_init_script(SILENT)
    page.goto("/settings/profile/")
    page.get_by_label("Bio").fill("Boats, and what floats")
    end_sessions(alice.pk)
    if how == "pressed":
        page.get_by_role("button", name="Save").click()
    else:  # something on the page that fetches by itself
        page.evaluate(
            "() => { import('lib/http').then(({ getJSON }) => getJSON('/settings/').catch(() => 0)); }"
        )

    expect(page.get_by_text("You were logged out meanwhile")).to_be_visible()
    log_in(page, alice)
    expect(page.get_by_text("It is not saved yet")).to_be_visible()
    expect(page.get_by_label("Bio")).to_have_value("Boats, and what floats")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    alice.refresh_from_db()
    assert alice.bio == "Boats, and what floats"


def test_leaving_asks_when_the_profile_was_changed_and_not_saved(visit: Visit, alice: User) -> None:
    page = visit(alice)
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.goto("/settings/profile/")
    page.get_by_label("Bio").press_sequentially("Unsaved")
    page.get_by_role("link", name="Explore").first.click(no_wait_after=True)
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"]
    assert page.url.endswith("/settings/profile/")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.get_by_role("link", name="Explore").first.click()
    expect(page).to_have_url("/explore/")
    assert asked == ["beforeunload"]


def test_message_is_sent_after_logging_in_when_the_session_ended_elsewhere(
    visit: Visit, alice: User, bob: User
) -> None:
    address = talk_of(alice, bob)
    page = visit(alice)
    page.add_init_script(SILENT)
    page.goto(address)
    end_sessions(alice.pk)
    write(page, "Still here")

    expect(page.get_by_text("You were logged out meanwhile")).to_be_visible()
    log_in(page, alice)
    expect(page.locator("[data-messages] .bubble", has_text="Still here")).to_be_visible()
    assert page.url.endswith(address)
    assert Message.objects.filter(message="Still here").count() == 1


def test_switches_are_saved_at_once_and_what_is_not_saved_asks_before_it_is_left(
    visit: Visit, alice: User
) -> None:
    page = visit(alice)
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.goto("/settings/privacy/")
    page.get_by_label("Private account").check()
    expect(page.locator("toast-region")).to_contain_text("Saved.")
    page.get_by_role("link", name="Home", exact=True).first.click()
    page.wait_for_url("**/")
    assert asked == []
    alice.refresh_from_db()
    assert alice.privacy_settings["is_private"] is True

    page.goto("/settings/appearance/")
    page.get_by_label("Dark").check()
    page.get_by_role("link", name="Home", exact=True).first.click(no_wait_after=True)
    expect(page.get_by_label("Dark")).to_be_checked()
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
