"""Lines for COPY: a made-up world in the columns of the tables."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from random import Random

from accounts.models import default_privacy_settings
from twitterclone.lib.ids import SHIFT, ms_of
from twitterclone.seeding.engagement import BOOKMARKED, Crowd, Later
from twitterclone.seeding.ids import Stamps, ms_text
from twitterclone.seeding.outline import QUOTE, REPLY, RETWEET
from twitterclone.seeding.people import DAY, Person
from twitterclone.seeding.plan import Plan
from twitterclone.seeding.text import Writer

COLUMNS = {
    "users": "id created_at password is_superuser username username_cased email display_name bio location "
    "website avatar header language privacy_settings is_active is_staff suspended_at deactivated_at "
    "last_active_at last_login updated_at followers_count following_count tweets_count",
    "account_emailaddress": "email verified primary user_id",
    "follows": "id created_at follower_id following_id show_retweets notify",
    "follow_requests": "id created_at follower_id following_id",
    "blocks": "id created_at blocker_id blocked_id",
    "mutes": "id created_at muter_id muted_id hide_notifications",
    "hashtags": "id created_at name display",
    "tweets": "id created_at updated_at author_id content content_warning language audience reply_policy "
    "in_reply_to_id in_reply_to_user_id quote_of_id retweet_of_id likes_count retweets_count "
    "replies_count quotes_count deleted_at",
    "tweet_hashtags": "id created_at hashtag_id tweet_id",
    "mentions": "id created_at user_id tweet_id",
    "likes": "id created_at user_id tweet_id",
    "retweets": "id created_at user_id tweet_id retweet_id",
    "bookmarks": "id created_at user_id tweet_id",
}
_ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"})
Lines = dict[str, list[str]]


def line(*values: object) -> str:
    """One row in PostgreSQL's text format; None is null."""
    return "\t".join("\\N" if value is None else str(value).translate(_ESCAPES) for value in values) + "\n"


def user_rows(plan: Plan, password: str) -> Iterator[str]:
    """`password` is a hash, the same for everybody."""
    followers, following, tweets = plan.graph.followers, plan.graph.following, _tweet_counts(plan)
    for person in plan.people:
        moment = ms_text(person.id >> SHIFT)
        active = ms_text(max(person.last_active, person.joined))
        names = (person.username, person.cased, address(person), person.display_name)
        profile = (person.bio, person.location, person.website, "", "", person.language)
        wishes = json.dumps(_privacy(plan.rng, person))
        ends = (ms_text(end) if end else None for end in (person.suspended, person.deactivated))
        times = (active, active, moment)
        counts = (counter[person.number] for counter in (followers, following, tweets))
        yield line(
            person.id, moment, password, "f", *names, *profile, wishes, "t", "f", *ends, *times, *counts
        )


def _tweet_counts(plan: Plan) -> list[int]:
    counts = [0] * len(plan.people)
    for index, author in enumerate(plan.outline.author):
        counts[author] += index not in plan.outline.deleted
    return counts


def _privacy(rng: Random, person: Person) -> dict[str, object]:
    wishes = default_privacy_settings() | {"is_private": person.is_private}
    if rng.random() < 0.15:
        wishes["who_may_message"] = rng.choice(["everyone", "nobody"])
        wishes["hide_follower_lists"] = rng.random() < 0.2
    return wishes


def address(person: Person) -> str:
    return f"{person.username}@example.com"


def email_rows(people: list[Person]) -> Iterator[str]:
    return (line(address(person), "t", "t", person.id) for person in people)


def edge_rows(
    edges: Iterable[tuple[int, int, int]], people: list[Person], node: int, *more: str
) -> Iterator[str]:
    stamps = Stamps(node)
    for ms, one, other in edges:
        identifier = stamps.take(ms)
        yield line(identifier, ms_text(identifier >> SHIFT), people[one].id, people[other].id, *more)


class TweetRows:
    """Writes the outline out, block by block: tweets with what they name, and the likes that are due."""

    def __init__(self, plan: Plan, tags: dict[str, int], node: int) -> None:
        self.rng, self.people, self.lines, self.tags = plan.rng, plan.people, plan.outline, tags
        self.crowd = Crowd(plan)
        self.writer = Writer(plan)
        stamps = Stamps(node)
        self.ids = [stamps.take(ms) for ms in self.lines.ms]
        self._stamps: dict[str, Stamps] = defaultdict(lambda: Stamps(node))
        self._likes, self._bookmarks = Later(), Later()
        self._tables: Lines = {}

    def blocks(self, size: int) -> Iterator[tuple[int, Lines]]:
        """(tweets so far, lines by table), tweets before what points at them."""
        total = len(self.lines)
        for start in range(0, total, size):
            end = min(start + size, total)
            self._tables = {"tweets": []}
            for index in range(start, end):
                self._tweet(index)
            self._due(self.lines.ms[end - 1] if end < total else self.crowd.until + DAY)
            yield end, self._tables

    def _tweet(self, index: int) -> None:
        lines, kind, identifier = self.lines, self.lines.kind[index], self.ids[index]
        author = self.people[lines.author[index]]
        likers = self.crowd.likers(lines, index)
        for number, when in likers:
            self._likes.add((when, number, index))
            if self.rng.random() < BOOKMARKED:
                self._bookmarks.add((when + 1000, number, index))
        content, language = "", ""
        if kind == RETWEET:
            self._link("retweets", identifier, author.id, self.ids[lines.parent[index]], identifier)
        else:
            content, language = self._write(index, author, kind), author.language
        moment, gone = ms_text(ms_of(identifier)), lines.deleted.get(index)
        row = (identifier, moment, moment, author.id, content, "", language, "public", "everyone")
        counts = (len(likers), lines.retweets[index], lines.replies[index], lines.quotes[index])
        parents = self._parents(kind, lines.parent[index])
        self._tables["tweets"].append(line(*row, *parents, *counts, ms_text(gone) if gone else None))

    def _parents(self, kind: int, parent: int) -> tuple[int | None, ...]:
        """in_reply_to, in_reply_to_user, quote_of, retweet_of."""
        target = self.ids[parent] if parent >= 0 else None
        return (
            target if kind == REPLY else None,
            self.people[self.lines.author[parent]].id if kind == REPLY else None,
            target if kind == QUOTE else None,
            target if kind == RETWEET else None,
        )

    def _write(self, index: int, author: Person, kind: int) -> str:
        lines, identifier = self.lines, self.ids[index]
        is_recent = lines.ms[index] > self.crowd.until - 2 * DAY
        written = self.writer.write(author, kind, lines.topic[index], is_recent=is_recent)
        for key, _display in written.hashtags:
            self._link("tweet_hashtags", identifier, self.tags[key], identifier)
        person = written.mentioned
        if person and self._is_told(person, author, lines.ms[index]):
            self._link("mentions", identifier, person.id, identifier)
        return written.content

    def _is_told(self, person: Person, author: Person, ms: int) -> bool:
        return person.joined < ms and (author.number, person.number) not in self.crowd.graph.blocked

    def _link(self, table: str, tweet: int, *values: int) -> None:
        identifier = self._stamps[table].take(ms_of(tweet))
        moment = ms_text(identifier >> SHIFT)
        self._tables.setdefault(table, []).append(line(identifier, moment, *values))

    def _due(self, before: int) -> None:
        for table, later in (("likes", self._likes), ("bookmarks", self._bookmarks)):
            stamps = self._stamps[table]
            rows = self._tables.setdefault(table, [])
            for when, number, index in later.due(before):
                identifier = stamps.take(when)
                moment = ms_text(identifier >> SHIFT)
                rows.append(line(identifier, moment, self.people[number].id, self.ids[index]))
