"""The home timeline over HTTP: what a request costs the servers, beside an empty view and a plain one."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.cache import SessionStore as PlainSession

from accounts.models import User
from integrations.services import issue_own_token
from tweets.tasks import roll_up_counters
from tweets.timelines.reader import home_ids, home_page
from twitterclone.bench.cases.posting import p50
from twitterclone.bench.crew import BARE, Process
from twitterclone.bench.goals import GOALS, compared
from twitterclone.bench.http import Cost, Request, Visitors, WrongAnswer
from twitterclone.bench.measure import Rounds, exponent
from twitterclone.bench.naive import PAGE, timeline_key
from twitterclone.bench.registry import case
from twitterclone.bench.rows import Row
from twitterclone.bench.stage import CSRF, Bench, forget_keys
from twitterclone.lib.ids import ms_of
from twitterclone.lib.pagination import Cursor
from twitterclone.lib.redis import client

READERS = 20  # people who read in turn; in a tiny world fewer
TIMES = {"empty": 40, "same": 40, "fragment": 12, "page": 4, "api": 4, "naive": 4, "like": 20, "row": 20}


@dataclass
class Side:
    """One thing asked over and over."""

    process: Process
    requests: list[Request]
    visitors: Visitors

    def cost(self, times: int) -> Cost:
        return self.visitors.cost([self.process.pid], self.requests, times)


@case("home")
def home(bench: Bench) -> Iterator[Row]:
    """Goals 7 and 8: CPU per request of application, store and database together."""
    sides, rounds = _sides(bench, _readers(bench)), Rounds()
    for side in sides.values():
        side.visitors.send(side.requests, 2 * len(side.requests))  # caches fill, code is loaded
    parts: dict[str, list[Cost]] = {name: [] for name in sides}
    for _round in range(bench.size.rounds):
        for name, side in sides.items():
            cost = side.cost(TIMES[name] * bench.size.effort)
            parts[name].append(cost)
            rounds.add(name, cost.total)
    forget_keys("bench", "naive")
    for goal, name, reference, title in (
        ("home-fragment", "fragment", "empty", "empty view, no middleware"),
        ("home-same", "fragment", "same", "empty view, same middleware"),
        ("home-page", "page", "empty", "empty view, no middleware"),
        ("home-api", "api", "empty", "empty view, no middleware"),
        ("home-naive", "fragment", "naive", "plain DRF and ORM, 20 tweets"),
    ):
        yield compared(goal, rounds, name, reference, title, _parts(parts[name]))


def _parts(costs: list[Cost]) -> str:
    middle = sorted(costs, key=lambda cost: cost.total)[len(costs) // 2]
    return f"app {middle.app:.0f} + store {middle.valkey:.0f} + PostgreSQL {middle.postgres:.0f}"


def _readers(bench: Bench) -> list[User]:
    """Seeded people whose home has more than a page, seen lately."""
    people = list(
        User.objects.filter(suspended_at=None, deactivated_at=None, following_count__gt=0, tweets_count__gt=0)
        .order_by("id")[: bench.size.users]
    )  # fmt: skip
    random.Random(2).shuffle(people)
    found: list[User] = []
    for person in people:
        if len(home_page(person.pk, Cursor()).items) == PAGE and _next_page(person):
            found.append(person)
        if len(found) == min(READERS, 2 * bench.size.effort):
            break
    return found


def _next_page(person: User) -> int | None:
    return home_page(person.pk, Cursor()).next


def _sides(bench: Bench, readers: list[User]) -> dict[str, Side]:
    site, bare = bench.crew.pages(), bench.crew.pages(BARE)
    cookies = {reader: {"Cookie": bench.sign_in(reader)} for reader in readers}
    htmx = {"HX-Request": "true"}
    empty = [Request("/bench/empty/", cookies[reader]) for reader in readers]
    return {
        "empty": Side(bare, empty, Visitors(bare.port)),
        "same": Side(site, empty, Visitors(site.port)),
        "fragment": Side(
            site,
            [Request(f"/?before={_next_page(who)}", cookies[who] | htmx) for who in readers],
            Visitors(site.port),
        ),
        "page": Side(site, [Request("/", cookies[who]) for who in readers], Visitors(site.port)),
        "api": Side(
            site, [Request("/api/v1/timelines/home", _bearer(who)) for who in readers], Visitors(site.port)
        ),
        "naive": Side(
            bare, [Request("/bench/naive/", _plain_session(who)) for who in readers], Visitors(bare.port)
        ),
    }


def _bearer(reader: User) -> dict[str, str]:
    return {"Authorization": f"Bearer {issue_own_token(user=reader, scopes=['read'])}"}


def _plain_session(reader: User) -> dict[str, str]:
    """Django's own session, and the reader's home as a plain sorted set."""
    session = PlainSession()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(reader.pk), reader.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session.save()
    ids = home_ids(reader.pk, Cursor(limit=200))
    client("timelines").zadd(timeline_key(reader.pk), {str(entry): ms_of(entry) for entry in ids})
    return {"Cookie": f"sessionid={session.session_key}"}


@case("like-http")
def like(bench: Bench) -> Iterator[Row]:
    """A like pressed on a page, against the empty view, one pressed the same way, and its row alone."""
    site, bare = bench.crew.pages(), bench.crew.pages(BARE)
    tweet_id = bench.post(bench.cast.near(0))
    fans = [User.objects.get(pk=fan) for fan in bench.cast.crowd[:READERS]]
    headers = [_pressing(bench, fan) for fan in fans]
    sides = {
        "like": Side(site, _pressed(f"/tweets/{tweet_id}/like/", headers), Visitors(site.port, 1)),
        "same": Side(site, _pressed("/bench/pressed/", headers), Visitors(site.port, 1)),
        "empty": Side(bare, [Request("/bench/empty/")], Visitors(bare.port)),
        "row": Side(bare, _rows(tweet_id, fans), Visitors(bare.port, 1)),
    }
    answer = sides["like"].visitors.read(sides["like"].requests[0])
    if "/like/" not in answer:
        raise WrongAnswer(answer[:200])
    rounds, costs, rows = Rounds(), [], []
    with bench.unheard():
        for _round in range(bench.size.rounds):
            for name, side in sides.items():
                many = len(side.requests)
                cost = side.cost(TIMES[name] * bench.size.effort // many * many or 4)
                rounds.add(name, cost.total)
                costs += [cost] if name == "like" else []
                rows += [cost] if name == "row" else []
            roll_up_counters()  # as beat has it each second: a look adds up the steps that wait
    yield compared("likes-http", rounds, "like", "empty", "empty view, no middleware", _parts(costs))
    yield compared(
        "likes-http-same", rounds, "like", "same", "empty view pressed, same middleware", _parts(costs)
    )
    yield compared("likes-http-row", rounds, "row", "empty", "empty view, no middleware", _parts(rows))


def _pressing(bench: Bench, fan: User) -> dict[str, str]:
    """What htmx sends with a button: session, token, form."""
    told = {"Cookie": bench.sign_in(fan), "X-CSRFToken": CSRF, "HX-Request": "true"}
    return told | {"Content-Type": "application/x-www-form-urlencoded"}


def _pressed(path: str, headers: list[dict[str, str]]) -> list[Request]:
    """Presses and takes back in turn: each request of a button changes something."""
    return [Request(path, head, "POST", body) for body in ("", "_method=DELETE") for head in headers]


def _rows(tweet_id: int, fans: list[User]) -> list[Request]:
    """The same people and tweet, there and away in turn."""
    return [
        Request(f"/bench/row/{tweet_id}/{fan.pk}/", method=method)
        for method in ("POST", "DELETE")
        for fan in fans
    ]


@case("followees")
def followees(bench: Bench) -> Iterator[Row]:
    """How long a page of home takes, against how many one follows."""
    rounds = Rounds()
    for _round in range(bench.size.rounds):
        for number, reader in sorted(bench.cast.readers.items()):
            home_page(reader.pk, Cursor())
            rounds.add(str(number), p50(lambda who=reader: home_page(who.pk, Cursor()), bench.size.effort))  # type: ignore[misc]
    points = tuple((float(n), rounds.median(str(n))) for n in sorted(bench.cast.readers))
    yield Row(GOALS["read-growth-followees"], exponent(points), points=points, axis="followees|ms")
