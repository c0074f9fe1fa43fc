"""One function per kind: whom it concerns and into which line it goes. Pure.

Likes and retweets of one tweet share a line, and so do follows; what somebody wrote is a line of its own.
Whether a person concerned is told is decided by `rules.is_told`.
"""

from collections.abc import Iterable, Iterator

from moderation.models import Report
from notifications.models import Type
from notifications.rules import Occasion
from tweets.models import SavedSearch, Tweet

DECIDED: dict[str, Type] = {
    Report.State.RESOLVED: Type.REPORT_RESOLVED,
    Report.State.REJECTED: Type.REPORT_REJECTED,
}


def of_like(tweet: Tweet, user_id: int) -> Occasion:
    return Occasion(Type.LIKE, user_id, f"like:{tweet.pk}", (tweet.author_id,), tweet)


def of_retweet(tweet: Tweet, user_id: int) -> Occasion:
    """`tweet` is the original."""
    return Occasion(Type.RETWEET, user_id, f"retweet:{tweet.pk}", (tweet.author_id,), tweet)


def of_follow(follower_id: int, following_id: int) -> Occasion:
    return Occasion(Type.FOLLOW, follower_id, "follow", (following_id,))


def of_follow_request(follower_id: int, following_id: int) -> Occasion:
    return Occasion(Type.FOLLOW_REQUEST, follower_id, "follow_request", (following_id,))


def of_reply(tweet: Tweet, mentioned: frozenset[int]) -> Occasion:
    concerns = (tweet.in_reply_to_user_id,) if tweet.in_reply_to_user_id else ()
    return Occasion(Type.REPLY, tweet.author_id, f"reply:{tweet.pk}", concerns, tweet, mentioned)


def of_quote(tweet: Tweet, quoted_author_id: int | None, mentioned: frozenset[int]) -> Occasion:
    concerns = (quoted_author_id,) if quoted_author_id else ()
    return Occasion(Type.QUOTE, tweet.author_id, f"quote:{tweet.pk}", concerns, tweet, mentioned)


def of_mention(tweet: Tweet, mentioned: frozenset[int]) -> Occasion:
    concerns = tuple(sorted(mentioned))
    return Occasion(Type.MENTION, tweet.author_id, f"mention:{tweet.pk}", concerns, tweet, mentioned)


def of_message(conversation_id: int, sender_id: int, waiting: Iterable[int]) -> Occasion:
    return Occasion(Type.MESSAGE, sender_id, message_group(conversation_id), tuple(waiting))


def message_group(conversation_id: int) -> str:
    """The line of a conversation."""
    return f"message:{conversation_id}"


def hidden_group(tweet_id: int) -> str:
    """The line that says that moderators hid a tweet."""
    return f"hidden:{tweet_id}"


def of_poll(tweet: Tweet, people: Iterable[int], mentioned: Iterable[int]) -> Occasion:
    """The end of a poll, for people who voted and for who asked."""
    return Occasion(
        Type.POLL, tweet.author_id, f"poll:{tweet.pk}", tuple(people), tweet, frozenset(mentioned)
    )


def of_search(search: SavedSearch, tweet: Tweet, mentioned: Iterable[int]) -> Occasion:
    """A tweet that somebody's search found; what is told is the search."""
    concerns, named = (search.user_id,), frozenset(mentioned)
    return Occasion(
        Type.SEARCH, tweet.author_id, f"search:{search.pk}", concerns, tweet, named, about=search.query
    )


def of_tweet(tweet: Tweet, quoted_author_id: int | None, mentioned: Iterable[int]) -> Iterator[Occasion]:
    """What a tweet that is no retweet tells: each person once, of the reply before the quote and mention."""
    named, told = frozenset(mentioned), set[int]()
    for occasion in (
        of_reply(tweet, named),
        of_quote(tweet, quoted_author_id, named),
        of_mention(tweet, named),
    ):
        concerns = tuple(user_id for user_id in occasion.concerns if user_id not in told)
        told.update(concerns)
        if concerns:
            yield Occasion(
                occasion.type, occasion.actor_id, occasion.group_key, concerns, tweet, occasion.mentioned
            )
