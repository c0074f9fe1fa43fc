"""Post → commit → fan-out → Redis → socket, for real: a server, a worker, and websockets on one port."""

import json
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from accounts.models import User
from accounts.sessions import SessionStore, open_record
from notifications.models import Notification
from tweets.models import Tweet
from twitterclone.tests.site import Site
from twitterclone.tests.test_metrics import samples

pytestmark = [pytest.mark.flow, pytest.mark.django_db(transaction=True)]

CSRF = "c" * 32


class Tab:
    """A person's open page: their cookie, requests as a browser makes them, and the socket."""

    def __init__(self, site: Site, user: User, stack: ExitStack) -> None:
        self.site, self.stack = site, stack
        session = SessionStore()
        session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
        open_record(session, user, "127.0.0.1", "a browser")
        names = (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME)
        self.cookies = f"{names[0]}={session.session_key}; {names[1]}={CSRF}"
        self.socket = self.connect()
        self.early: list[dict[str, str]] = []

    def connect(self, origin: str = "") -> ClientConnection:
        url = self.site.url.replace("http", "ws", 1) + "/ws/"
        headers = {"Cookie": self.cookies}
        return self.stack.enter_context(
            connect(url, origin=origin or self.site.url, additional_headers=headers, close_timeout=2)
        )

    def get(self, path: str) -> str:
        return self._ask(urllib.request.Request(self.site.url + path, headers={"HX-Request": "true"}))

    def post(self, path: str, **values: object) -> str:
        self.early = []
        request = urllib.request.Request(self.site.url + path, data=urlencode(values).encode(), method="POST")
        request.add_header("X-CSRFToken", CSRF)
        request.add_header("HX-Request", "true")
        return self._ask(request)

    def say(self, **event: object) -> None:
        self.socket.send(json.dumps(event))

    def hears(self, *kinds: str, seconds: float = 1.0, **values: str) -> None:
        """Waits for a tick of each kind with these values, in any order; others that come count for later.

        Ticks from before the last request of this tab count for nothing.
        """
        deadline, wanted, early = time.monotonic() + seconds, set(kinds), self.early
        self.early = []
        while wanted:
            event = early.pop(0) if early else self._receive(deadline)
            if event["type"] in wanted and (event.items() >= values.items() or len(event) == 1):
                wanted.discard(event["type"])
            else:
                self.early.append(event)
        self.early += early

    def _receive(self, deadline: float) -> dict[str, str]:
        return json.loads(self.socket.recv(timeout=max(0.0, deadline - time.monotonic())))

    def close_code(self, seconds: float) -> int:
        try:
            while True:
                self.socket.recv(timeout=seconds)
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 1006

    def _ask(self, request: urllib.request.Request) -> str:
        request.add_header("Cookie", self.cookies)
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.read().decode()


OpenTab = Callable[[User], Tab]


@pytest.fixture
def open_tab(site: Site, alice: User) -> Iterator[OpenTab]:
    """Opens tabs on a site whose worker is at work already."""
    with ExitStack() as stack:
        first = Tab(site, alice, stack)
        first.post("/tweets/", text="first words")
        first.hears("timeline.new", seconds=30, id=str(Tweet.objects.get().pk))
        yield lambda user: Tab(site, user, stack)


def test_tweet_like_and_counts_are_heard_within_a_second_of_the_commit(
    open_tab: OpenTab, site: Site, alice: User, bob: User, charlie: User
) -> None:
    hers, his, strangers = open_tab(alice), open_tab(bob), open_tab(charlie)
    hers.post("/tweets/", text="Hello, bob")
    tweet = Tweet.objects.latest("id")
    his.hears("timeline.new", id=str(tweet.pk))
    assert "1 new tweet" in his.get(f"/home/new/?after={tweet.pk - 1}")

    hers.say(type="watch", ids=[str(tweet.pk)])
    his.post(f"/tweets/{tweet.pk}/like/")
    hers.hears("notification.new")
    assert 'data-count="1"' in hers.get("/notifications/badge/")
    hers.hears("tweet.counts", seconds=3, id=str(tweet.pk))  # the roll-up's second included
    assert '"likes": 1' in hers.get(f"/tweets/counts/?ids={tweet.pk}")

    hers.post("/notifications/reading/")
    hers.hears("notification.read")
    assert Notification.objects.get(user=alice).is_read
    with pytest.raises(TimeoutError):
        strangers.socket.recv(timeout=0.2)

    his.post("/tweets/", text="@alice never mind")
    hers.hears("notification.new")
    hers_too = open_tab(alice)
    his.post(f"/tweets/{Tweet.objects.latest('id').pk}/", _method="DELETE")
    hers_too.hears("notification.gone")
    assert 'data-count="0"' in hers.get("/notifications/badge/")
    hers.post(f"/tweets/{tweet.pk}/", _method="DELETE")
    his.hears("timeline.gone", id=str(tweet.pk))
    _check_figures(samples(site.figures()))


def _check_figures(found: dict[str, float]) -> None:
    """What web and worker did is added up, whichever process answers."""
    assert found["twitterclone_sockets_open"] == 5
    assert found["twitterclone_frames_sent_total"] >= 8
    assert found["twitterclone_deliveries_total"] >= 3
    assert (
        found['twitterclone_events_handled_total{consumer="timelines",event="tweet.posted",result="done"}']
        >= 3
    )
    assert found['twitterclone_task_seconds_count{result="success",task="drain_outbox"}'] >= 3
    likes = [count for name, count in found.items() if 'method="POST"' in name and "_count{" in name]
    assert sum(likes) >= 5
    assert found['twitterclone_processes{role="worker"}'] >= 2
    assert found['twitterclone_processes{role="web"}'] == 1
    assert 0 <= found["twitterclone_fanout_lag_seconds"] < 5


def test_socket_is_closed_when_its_person_logs_out_and_refused_to_other_sites(
    open_tab: OpenTab, bob: User
) -> None:
    tab, other = open_tab(bob), open_tab(bob)
    with pytest.raises(InvalidStatus) as refused:
        tab.connect(origin="http://evil.example")
    assert refused.value.response.status_code == 403
    tab.post("/accounts/logout/")
    assert tab.close_code(2) == 4401
    other.say(type="ping")
    other.hears("pong")


def test_pages_are_told_again_after_a_crash_and_goodbye_at_a_stop(
    open_tab: OpenTab, site: Site, alice: User, bob: User
) -> None:
    hers, his = open_tab(alice), open_tab(bob)
    site.end("web")
    assert his.close_code(3) == 1006
    site.start_web()
    his.socket = his.connect()
    hers.post("/tweets/", text="Back again")
    his.hears("timeline.new", id=str(Tweet.objects.latest("id").pk))

    process = site.processes["web"]
    process.send_signal(signal.SIGTERM)
    began = time.monotonic()
    assert his.close_code(3) == 1012
    process.wait(5)
    assert time.monotonic() - began < 1
    assert "Traceback" not in site.log("web")
