"""Tweets as programs read them. Pure: cards in, plain dicts out."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from accounts.queries import PersonCard
from media.queries import MediaCard
from tweets.queries.cards import TweetCard
from tweets.queries.hashtags import TagCard
from tweets.queries.polls import PollCard, PollChoice
from tweets.wire import Poll, Status, Tag, people_in, poll, status, tag
from twitterclone.lib.ids import id_time

pytestmark = pytest.mark.unit

MOMENT = datetime(2026, 2, 3, 4, 5, 6, 789_999, tzinfo=UTC)
ENTRY = 117_000_000_000_000_000


def person(identifier: int, name: str, **fields: Any) -> PersonCard:
    return PersonCard(
        id=identifier, username=name, handle=name.title(), display_name=name, initials="A", hue=1,
        avatar_url="", url=f"/{name}/", is_private=fields.get("is_private", False), bio="",
    )  # fmt: skip


ALICE, BOB, CAROL = person(1, "alice"), person(2, "bob"), person(3, "carol")
ACCOUNTS: Any = {one.id: {"id": str(one.id), "acct": one.handle} for one in (ALICE, BOB, CAROL)}
TWEET = TweetCard(id=7, entry_id=7, author=ALICE, text="Hello", created_at=MOMENT, language="en")
PICTURE = MediaCard(
    id=5, kind="image", state="ready", url="/media/files/a.jpg", preview_url="", sources=(), width=4,
    height=3, small_width=0, small_height=0, alt="", blurhash="", color="", focus_x=0, focus_y=0,
)  # fmt: skip
CHOICES = (PollChoice(0, "Tea", 3, 75, True, True), PollChoice(1, "Coffee", 1, 25, False, False))
ASKED = PollCard(
    id=9, tweet_id=7, options=CHOICES, votes_count=4, voters_count=3, multiple=True, expires_at=MOMENT,
    is_closed=False, voted=True, is_own=False, can_vote=False, shows_results=True,
)  # fmt: skip


def told(card: TweetCard, **fields: Any) -> Status:
    return status(card, ACCOUNTS, **fields)


def test_plain_status_has_every_documented_key() -> None:
    shown = told(TWEET)
    assert set(shown) == set(Status.__annotations__)
    assert (shown["id"], shown["content"], shown["created_at"]) == (
        "7",
        "<p>Hello</p>",
        "2026-02-03T04:05:06.789Z",
    )
    assert (shown["account"]["acct"], shown["language"], shown["visibility"]) == ("Alice", "en", "public")
    for name in ("reblog", "quote", "poll", "card", "edited_at", "in_reply_to_id", "application", "text"):
        assert shown[name] is None
    for name in ("media_attachments", "mentions", "tags", "emojis", "filtered"):
        assert shown[name] == []


def test_figures_and_marks_have_the_protocols_names() -> None:
    card = replace(
        TWEET, replies_count=1, retweets_count=2, likes_count=3, quotes_count=4, liked=True, retweeted=True,
        bookmarked=True, pinned=True, can_quote=True,
    )  # fmt: skip
    shown = told(card)
    names = ("replies_count", "reblogs_count", "favourites_count", "quotes_count")
    assert [shown[name] for name in names] == [1, 2, 3, 4]
    assert all(shown[name] for name in ("favourited", "reblogged", "bookmarked", "pinned"))
    assert shown["quote_approval"] == {"automatic": ["public"], "manual": [], "current_user": "automatic"}


def test_retweet_wraps_the_original_with_its_own_id_moment_and_person() -> None:
    shown = told(replace(TWEET, entry_id=ENTRY, retweet_id=ENTRY, retweeted_by=BOB, media=(PICTURE,)))
    assert (shown["id"], shown["account"]["acct"]) == (str(ENTRY), "Bob")
    assert (
        shown["created_at"] == id_time(ENTRY).strftime("%Y-%m-%dT%H:%M:%S.") + f"{(ENTRY >> 16) % 1000:03}Z"
    )
    assert shown["reblog"] is not None
    assert (shown["reblog"]["id"], shown["reblog"]["account"]["acct"]) == ("7", "Alice")
    assert shown["media_attachments"] == shown["reblog"]["media_attachments"]
    assert shown["reblog"]["reblog"] is None


def test_quote_stands_inside_or_says_that_it_cannot_be_shown() -> None:
    inside = replace(TWEET, id=8, author=CAROL, text="quoted")
    assert told(replace(TWEET, quote=inside))["quote"] == {"state": "accepted", "quoted_status": told(inside)}
    assert told(replace(TWEET, quote_gone=True))["quote"] == {"state": "unauthorized", "quoted_status": None}


@pytest.mark.parametrize(
    ("audience", "is_private", "expected"),
    [
        ("public", False, "public"),
        ("followers", False, "private"),
        ("mentioned", False, "direct"),
        ("public", True, "private"),
        ("mentioned", True, "direct"),
    ],
)
def test_audience_becomes_a_visibility(audience: str, is_private: bool, expected: str) -> None:
    card = replace(TWEET, audience=audience, author=replace(ALICE, is_private=is_private))
    assert told(card)["visibility"] == expected


@pytest.mark.parametrize(
    ("warning", "is_sensitive", "sensitive"), [("", False, False), ("food", False, True), ("", True, True)]
)
def test_warning_makes_it_sensitive(warning: str, is_sensitive: bool, sensitive: bool) -> None:
    shown = told(replace(TWEET, content_warning=warning, is_sensitive=is_sensitive))
    assert (shown["spoiler_text"], shown["sensitive"]) == (warning, sensitive)


def test_only_people_who_exist_are_mentions_and_links() -> None:
    card = replace(
        TWEET, text="@Bob and @nobody", mentions=frozenset({"bob"}), mentioned=((2, "Bob"),), reply_to=BOB,
        in_reply_to_id=6,
    )  # fmt: skip
    shown = told(card)
    (mention,) = shown["mentions"]
    assert (mention["id"], mention["acct"]) == ("2", "Bob")
    assert shown["content"].count("u-url mention") == 1
    assert f'href="{mention["url"]}"' in shown["content"]
    assert (shown["in_reply_to_id"], shown["in_reply_to_account_id"]) == ("6", "2")


def test_markup_in_a_tweet_stays_text() -> None:
    text = '<script>alert(1)</script>\n"quoted" & https://example.com/?x=1&y="><b>\n\n#a<b>'
    content = told(replace(TWEET, text=text))["content"]
    assert "<script" not in content
    assert "<b>" not in content
    assert content.count("<p>") == 2
    assert 'rel="nofollow noopener' in content


def test_text_is_told_only_to_who_writes_it_anew() -> None:
    assert (told(TWEET)["text"], told(TWEET, with_text=True)["text"]) == (None, "Hello")


def test_everybody_in_a_card_is_named() -> None:
    card = replace(TWEET, retweet_id=9, retweeted_by=BOB, quote=replace(TWEET, id=8, author=CAROL))
    assert people_in([card, TWEET]) == {1, 2, 3}


def test_poll_tells_its_figures_and_what_one_chose() -> None:
    shown = poll(ASKED)
    assert set(shown) == set(Poll.__annotations__)
    assert (shown["id"], shown["votes_count"], shown["voters_count"]) == ("9", 4, 3)
    assert (shown["voted"], shown["own_votes"], shown["expired"]) == (True, [0], False)
    assert shown["options"] == [{"title": "Tea", "votes_count": 3}, {"title": "Coffee", "votes_count": 1}]


def test_poll_keeps_its_figures_while_they_are_not_to_be_seen() -> None:
    shown = poll(replace(ASKED, voted=False, shows_results=False, multiple=False))
    assert [option["votes_count"] for option in shown["options"]] == [None, None]
    assert shown["voters_count"] is None


def test_figures_of_a_hashtag_are_text() -> None:
    shown = tag(TagCard("tea", "Tea", ((1_700_000_000, 3, 2), (1_699_913_600, 0, 0))))
    assert set(shown) == set(Tag.__annotations__)
    assert (shown["name"], shown["url"].endswith("/tags/tea/")) == ("Tea", True)
    assert shown["history"][0] == {"day": "1700000000", "uses": "3", "accounts": "2"}
