"""Search, hashtags and trends through the API."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.tests.cast import Person
from tweets.models import Hashtag, Like, Trend, Tweet
from tweets.services.posting import post_tweet
from tweets.tests.api.helpers import NOT_FOUND, STATUSES, Api, bear, ids, make_of_every_kind, read, texts
from tweets.tests.factories import make_retweet, make_tweet
from tweets.wire import Tag
from twitterclone.lib.limits import LIMITS, Window

pytestmark = pytest.mark.django_db

SEARCH = "/api/v2/search"


def accts(found: dict) -> list[str]:
    return [one["acct"] for one in found["accounts"]]


def test_three_kinds_are_found_at_once(alice: User, bob: User, api: Api) -> None:
    post_tweet(author=bob, text="I met alice in the #alicegarden")
    found = read(api(bob), SEARCH, q="alice")
    assert set(found) == {"accounts", "statuses", "hashtags"}
    assert accts(found) == ["Alice"]
    assert len(found["statuses"]) == 1
    assert [one["name"] for one in found["hashtags"]] == ["alicegarden"]
    assert set(found["hashtags"][0]) == set(Tag.__annotations__)
    assert found["hashtags"][0]["history"][0]["uses"] == "1"


@pytest.mark.parametrize("kind", ["accounts", "statuses", "hashtags"])
def test_one_kind_alone_is_asked_for(alice: User, api: Api, kind: str) -> None:
    post_tweet(author=alice, text="alice #alice")
    found = read(api(), SEARCH, q="alice", type=kind)
    assert {name for name, rows in found.items() if rows} == {kind}


def test_parts_follow_each_other(alice: User, person: Person, api: Api) -> None:
    for number in range(5):
        bear(make_tweet(alice, f"garden {number}"), f"garden{number}")
        person(f"garden{number}")
    for kind in ("accounts", "statuses", "hashtags"):
        whole = read(api(), SEARCH, q="garden", type=kind, limit=10)[kind]
        parts = [
            read(api(), SEARCH, q="garden", type=kind, limit=2, offset=start)[kind] for start in (0, 2, 4, 6)
        ]
        assert [one["id"] for part in parts for one in part] == [one["id"] for one in whole]
        assert len(whole) == 5
        assert read(api(), SEARCH, q="garden", type=kind, offset=1000)[kind] == []


def test_operator_that_means_nothing_finds_no_statuses(alice: User, api: Api) -> None:
    make_tweet(alice, "comet & tail")
    for query in ("min_likes:abc comet", "has:cats comet", "since:soon comet", "from: comet"):
        assert read(api(), SEARCH, q=query, type="statuses")["statuses"] == [], query
    for query in ("comet & tail", "min_likes:0 comet", "nothing OR comet", "min_likes:0"):
        assert len(read(api(), SEARCH, q=query, type="statuses")["statuses"]) == 1, query


def test_one_accounts_statuses_are_searched(alice: User, bob: User, api: Api) -> None:
    make_tweet(alice, "garden of alice")
    make_tweet(bob, "garden of bob")
    assert texts(read(api(), SEARCH, q="garden", account_id=bob.pk)["statuses"]) == ["garden of bob"]
    assert read(api(), SEARCH, q="garden", account_id=5)["statuses"] == []


def test_address_of_this_site_is_resolved(alice: User, api: Api, settings: object) -> None:
    tweet = make_tweet(alice, "here")
    site = settings.SITE_URL
    for url in (f"{site}/alice/", f"{site}/@alice", f"{site}/Alice"):
        assert accts(read(api(), SEARCH, q=url, resolve="true")) == ["Alice"]
    for url in (f"{site}/alice/status/{tweet.pk}/", f"{site}/@alice/{tweet.pk}"):
        found = read(api(), SEARCH, q=url, resolve="true")
        assert ids(found["statuses"]) == [str(tweet.pk)]
        assert found["accounts"] == []
    host = site.partition("://")[2]
    for name in (f"@alice@{host}", f"alice@{host}", "@alice"):
        assert accts(read(api(), SEARCH, q=name, type="accounts")) == ["Alice"]


@pytest.mark.parametrize(
    "q", ["https://elsewhere.example/alice/", "http://[", "{site}/alice/status/5/", "{site}/no/where/"]
)
def test_other_addresses_find_nobody(alice: User, api: Api, settings: object, q: str) -> None:
    found = read(api(), SEARCH, q=q.replace("{site}", settings.SITE_URL), resolve="true")
    assert found["accounts"] == []
    assert found["statuses"] == []


def test_nobody_finds_what_is_not_for_them(alice: User, bob: User, mallory: User, api: Api) -> None:
    make_tweet(alice, "garden for all")
    tweet = make_tweet(alice, "garden for followers", audience="followers")
    make_tweet(alice, "garden deleted", deleted_at=tweet.created_at)
    site = f"/alice/status/{tweet.pk}/"
    assert len(read(api(bob), SEARCH, q="garden")["statuses"]) == 2
    assert texts(read(api(), SEARCH, q="garden")["statuses"]) == ["garden for all"]
    found = read(api(mallory), SEARCH, q="garden")
    assert found["statuses"] == []
    assert read(api(), SEARCH, q=f"http://127.0.0.1:8000{site}")["statuses"] == []


@pytest.mark.parametrize(
    "q", ["", "   ", "#", "@", '"', "(", "a & | ! <->", "%", "\\", "' OR 1=1 --", "🎉", "-a", "a:b"]
)
def test_every_sign_is_answered(alice: User, api: Api, q: str) -> None:
    assert set(read(api(alice), SEARCH, q=q)) == {"accounts", "statuses", "hashtags"}


@pytest.mark.parametrize(
    "query",
    [
        "q=" + "x" * 100_000, "q=a%00b", "q[]=x", "q[a][b]=x", "q=x&type=people", "q=x&limit=many",
        "q=x&offset=one", "q=x&account_id=-1", "q=" + "+".join(f"w{number}" for number in range(25)),
    ],
)  # fmt: skip
def test_strange_searches_are_refused(alice: User, api: Api, query: str) -> None:
    answer = api(alice).get(f"{SEARCH}?{query}")
    assert answer.status_code in (400, 422), answer.content[:200]
    assert answer.json()["error"]


def test_negative_numbers_are_brought_into_bounds(alice: User, api: Api) -> None:
    make_tweet(alice, "garden")
    assert len(read(api(), SEARCH, q="garden", limit=-3, offset=-3)["statuses"]) == 1


def test_scope_and_limit_hold(alice: User, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    assert api(alice, scopes="read:statuses").get(f"{SEARCH}?q=x").status_code == 403
    assert api(alice, scopes="read:search").get(f"{SEARCH}?q=x").status_code == 200
    monkeypatch.setitem(LIMITS, "search", (Window(1, 60),))
    program = api(alice)
    answers = [program.get(f"{SEARCH}?q=x") for _ in range(2)]
    assert answers[-1].status_code == 429
    assert answers[-1].headers["Retry-After"]


@pytest.mark.parametrize(
    ("kind", "queries"),
    [("accounts", 7), ("statuses", 15), ("hashtags", 4), ("trends", 3), ("likers", 5), ("retweeters", 5)],
)
def test_queries_do_not_grow_with_what_is_found(
    alice: User, bob: User, person: Person, api: Api, kind: str, queries: int
) -> None:
    liked = make_tweet(alice)

    def fill(number: int) -> None:
        for _ in range(number):
            tweet = make_of_every_kind(alice, bob).retweet_of
            Tweet.objects.filter(pk=tweet.pk).update(content="garden")
            friend = person(f"garden{User.objects.count()}")
            Like.objects.create(user=friend, tweet=liked)
            make_retweet(friend, liked)
            bear(bear(tweet, f"garden{tweet.pk}"), "tea")
            bear(make_tweet(bob), f"garden{tweet.pk}")
            rise("hashtag", f"garden{tweet.pk}")
        cache.delete("tweets:trends")

    def count(number: int) -> int:
        where = {
            "trends": "/api/v1/trends/tags",
            "likers": f"{STATUSES}/{liked.pk}/favourited_by",
            "retweeters": f"{STATUSES}/{liked.pk}/reblogged_by",
        }
        path, query = where.get(kind, SEARCH), {"q": "garden", "type": kind, "limit": number}
        query = {"limit": number} if kind in where else query
        program = api(bob)
        read(program, path, **query)
        cache.delete_many([f"tweets:tag-days:{tag.name.encode().hex()}" for tag in Hashtag.objects.all()])
        with CaptureQueriesContext(connection) as captured:
            found = read(program, path, **query)
        assert len(found if kind in where else found[kind]) == number
        return len(captured)

    fill(1)
    few = count(1)
    fill(20)
    assert (few, count(20)) == (queries, queries)


def test_hashtag_tells_its_week(alice: User, bob: User, api: Api) -> None:
    for author in (alice, alice, bob):
        post_tweet(author=author, text="I like #Tea")
    told = read(api(), "/api/v1/tags/TEA")
    assert (told["name"], len(told["history"])) == ("Tea", 7)
    assert told["history"][0]["uses"] == "3"
    assert told["history"][0]["accounts"] == "2"
    assert told["history"][1]["uses"] == "0"


def test_unknown_hashtag_is_an_empty_one_and_other_words_are_none(api: Api) -> None:
    assert read(api(), "/api/v1/tags/nobodyusesit")["history"][0]["uses"] == "0"
    for name in ("a b", "1", "a-b", "%00", "x" * 150, "."):
        assert api().get(f"/api/v1/tags/{name}").status_code == 404, name


def rise(kind: str, key: str, name: str = "", language: str = "") -> None:
    figures = {"people": 3, "tweets": 4, "expected": 0, "score": 3}
    Trend.objects.create(kind=kind, key=key, name=name or key, language=language, **figures)


def test_trends_tell_what_many_use(alice: User, bob: User, api: Api) -> None:
    cache.delete("tweets:trends")
    for author in (alice, bob):
        post_tweet(author=author, text="#tea")
    rise("hashtag", "tea")
    rise("link", "news.example/a", "https://news.example/a")
    for where in ("/api/v1/trends", "/api/v1/trends/tags"):
        (told,) = read(api(), where)
        assert (told["name"], told["history"][0]["accounts"]) == ("tea", "2")
        assert read(api(), where, offset=1) == []
    (link,) = read(api(), "/api/v1/trends/links")
    assert (link["url"], link["title"]) == ("https://news.example/a", "news.example/a")
    assert (link["type"], link["history"][0]["accounts"]) == ("link", "3")


def test_trends_of_a_language_are_asked_for(api: Api) -> None:
    cache.delete("tweets:trends")
    rise("hashtag", "tea")
    for key in ("sakura", "fuji"):
        rise("hashtag", key, language="ja")
    rise("link", "news.example/a", "https://news.example/a", language="ja")
    assert {told["name"] for told in read(api(), "/api/v1/trends/tags", lang="ja")} == {"sakura", "fuji"}
    assert len(read(api(), "/api/v1/trends/links", lang="ja")) == 1
    assert read(api(), "/api/v1/trends/links") == []
    assert [told["name"] for told in read(api(), "/api/v1/trends/tags", lang="fi")] == ["tea"]


def test_trending_statuses_are_liked_public_and_fresh(
    alice: User, bob: User, mallory: User, api: Api
) -> None:
    cache.delete("tweets:popular")
    make_tweet(alice, "unnoticed")
    make_tweet(alice, "liked", likes_count=2)
    make_tweet(alice, "retweeted", retweets_count=2)
    make_tweet(alice, "for few", likes_count=9, audience="followers")
    make_tweet(alice, "sensitive", likes_count=9, content_warning="food")
    where = "/api/v1/trends/statuses"
    assert texts(read(api(), where)) == ["retweeted", "liked"]
    assert texts(read(api(), where, limit=1, offset=1)) == ["liked"]
    assert read(api(mallory), where) == []
    assert api().get("/api/v1/trends/x").json() == NOT_FOUND
