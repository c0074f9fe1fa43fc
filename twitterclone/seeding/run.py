"""Makes a world and loads it, in one transaction: all of it is there, or nothing."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.models import User
from tweets.models import Hashtag, Tweet
from tweets.partitions import make_months
from twitterclone.lib.ids import SHIFT
from twitterclone.lib.text import hashtag_key
from twitterclone.seeding.ids import Stamps, free_node, ms_text
from twitterclone.seeding.load import analyze, copy_rows, indexes_made_afterwards
from twitterclone.seeding.notices import tell_history
from twitterclone.seeding.phrases import LANGUAGES, book
from twitterclone.seeding.plan import Plan, Size, make_plan
from twitterclone.seeding.progress import Progress
from twitterclone.seeding.rows import COLUMNS, Lines, TweetRows, edge_rows, email_rows, line, user_rows

BLOCK = 20_000  # tweets made and written at a time
TOLD, UNREAD = timedelta(days=14), timedelta(days=1)  # notifications: how far back, and since when unread
MANY = 50_000  # from so many tweets on, indexes are made afterwards


@dataclass
class World:
    """What was made, for whoever adds to it."""

    plan: Plan
    tweet_ids: list[int]
    node: int
    written: dict[str, int]  # rows by table


def is_empty() -> bool:
    """Whether nobody has an account and nothing has been said."""
    return not User.objects.exists() and not Tweet.objects.exists()


@transaction.atomic
def seed(size: Size, progress: Progress) -> World:
    """Plans a world and writes it. The database's own rules hold for every row, new and old."""
    progress.step("Planning who knows whom and who says what")
    plan = make_plan(size, set(User.objects.values_list("username_skeleton", flat=True)))
    node = free_node()
    first = min((person.joined for person in plan.people), default=plan.until)
    make_months(_moment(first), _moment(plan.until))
    tables = [table for table in COLUMNS if table != "account_emailaddress"]
    with indexes_made_afterwards(tables) if size.tweets >= MANY else nullcontext():
        written = _write_people(plan, node, size.password)
        rows = TweetRows(plan, _tags(node, plan.start), node)
        _write_tweets(rows, written, progress)
        progress.step("Indexes and checks")
    analyze(tables)
    told = [person.id for person in plan.well_known()[: size.told]]
    end = _moment(plan.until)
    tell_history(told, since=end - TOLD, read_until=end - UNREAD)
    return World(plan, rows.ids, node, written)


def _moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


def _write_people(plan: Plan, node: int, password: str) -> dict[str, int]:
    stamps, people, graph = Stamps(node), plan.people, plan.graph
    for person in sorted(people, key=lambda person: person.joined):
        person.id = stamps.take(person.joined)
    # one hash for all: it is a password for trying things out, and hashing each would take minutes
    written = {"users": copy_rows("users", user_rows(plan, make_password(password or None)))}
    if password:
        copy_rows("account_emailaddress", email_rows(people))
    written["follows"] = copy_rows("follows", edge_rows(graph.follows, people, node, "t", "f"))
    written["follow_requests"] = copy_rows("follow_requests", edge_rows(graph.requests, people, node))
    written["blocks"] = copy_rows("blocks", edge_rows(graph.blocks, people, node))
    written["mutes"] = copy_rows("mutes", edge_rows(graph.mutes, people, node, "t"))
    return written


def _write_tweets(rows: TweetRows, written: dict[str, int], progress: Progress) -> None:
    for done, lines in _made_ahead(rows.blocks(BLOCK)):
        for table, content in lines.items():
            written[table] = written.get(table, 0) + copy_rows(table, content)
        progress.count(done, len(rows.ids), "tweets")


def _made_ahead(blocks: Iterator[tuple[int, Lines]]) -> Iterator[tuple[int, Lines]]:
    """The same blocks; while PostgreSQL takes one in, a thread makes the next."""
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, blocks, None)
        while (block := coming.result()) is not None:
            coming = pool.submit(next, blocks, None)
            yield block


def _tags(node: int, start: int) -> dict[str, int]:
    """The ids of all hashtags that may be used, by key; missing ones are made."""
    displays = {
        hashtag_key(tag): tag
        for language in LANGUAGES
        for topic in book(language).topics.values()
        for tag in topic.tags
    }
    known = dict(Hashtag.objects.filter(name__in=displays).values_list("name", "id"))
    stamps, rows = Stamps(node), []
    for key, display in displays.items():
        if key not in known:
            known[key] = stamps.take(start)
            rows.append(line(known[key], ms_text(known[key] >> SHIFT), key, display))
    copy_rows("hashtags", rows)
    return known
