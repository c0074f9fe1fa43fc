"""What stands around each page is drawn once for many: each reader gets, to the letter, what is theirs."""

import re
from collections.abc import Callable
from html import unescape
from uuid import uuid4

import pytest
from django.template.base import Node
from django.template.context import Context
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from accounts.models import User
from accounts.queries import Viewer
from messaging.services import send_message
from messaging.tests.helpers import open_to_all
from notifications.tests.helpers import deliver
from social.models import Follow
from social.queries import suggestions
from tweets.models import Trend
from tweets.queries.trends import rising_terms
from tweets.services.engagement import like_tweet
from tweets.templatetags import aside
from tweets.tests.factories import make_tweet
from tweets.timelines.stencil import Reading
from twitterclone.templatetags.standing import SlotNode, StandingNode

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

PAGES = [
    "/", "/for-you/", "/explore/", "/search/?q=tea", "/notifications/", "/messages/", "/bookmarks/",
    "/compose/", "/settings/", "/settings/profile/", "/accounts/email/", "/accounts/login/", "/alice/",
    "/bob/", "/about/", "/follow-requests/", "/nobody_here/", "TWEET",
]  # fmt: skip
# what is new in each answer
FRESH = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9A-Za-z]{64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?![0-9A-Za-z])"
    r'|(?<=nonce=")[^"]*|(?<=;list=)\w+'
)


@pytest.fixture
def readers(alice: User, bob: User, person: Callable[..., User]) -> dict[str, Client]:
    """A visitor and people who differ in all that the shell shows of them; two visitors by language."""
    people = {
        "alice": alice,
        "bob": bob,
        "staff": person("sue", is_staff=True, display_name="<b>Sue & co"),
        "private": person("peter", is_private=True),
        "german": person("dora", language="de"),
        "pictured": person("eve", avatar="avatars/eve.webp"),
    }
    tweet = make_tweet(alice, "tea & <i>cake</i>")
    for number in range(3):
        fan = person(f"fan{number}")
        like_tweet(user=fan, tweet=tweet)
        Follow.objects.create(follower=bob, following=fan)
        make_tweet(fan, f"tea {number}")
        figures = {"tweets": 5, "people": 4, "expected": 1, "score": 3}
        Trend.objects.create(kind="hashtag", key=f"tea{number}", name=f"Tea{number}", **figures)
    open_to_all(alice)
    send_message(sender=bob, recipient_id=alice.pk, text="tea?", client_id=uuid4())
    deliver()
    found = {"visitor": Client(), "german visitor": Client(headers={"accept-language": "de"})}
    for name, user in people.items():
        found[name] = Client()
        found[name].force_login(user)
    return found


def test_each_reader_gets_what_ordinary_drawing_shows_them(
    readers: dict[str, Client], alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"/alice/status/{make_tweet(alice, 'one').pk}/"
    pages = [page.replace("TWEET", address) for page in PAGES]
    # read by all before, so that each may meet what was drawn for another
    for client in readers.values():
        for page in pages:
            client.get(page)
    kept = {(name, page): text_of(client, page) for name, client in readers.items() for page in pages}
    for kind in (StandingNode, SlotNode):
        monkeypatch.setattr(kind, "render", in_the_ordinary_way)
    monkeypatch.setattr(aside, "drawn_aside", aside_in_the_ordinary_way)
    ordinary = {(name, page): text_of(client, page) for name, client in readers.items() for page in pages}
    assert "(1) " in kept["alice", "/"]
    assert "#Tea1" in kept["visitor", "/"]
    assert kept["bob", "/bookmarks/"].count("Not interested") > 1
    for read, html in kept.items():
        assert html == ordinary[read], read
    assert len({kept[name, "/explore/"] for name in readers}) == len(readers)


def text_of(client: Client, page: str) -> str:
    answer = client.get(page)
    return f"{answer.status_code}\n" + FRESH.sub("…", answer.content.decode())


def aside_in_the_ordinary_way(viewer: Viewer, reading: Reading) -> str:
    context = {
        "viewer": viewer,
        "trends": rising_terms(reading.language),
        "suggestions": suggestions(viewer) if viewer.is_authenticated else [],
        "csrf_token": reading.csrf_token,
    }
    request = RequestFactory().get(unescape(reading.path))
    return render_to_string("layouts/_aside.html", {**context, "request": request})


def in_the_ordinary_way(node: Node, context: Context) -> str:
    return node.nodelist.render(context)  # type: ignore[attr-defined]
