"""Who may do what with a tweet. Predicates over what the caller already fetched."""

from accounts.models import User
from social.queries import Relation
from tweets.models import Audience, ReplyPolicy, Tweet


def can_view(
    viewer_id: int | None,
    tweet: Tweet,
    *,
    author_is_private: bool,
    relation: Relation,
    is_mentioned: bool,
) -> bool:
    """Whether the viewer may see the tweet of a reachable author; what moderators hid, the author alone.

    Mutes are not asked: they hide from feeds, not from sight.
    """
    if tweet.deleted_at is not None:
        return False
    if viewer_id == tweet.author_id:
        return True
    if tweet.hidden_at is not None or relation.is_blocked:
        return False
    if tweet.audience == Audience.MENTIONED:
        return is_mentioned
    if author_is_private or tweet.audience == Audience.FOLLOWERS:
        return relation.following or is_mentioned
    return True


def can_reply(
    viewer_id: int | None, *, author_id: int, policy: str, author_follows_viewer: bool, is_mentioned: bool
) -> bool:
    """Whether the author lets the viewer reply, as chosen when the tweet was written."""
    if viewer_id is None:
        return False
    if viewer_id == author_id or policy == ReplyPolicy.EVERYONE:
        return True
    if policy == ReplyPolicy.FOLLOWING:
        return author_follows_viewer or is_mentioned
    return is_mentioned


def can_retweet(viewer_id: int | None, *, author_id: int, author_is_private: bool, audience: str) -> bool:
    """Only what everyone may read may be passed on; one's own also to one's followers."""
    if viewer_id is None or audience == Audience.MENTIONED:
        return False
    if viewer_id == author_id:
        return True
    return audience == Audience.PUBLIC and not author_is_private


def can_quote(viewer_id: int | None, *, author_id: int, author_is_private: bool, audience: str) -> bool:
    """A quote shows the quoted tweet to whoever reads it: the same may be quoted as may be passed on."""
    return can_retweet(viewer_id, author_id=author_id, author_is_private=author_is_private, audience=audience)


def can_pin(viewer_id: int | None, *, author_id: int, audience: str) -> bool:
    """What stands on top of a profile is one's own, and not a word between a few."""
    return viewer_id == author_id and audience != Audience.MENTIONED


def can_delete(user: User, tweet: Tweet) -> bool:
    return tweet.author_id == user.pk


def can_mention(author_id: int, target: User, *, target_follows_author: bool) -> bool:
    """Whether naming the target tells them, by their privacy settings; else the name stays plain text."""
    if author_id == target.pk:
        return True
    allowed = target.privacy_settings["who_may_mention"]
    return allowed == "everyone" or (allowed == "following" and target_follows_author)
