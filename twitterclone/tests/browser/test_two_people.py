"""Two people in two browsers: one writes, the other sees it happen."""

import re

import pytest
from playwright.sync_api import expect

from accounts.models import User
from tweets.models import Like, Tweet
from tweets.tests.factories import make_tweet
from twitterclone.tests.browser.conftest import Visit

pytestmark = pytest.mark.e2e

NOTE_WHEN_THE_PILL_COMES = """() => {
    const place = document.querySelector("new-posts");
    new MutationObserver((_, observer) => {
        if (!place.querySelector("a")) return;
        window.pillCameAt = Date.now();
        observer.disconnect();
    }).observe(place, { childList: true, subtree: true });
}"""


def test_tweet_reaches_an_open_home_and_a_like_comes_back(visit: Visit, alice: User, bob: User) -> None:
    """bob's open home shows the pill within a second; he opens it and likes it; alice's badge rises."""
    hers, his = visit(alice), visit(bob)
    hers.goto("/")
    his.goto("/")
    his.evaluate(NOTE_WHEN_THE_PILL_COMES)
    his.evaluate("window.stillTheSamePage = true")
    hers.evaluate("window.stillTheSamePage = true")
    his.wait_for_timeout(500)  # both sockets are open

    hers.get_by_role("textbox", name="Your tweet").fill("Hello from the other side #live")
    hers.get_by_role("button", name="Tweet", exact=True).click()
    expect(hers.locator("#timeline article").first).to_contain_text("Hello from the other side")
    committed = Tweet.objects.get().created_at.timestamp()

    pill = his.get_by_role("link", name="Show 1 new tweet")
    expect(pill).to_be_visible()
    # both clocks are this machine's; the id's moment lies before the commit
    assert his.evaluate("window.pillCameAt") / 1000 - committed < 1
    pill.click()
    tweet = his.locator("#timeline article").first
    expect(tweet).to_contain_text("Hello from the other side")
    expect(pill).to_be_hidden()

    tweet.get_by_role("button", name=re.compile("Like")).click()
    expect(tweet.get_by_role("button", name=re.compile("Like"))).to_have_attribute("aria-pressed", "true")
    expect(hers.locator("unread-badge, [data-unread]").first).to_contain_text("1")
    expect(hers.locator('#timeline article [data-count="likes"]').first).to_have_text("1")

    assert Like.objects.filter(user=bob).count() == 1
    assert his.evaluate("window.stillTheSamePage") is True
    assert hers.evaluate("window.stillTheSamePage") is True


def test_figures_of_an_open_tweet_come_change_their_word_and_go(visit: Visit, alice: User, bob: User) -> None:
    """Both have the tweet's own page open; the line follows 0, 1, 2, 1, 0 likes in both."""
    tweet = make_tweet(alice, "Nobody likes this yet")
    pages = [visit(alice), visit(bob)]
    for page in pages:
        page.goto(f"/alice/status/{tweet.pk}/")
        expect(page.locator(".tweet--focus .tweet__facts")).to_be_hidden()
    pages[0].wait_for_timeout(500)  # both sockets are open
    for presser, figure in ((0, "1 like"), (1, "2 likes"), (0, "1 like"), (1, "")):
        pages[presser].locator(".tweet--focus [data-toggle=likes]").click()
        for page in pages:
            if figure:
                expect(
                    page.locator(".tweet--focus").get_by_role("link", name=figure, exact=True)
                ).to_be_visible()
            else:
                expect(page.locator(".tweet--focus .tweet__facts")).to_be_hidden()


def test_new_person_signs_up_follows_and_tweets(visit: Visit, alice: User) -> None:
    page = visit()
    page.get_by_role("link", name="Create an account").click()
    page.get_by_label("Username").fill("Dora")
    page.get_by_label("Name", exact=True).fill("Dora Explorer")
    page.get_by_label("Email").fill("dora@example.com")
    page.get_by_label("Password", exact=True).fill("a long enough phrase")
    page.get_by_role("button", name="Sign up").click()
    page.wait_for_url("**/")

    page.goto("/alice/")
    page.get_by_role("main").get_by_role("button", name="Follow @Alice").click()
    expect(
        page.get_by_role("main").get_by_role("button", name=re.compile("Following.*@Alice"))
    ).to_be_visible()
    page.goto("/")
    page.get_by_role("textbox", name="Your tweet").fill("My first words")
    page.get_by_role("button", name="Tweet", exact=True).click()
    expect(page.locator("#timeline article").first).to_contain_text("My first words")
    page.reload()
    expect(page.locator("#timeline article").first).to_contain_text("My first words")


def test_site_works_without_javascript(visit: Visit, alice: User, bob: User) -> None:
    page = visit(bob, java_script_enabled=False)
    page.goto("/compose/")
    page.get_by_role("textbox", name="Your tweet").fill("No script needed")
    page.get_by_role("button", name="Tweet", exact=True).click()
    page.goto("/bob/")
    tweet = page.locator("article", has_text="No script needed")
    tweet.get_by_role("button", name=re.compile("Like")).click()
    expect(
        page.locator("article", has_text="No script needed").get_by_role("button", name=re.compile("Like"))
    ).to_have_attribute("aria-pressed", "true")
    assert Like.objects.count() == 1
