"""Who is told."""

from dataclasses import replace

import pytest
from django.utils import timezone

from accounts.queries import PersonCard
from notifications import notifiers
from notifications.rules import Standing, is_told
from tweets.models import Audience, Tweet

pytestmark = pytest.mark.unit

ACTOR = PersonCard(
    id=1, username="a", handle="a", display_name="A", initials="A", hue=0, avatar_url="", url="/a/",
    is_private=False, bio="",
)  # fmt: skip
HERMIT = replace(ACTOR, is_private=True)
STANDING = Standing(user_id=2, language="en")
FOLLOWER = replace(STANDING, follows_actor=True)
FOLLOW = notifiers.of_follow(1, 2)


def mention(**fields: object):
    return notifiers.of_mention(Tweet(id=7, author_id=1, **fields), frozenset({2}))


def reply(**fields: object):
    return notifiers.of_reply(Tweet(id=7, author_id=1, in_reply_to_user_id=2, **fields), frozenset())


def test_stranger_is_told_of_what_everybody_may_see() -> None:
    assert is_told(FOLLOW, ACTOR, STANDING)
    assert is_told(reply(), ACTOR, STANDING)


@pytest.mark.parametrize(
    "standing",
    [replace(STANDING, is_blocked=True), replace(STANDING, hides_actor=True), replace(STANDING, user_id=1)],
)
def test_nobody_is_told_past_a_block_a_mute_or_of_themselves(standing: Standing) -> None:
    assert not is_told(FOLLOW, ACTOR, standing)
    assert not is_told(mention(), ACTOR, standing)


def test_private_author_tells_followers_and_those_named() -> None:
    assert not is_told(reply(), HERMIT, STANDING)
    assert is_told(reply(), HERMIT, FOLLOWER)
    assert is_told(mention(), HERMIT, STANDING)


def test_tweet_for_those_mentioned_tells_nobody_else() -> None:
    assert not is_told(reply(audience=Audience.MENTIONED), ACTOR, FOLLOWER)
    assert is_told(mention(audience=Audience.MENTIONED), ACTOR, STANDING)


def test_deleted_tweet_tells_nobody() -> None:
    assert not is_told(mention(deleted_at=timezone.now()), ACTOR, FOLLOWER)
