"""Rows without surprises: what a test does not name is the plainest possible."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from media.models import Media
from tweets.models import Mention, Poll, PollOption, Retweet, Tweet, TweetMedia


def make_tweet(author: User, content: str = "Hello", **fields: Any) -> Tweet:
    """A tweet row, with its reply's person filled in, and no event."""
    if parent := fields.get("in_reply_to"):
        fields.setdefault("in_reply_to_user", parent.author)
    mentioned = fields.pop("mentioning", [])
    tweet = Tweet.objects.create(author=author, content=content, **fields)
    Mention.objects.bulk_create([Mention(user=user, tweet=tweet) for user in mentioned])
    return tweet


def make_retweet(user: User, tweet: Tweet) -> Tweet:
    """A retweet: the row and its link."""
    row = Tweet.objects.create(author=user, retweet_of=tweet)
    Retweet.objects.create(user=user, tweet=tweet, retweet=row)
    return row


def make_media(owner: User, **fields: Any) -> Media:
    """A picture that is ready, without files."""
    variants = [
        {"role": role, "name": f"00/0-test/{role}.{end}", "type": kind, "width": width, "height": width // 2}
        for role, width in (("full", 1200), ("small", 680))
        for end, kind in (("avif", "image/avif"), ("jpg", "image/jpeg"))
    ]
    known = {
        "state": Media.State.READY,
        "file": "00/0-test/full.jpg",
        "sizes": {"color": "#336699", "variants": variants},
        "width": 1200,
        "height": 600,
        "blurhash": "L2Eyb[~qay~q_3offQoffQfQfQj[",
        "alt_text": "A picture",
    }
    return Media.objects.create(owner=owner, **{**known, **fields})


def add_media(tweet: Tweet, count: int = 1) -> list[Media]:
    """Gives the tweet pictures."""
    made = [make_media(tweet.author, attached_at=tweet.created_at) for _ in range(count)]
    TweetMedia.objects.bulk_create(
        [TweetMedia(tweet=tweet, media=media, position=place) for place, media in enumerate(made)]
    )
    return made


def add_poll(tweet: Tweet, *options: str, **fields: Any) -> Poll:
    """Gives the tweet a poll that runs for a day."""
    known = {"expires_at": timezone.now() + timedelta(days=1)}
    poll = Poll.objects.create(tweet=tweet, **{**known, **fields})
    texts = options or ("Tea", "Coffee")
    PollOption.objects.bulk_create(
        [PollOption(poll=poll, position=place, text=text) for place, text in enumerate(texts)]
    )
    return poll
