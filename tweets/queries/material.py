"""What the cards of a page are made of, each kind fetched once for all of them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from accounts.queries import PersonCard, people_by_id
from media.queries import MediaCard, media_card
from social.queries import Relation, relations_between
from tweets.counters import Figures, figures_of_tweets
from tweets.models import Mention, Tweet, TweetMedia
from tweets.queries.polls import PollCard, polls_of
from tweets.rules import can_view
from twitterclone.lib import prepared

STRANGER = Relation()
STRANGER_ID = 0  # somebody signed in whom nobody knows; no user has it
_MARKS = """
    SELECT tweet_id, 'liked' FROM likes WHERE user_id = %(viewer)s AND tweet_id = ANY(%(ids)s::bigint[])
    UNION ALL SELECT tweet_id, 'retweeted' FROM retweets
        WHERE user_id = %(viewer)s AND tweet_id = ANY(%(ids)s::bigint[])
    UNION ALL SELECT tweet_id, 'bookmarked' FROM bookmarks
        WHERE user_id = %(viewer)s AND tweet_id = ANY(%(ids)s::bigint[])
    UNION ALL SELECT tweet_id, 'pinned' FROM pinned_tweets
        WHERE user_id = %(viewer)s AND tweet_id = ANY(%(ids)s::bigint[])
"""


@dataclass(slots=True)
class Material:
    """Tweets (with those they pass on or quote), people, relations, mentions, media, polls, own marks."""

    viewer_id: int | None
    tweets: dict[int, Tweet] = field(default_factory=dict)
    people: dict[int, PersonCard] = field(default_factory=dict)
    relations: dict[int, Relation] = field(default_factory=dict)
    mentioned: dict[int, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))
    marks: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    media: dict[int, list[MediaCard]] = field(default_factory=lambda: defaultdict(list))
    polls: dict[int, PollCard] = field(default_factory=dict)
    figures: dict[int, Figures] = field(default_factory=dict)

    def relation(self, author_id: int) -> Relation:
        return self.relations.get(author_id, STRANGER)

    def shows(self, tweet: Tweet | None, *, hide_muted: bool = False) -> bool:
        """Whether the viewer may see the tweet, and in a feed with `hide_muted` wants to."""
        author = self.people.get(tweet.author_id) if tweet else None
        if tweet is None or author is None:
            return False
        relation = self.relation(tweet.author_id)
        if hide_muted and relation.muting:
            return False
        return can_view(
            self.viewer_id,
            tweet,
            author_is_private=author.is_private,
            relation=relation,
            is_mentioned=self.viewer_id in self.mentioned.get(tweet.pk, {}),
        )


def gather(viewer_id: int | None, ids: Iterable[int]) -> Material:
    """Everything the cards of these tweets need: at most eleven queries, whatever their number."""
    material = Material(viewer_id)
    # a retweet leads to its tweet, and that to the one it quotes: three steps, never more
    wanted = set(ids)
    for _step in range(3):
        wanted -= material.tweets.keys()
        if not wanted:
            break
        found = Tweet.objects.defer("search").in_bulk(wanted)
        material.tweets.update(found)
        wanted = {pk for tweet in found.values() for pk in (tweet.retweet_of_id, tweet.quote_of_id) if pk}
    shown = [tweet.pk for tweet in material.tweets.values() if tweet.retweet_of_id is None]
    authors = {tweet.author_id for tweet in material.tweets.values()}
    answered = {tweet.in_reply_to_user_id for tweet in material.tweets.values() if tweet.in_reply_to_user_id}
    material.people = people_by_id(authors | answered)
    material.relations = relations_between(viewer_id, authors)
    material.figures = figures_of_tweets(shown)
    for tweet_id, user_id, handle in Mention.objects.filter(tweet_id__in=shown).values_list(
        "tweet_id", "user_id", "user__username_cased"
    ):
        material.mentioned[tweet_id][user_id] = handle
    _add_media(material, shown)
    material.polls = polls_of(viewer_id, [material.tweets[pk] for pk in shown])
    if viewer_id is not None:
        material.marks = marks_of(viewer_id, shown)
    return material


def _add_media(material: Material, ids: list[int]) -> None:
    links = TweetMedia.objects.filter(tweet_id__in=ids).select_related("media").order_by("position")
    for link in links:
        material.media[link.tweet_id].append(media_card(link.media))


def marks_of(viewer_id: int, ids: Iterable[int]) -> dict[int, set[str]]:
    """What the viewer did with each of these tweets: liked, retweeted, bookmarked, pinned; one query."""
    marks: dict[int, set[str]] = defaultdict(set)
    for tweet_id, mark in prepared.rows(_MARKS, {"viewer": viewer_id, "ids": list(ids)}):
        marks[tweet_id].add(mark)
    return marks
