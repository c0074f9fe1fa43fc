"""Websockets: what a delivery costs the socket server, and when the last follower hears of a tweet."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

from accounts.models import User
from twitterclone.bench.asgi import GROUP
from twitterclone.bench.cases.fanout import pusher
from twitterclone.bench.clients import Crowd
from twitterclone.bench.goals import GOALS, compared
from twitterclone.bench.measure import Rounds, cpu_of, resident
from twitterclone.bench.registry import case
from twitterclone.bench.rows import Row
from twitterclone.bench.stage import Bench
from twitterclone.lib.realtime import tell_users
from twitterclone.lib.redis import client, key

FIRST = 200  # sockets opened before memory is looked at: they make the server load what it needs
KIB = 1024
MARK = "x" * 19


@dataclass
class _Scene:
    """A socket server with everybody connected three times: to the site, to a group, to the bare loop."""

    author: User
    users: list[int]
    pid: int
    crowds: dict[str, Crowd]

    def ways(self) -> dict[str, Callable[[], object]]:
        """How each crowd is told the same."""
        event = {"type": "timeline.new", "id": MARK}
        frame, layer = json.dumps(event), get_channel_layer()
        return {
            "site": lambda: tell_users(self.users, event),
            "group": lambda: async_to_sync(layer.group_send)(GROUP, {"type": "tick", "frame": frame}),
            "bare": lambda: client("channels").publish(key("bench", "bare"), frame),
        }


@case("sockets")
def sockets(bench: Bench) -> Iterator[Row]:
    """Goals 10 and 11: CPU per delivery, memory per connection, and ack to frame."""
    author = bench.cast.near(1000)
    users = bench.cast.followers_of(author)[: bench.size.sockets]
    cookies = [bench.sign_in(user) for user in User.objects.filter(pk__in=users).order_by("pk")]
    server, rounds = bench.crew.sockets(), Rounds()
    scene = _Scene(
        author, users, server.pid, {name: Crowd(server.port) for name in ("site", "group", "bare")}
    )
    try:
        held = _opened(scene, cookies)
        pusher(bench)
        for _round in range(bench.size.rounds):
            _one_round(bench, scene, rounds)
    finally:
        for crowd in scene.crowds.values():
            crowd.close()
    note = f"bare loop {rounds.median('bare cpu'):.1f}"
    yield compared("socket-cpu", rounds, "site cpu", "group cpu", "Channels group_send", note)
    note = f"{len(users)} connected; told without a tweet {rounds.median('told last'):.1f} ms"
    yield compared("socket-last", rounds, "site last", "bare last", "bare loop, one subscription", note)
    yield Row(GOALS["socket-memory"], held, note=f"{len(users)} connected")


def _opened(scene: _Scene, cookies: list[str]) -> float:
    """Opens all sockets; KiB of memory that each of the site's holds."""
    first = min(FIRST, len(cookies) // 2)
    scene.crowds["site"].open("/ws/", cookies[:first])
    before = resident(scene.pid)
    scene.crowds["site"].open("/ws/", cookies[first:])
    held = (resident(scene.pid) - before) / (len(cookies) - first) / KIB
    for name in ("group", "bare"):
        scene.crowds[name].open(f"/bench/{name}/", [""] * len(cookies))
    return held


def _one_round(bench: Bench, scene: _Scene, rounds: Rounds) -> None:
    times, everybody = max(1, bench.size.effort // 2), len(scene.users)
    for name, tell in scene.ways().items():
        spent, last = cpu_of([scene.pid]), 0.0
        for _ in range(times):
            scene.crowds[name].expect(everybody, MARK)
            begun = time.monotonic()
            tell()
            last += scene.crowds[name].wait() - begun
        rounds.add(f"{name} cpu", (cpu_of([scene.pid]) - spent) / (times * everybody) * 1e6)
        rounds.add("told last" if name == "site" else f"{name} last", last / times * 1e3)
    scene.crowds["site"].expect(everybody, "timeline.new")
    bench.post(scene.author)
    begun = time.monotonic()
    # the last may have heard before the author's answer: that is no time at all
    rounds.add("site last", max(scene.crowds["site"].wait() - begun, 0.0) * 1e3)
    bench.wait_until_handled()
