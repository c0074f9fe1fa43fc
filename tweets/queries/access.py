"""The only way to get a tweet for somebody."""

from collections.abc import Mapping
from typing import Any, NamedTuple, cast

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from social.queries import relation_of, ties_with
from tweets.counters import SEEN_FIGURES, STEPS, Figures, figures_with
from tweets.models import Mention, Retweet, Tweet
from tweets.queries.visibility import may_see
from tweets.rules import can_view
from twitterclone.lib.compiled import Compiled
from twitterclone.lib.errors import NotVisible

# what pressing a button asks of a tweet and its author; anything else is fetched when it is asked for
_PRESSED = (
    "id", "author", "audience", "deleted_at", "hidden_at", "retweet_of",
    "likes_count", "retweets_count", "replies_count", "quotes_count",
    "author__id", "author__username", "author__is_private",
    "author__is_active", "author__suspended_at", "author__deactivated_at",
)  # fmt: skip
# and what is shown then
_SHOWN = f"tweets_author_id, users_is_private, tweets_audience, {SEEN_FIGURES} FROM pressed"


class Pressed(NamedTuple):
    """What a button shows of a tweet that somebody may see; the figures are those before it was changed."""

    tweet_id: int
    author_id: int
    author_is_private: bool
    audience: str
    figures: Figures
    has_changed: bool


def tweet_for(viewer_id: int | None, tweet_id: int) -> Tweet:
    """The tweet with its author, if the viewer may see it; of a retweet, the tweet it passes on.

    Raises NotVisible when there is none, it is deleted or not theirs to see. What is hidden, its author sees.
    """
    return _visible(_whole, viewer_id, tweet_id)


def pressed_tweet_for(viewer_id: int, tweet_id: int) -> tuple[Tweet, Figures]:
    """As `tweet_for`, with as little of the tweet as pressing its buttons needs, and the figures under it."""
    tweet = _visible(_pressed, viewer_id, tweet_id)
    return tweet, figures_with(tweet)


def pressed(tweet: Tweet, figures: Figures, *, has_changed: bool) -> Pressed:
    """What `pressed_tweet_for` found, and whether it was changed then."""
    private = tweet.author.is_private
    return Pressed(tweet.pk, tweet.author_id, private, tweet.audience, figures, has_changed)


def change_pressed(viewer_id: int, tweet_id: int, change: str, values: Mapping[str, Any]) -> Pressed | None:
    """A look at the tweet and a change of it in one statement: a list of WITH that ends with `changed`.

    It reads the tweet's id from `pressed`. That is empty, None the answer and nothing changed when the tweet
    is not the viewer's to see, and where the id is of a retweet: `pressed_tweet_for` knows which.
    """
    visible = f"pressed AS (SELECT * FROM seen WHERE tweets_retweet_of_id IS NULL AND {may_see()})"  # noqa: S608 -- of constants
    row = _pressed.change((viewer_id, tweet_id), f"{visible}, {change}", values, _SHOWN)
    if row is None:
        return None
    author_id, private, audience, *figures, changed = row
    return Pressed(tweet_id, author_id, private, audience, Figures(*figures), bool(changed))


def own_tweet_for(user: User, tweet_id: int) -> Tweet:
    """The user's own tweet, retweet rows included; NotVisible for anybody else's."""
    tweet = _first(_whole(user.pk, tweet_id))
    if tweet is None or tweet.author_id != user.pk or tweet.deleted_at is not None:
        raise NotVisible
    return tweet


def retweet_id_of(user_id: int, tweet_id: int) -> int:
    """The id of the row by which the user passes this tweet on; NotVisible when they do not."""
    found = Retweet.objects.filter(user_id=user_id, tweet_id=tweet_id).values_list("retweet_id", flat=True)
    for identifier in found:
        return identifier
    raise NotVisible


def _visible(look: Compiled[Tweet], viewer_id: int | None, tweet_id: int) -> Tweet:
    tweet = _first(look(viewer_id, tweet_id))
    if tweet is not None and tweet.retweet_of_id is not None:
        tweet = _first(look(viewer_id, tweet.retweet_of_id))
    return _checked(viewer_id, tweet)


def _checked(viewer_id: int | None, tweet: Any) -> Tweet:
    """The tweet, looked at with its author and ties; NotVisible when the viewer may not see it."""
    if tweet is None or not tweet.author.is_reachable:
        raise NotVisible
    if not can_view(
        viewer_id,
        tweet,
        author_is_private=tweet.author.is_private,
        relation=relation_of(tweet.ties),
        is_mentioned=tweet.is_mentioned,
    ):
        raise NotVisible
    return cast("Tweet", tweet)


def _first(found: list[Tweet]) -> Any:
    """One row or none. Any: annotations are no fields of the model."""
    return found[0] if found else None


def _with_relation(viewer_id: int, tweet_id: int) -> QuerySet[Tweet]:
    """The tweet, its author, and how the viewer stands to both."""
    mentions = Mention.objects.filter(user_id=viewer_id, tweet_id=OuterRef("pk"))
    return (
        Tweet.objects.filter(pk=tweet_id)
        .select_related("author")
        .annotate(ties=ties_with("tweets.author_id", viewer_id), is_mentioned=Exists(mentions))
    )


# One row at most: told so, PostgreSQL does not plan for a row of each month and their authors.
_whole: Compiled[Tweet] = Compiled(lambda viewer, pk: _with_relation(viewer, pk).defer("search")[:1], 2)
_pressed: Compiled[Tweet] = Compiled(
    lambda viewer, pk: _with_relation(viewer, pk).only(*_PRESSED).annotate(steps=STEPS)[:1], 2
)
