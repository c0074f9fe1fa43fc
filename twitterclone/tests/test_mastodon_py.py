"""PyPI's Mastodon.py, as anybody would use it, against the whole site: nothing of ours is in between."""

import html
import re
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
import requests
from django.conf import settings
from django.utils import timezone
from mastodon import Mastodon, MastodonAPIError, MastodonNotFoundError, MastodonUnauthorizedError
from PIL import Image

from accounts.models import User
from twitterclone.tests.site import Site

pytestmark = [pytest.mark.flow, pytest.mark.django_db(transaction=True)]

SCOPES = ["read", "write", "follow", "push"]
OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
PATIENCE = 20  # seconds


def waited_for(ask: Callable[[], Any], what: str) -> Any:
    """The first answer that is not empty."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if answer := ask():
            return answer
        time.sleep(0.2)
    raise AssertionError(f"{what} did not come")


def picture() -> bytes:
    stored = BytesIO()
    Image.new("RGB", (320, 200), "teal").save(stored, "PNG")
    return stored.getvalue()


def code_from_the_pages(url: str, username: str) -> str:
    """What a person does in a browser: logs in, reads what the program wants, lets it in, copies the code."""
    browser = requests.Session()
    login = browser.get(url)
    assert "/accounts/login/" in login.url
    form = {
        "login": username,
        "password": "correct horse",
        "csrfmiddlewaretoken": browser.cookies["csrftoken"],
    }
    question = browser.post(login.url, form, headers={"Referer": login.url})
    assert "Trial" in question.text, question.text[:500]
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', question.text)[1]
    answer = browser.post(
        question.url, {"allow": "1", "csrfmiddlewaretoken": token}, headers={"Referer": question.url}
    )
    return html.unescape(re.search(r"<textarea[^>]*>([^<]+)</textarea>", answer.text)[1])


def logged_in(site: Site, username: str) -> Mastodon:
    """By a program of one's own and the code flow."""
    client_id, secret = Mastodon.create_app(
        "Trial",
        scopes=SCOPES,
        redirect_uris=OUT_OF_BAND,
        api_base_url=site.url,
        website="https://example.com",
    )
    program = Mastodon(client_id=client_id, client_secret=secret, api_base_url=site.url)
    code = code_from_the_pages(program.auth_request_url(scopes=SCOPES, allow_http=True), username)
    program.log_in(code=code, scopes=SCOPES, allow_http=True)
    return program


def with_token(site: Site, username: str) -> Mastodon:
    """By the token that the command line gives."""
    told = subprocess.run(
        [sys.executable, "manage.py", "token", username],
        cwd=settings.BASE_DIR,
        env=site.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return Mastodon(access_token=told.stdout.strip().splitlines()[-1], api_base_url=site.url)


def test_program_logs_in_posts_with_a_picture_reads_searches_and_deletes(
    site: Site, alice: User, bob: User
) -> None:
    mine, theirs = logged_in(site, "alice"), with_token(site, "bob")
    assert mine.account_verify_credentials().acct == "Alice"
    assert theirs.me().acct == "bob"

    media = mine.media_post(picture(), "image/png", description="A teal wall", focus=(0.5, -0.5))
    ready = waited_for(lambda: (told := mine.media(media)).url and told, "the picture")
    assert (ready.type, ready.description, ready.meta.original.width) == ("image", "A teal wall", 320)
    assert requests.get(ready.url, timeout=10).headers["Content-Type"].startswith("image/")

    posted = mine.status_post(
        "Look @bob, a wall for the #garden", media_ids=[ready], idempotency_key="once", language="en"
    )
    again = mine.status_post("Look @bob, a wall for the #garden", media_ids=[ready], idempotency_key="once")
    assert posted.id == again.id
    assert posted.media_attachments[0].id == media.id
    assert [tag.name for tag in posted.tags] == ["garden"]
    assert posted.mentions[0].acct == "bob"
    assert timezone.now() - posted.created_at < timedelta(minutes=1)

    (read,) = waited_for(theirs.timeline_home, "the home timeline")
    assert (read.id, read.account.acct, read.favourited) == (posted.id, "Alice", False)

    assert theirs.status_favourite(read).favourites_count == 1
    wrapper = theirs.status_reblog(read)
    assert (wrapper.reblog.id, wrapper.account.acct) == (posted.id, "bob")
    assert theirs.status_bookmark(read).bookmarked
    assert [one.id for one in theirs.bookmarks()] == [posted.id]
    assert [one.id for one in theirs.favourites()] == [posted.id]
    answer = theirs.status_reply(read, "A fine wall")
    assert (answer.in_reply_to_id, answer.mentions[0].acct) == (posted.id, "Alice")

    around = mine.status_context(posted)
    assert [one.id for one in around.descendants] == [answer.id]
    assert [one.id for one in mine.status_context(answer).ancestors] == [posted.id]
    assert [one.acct for one in mine.status_favourited_by(posted)] == ["bob"]
    assert [one.acct for one in mine.status_reblogged_by(posted)] == ["bob"]

    found = theirs.search_v2("wall")
    assert {one.id for one in found.statuses} == {posted.id, answer.id}
    assert [one.acct for one in theirs.search_v2("alice", result_type="accounts").accounts] == ["Alice"]
    assert [one.name for one in theirs.search_v2("gard", result_type="hashtags").hashtags] == ["garden"]
    assert theirs.search_v2(posted.url, resolve=True).statuses[0].id == posted.id
    assert theirs.timeline_hashtag("garden")[0].id == posted.id
    assert mine.account_statuses(alice.pk, only_media=True)[0].id == posted.id

    kinds = {"mention", "favourite", "reblog"}
    waited_for(lambda: {one.type for one in mine.notifications()} >= kinds, "the notifications")
    told = mine.notifications()
    assert {one.account.acct for one in told} == {"bob"}
    liked = next(one for one in told if one.type == "favourite")
    assert liked.status.id == posted.id
    assert mine.notifications(id=liked.id).id == liked.id
    mine.notifications_dismiss(liked)
    assert liked.id not in {one.id for one in mine.notifications()}
    assert [one.type for one in mine.notifications(types=["reblog"])] == ["reblog"]

    taken = mine.status_delete(posted)
    assert taken.text == "Look @bob, a wall for the #garden"
    with pytest.raises(MastodonNotFoundError):
        theirs.status(posted)
    waited_for(lambda: posted.id not in {one.id for one in theirs.timeline_home()}, "the end of it at home")
    mine.notifications_clear()
    assert mine.notifications() == []


def test_program_asks_votes_and_pages(site: Site, alice: User, bob: User) -> None:
    mine, theirs = with_token(site, "alice"), with_token(site, "bob")
    asked = mine.status_post(
        "Tea or coffee?", poll=mine.make_poll(["Tea", "Coffee"], expires_in=600), visibility="private"
    )
    assert asked.visibility == "private"
    voted = theirs.poll_vote(asked.poll, [1])
    assert (voted.voted, voted.own_votes, voted.votes_count) == (True, [1], 1)
    with pytest.raises(MastodonAPIError, match="422"):
        theirs.poll_vote(asked.poll, [0])
    assert mine.poll(asked.poll).options[1].votes_count == 1

    for number in range(7):
        mine.status_post(f"number {number}")
    first = theirs.account_statuses(alice.pk, limit=3)
    everything = theirs.fetch_remaining(first)
    assert [one.content for one in everything[:2]] == ["<p>number 6</p>", "<p>number 5</p>"]
    assert len(everything) == 8
    second = theirs.fetch_next(first)
    assert [one.id for one in theirs.fetch_previous(second)] == [one.id for one in first]
    since = theirs.timeline_public(min_id=timezone.now() - timedelta(hours=1), limit=2)
    assert [one.content for one in since] == ["<p>number 1</p>", "<p>number 0</p>"]

    with pytest.raises(MastodonUnauthorizedError):
        Mastodon(access_token="wrong", api_base_url=site.url).timeline_home()
    assert mine.ratelimit_limit == 300
    assert mine.ratelimit_remaining < 300
