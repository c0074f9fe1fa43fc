"""What a page shows of a tweet. A fixed number of queries, whatever the number of tweets.

A card holds values only, so no template can query, and HTML and API render the same object.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from accounts.queries import PersonCard
from media.queries import MediaCard
from social.queries import Relation
from tweets.counters import Figures
from tweets.models import Tweet
from tweets.queries.material import STRANGER, STRANGER_ID, Material, gather
from tweets.queries.polls import PollCard
from tweets.rules import can_pin, can_quote, can_reply, can_retweet


@dataclass(frozen=True, slots=True)
class TweetCard:
    """A tweet as one viewer sees it. `gone` is a tombstone: only `id` means anything then.

    For a retweet, everything is the original's, `retweeted_by` says who passed it on, and `entry_id` is
    the retweet's own id, by which feeds are paged.
    """

    id: int
    entry_id: int
    author: PersonCard | None = None
    text: str = ""
    mentions: frozenset[str] = frozenset()  # usernames, for the links in the text
    mentioned: tuple[tuple[int, str], ...] = ()  # their ids and handles
    created_at: datetime | None = None
    edited_at: datetime | None = None
    audience: str = "public"
    content_warning: str = ""
    is_sensitive: bool = False
    language: str = ""
    replies_count: int = 0
    retweets_count: int = 0
    quotes_count: int = 0
    likes_count: int = 0
    liked: bool = False
    retweeted: bool = False
    bookmarked: bool = False
    pinned: bool = False  # by the viewer, on their own profile
    can_reply: bool = False
    can_retweet: bool = False
    can_quote: bool = False
    can_pin: bool = False
    can_delete: bool = False
    is_own: bool = False
    reply_to: PersonCard | None = None
    in_reply_to_id: int | None = None
    quote: "TweetCard | None" = None
    quote_gone: bool = False
    retweeted_by: PersonCard | None = None
    retweet_id: int | None = None
    media: tuple[MediaCard, ...] = ()
    poll: PollCard | None = None
    gone: bool = False
    hidden: bool = False  # by moderators: only its author sees it
    hidden_reason: str = ""
    relation: Relation = STRANGER
    reason: str = ""  # why a ranked list shows it

    @property
    def dom_id(self) -> str:
        return f"tweet-{self.entry_id}"

    @property
    def url(self) -> str:
        return f"{self.author.url}status/{self.id}/" if self.author else ""


def cards_for(
    viewer_id: int | None, ids: Sequence[int], *, hide_muted: bool = False, keep_gone: bool = False
) -> list[TweetCard]:
    """Cards of these tweets in the order given, without what the viewer may not see.

    With `hide_muted` also without people the viewer muted (feeds); with `keep_gone` what cannot be shown
    stays as a tombstone (threads).
    """
    material = gather(viewer_id, ids)
    cards = (_card(material, identifier, hide_muted) for identifier in ids)
    if keep_gone:
        return [card or TweetCard(id=pk, entry_id=pk, gone=True) for pk, card in zip(ids, cards, strict=True)]
    return [card for card in cards if card is not None]


def cards_beside(
    viewer_id: int | None, above: Sequence[int], ids: Sequence[int], *, hide_muted: bool = False
) -> tuple[list[TweetCard], list[TweetCard]]:
    """Cards of what stands above a list, muted people's too, and of the list: fetched together."""
    material = gather(viewer_id, [*above, *ids])
    first = (_card(material, identifier, hide_muted=False) for identifier in above)
    then = (_card(material, identifier, hide_muted) for identifier in ids)
    return [card for card in first if card], [card for card in then if card]


def cards_and_neutral(
    viewer_id: int, ids: Sequence[int], *, hide_muted: bool = False
) -> tuple[list[TweetCard], dict[int, TweetCard | None]]:
    """Cards as `cards_for`; and of each entry the card of somebody who has to do with nobody in it.

    Both in the queries of one. What such a stranger sees, everybody else sees the same way, but for their
    own marks, votes, and what blocks and mutes keep from them.
    """
    material = gather(viewer_id, ids)
    cards = (_card(material, identifier, hide_muted) for identifier in ids)
    shown = [card for card in cards if card]
    neutral = replace(material, viewer_id=STRANGER_ID, relations={}, marks={})
    return shown, {identifier: _card(neutral, identifier, hide_muted=False) for identifier in ids}


def card_for(viewer_id: int | None, tweet_id: int) -> TweetCard | None:
    """One card, None when the viewer may not see it."""
    cards = cards_for(viewer_id, [tweet_id])
    return cards[0] if cards else None


def _card(material: Material, identifier: int, hide_muted: bool) -> TweetCard | None:
    entry = material.tweets.get(identifier)
    if entry is None or not material.shows(entry, hide_muted=hide_muted):
        return None
    if entry.retweet_of_id is None:
        return _plain_card(material, entry)
    original = material.tweets.get(entry.retweet_of_id)
    if original is None or not material.shows(original, hide_muted=hide_muted):
        return None
    return replace(
        _plain_card(material, original),
        entry_id=entry.pk,
        retweet_id=entry.pk,
        retweeted_by=material.people.get(entry.author_id),
    )


def _plain_card(material: Material, tweet: Tweet, *, with_quote: bool = True) -> TweetCard:
    figures = material.figures.get(tweet.pk, Figures())
    return TweetCard(
        id=tweet.pk,
        entry_id=tweet.pk,
        author=material.people[tweet.author_id],
        text=tweet.content,
        mentions=frozenset(map(str.lower, material.mentioned.get(tweet.pk, {}).values())),
        mentioned=tuple(sorted(material.mentioned.get(tweet.pk, {}).items())),
        created_at=tweet.created_at,
        edited_at=tweet.edited_at,
        audience=tweet.audience,
        content_warning=tweet.content_warning,
        is_sensitive=tweet.is_sensitive,
        language=tweet.language,
        replies_count=figures.replies,
        retweets_count=figures.retweets,
        quotes_count=figures.quotes,
        likes_count=figures.likes,
        reply_to=material.people.get(tweet.in_reply_to_user_id or 0),
        in_reply_to_id=tweet.in_reply_to_id,
        media=tuple(material.media.get(tweet.pk, ())),
        poll=material.polls.get(tweet.pk),
        hidden=tweet.hidden_at is not None,
        hidden_reason=tweet.hidden_reason,
        relation=material.relation(tweet.author_id),
        **_of_viewer(material, tweet),
        **(_quote(material, tweet) if with_quote and tweet.quote_of_id else {}),
    )


def _of_viewer(material: Material, tweet: Tweet) -> dict[str, Any]:
    """What the viewer did with the tweet, and may do."""
    viewer_id, marks = material.viewer_id, material.marks.get(tweet.pk, set())
    author = material.people[tweet.author_id]
    openness: dict[str, Any] = {
        "author_id": tweet.author_id,
        "author_is_private": author.is_private,
        "audience": tweet.audience,
    }
    done = {
        "liked": "liked" in marks,
        "retweeted": "retweeted" in marks,
        "bookmarked": "bookmarked" in marks,
        "pinned": "pinned" in marks,
        "is_own": viewer_id == tweet.author_id,
        "can_delete": viewer_id == tweet.author_id,
    }
    if tweet.hidden_at is not None:  # nobody else would see what one did with it
        return done
    return done | {
        "can_reply": can_reply(
            viewer_id,
            author_id=tweet.author_id,
            policy=tweet.reply_policy,
            author_follows_viewer=material.relation(tweet.author_id).followed_by,
            is_mentioned=viewer_id in material.mentioned.get(tweet.pk, {}),
        ),
        "can_retweet": can_retweet(viewer_id, **openness),
        "can_quote": can_quote(viewer_id, **openness),
        "can_pin": can_pin(viewer_id, author_id=tweet.author_id, audience=tweet.audience),
    }


def _quote(material: Material, tweet: Tweet) -> dict[str, Any]:
    quoted = material.tweets.get(tweet.quote_of_id or 0)
    if quoted is None or not material.shows(quoted):
        return {"quote_gone": True}
    return {"quote": _plain_card(material, quoted, with_quote=False)}
