"""What one does with one's own tweets shows on one's own page at once."""

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from tweets.models import PinnedTweet
from tweets.services.posting import post_tweet
from twitterclone.tests.browser.conftest import Visit

pytestmark = pytest.mark.e2e


def choose(page: Page, text: str, name: str) -> None:
    card = page.locator("article", has_text=text).first  # a pinned one stands at its time as well
    card.get_by_role("link", name="More", exact=True).click()
    card.locator(".menu__item", has_text=name).click()


def test_pin_and_delete_show_at_once(visit: Visit, alice: User) -> None:
    first = post_tweet(author=alice, text="Thought one")
    for text in ("Thought two", "Thought three"):
        post_tweet(author=alice, text=text)
    page = visit(alice)
    page.goto("/alice/")
    head, articles = page.locator(".column__subtitle"), page.locator("main article")
    expect(head).to_have_text("3 tweets")
    with page.expect_navigation():  # the page comes anew
        choose(page, "Thought one", "Pin to your profile")
    expect(articles.first).to_contain_text("Pinned")
    expect(articles.first).to_contain_text("Thought one")
    expect(page.get_by_text("Pinned to the top of your profile.")).to_be_visible()
    assert PinnedTweet.objects.get().tweet_id == first.pk

    for text, left in (("Thought two", "2 tweets"), ("Thought three", "1 tweet")):
        choose(page, text, "Delete")
        page.get_by_role("dialog").get_by_role("button", name="Delete").click()
        expect(page.locator("article", has_text=text)).to_have_count(0)
        expect(head).to_have_text(left)
    with page.expect_navigation():  # the page comes anew
        choose(page, "Thought one", "Unpin from your profile")
    expect(page.get_by_text("No longer pinned.")).to_be_visible()
    expect(page.locator("main .tweet__note")).to_have_count(0)
    expect(articles).to_have_count(1)
    assert not PinnedTweet.objects.exists()
