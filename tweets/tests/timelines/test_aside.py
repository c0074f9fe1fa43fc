"""What stands beside the column is kept for a minute, and never shows what its reader ended."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from social import services as social
from social.models import Follow
from tweets.models import Trend
from tweets.services.trends import veto_trend
from tweets.timelines import aside, cards, reader
from twitterclone.lib import redis as clients

pytestmark = pytest.mark.django_db
PAGE = "/bookmarks/"


@pytest.fixture
def dora(alice: User, bob: User, person: Callable[..., User]) -> User:
    """Alice follows her, and bob alice: she is suggested to bob."""
    dora = person("dora", display_name="Dora")
    Follow.objects.create(follower=alice, following=dora)
    return dora


@pytest.fixture
def reading(client: Client, bob: User) -> Callable[[], str]:
    client.force_login(bob)

    def read() -> str:
        html = client.get(PAGE).content.decode()
        return html[html.index('<aside class="shell__aside"') :]

    return read


def test_kept_aside_takes_no_query(reading: Callable[[], str], dora: User) -> None:
    with CaptureQueriesContext(connection) as cold:
        drawn = reading()
    with CaptureQueriesContext(connection) as warm:
        kept = reading()
    assert "dora" in drawn
    assert drawn.count("<li") == kept.count("<li")
    asked = [query["sql"] for query in warm.captured_queries]
    assert len(cold) > len(warm)
    assert [sql for sql in asked if "follows" in sql and "muter_id" in sql] == []


def change_name(*, user: User) -> None:
    user.display_name = "Theodora"
    user.save(update_fields=["display_name"])


@pytest.mark.parametrize(
    ("change", "then"),
    [
        (lambda bob, dora: (social.follow_user, {"follower": bob, "following": dora}), "gone"),
        (lambda bob, dora: (social.dismiss_suggestion, {"user": bob, "person": dora}), "gone"),
        (lambda bob, dora: (social.block_user, {"blocker": bob, "blocked": dora}), "gone"),
        (lambda bob, dora: (social.block_user, {"blocker": dora, "blocked": bob}), "gone"),
        (lambda bob, dora: (social.mute_user, {"muter": bob, "muted": dora}), "gone"),
        (lambda bob, dora: (social.follow_user, {"follower": dora, "following": bob}), "Follow back"),
        (lambda bob, dora: (change_name, {"user": dora}), "Theodora"),
    ],
    ids=["follow", "dismiss", "block", "blocked", "mute", "followed", "name"],
)
def test_change_shows_at_once(
    change: Any, then: str, reading: Callable[[], str], bob: User, dora: User, committed: Callable[..., Any]
) -> None:
    assert "/dora/" in reading()
    assert "Theodora" not in reading()
    action, values = change(bob, dora)
    committed(action, **values)
    assert ("/dora/" not in reading()) if then == "gone" else (then in reading())


def test_dismissal_taken_back_shows_at_once(
    reading: Callable[[], str], bob: User, dora: User, committed: Callable[..., Any]
) -> None:
    committed(social.dismiss_suggestion, user=bob, person=dora)
    assert "/dora/" not in reading()
    committed(social.restore_suggestion, user=bob, person=dora)
    assert "/dora/" in reading()


def test_vetoed_term_is_gone_at_once(
    reading: Callable[[], str], client: Client, person: Callable[..., User], committed: Callable[..., Any]
) -> None:
    figures = {"tweets": 5, "people": 4, "expected": 1, "score": 3}
    trend = Trend.objects.create(kind="hashtag", key="tea", name="Tea", **figures)
    visitor = Client()
    assert "#Tea" in reading()
    assert "#Tea" in visitor.get("/").content.decode()
    committed(veto_trend, actor=person("sue", is_staff=True), trend=trend, reason="spam")
    assert "#Tea" not in reading()
    assert "#Tea" not in visitor.get("/").content.decode()


def test_readers_have_asides_of_their_own(reading: Callable[[], str], dora: User, charlie: User) -> None:
    other = Client()
    other.force_login(dora)
    assert "/dora/" in reading()
    assert 'id="follow-' in other.get(PAGE).content.decode()
    assert f'id="follow-{dora.pk}-beside"' not in other.get(PAGE).content.decode()
    assert "Do not suggest" not in Client().get("/alice/").content.decode()


def test_token_and_address_are_those_of_the_page(client: Client, bob: User, dora: User) -> None:
    client.force_login(bob)
    first, second = (client.get("/tags/a/", {"q": q}).content.decode() for q in ("1&2", "3"))
    assert first.count('name="next" value="/tags/a/?q=1%262"') > 1
    assert second.count('name="next" value="/tags/a/?q=3"') > 1
    assert "\0" not in first + second


def test_drawing_begun_before_a_change_is_not_kept(bob: User, dora: User) -> None:
    look, kept = cards.look_beside("v", "en", bob.pk)
    assert kept == ""
    look.keep_beside("v", "en", bob.pk, "<old>", [dora.pk])
    cards.forget(people=[dora.pk])
    assert cards.keep(look) == 0
    look, _kept = cards.look_beside("v", "en", bob.pk)
    look.keep_beside("v", "en", bob.pk, "<new>", [dora.pk])
    assert cards.keep(look) == 1
    assert cards.look_beside("v", "en", bob.pk)[1] == "<new>"
    names = [
        name for name in clients.client("timelines").scan_iter(clients.key("{cards}:*")) if b":card:" in name
    ]
    assert 0 < clients.client("timelines").ttl(names[0]) <= 60


def test_aside_is_drawn_without_redis(
    reading: Callable[[], str], dora: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aside, "ask", lambda _question: None)
    assert "/dora/" in reading()
    assert reader.ask is not aside.ask
