"""The notifications page, the badge, and saying that it was read."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.tests.cast import Person
from notifications.models import Notification
from notifications.tests.helpers import deliver, lines
from social.services import follow_user
from tweets.models import Tweet
from tweets.services.engagement import like_tweet
from tweets.services.posting import post_tweet

pytestmark = pytest.mark.django_db

PAGE, BADGE, READING = "/notifications/", "/notifications/badge/", "/notifications/reading/"
HTMX = {"HX-Request": "true"}
PAGE_QUERIES = 14


@pytest.fixture
def tweet(alice: User) -> Tweet:
    return post_tweet(author=alice, text="<b>What</b> a morning")


@pytest.fixture
def as_alice(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


@pytest.fixture
def liked(tweet: Tweet, bob: User) -> Tweet:
    like_tweet(user=bob, tweet=tweet)
    deliver()
    return tweet


def unread() -> int:
    return Notification.objects.filter(is_read=False).count()


def test_addresses_are_those_of_the_contract() -> None:
    names = ("notifications", "notifications-badge", "notifications-read")
    assert [reverse(name) for name in names] == [PAGE, BADGE, READING]


def test_page_shows_the_line_escaped_and_reads_nothing(as_alice: Client, liked: Tweet) -> None:
    html = as_alice.get(PAGE).content.decode()
    assert "Bob Okafor" in html
    assert "liked your tweet" in html
    assert "&lt;b&gt;What&lt;/b&gt; a morning" in html
    assert f'href="/alice/status/{liked.pk}/"' in html
    assert "notification--unread" in html
    assert unread() == 1


def test_page_says_so_when_there_is_nothing_yet(as_alice: Client) -> None:
    html = as_alice.get(PAGE).content.decode()
    assert "Nothing yet" in html
    assert f'hx-post="{READING}" hx-trigger="submit" hx-swap="none" hidden' in html


def test_stranger_sees_none_of_it(client: Client, liked: Tweet, charlie: User) -> None:
    client.force_login(charlie)
    html = client.get(PAGE).content.decode()
    assert "liked your tweet" not in html
    assert 'data-count="0"' in client.get(BADGE).content.decode()


@pytest.mark.parametrize("path", [PAGE, BADGE, READING])
def test_visitor_is_asked_to_log_in(client: Client, path: str) -> None:
    response = client.post(path) if path == READING else client.get(path)
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize(
    ("path", "verb"), [(PAGE, "post"), (BADGE, "post"), (READING, "get"), (PAGE, "delete")]
)
def test_wrong_verb_is_refused(as_alice: Client, path: str, verb: str) -> None:
    assert getattr(as_alice, verb)(path).status_code == 405


def test_reading_without_javascript_marks_all_and_returns(as_alice: Client, liked: Tweet) -> None:
    response = as_alice.post(READING)
    assert (response.status_code, response["Location"]) == (302, PAGE)
    assert unread() == 0
    assert as_alice.post(READING).status_code == 302


def test_reading_up_to_the_page_leaves_what_came_later(as_alice: Client, liked: Tweet, charlie: User) -> None:
    until = as_alice.get(PAGE).context["until"]
    post_tweet(author=charlie, text="@alice hello")
    deliver()
    response = as_alice.post(READING, {"until": until}, headers=HTMX)
    assert response.status_code == 200
    assert 'data-count="1"' in response.content.decode()
    assert Notification.objects.get(is_read=False).type == "mention"


def test_one_line_is_read_by_its_id_and_not_anothers(
    as_alice: Client, liked: Tweet, bob: User, charlie: User
) -> None:
    post_tweet(author=charlie, text="@alice @bob hello")
    deliver()
    bobs = Notification.objects.get(user=bob)
    as_alice.post(READING, {"id": bobs.pk}, headers=HTMX)
    assert unread() == 3
    line = Notification.objects.get(type="like")
    as_alice.post(READING, {"id": line.pk}, headers=HTMX)
    assert unread() == 2


@pytest.mark.parametrize("values", [{"until": "x"}, {"until": "1-x"}, {"id": "x"}, {"id": "-1"}])
def test_malformed_reading_is_refused(as_alice: Client, liked: Tweet, values: dict) -> None:
    assert as_alice.post(READING, values, headers=HTMX).status_code == 400
    assert unread() == 1


def test_malformed_place_is_refused(as_alice: Client) -> None:
    assert as_alice.get(PAGE, {"before": "x"}).status_code == 400


def test_next_page_is_a_fragment_and_keeps_its_tab(as_alice: Client, alice: User, bob: User) -> None:
    for number in range(25):
        post_tweet(author=bob, text=f"@alice number {number}")
    deliver()
    first = as_alice.get(PAGE, {"tab": "mentions"})
    more = first.context["more"]
    assert more.endswith("&tab=mentions")
    assert f'href="?before={more.replace("&", "&amp;")}"' in first.content.decode()
    fragment = as_alice.get(f"{PAGE}?before={more}", headers=HTMX).content.decode()
    assert "<html" not in fragment
    assert fragment.count("<article") == 5
    assert "number 4<" in fragment


@pytest.mark.parametrize("count", [1, 20])
def test_queries_of_the_page_do_not_grow(
    as_alice: Client, bob: User, count: int, django_assert_num_queries: Callable
) -> None:
    for number in range(count):
        post_tweet(author=bob, text=f"@alice {number}")
    deliver()
    with django_assert_num_queries(PAGE_QUERIES):
        html = as_alice.get(PAGE, headers=HTMX).content.decode()
    assert html.count("<article") == count


@pytest.mark.parametrize(
    ("press", "left"), [({}, [("follow", "bob", 1, True)]), ({"_method": "DELETE"}, [])], ids=["yes", "no"]
)
def test_request_is_told_once_and_answered_where_it_is_told(
    client: Client, person: Person, bob: User, press: dict[str, str], left: list[object]
) -> None:
    owner = person("owner", is_private=True)
    follow_user(follower=bob, following=owner)
    deliver()
    client.force_login(owner)
    address = "/users/bob/follow-request/"
    shown = client.get(PAGE).text
    assert f'action="{address}"' in shown
    assert "waits for your answer" not in shown
    assert client.post(address, press, headers=HTMX).text == ""
    deliver()
    assert lines(owner) == left
    assert client.post(address, press, headers=HTMX).status_code == 404
    assert "Accept" not in client.get(PAGE).text


def test_requests_of_several_are_told_once_and_answered_on_their_page(
    client: Client, person: Person, bob: User, charlie: User
) -> None:
    owner = person("owner", is_private=True)
    for user in (bob, charlie):
        follow_user(follower=user, following=owner)
    client.force_login(owner)
    assert "2 people wait for your answer" in client.get(PAGE).text
    deliver()
    shown = client.get(PAGE).text
    assert "wait for your answer" not in shown
    assert 'href="/follow-requests/"' in shown
    assert "2 people wait for your answer" in client.get(f"{PAGE}?tab=mentions").text
