"""The notifications page in a browser: it is read by being looked at, and the badge follows."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from notifications.models import Notification
from tweets.services.engagement import like_tweet, unlike_tweet
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
    expect(page.get_by_text("Charlie Novak and Bob Okafor liked your tweet")).to_be_visible()
    expect(badge).to_be_hidden()
    expect_nothing_unread(page)
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


def test_group_forms_while_the_page_is_looked_at(
    visit: Visit, alice: User, bob: User, charlie: User, person: Callable[..., User]
) -> None:
    tweet = post_tweet(author=alice, text="What a morning")
    page, other = visit(alice), visit(bob)
    page.goto("/notifications/")
    expect(page.get_by_text("Nothing yet")).to_be_visible()
    badge, lines = page.locator("unread-badge:visible .badge").first, page.locator("article.notification")

    other.goto(f"/alice/status/{tweet.pk}/")
    other.get_by_role("button", name="Like").first.click()
    expect(lines.first).to_contain_text("Bob Okafor liked your tweet")
    expect(badge).to_contain_text("1")
    expect(page.get_by_text("Nothing yet")).to_have_count(0)

    like_tweet(user=charlie, tweet=tweet)
    expect(lines.first).to_contain_text("Charlie Novak and Bob Okafor liked your tweet")
    expect(lines).to_have_count(1)
    expect(lines.first.locator(".faces a")).to_have_count(2)
    expect(badge).to_contain_text("1")

    post_tweet(author=bob, text="@alice look")
    like_tweet(user=person("dora", display_name="Dora"), tweet=tweet)
    expect(lines).to_have_count(2)
    expect(lines.filter(has_text="Dora and 2 others liked your tweet")).to_be_visible()
    expect(badge).to_contain_text("2")

    unlike_tweet(user=charlie, tweet=tweet)
    expect(lines.filter(has_text="Dora and Bob Okafor liked your tweet")).to_be_visible()
    lines.first.get_by_role("button", name="Mark as read").click()
    expect(badge).to_contain_text("1")
    expect(page.locator(".notification--unread")).to_have_count(1)
    page.get_by_role("button", name="Mark all as read").click()
    expect(badge).to_be_hidden()
    expect(page.locator(".notification--unread")).to_have_count(0)
    assert not Notification.objects.filter(is_read=False).exists()


def test_what_one_tab_reads_looks_read_in_the_other_also_below_the_first_page(
    visit: Visit, alice: User, bob: User
) -> None:
    page = visit(alice)
    page.goto("/notifications/")
    expect(page.get_by_text("Nothing yet")).to_be_visible()
    # in two goes: a page that learns of all at once asks for the first twenty alone
    for first, end in ((0, 15), (15, 22)):
        for number in range(first, end):
            post_tweet(author=bob, text=f"@alice {number}")
        expect(page.locator(".notification--unread")).to_have_count(end)
    expect(page.get_by_role("button", name="Mark all as read")).to_be_visible()

    other = visit(alice, java_script_enabled=False)
    other.goto("/notifications/")
    expect(other.locator(".notification--unread")).to_have_count(20)
    other.get_by_role("button", name="Mark all as read").click()
    expect_nothing_unread(other)
    expect_nothing_unread(page)
    page.reload()
    expect(page.locator("article.notification").first).to_be_visible()
    expect_nothing_unread(page)


def expect_nothing_unread(page: Page) -> None:
    """Lines, ticks, hidden labels, the number and the button say the same."""
    expect(page.locator(".notification--unread, [data-unread], .notification__read")).to_have_count(0)
    expect(page.get_by_role("button", name="Mark all as read")).to_have_count(0)
    expect(page.locator("unread-badge:visible .badge").first).to_be_hidden()


def test_line_is_read_by_opening_it(visit: Visit, alice: User, bob: User) -> None:
    page = visit(alice)
    page.goto("/notifications/")
    expect(page.get_by_text("Nothing yet")).to_be_visible()
    post_tweet(author=bob, text="@alice one")
    expect(page.locator("article.notification")).to_have_count(1)
    page.locator("article.notification").first.click()
    page.wait_for_url("**/bob/status/**")
    expect(page.locator("unread-badge:visible .badge").first).to_be_hidden()
    assert not Notification.objects.filter(is_read=False).exists()
