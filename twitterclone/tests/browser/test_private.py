"""A private account's page: asking there, waiting, and being let in while it is looked at."""

import pytest
from playwright.sync_api import expect

from accounts.models import User
from social.models import FollowRequest
from social.services import accept_follow_request
from tweets.tests.factories import make_tweet
from twitterclone.tests.browser.conftest import Visit

pytestmark = pytest.mark.e2e


def test_closed_page_says_that_one_asked_and_opens_when_one_is_let_in(
    visit: Visit, alice: User, charlie: User
) -> None:
    User.objects.filter(pk=alice.pk).update(privacy_settings={**alice.privacy_settings, "is_private": True})
    make_tweet(alice, "For few")
    page = visit(charlie)
    page.goto("/alice/")
    waits = page.get_by_text("Your request is waiting")
    profile = page.locator(".profile")
    profile.get_by_role("button", name="Follow @Alice").click()
    expect(waits).to_be_visible()
    expect(page.get_by_text("Follow to ask.")).to_be_hidden()
    profile.get_by_role("button", name="Requested @Alice").click()
    expect(waits).to_be_hidden()
    expect(page.get_by_text("Follow to ask.")).to_be_visible()
    profile.get_by_role("button", name="Follow @Alice").click()
    expect(waits).to_be_visible()
    accept_follow_request(user=alice, request_id=FollowRequest.objects.get(follower=charlie).pk)
    expect(page.get_by_text("For few")).to_be_visible(timeout=10_000)
