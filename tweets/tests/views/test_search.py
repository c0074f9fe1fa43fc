"""The search and explore pages: what they show, keep, refuse, and what they cost."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from accounts.models import User
from media.models import Media
from social.models import Block, Follow
from tweets.models import Poll, PollOption, Taste, Trend, TweetMedia
from tweets.services.keeping import bookmark_tweet
from tweets.services.posting import post_tweet
from tweets.services.saved_searches import save_search
from tweets.tests.factories import make_retweet, make_tweet

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
TABS = ["top", "latest", "people", "media"]
HOSTILE = [
    "\x00", "a\x00b", "'", "''; DROP TABLE users", "\\", "%", "_", "%%s", "{}", "<script>alert(1)</script>",
    "&", "|", "!", "!!", "<->", "a <-> b", "(", ")", ":*", "a:*", "a:A", "*", "?", "[", "](", "^$", "(?:",
    '"', '""', '"""', "-", "--", "- -", "-#", "#", "##", "@", "from:", "from:from:", "has:", "since:x", "-\"",
    "\u202eabc", "مرحبا بالعالم", "שלום", "👩‍👩‍👧‍👦", "🏳️‍🌈 rain", "e\u0301", "a" + "\u0301" * 200,
    "\ud7ff\ufffe", "ＦＵＬＬ", "日", "日本", "한국어", '-"日本 Django" 日本x',
    "\u200b", "\xa0", "\n\t", "0", "NaN", "1e999", "null", "ı İ ß ſ",
]  # fmt: skip


@pytest.fixture
def as_alice(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def page(client: Client, q: str, tab: str = "top", **more: str) -> str:
    response = client.get("/search/", {"q": q, "tab": tab, **more})
    assert response.status_code == 200
    return response.content.decode()


def test_addresses_are_those_of_the_contract() -> None:
    names = ("search", "search-suggest", "explore", "explore-people")
    assert [reverse(name) for name in names] == [
        "/search/",
        "/search/suggest/",
        "/explore/",
        "/explore/people/",
    ]


def test_page_without_words_shows_how_to_search(client: Client) -> None:
    for query in ("", "   ", "\x00"):
        html = page(client, query)
        assert "Find tweets and people" in html
        assert "from:alice" in html


def test_examples_of_operators_are_searches(client: Client, alice: User, bob: User) -> None:
    html = page(client, "").partition('<dl class="ways">')[2].partition("</dl>")[0]
    links = re.findall(r'href="(/search/[^"]*)"', html)
    assert len(links) == html.count("<code>") > 15
    for link in links:
        text = client.get(link).content.decode()
        assert "Add a word, a #hashtag" not in text, link
        assert "is not known" not in text, link
    client.force_login(bob)
    assert 'href="/search/?q=from%3Abob"' in page(client, "")


def test_tabs_show_what_was_found_and_keep_the_words(client: Client, alice: User) -> None:
    make_tweet(alice, "rain <b>today</b>")
    for tab in ("top", "latest"):
        html = page(client, 'rain "today"', tab)
        assert "rain &lt;b&gt;today&lt;/b&gt;" in html
        assert 'value="rain &quot;today&quot;"' in html
        assert f'href="/search/?q=rain%20%22today%22&amp;tab={tab}" aria-current="page"' in html
    assert "Alice Bergström" in page(client, "berg", "people")
    assert "rain &lt;" not in page(client, "rain", "media")
    assert "today" in page(client, "rain", "no such tab")


def test_top_says_that_latest_has_more(
    client: Client, alice: User, monkeypatch: pytest.MonkeyPatch, settings: object
) -> None:
    settings.PAGE_SIZE = 2  # type: ignore[attr-defined]
    for module in ("tweets.queries.search", "tweets.views.search"):
        monkeypatch.setattr(f"{module}.BEST_OF", 4)

    def end(headers: dict[str, str] | None = None) -> str:
        """The last page of Top, as it is reached from the first."""
        html = page(client, "rain")
        while more := re.search(r'more__link" href="([^"]+)"', html):
            html = client.get(f"/search/{unescape(more[1])}", headers=headers).content.decode()
        return html

    for number in range(4):
        make_tweet(alice, f"rain {number}")
    assert "That is everything that was found." in end()
    make_tweet(alice, "rain at last")
    for html in (end(), end(HTMX)):
        assert "That is everything" not in html
        assert "These are the best of the newest 4 that were found." in html
        assert 'href="/search/?q=rain&amp;tab=latest">Latest has all</a>' in html


def test_top_shows_people_and_hashtags_beside_tweets(
    client: Client, alice: User, person: Callable[..., User]
) -> None:
    assert "See all people" not in page(client, "alice")
    for name in ("alice2", "alice3", "alice4"):
        person(name)
    post_tweet(author=alice, text="#AliceDay is near, alice")
    html = page(client, "alice")
    assert "See all people" in html
    assert 'class="chip" href="/tags/AliceDay/"' in html
    assert "is near" in html


def test_strangers_are_told_to_sign_in_for_what_is_somebodys_own(
    client: Client, alice: User, bob: User
) -> None:
    tweet = make_tweet(alice, "rain")
    bookmark_tweet(user=bob, tweet=tweet)
    for query in ("rain in:bookmarks", "rain filter:follows"):
        html = page(client, query)
        assert "Sign in to look among your bookmarks" in html
        assert "<article" not in html
    client.force_login(bob)
    html = page(client, "rain in:bookmarks")
    assert "Sign in to look among" not in html
    assert html.count("<article") == 1


def test_page_says_who_is_not_here_and_how_far_back_it_looked(
    client: Client, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "There is no @nobodyhere; it was looked for as a word." in page(client, "@nobodyhere")
    assert "Sign in to look among" in page(client, "from:me")
    monkeypatch.setattr("tweets.queries.search.SIFTED", 2)
    make_tweet(alice, "one", language="en")
    assert "are looked through" not in page(client, "lang:en")
    make_tweet(alice, "two", language="en")
    today = timezone.now().date()
    assert f"are looked through, back to {today}. Add before:{today + timedelta(days=1)}" in page(
        client, "lang:en"
    )


@pytest.mark.parametrize("tab", TABS)
def test_page_helps_when_nothing_is_found(client: Client, tab: str) -> None:
    assert "Nothing found for “nowhere &lt;i&gt;”" in page(client, "nowhere <i>", tab)


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize("query", HOSTILE)
def test_any_text_gets_a_proper_answer(client: Client, alice: User, query: str, tab: str) -> None:
    make_tweet(alice, "rain")
    html = page(client, query, tab)
    assert "<script>alert" not in html
    assert client.get("/search/suggest/", {"q": query}).status_code == 200


@pytest.mark.parametrize("tab", TABS)
def test_text_too_long_is_refused_kindly_and_kept(client: Client, alice: User, tab: str) -> None:
    for query in ("lorem " * 60, "x" * 100_000, '"' * 100_000, " ".join(map(str, range(21)))):
        response = client.get("/search/", {"q": query, "tab": tab})
        assert response.status_code == 422
        html = response.content.decode()
        assert "Use at most 300 characters" in html
        assert escape(query[:300]) in html
        assert client.get("/search/suggest/", {"q": query}).content.strip() == b""


def test_bytes_that_are_no_text_get_a_proper_answer(client: Client) -> None:
    assert client.get("/search/?q=%ff%fe%00&tab=%ff").status_code == 200
    assert client.get("/search/?q=a&q=b&before=").status_code == 200
    assert client.get("/search/?q=a&before=x").status_code == 400
    assert client.post("/search/", {"q": "a"}).status_code == 405


@pytest.mark.parametrize("tab", ["top", "latest", "people"])
def test_next_page_is_the_next_part_of_the_same_search(
    client: Client, person: Callable[..., User], tab: str
) -> None:
    for number in range(23):
        make_tweet(person(f"sam{number}", display_name="Sam & Co"), f'sam "&" {number}')
    html = page(client, 'sam & "co"' if tab == "people" else 'sam "&"', tab)
    more = html.split('href="?before=')[1].split('"')[0].replace("&amp;", "&")
    part = client.get(f"/search/?before={more}", headers=HTMX).content.decode()
    assert "<html" not in part
    assert part.count("<article" if tab != "people" else '<li class="person') == 3
    assert "load-more" not in part


def test_searches_are_limited_and_page_says_when_to_go_on(
    client: Client, alice: User, settings: object
) -> None:
    settings.RATE_LIMITS = True  # type: ignore[attr-defined]
    answers = [client.get("/search/", {"q": "x"}).status_code for _ in range(181)]
    assert answers == [200] * 180 + [429]
    assert client.get("/search/").status_code == 200


def test_suggestions_lead_to_people_hashtags_and_the_search(client: Client, alice: User) -> None:
    post_tweet(author=alice, text="#AliceDay")
    html = client.get("/search/suggest/", {"q": "ali"}).content.decode()
    assert 'href="/search/?q=ali"' in html
    assert 'href="/tags/AliceDay/"' in html
    assert 'href="/alice/"' in html
    assert html.count('role="option"') == 3
    tags = client.get("/search/suggest/", {"q": "#ali"}).content.decode()
    assert 'href="/alice/"' not in tags
    assert 'href="/tags/AliceDay/"' in tags
    assert client.get("/search/suggest/").content.strip() == b""


def filled(client: Client, q: str) -> list[str]:
    html = client.get("/search/suggest/", {"q": q}).content.decode()
    return re.findall(r'data-fill="([^"]*)"', html)


def test_suggestions_complete_operators_and_their_values(
    as_alice: Client, alice: User, bob: User, client: Client
) -> None:
    assert filled(as_alice, "fro") == ["from:"]
    assert filled(as_alice, "comet -fro") == ["comet -from:"]
    assert filled(as_alice, "from:") == ["from:me"]
    assert filled(as_alice, "from:bo") == filled(as_alice, "from:@bo") == ["from:bob"]
    assert filled(as_alice, "comet from:bo") == ["comet from:bob"]
    assert filled(as_alice, "comet -to:bo") == ["comet -to:bob"]
    assert filled(as_alice, "comet @bo") == ["comet @bob"]
    assert filled(as_alice, "has:") == [
        f"has:{kind}" for kind in ("media", "image", "video", "gif", "link", "poll")
    ]
    assert filled(as_alice, "rain is:r") == ["rain is:reply"]
    assert filled(as_alice, "in:") == ["in:bookmarks"]
    assert filled(as_alice, "filter:f") == ["filter:follows"]
    assert filled(as_alice, "lang:ger") == ["lang:de"]
    post_tweet(author=alice, text="#Comets")
    assert filled(as_alice, "rain #com") == ["rain #Comets"]
    for text in ("rain", "from:bob ", "@bo", "https://fro", "f", '"from', "has:nothing"):
        assert filled(as_alice, text) == [], text
    Block.objects.create(blocker=bob, blocked=alice)
    assert filled(as_alice, "from:bo") == []


def test_suggestions_know_ones_saved_searches(as_alice: Client, alice: User, bob: User) -> None:
    search = save_search(user=alice, query="Rain from:bob")
    save_search(user=bob, query="rain alone")
    html = as_alice.get("/search/suggest/", {"q": "rai"}).content.decode()
    assert f'href="/search/saved/{search.pk}/"' in html
    assert "rain alone" not in html
    assert "/search/saved/" not in as_alice.get("/search/suggest/", {"q": "snow"}).content.decode()


@pytest.mark.parametrize(("text", "count"), [("from:bo", 4), ("has:me", 1), ("rain", 3)])
def test_suggestions_cost_a_fixed_number_of_queries(
    as_alice: Client, bob: User, text: str, count: int
) -> None:
    as_alice.get("/search/suggest/", {"q": text})
    with CaptureQueriesContext(connection) as queries:
        as_alice.get("/search/suggest/", {"q": text})
    assert len(queries) == count, [query["sql"] for query in queries]


def test_suggestions_leave_out_who_is_behind_a_block(as_alice: Client, alice: User, bob: User) -> None:
    Block.objects.create(blocker=bob, blocked=alice)
    assert "/bob/" not in as_alice.get("/search/suggest/", {"q": "bob"}).content.decode()


def test_page_says_so_when_only_hashtags_begin_with_the_words(as_alice: Client, bob: User) -> None:
    post_tweet(author=bob, text="#comet tonight")
    html = as_alice.get("/search/", {"q": "com"}).content.decode()
    assert "#comet" in html
    assert "No tweets with “com”" in html


def test_search_box_stands_beside_every_page_once(as_alice: Client) -> None:
    for url in ("/", "/notifications/", "/explore/", "/search/?q=x", "/alice/"):
        html = as_alice.get(url).content.decode()
        assert html.count("<search-box") == 1, url


def test_explore_shows_trends_people_and_the_latest(
    as_alice: Client, alice: User, bob: User, charlie: User
) -> None:
    for author in (bob, charlie):
        post_tweet(author=author, text="#rain today")
    for kind, name in (("hashtag", "rain"), ("word", "solar eclipse"), ("link", "https://news.example/a")):
        key = name.removeprefix("https://")
        Trend.objects.create(kind=kind, key=key, name=name, people=3, tweets=4, expected=0, score=3)
    html = as_alice.get("/explore/").content.decode()
    assert "Rising in all languages" in html
    assert "3 people · 4 tweets" in html
    for shown in ("#rain", "solar eclipse", "news.example/a"):
        assert f">{shown}</bdi>" in html
    for address in ("/tags/rain/", "/search/?q=%22solar+eclipse%22", "/search/?q=%22news.example%2Fa%22"):
        assert f'href="{address}' in html
    buttons = re.findall(r'id="(follow-[^"]*)"', html)  # of two people, in the page and beside it
    assert len(buttons) == len(set(buttons)) == 4
    assert html.count("<article") == 2
    part = as_alice.get("/explore/", headers=HTMX).content.decode()
    assert "Rising in" not in part


def test_explore_offers_the_languages_that_have_trends(as_alice: Client, alice: User) -> None:
    names = {"en": ("rain", "sun"), "ja": ("sakura", "fuji", "sushi"), "xq": ("odd",)}
    for language, tags in {**names, "": (*names["en"], *names["ja"])}.items():
        for tag in tags:
            Trend.objects.create(
                kind="hashtag", language=language, key=tag, name=tag, people=3, tweets=4, expected=0, score=3
            )
    cache.delete("tweets:trends")

    def shown(query: str = "") -> tuple[str, set[str], str]:
        """(heading, hashtags, chosen)"""
        html = as_alice.get(f"/explore/{query}").content.decode()
        heading = re.search(r'id="rising">([^<]*)<', html)
        chosen = re.findall(r'href="\?trends=([^#"]*)#trends" aria-current="true"', html)
        assert heading
        return heading[1], set(re.findall(r'rising__name ellipsis">#([^<]*)<', html)), *chosen

    everything = ("Rising in all languages", {*names["en"], *names["ja"]}, "all")
    assert shown() == everything  # two in English are too few, until one asks for them
    assert "Hardly anything rises in English alone" in as_alice.get("/explore/").content.decode()
    assert shown("?trends=en") == ("Rising in English", {"rain", "sun"}, "en")
    assert shown("?trends=ja") == ("Rising in Japanese", set(names["ja"]), "ja")
    assert shown("?trends=xq") == ("Rising in xq", {"odd"}, "xq")
    assert shown("?trends=none") == everything
    assert "日本語</a>" in as_alice.get("/explore/").content.decode()
    Taste.objects.create(user=alice, languages={"ja": 0.7, "en": 0.3}, refreshed_at=timezone.now())
    assert shown() == ("Rising in Japanese", set(names["ja"]), "ja")
    assert shown("?trends=all") == everything


def fill(author: User, friend: User, count: int) -> None:
    """Tweets of every kind that a page may hold."""
    quoted = make_tweet(friend, "to be quoted")
    for number in range(count):
        tweet = make_tweet(author, f"rain {number}", quote_of=quoted if number % 3 == 0 else None)
        media = Media.objects.create(owner=author, kind="image", state="ready", width=4, height=3)
        TweetMedia.objects.create(tweet=tweet, media=media, position=0)
        if number % 4 == 1:
            poll = Poll.objects.create(tweet=tweet, expires_at=timezone.now() + timedelta(days=1))
            PollOption.objects.bulk_create(PollOption(poll=poll, position=p, text=str(p)) for p in (0, 1))
        make_retweet(friend, tweet)


def test_people_to_follow_have_a_page_that_costs_the_same_for_one_and_for_twenty(
    as_alice: Client, bob: User, person: Callable[..., User], django_assert_num_queries: Callable
) -> None:
    for count in (1, 20):
        for number in range(count):
            person(f"many{count}x{number}", followers_count=50)
        cache.clear()
        as_alice.get("/explore/people/")  # what is kept is kept
        with django_assert_num_queries(4):
            shown = as_alice.get("/explore/people/").content.decode()
        assert shown.count("person__dismiss") == (22 if count == 20 else 2)
        assert "Popular in your language" in shown
    as_alice.logout()
    assert "many20x7" in as_alice.get("/explore/people/").content.decode()


@pytest.mark.parametrize("tab", [*TABS, "explore"])
def test_number_of_queries_is_the_same_for_one_and_for_twenty(
    as_alice: Client,
    bob: User,
    person: Callable[..., User],
    django_assert_num_queries: Callable,
    tab: str,
) -> None:
    url = "/explore/" if tab == "explore" else f"/search/?q=rain&tab={tab}"
    expected = {"top": 20, "latest": 16, "people": 7, "media": 16, "explore": 15}[tab]
    for count in (1, 19):
        fill(bob, person(f"friend{count}"), count)
        for number in range(count):
            Follow.objects.create(follower=person(f"rain{count}x{number}"), following=bob)
        as_alice.get(url)  # what is kept is kept
        with django_assert_num_queries(expected):
            html = as_alice.get(url).content.decode()
        wanted = '<li class="person' if tab == "people" else f"rain {count - 1}"
        assert wanted in html


OPERATORS = [
    "has:link", "filter:follows", "in:bookmarks", "lang:en", "min_likes:0", "min_retweets:0",
    "after:2020-01-01 before:9999-01-01", "-is:reply -has:poll", "-in:bookmarks", "from:bob", "-@bob", "-#x",
]  # fmt: skip


@pytest.mark.parametrize("operator", OPERATORS)
def test_operators_cost_a_fixed_number_of_queries(
    as_alice: Client, alice: User, bob: User, django_assert_num_queries: Callable, operator: str
) -> None:
    """People and hashtags are looked up once each, all else stands in the search's own statement."""
    Follow.objects.create(follower=alice, following=bob)
    # whether there is somebody called so is asked for the words that say it
    asked = 15 + (operator in ("from:bob", "-@bob", "-#x")) + (operator == "from:bob")
    for count in (1, 19):
        for number in range(count):
            tweet = make_tweet(bob, f"rain {number} https://x.example/", language="en")
            if operator == "in:bookmarks":
                bookmark_tweet(user=alice, tweet=tweet)
        as_alice.get("/bookmarks/")  # what stands beside is kept
        with django_assert_num_queries(asked):
            html = page(as_alice, f"rain {operator}", "latest")
        assert f"rain {count - 1} " in html


def options(client: Client, word: str) -> list[str]:
    response = client.get("/search/complete/", {"q": word})
    assert response.status_code == 200
    return re.findall(r'role="option" data-word="([^"]+)"', response.content.decode())


def test_word_that_is_written_is_completed_to_people_or_hashtags(
    client: Client, as_alice: Client, alice: User, bob: User, mallory: User, person: Callable[..., User]
) -> None:
    post_tweet(author=alice, text="#Bobsleigh")
    Follow.objects.create(follower=alice, following=person("bobby"))
    Block.objects.create(blocker=person("bobo"), blocked=alice)
    assert options(as_alice, "@bo") == options(as_alice, "＠bo") == ["@bobby", "@bob"]
    assert options(as_alice, "#bo") == options(as_alice, "＃BO") == ["#Bobsleigh"]
    assert options(client, "@bobby") == ["@bobby", "@bob"]
    for word in ("", "bo", "@", "#", "@al", "@" + "x" * 400, *HOSTILE, *(f"@{text}" for text in HOSTILE)):
        assert options(as_alice, word) == []


def test_completions_cost_the_same_for_one_and_for_many(
    as_alice: Client, alice: User, person: Callable[..., User], django_assert_num_queries: Callable
) -> None:
    for count in (1, 20):
        for number in range(count):
            person(f"sam{count}x{number}")
            post_tweet(author=alice, text=f"#sam{count}x{number}")
        with django_assert_num_queries(3):
            assert len(options(as_alice, "@sam")) == min(count, 6)
        with django_assert_num_queries(1):
            assert len(options(as_alice, "#sam")) == min(count, 6)


def test_completions_are_limited(as_alice: Client, settings: object) -> None:
    settings.RATE_LIMITS = True  # type: ignore[attr-defined]
    answers = [as_alice.get("/search/complete/", {"q": "#zz"}).status_code for _ in range(901)]
    assert answers == [200] * 900 + [429]


def test_pasted_address_of_this_site_leads_there(alice: User) -> None:
    tweet = make_tweet(alice, "to be found by its address")
    for query, place in [
        (f"{settings.SITE_URL}/alice/status/{tweet.pk}/", f"/alice/status/{tweet.pk}/"),
        (f" {settings.SITE_URL}/@Alice", "/alice/"),
    ]:
        response = Client().get("/search/", {"q": query})
        assert (response.status_code, response["Location"]) == (302, place)
    assert Client().get("/search/", {"q": "https://elsewhere.example/alice/"}).status_code == 200
