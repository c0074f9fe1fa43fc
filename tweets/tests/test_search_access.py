"""Who finds what: each kind of tweet, by each operator, on each tab and through the API, in one table."""

import re
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from social.models import Block, Follow, Mute
from tweets.models import Audience, Bookmark, Tweet
from tweets.tests.api.helpers import Api, bear, read
from tweets.tests.factories import add_media, make_tweet

pytestmark = pytest.mark.django_db

# what is found by a reader and what by a stranger; nobody else's rule than that of can_view, and of mutes
TABLE = {
    "public": {"reader", "stranger"},
    "own": {"reader", "stranger"},
    "private": set(),
    "private-followed": {"reader"},
    "private-naming": {"reader"},
    "followers": set(),
    "followers-followed": {"reader"},
    "followers-naming": {"reader"},
    "mentioned": set(),
    "mentioned-followed": set(),
    "mentioned-naming": {"reader"},
    "blocking": {"stranger"},
    "blocked": {"stranger"},
    "blocked-naming": {"stranger"},
    "muted": {"stranger"},
    "hidden": set(),
    "deleted": set(),
    "suspended": set(),
    "deactivated": set(),
}
FOLLOWED = {label for label in TABLE if label.endswith("-followed")}
EVERYTHING = [
    "garden", '"the garden"', "#garden", "@named", "to:named", "garden -snow", "garden -@reader2 -#snow",
    "garden has:link", "garden has:media", "garden is:reply", "garden -has:poll", "garden lang:en -lang:de",
    "garden min_likes:5", "garden min_retweets:5", "garden after:2020-01-01 before:9999-01-01", "{authors}",
    "has:media", "has:link", "lang:en", "min_likes:5", "after:2020-01-01", "-has:poll is:reply",
    "garden OR nowhere", "nowhere OR #garden",
]  # fmt: skip
PERSON = re.compile(r'<li class="person.*?href="/(\w+)/"', re.DOTALL)
FOUND = re.compile(r"the garden ([a-z-]+) at")


@pytest.fixture
def reader(person: Callable[..., User]) -> User:
    return person("reader")


@pytest.fixture
def world(reader: User, person: Callable[..., User]) -> list[str]:
    """A tweet of each kind, all alike to every operator but for a hashtag of its own; who wrote them."""
    named, other = person("named"), person("other")
    root = make_tweet(named, "What grows?")
    now, names = timezone.now(), []
    for number, label in enumerate(TABLE):
        kind = label.partition("-")[0]
        state = {
            "is_private": kind == "private",
            "suspended_at": now if kind == "suspended" else None,
            "deactivated_at": now if kind == "deactivated" else None,
        }
        author = reader if kind == "own" else person(f"w{number}", **state)
        _relate(reader, author, label)
        tweet = make_tweet(
            author,
            f"the garden {label} at https://x.example/",
            mentioning=[named, reader] if label.endswith("-naming") else [named],
            in_reply_to=root,
            audience=kind if kind in Audience.values else Audience.PUBLIC,
            language="en",
            likes_count=5,
            retweets_count=5,
            hidden_at=now if kind == "hidden" else None,
            deleted_at=now if kind == "deleted" else None,
        )
        add_media(bear(bear(tweet, "garden"), tag_of(label)), 1)
        Bookmark.objects.bulk_create(Bookmark(user=user, tweet=tweet) for user in (reader, other))
        names.append(author.username)
    return names


def _relate(reader: User, author: User, label: str) -> None:
    if label in FOLLOWED:
        Follow.objects.create(follower=reader, following=author)
    elif label == "blocking":
        Block.objects.create(blocker=author, blocked=reader)
    elif label.startswith("blocked"):
        Block.objects.create(blocker=reader, blocked=author)
    elif label == "muted":
        Mute.objects.create(muter=reader, muted=author)


def tag_of(label: str) -> str:
    """The hashtag that only the tweet of this kind bears, written as nobody would ask for it."""
    return f"Only_{label.replace('-', '_').upper()}"


def allowed(who: str) -> set[str]:
    return {label for label, seen_by in TABLE.items() if who in seen_by}


def answers(client: Client, api: Api, user: User | None, query: str) -> Iterator[tuple[str, set[str]]]:
    """What each tab and the API show for the query."""
    for tab in ("top", "latest", "media"):
        html = client.get("/search/", {"q": query, "tab": tab}).content.decode()
        yield tab, set(FOUND.findall(html))
    program = api(user) if user else api()
    found = read(program, "/api/v2/search", q=query, type="statuses", limit=40)["statuses"]
    yield "api", {label for one in found for label in FOUND.findall(one["content"])}


@pytest.mark.parametrize("who", ["reader", "stranger"])
def test_every_operator_keeps_the_table(
    client: Client, api: Api, reader: User, world: list[str], who: str
) -> None:
    user = reader if who == "reader" else None
    if user:
        client.force_login(user)
    authors = " ".join(f"from:{name}" for name in world)
    for query in EVERYTHING:
        for place, shown in answers(client, api, user, query.format(authors=authors)):
            assert shown == allowed(who), (query, place)


@pytest.mark.parametrize("who", ["reader", "stranger"])
def test_what_is_somebodys_own_keeps_the_table_too(
    client: Client, api: Api, reader: User, world: list[str], who: str
) -> None:
    user = reader if who == "reader" else None
    if user:
        client.force_login(user)
    seen = allowed("reader") if user else set()
    for query, expected in (
        ("in:bookmarks", seen),
        ("garden -in:bookmarks", set()),
        ("garden filter:follows", seen & FOLLOWED),
        ("filter:follows", seen & FOLLOWED),
        ("garden -filter:follows", seen - FOLLOWED),
    ):
        for place, shown in answers(client, api, user, query):
            assert shown == expected, (query, place)


@pytest.mark.parametrize("who", ["reader", "stranger"])
def test_nobody_is_told_of_a_hashtag_that_only_unseen_tweets_bear(
    client: Client, api: Api, reader: User, world: list[str], who: str
) -> None:
    user = reader if who == "reader" else None
    if user:
        client.force_login(user)
    for label in TABLE:
        tag, asked = tag_of(label), tag_of(label).lower()
        pages = {
            "suggestions": client.get("/search/suggest/", {"q": f"#{asked[:-1]}"}),
            "suggestions of a word": client.get("/search/suggest/", {"q": asked}),
            "completions of a search": client.get("/search/suggest/", {"q": f"garden #{asked}"}),
            "completions of a tweet": client.get("/search/complete/", {"q": f"#{asked}"}),
            "beside Top": client.get("/search/", {"q": f"#{asked}"}),
            "page": client.get(f"/tags/{asked}/"),
        }
        told = {place: f"#{tag}<" in answer.content.decode() for place, answer in pages.items()}
        program = api(user) if user else api()
        found = read(program, "/api/v2/search", q=asked, type="hashtags")["hashtags"]
        told["api"] = tag in [one["name"] for one in found]
        told["api: tag"] = read(program, f"/api/v1/tags/{asked}")["name"] == tag
        assert set(told.values()) == {label in allowed(who)}, (label, told)


def test_people_of_the_table_are_found_unless_gone_or_behind_a_block(
    client: Client, api: Api, reader: User, world: list[str]
) -> None:
    """Whom one has blocked oneself is found by the whole name, so that the block can be lifted."""
    client.force_login(reader)
    for label, name in zip(TABLE, world, strict=True):
        kind = label.partition("-")[0]
        gone = kind in ("blocking", "suspended", "deactivated")
        html = client.get("/search/", {"q": f"@{name}", "tab": "people"}).content.decode()
        assert (name in PERSON.findall(html)) != gone, label
        assert html.count(f'>Unblock<span class="visually-hidden"> @{name}<') == (kind == "blocked"), label
        found = read(api(reader), "/api/v2/search", q=f"@{name}", type="accounts")["accounts"]
        assert (name in [one["username"] for one in found]) != gone, label
        suggested = client.get("/search/suggest/", {"q": f"@{name}"}).content.decode()
        assert (f'href="/{name}/"' in suggested) == (not gone and kind != "blocked"), label


def test_bookmark_of_somebody_else_is_nobodys_business(
    client: Client, person: Callable[..., User], reader: User, world: list[str]
) -> None:
    Bookmark.objects.filter(user=reader).delete()
    client.force_login(reader)
    html = client.get("/search/", {"q": "in:bookmarks"}).content.decode()
    assert FOUND.findall(html) == []
    assert Tweet.objects.filter(bookmarks__user__username="other").exists()
