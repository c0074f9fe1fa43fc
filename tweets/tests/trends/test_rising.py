"""What rises against its own past, and who can and cannot make it rise."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from io import StringIO
from itertools import count

import pytest
from django.contrib.admin.models import LogEntry
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from social.models import Follow
from tweets.models import Audience, CountedHour, TermHour, TermKind, Trend, TrendVeto
from tweets.queries.trends import rising_for, rising_terms, trends
from tweets.services.trends import NeedsReason, lift_veto, veto_trend
from tweets.tests.factories import make_tweet
from tweets.trends.hours import count_hours
from tweets.trends.rising import refresh_trends, rising, said_lately
from tweets.trends.terms import term_named
from twitterclone.lib.errors import Forbidden
from twitterclone.lib.ids import id_at

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
Crowd = Callable[..., list[User]]
numbers = count()


@pytest.fixture(autouse=True)
def fresh() -> None:
    cache.delete("tweets:trends")


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def crowd(person: Callable[..., User], now: datetime, alice: User) -> Crowd:
    """People whom alice follows, with accounts a month old unless told otherwise."""

    def make(count: int, age: timedelta = timedelta(days=30), *, known: bool = True) -> list[User]:
        begin = User.objects.count()
        people = [person(f"crowd{begin + number}") for number in range(count)]
        User.objects.exclude(username__startswith="crowd").update(created_at=now - timedelta(days=90))
        User.objects.filter(pk__in=[one.pk for one in people]).update(created_at=now - age)
        if known:
            Follow.objects.bulk_create(Follow(follower=alice, following=one) for one in people)
        return people

    return make


def say(authors: list[User], text: str, at: datetime, **fields: object) -> None:
    for author in authors:
        make_tweet(author, text, id=id_at(at) + next(numbers) % 65536, **fields)


def past(people: list[User], text: str, now: datetime, *, each: timedelta = 6 * HOUR) -> None:
    """The same said again and again through the last three days."""
    for step in range(1, timedelta(days=3) // each):
        say(people, text, now - step * each - 3 * HOUR)


def names(**choice: object) -> list[str]:
    return [trend.shown for trend in rising_terms("", 50, **choice)]  # type: ignore[arg-type]


def test_hashtag_rises_against_its_past_and_what_is_always_said_does_not(crowd: Crowd, now: datetime) -> None:
    people = crowd(6)
    past(people, "#coffee", now, each=HOUR)
    say(people, "#coffee", now - HOUR)
    say(people[:4], "#eclipse", now - HOUR)
    assert refresh_trends(now) >= 1
    assert names(kinds=(TermKind.HASHTAG,)) == ["#eclipse"]
    (trend,) = trends()
    assert (trend.people_count, trend.tweets_count, trend.expected) == (4, 4, 0)


def test_words_and_links_rise_once_there_is_a_past(crowd: Crowd, now: datetime) -> None:
    people = crowd(5)
    past(people, "good morning everyone", now, each=HOUR)
    for number, one in enumerate(people):
        say([one], f"good morning, {'ab' * (number + 1)}x solar eclipse", now - HOUR)
    say(people, "https://news.example/eclipse", now - 2 * HOUR)
    refresh_trends(now)
    # the same five people: one matter, of which the link is the clearest
    assert names() == ["news.example/eclipse"]


def test_link_that_comes_with_a_hashtag_is_in_the_list_of_links(crowd: Crowd, now: datetime) -> None:
    people = crowd(5)
    say(people, "#eclipse https://news.example/eclipse https://news.example/again", now - HOUR)
    say(people[:4], "https://news.example/eclipse", now - 2 * HOUR)
    refresh_trends(now)
    assert names() == ["#eclipse"]
    assert [trend.shown for trend in rising_for(None, None, "").terms] == ["#eclipse"]
    assert names(kinds=(TermKind.HASHTAG,)) == ["#eclipse"]
    # of two links in the same tweets one, as everywhere
    assert len(names(kinds=(TermKind.LINK,))) == 1


def test_common_words_do_not_rise_when_there_is_more_of_everything(crowd: Crowd, now: datetime) -> None:
    people = crowd(8)
    for step in range(1, 60):
        say([people[step % 8]], f"weather from {'ab' * step}x", now - step * HOUR - 4 * HOUR)
    for number, one in enumerate(people):
        say([one], f"weather from {'ba' * (number + 1)}y", now - HOUR)
    refresh_trends(now)
    assert names() == []


def test_common_words_do_not_rise_in_a_small_town_that_talks_more_than_usual(
    crowd: Crowd, now: datetime
) -> None:
    people = crowd(12)
    for number, one in enumerate(people * 10):
        word = "this" if number % 40 == 0 else ""
        say([one], f"{word} {'ab' * (number + 1)}x", now - (26 + number) * HOUR)
    for number, one in enumerate(people * 12):
        word = "this" if number < 8 else ""
        say([one], f"{word} {'cd' * (number + 1)}x", now - (1 + number // 12) * HOUR)
    refresh_trends(now)
    assert names() == []


def test_words_wait_for_a_day_of_history(crowd: Crowd, now: datetime) -> None:
    people = crowd(5)
    past(people, "hello to everyone", now, each=HOUR)
    for number, one in enumerate(people):
        say([one], f"solar eclipse {'ab' * (number + 1)}x", now - HOUR)
    count_hours(now, most=10)
    CountedHour.objects.exclude(hour__gte=now - 10 * HOUR).delete()
    lately = said_lately(now)
    assert rising("", lately, now) == []
    count_hours(now)
    assert [rise.term.key for rise in rising("", lately, now)] == ["solar eclipse"]


def test_one_account_alone_makes_no_trend(crowd: Crowd, now: datetime) -> None:
    (one,) = crowd(1)
    for minute in range(30):
        say([one], f"#buy number {minute}", now - timedelta(minutes=minute + 1))
    refresh_trends(now)
    assert names() == []


@pytest.mark.parametrize("kind", ["new", "unknown", "ring", "copies"])
def test_burst_of_robots_makes_no_trend(kind: str, crowd: Crowd, now: datetime) -> None:
    robots = crowd(
        20, timedelta(hours=5) if kind == "new" else timedelta(days=30), known=kind in ("new", "copies")
    )
    if kind == "ring":
        Follow.objects.bulk_create(
            Follow(follower=one, following=other) for one in robots for other in robots if one != other
        )
    text = "#buy this wonderful golden thing" if kind == "copies" else "#buy"
    say(robots, text, now - HOUR)
    refresh_trends(now)
    assert names() == []


def figures() -> list[tuple[str, int, float, float]]:
    listed = Trend.objects.order_by("language", "kind", "key")
    return [(one.name, one.people, one.expected, round(one.score, 6)) for one in listed]


@pytest.mark.parametrize("kind", ["new", "unknown", "loud"])
def test_those_who_do_not_count_leave_the_others_as_they_were(
    kind: str, crowd: Crowd, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tweets.trends.rising.LOOKED_AT", 10)
    people = crowd(12)
    past(people[:2], "#comet", now, each=12 * HOUR)
    past(people, "good morning", now)
    say(people[:10], "#comet", now - HOUR)
    say(people[9:], "#moon", now - 2 * HOUR)
    robots = (
        crowd(1)
        if kind == "loud"
        else crowd(10, timedelta(minutes=5 if kind == "new" else 50_000), known=False)
    )
    for minutes in (1, 60) if kind == "loud" else ():  # somebody, as quiet as others, in the same hours
        say(robots, f"#buy{minutes}", now - timedelta(minutes=minutes))
        say(robots, f"#buy{minutes}", now - timedelta(minutes=minutes - 1) - 30 * HOUR)
    refresh_trends(now)
    before = figures()
    assert {name for name, *_figures in before} == {"comet", "moon"}
    tags = "#buy" if kind == "loud" else "#comet #moon #buy"  # who is only loud counts once for a term
    for number in range(320 // len(robots)):
        say(robots, f"{tags}{number % 12}", now - timedelta(minutes=number % 60 + 1))
        say(robots, f"{tags}{number % 12}", now - timedelta(minutes=number % 60) - 30 * HOUR)
    refresh_trends(now)
    assert figures() == before
    TermHour.objects.all().delete()
    CountedHour.objects.all().delete()
    refresh_trends(now)
    assert figures() == before


def test_hours_counted_without_people_are_counted_anew(crowd: Crowd, now: datetime) -> None:
    say(crowd(3), "#rain", now - 30 * HOUR)
    count_hours(now)
    CountedHour.objects.filter(people__gt=0).update(people=None)
    assert count_hours(now) == 1
    assert CountedHour.objects.get(tweets=3).people == 3


def test_real_people_beside_robots_still_count(crowd: Crowd, now: datetime) -> None:
    say([*crowd(20, timedelta(hours=5)), *crowd(3)], "#rain", now - HOUR)
    refresh_trends(now)
    assert [(trend.name, trend.people_count) for trend in trends()] == [("rain", 3)]


def test_only_public_tweets_of_public_people_count(crowd: Crowd, now: datetime) -> None:
    people = crowd(5)
    say(people, "#secret", now - HOUR, audience=Audience.FOLLOWERS)
    say(people, "#gone", now - HOUR, deleted_at=now)
    say(people, "#hidden", now - HOUR, hidden_at=now)
    say(people, "#later", now + HOUR)
    private = crowd(5)
    User.objects.filter(pk__in=[one.pk for one in private]).update(
        privacy_settings={**private[0].privacy_settings, "is_private": True}
    )
    say(private, "#private", now - HOUR)
    refresh_trends(now)
    assert names() == []


def test_each_language_has_its_own_and_a_small_one_shows_all(crowd: Crowd, now: datetime) -> None:
    for tag in ("regen", "sonne", "schnee"):
        say(crowd(3), f"#{tag}", now - HOUR, language="de")
    say(crowd(5), "#rain", now - HOUR, language="en")
    refresh_trends(now)
    assert {trend.name for trend in rising_terms("de")} == {"regen", "sonne", "schnee"}
    assert {trend.name for trend in rising_terms("en")} == {"regen", "sonne", "schnee", "rain"}


def test_veto_counts_at_once_and_can_be_lifted(crowd: Crowd, now: datetime, alice: User) -> None:
    say(crowd(4), "#bad", now - HOUR)
    refresh_trends(now)
    trend = Trend.objects.filter(language="").get()
    with pytest.raises(Forbidden):
        veto_trend(actor=alice, trend=trend, reason="Because")
    alice.is_staff = True
    with pytest.raises(NeedsReason):
        veto_trend(actor=alice, trend=trend, reason=" ")
    assert names() == ["#bad"]
    assert veto_trend(actor=alice, trend=trend, reason="Because")
    cache.delete("tweets:trends")  # in a test nothing is committed
    assert names() == []
    assert not veto_trend(actor=alice, trend=trend, reason="Again")
    refresh_trends(now)
    cache.delete("tweets:trends")
    assert names() == []
    assert lift_veto(actor=alice, veto=TrendVeto.objects.get())
    cache.delete("tweets:trends")
    assert names() == ["#bad"]


def test_hours_are_counted_once_and_forgotten_after_a_week(crowd: Crowd, now: datetime) -> None:
    say(crowd(3), "#rain", now - 30 * HOUR)
    assert count_hours(now, most=100) == 100
    assert count_hours(now) == 68
    assert count_hours(now) == 0
    assert TermHour.objects.get(language="", kind=TermKind.HASHTAG).people == 3
    assert count_hours(now + timedelta(days=8)) == 168
    assert not TermHour.objects.exists()


def test_queries_do_not_grow_with_the_crowd(crowd: Crowd, now: datetime) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            refresh_trends(now)
        return len(captured)

    say(crowd(3), "#rain", now - HOUR)
    refresh_trends(now)
    few = queries()
    for tag in range(15):
        say(crowd(4), f"#rain{tag}", now - HOUR)
    assert (few, queries()) == (16, 16)


def test_moderator_keeps_a_term_out_in_the_admin(
    crowd: Crowd, now: datetime, client: Client, person: Callable[..., User]
) -> None:
    say(crowd(4), "#bad", now - HOUR)
    say(crowd(4), "#good", now - HOUR)
    refresh_trends(now)
    boss = person("boss", is_staff=True, is_superuser=True)
    client.force_login(boss)
    trend = Trend.objects.get(language="", key="bad")
    data = {"action": "veto", "index": "0", "_selected_action": [trend.pk], "reason": " "}
    html = client.post("/admin/tweets/trend/?kind=hashtag", data).content.decode()
    assert "Say why" in html
    assert not TrendVeto.objects.exists()
    assert len(re.findall(r"<input[^>]*action-select[^>]* checked", html)) == 1  # of two rows
    assert '<option value="veto" selected>' in html
    data = {"action": "veto", "_selected_action": [trend.pk], "reason": "Spam"}
    html = client.post("/admin/tweets/trend/", data, follow=True).content.decode()
    assert "Kept out: 1" in html
    veto = TrendVeto.objects.get()
    assert (veto.reason, veto.by, veto.kind, veto.key) == ("Spam", boss, "hashtag", "bad")
    page = client.get("/admin/tweets/trend/", {"q": "#BA"}).content.decode()
    assert "bad</a>" in page
    assert ">Kept out</td>" in page
    assert "bad</a>" not in client.get("/admin/tweets/trend/", {"q": "nothing"}).content.decode()
    vetoes = client.get("/admin/tweets/trendveto/", {"q": "bad"}).content.decode()
    assert "bad</a>" in vetoes or ">bad<" in vetoes
    assert 'name="reason"' not in vetoes
    data = {"action": "lift", "_selected_action": [veto.pk]}
    client.post("/admin/tweets/trendveto/", data, follow=True)
    assert not TrendVeto.objects.exists()
    assert ">Shown</td>" in client.get("/admin/tweets/trend/").content.decode()


def command(*arguments: str) -> str:
    """What it printed, or why it refused."""
    out = StringIO()
    try:
        call_command("trends", *arguments, stdout=out)
    except CommandError as error:
        return f"refused: {error}"
    return out.getvalue()


def test_command_lists_explains_and_keeps_out(
    crowd: Crowd, now: datetime, alice: User, person: Callable[..., User]
) -> None:
    boss = person("boss", is_staff=True)
    assert command() == "Nothing rises.\n"
    people = crowd(4)
    say(people, "#bad", now - HOUR, language="ja")
    say(people[:2], "#few", now - HOUR)
    listed = command("--recount")
    assert listed == (
        "all   hashtag  bad  4 people, 0.0 usual, 4 tweets, score 4.0\n"
        "ja    hashtag  bad  4 people, 0.0 usual, 4 tweets, score 4.0\n"
    )
    assert command("--language", "ja") == listed.splitlines(keepends=True)[1]
    assert "#bad: 4 people in 4 tweets, 4 of them count, 0.0 usual, score 4.0\nIt rises." in command(
        "--why", "#Bad"
    )
    assert "Too few: 3 people" in command("--why", "#few")
    assert "no public tweet" in command("--why", "#never")
    assert "is no term" in command("--why", "one two three")
    assert command("--veto", "#bad", "--reason", "Spam") == "refused: Say --by NAME: whose deed it is."
    assert "Nobody here" in command("--veto", "#bad", "--reason", "Spam", "--by", "nobody")
    assert "not allowed" in command("--veto", "#bad", "--reason", "Spam", "--by", "alice")
    assert "Say why" in command("--veto", "#bad", "--by", "boss")
    assert command("--veto", "#bad", "--reason", "Spam", "--by", "@boss") == "#bad is kept out.\n"
    assert "kept out already" in command("--veto", "#bad", "--reason", "Spam", "--by", "boss")
    assert command("--language", "all").endswith("kept out\n")
    assert "kept out by a veto" in command("--why", "#bad")
    assert command("--lift", "#bad", "--by", "boss") == "#bad may rise again.\n"
    assert command("--lift", "#bad", "--by", "boss") == "refused: #bad is not kept out."
    logged = LogEntry.objects.filter(user=boss).order_by("pk").values_list("change_message", flat=True)
    assert list(logged) == ["Kept out: Spam", "Let in again"]


@pytest.mark.parametrize(
    ("text", "kind", "key"),
    [
        (" #Tea ", "hashtag", "tea"), ("news.example/a", "link", "news.example/a"),
        ("Solar eclipse", "word", "solar eclipse"),
        ("https://www.news.example/a/", "link", "news.example/a"),
        ("寿司", "word", "寿司"), ("Weather", "word", "weather"),
    ],
)  # fmt: skip
def test_term_is_what_somebody_calls_it(text: str, kind: str, key: str) -> None:
    found = term_named(text)
    assert found
    assert tuple(found[0]) == (kind, key)


@pytest.mark.django_db(transaction=True)
def test_two_that_write_trends_at_once_leave_each_once(crowd: Crowd, now: datetime) -> None:
    say(crowd(4), "#eclipse", now - HOUR)

    def refresh(_number: int) -> int:
        try:
            return refresh_trends(now)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        counts = set(pool.map(refresh, range(12)))
    assert counts == {Trend.objects.count()}
    assert Trend.objects.filter(language="", key="eclipse").count() == 1
