"""The notifications page in a browser: it is read by being looked at, and the badge follows."""

import pytest
from playwright.sync_api import expect

from accounts.models import User
from notifications.models import Notification
from tweets.services.engagement import like_tweet
from tweets.services.posting import post_tweet
from twitterclone.tests.browser.conftest import Visit

pytestmark = pytest.mark.e2e


def test_lines_are_read_by_looking_at_them_and_the_badge_follows(
    visit: Visit, alice: User, bob: User, charlie: User
) -> None:
    tweet = post_tweet(author=alice, text="What a morning")
    like_tweet(user=bob, tweet=tweet)
    like_tweet(user=charlie, tweet=tweet)
    post_tweet(author=bob, text="@alice come and see", reply_to=tweet)

    page = visit(alice)
    badge = page.locator("unread-badge:visible .badge").first
    expect(badge).to_contain_text("2")
    page.get_by_role("link", name="Notifications").first.click()
    expect(page.locator("article.notification")).to_have_count(2)
    expect(page.get_by_text("Charlie Novak and 1 other liked your tweet")).to_be_visible()
    expect(badge).to_be_hidden()
    assert not Notification.objects.filter(is_read=False).exists()

    page.get_by_role("link", name="Mentions").click()
    expect(page.locator("article.notification")).to_have_count(1)
    page.locator("article.notification").click()
    page.wait_for_url("**/bob/status/**")


def test_lines_are_read_by_a_button_when_scripts_are_off(visit: Visit, alice: User, bob: User) -> None:
    post_tweet(author=bob, text="@alice hello")
    page = visit(alice, java_script_enabled=False)
    page.goto("/notifications/")
    expect(page.locator(".notification--unread")).to_have_count(1)
    page.get_by_role("button", name="Mark all as read").click()
    page.wait_for_url("**/notifications/")
    expect(page.locator(".notification--unread")).to_have_count(0)
    expect(page.get_by_role("button", name="Mark all as read")).to_have_count(0)
