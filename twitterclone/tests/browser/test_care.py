"""Sessions of two devices, and a report on its way from a menu to a moderator."""

import re
import signal

import pytest
from django.contrib.admin.models import LogEntry
from playwright.sync_api import Page, expect

from accounts.models import User
from moderation.models import Report
from tweets.models import Tweet
from tweets.services.posting import post_tweet
from twitterclone.tests.browser.conftest import Visit
from twitterclone.tests.site import Site

pytestmark = pytest.mark.e2e
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1 Version/17.0 Safari/604.1"
NOTE = "The same link under every tweet."


def end_phone(page: Page) -> None:
    page.goto("/settings/sessions/")
    phone = page.get_by_role("listitem").filter(has_text="Safari on iPhone")
    expect(page.get_by_role("listitem").filter(has_text="This one")).to_contain_text("Chrome on Linux")
    phone.get_by_role("button", name="End").click()
    expect(phone).to_have_count(0)


@pytest.mark.parametrize("scripts", [True, False])
def test_device_is_logged_out_when_another_ends_its_session(visit: Visit, alice: User, scripts: bool) -> None:
    lost = visit(alice, by_hand=True, user_agent=PHONE)
    expect(lost.get_by_role("textbox", name="Your tweet")).to_be_visible()
    here = visit(alice, by_hand=True, java_script_enabled=scripts)
    end_phone(here)

    lost.goto("/settings/")
    lost.wait_for_url("**/accounts/login/**")
    here.reload()
    expect(here.get_by_role("heading", name="Sessions")).to_be_visible()


def send_report(page: Page, title: str | re.Pattern[str]) -> None:
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    page.get_by_label("Spam").check()
    page.get_by_label("Anything we should know?").fill(NOTE)
    page.get_by_role("button", name="Send report").click()
    page.wait_for_url("**/reports/sent/**")


def decide(page: Page, row: str, action: str) -> None:
    page.goto("/admin/")
    expect(page.locator(".figures__one--alarming")).to_contain_text("Open reports")
    page.get_by_role("link", name="Open reports").click()
    line = page.get_by_role("row").filter(has_text=row)
    expect(line).to_contain_text(NOTE)
    line.get_by_role("checkbox").check()
    page.get_by_label("Action:").select_option(label=action)
    page.get_by_label("Reason:").fill("Third warning")
    page.get_by_role("button", name="Go").click()
    expect(page.locator(".admin-empty")).to_be_visible()


def decide_on_its_page(page: Page, row: str, decision: str) -> None:
    page.goto("/admin/moderation/report/")
    page.get_by_role("row").filter(has_text=row).get_by_role("link").first.click()
    expect(page.get_by_role("blockquote")).to_contain_text(NOTE)
    page.get_by_label("Why?").fill("Third warning")
    page.get_by_role("button", name=decision).click()
    page.get_by_role("button", name="Yes, do it").click()
    expect(page.locator(".admin-empty")).to_be_visible()


@pytest.fixture
def fresh_web(site: Site) -> None:
    """A server that remembers nothing of the content types, which are made anew for each test."""
    site.end("web", signal.SIGTERM)
    site.start_web()


@pytest.mark.usefixtures("fresh_web")
@pytest.mark.parametrize("scripts", [True, False])
def test_report_from_a_menu_is_acted_upon_by_a_moderator(
    visit: Visit, alice: User, bob: User, scripts: bool
) -> None:
    tweet = post_tweet(author=alice, text="Cheap watches")
    User.objects.create_superuser("keeper", "keeper@example.com", "correct horse")
    his, staff = visit(bob, java_script_enabled=scripts), visit(User.objects.get(username="keeper"))

    his.goto("/alice/")
    his.locator("article").get_by_role("link", name="More").click()
    if not scripts:  # the tweet's own page has the menu in it
        his.get_by_label(re.compile("More about the tweet of @alice", re.IGNORECASE)).click()
    his.get_by_role("link", name="Report this tweet").click()
    send_report(his, "Report this tweet")
    decide(staff, "Cheap watches", "Hide the tweet, and resolve")
    his.goto("/alice/")
    expect(his.get_by_text("Cheap watches")).to_have_count(0)
    assert Tweet.objects.get(pk=tweet.pk).hidden_at

    his.get_by_label("More", exact=True).first.click()
    his.get_by_role("link", name=re.compile("Report @alice", re.IGNORECASE)).click()
    send_report(his, re.compile("Report @alice", re.IGNORECASE))
    decide_on_its_page(staff, "@alice", "Suspend the account, and resolve")
    his.goto("/alice/")
    expect(his.get_by_text("This account is suspended")).to_be_visible()
    assert Report.objects.filter(state="resolved", handled_by__username="keeper").count() == 2
    assert LogEntry.objects.filter(change_message__endswith=": Third warning").count() == 4
