"""New code comes into service while people use the site."""

import asyncio
import shutil
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import websockets
from websockets.exceptions import ConnectionClosed, WebSocketException

from ops import crew, roll, servers
from ops.console import Refusal
from ops.deploy import nginx
from ops.deploy.host import Host
from ops.drill.crew import Person, Site
from ops.drill.load import Homes, Load
from ops.drill.members import Member, Worker
from ops.drill.registry import Outcome, drill
from ops.drill.stage import Stage
from ops.paths import ROOT

DRAIN = 5  # seconds over which a socket server sends its pages away
FRONT = """\
user root;
daemon off;
pid {run}/nginx.pid;
error_log stderr;
events {{ worker_connections 4096; }}
http {{
    access_log off;
{upstreams}
    server {{
        listen 127.0.0.1:{port};
{locations}
    }}
}}
"""


class Unit(Member):
    """A process of `ops/crew.py`; ready when its socket answers."""

    def __init__(self, site: Site, role: crew.Role, n: int, env: dict[str, str], code: Path) -> None:
        super().__init__([site.python, *role.arguments(n)], env, site.logs / f"{role.name}{n}.log", cwd=code)
        self.socket = roll.socket_of(role, n)

    def is_ready(self) -> bool:
        return self.runs and (not self.socket or roll.answers(self.socket))


class ReadyWorker(Worker):
    """The same for a worker, which is ready when it waits for the broker."""

    def __init__(self, site: Site, role: crew.Role, n: int, env: dict[str, str], code: Path) -> None:
        super().__init__([site.python, *role.arguments(n)], env, site.logs / f"{role.name}{n}.log", cwd=code)


@dataclass
class Units:
    """A whole server's processes, as `make roll` knows them."""

    site: Site
    host: Host
    members: dict[tuple[str, int], Member] = field(default_factory=dict)

    def start(self, env: dict[str, str]) -> None:
        for role in self.host.roles():
            for n in range(1, role.count + 1):
                kind = ReadyWorker if role.name == "worker" else Unit
                member = kind(self.site, role, n, env, self.host.code)
                self.members[role.name, n] = self.site.members[f"{role.name}{n}"] = member
                member.start()

    def main_pid(self, role: crew.Role, n: int) -> int:
        process = self.members[role.name, n].process
        return process.pid if process else 0

    def restart(self, role: crew.Role, n: int) -> None:
        member = self.members[role.name, n]
        member.stop(grace=role.grace)
        member.start(wait=False)

    def is_ready(self, role: crew.Role, n: int) -> bool:
        return self.members[role.name, n].is_ready()


class Pages:
    """Open pages: sockets that come back as a page's do, and when they were sent away."""

    def __init__(self, address: str, people: list[Person], count: int) -> None:
        self._address, self._people, self._count = address, people, count
        self.closed: list[float] = []  # when
        self.codes: Counter[int] = Counter()
        self.refused: list[str] = []  # handshakes that failed
        self.open = 0
        self._end = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._all()), daemon=True)

    def __enter__(self) -> "Pages":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def busiest_second(self) -> int:
        """The most sockets that were closed within one second."""
        times = sorted(self.closed)
        return max((sum(one <= other < one + 1 for other in times) for one in times), default=0)

    async def _all(self) -> None:
        async with asyncio.TaskGroup() as group:
            for number in range(self._count):
                group.create_task(self._page(self._people[number % len(self._people)]))
                await asyncio.sleep(0.005)

    async def _page(self, person: Person) -> None:
        headers = {"Cookie": person.cookie, "Origin": self._address.replace("ws:", "http:", 1)}
        while not self._end.is_set():
            try:
                async with websockets.connect(
                    f"{self._address}/ws/", additional_headers=headers, compression=None, open_timeout=30
                ) as page:
                    self.open += 1
                    try:
                        await self._stay(page)
                    finally:
                        self.open -= 1
            except ConnectionClosed as error:
                self.closed.append(time.monotonic())
                self.codes[error.rcvd.code if error.rcvd else 1006] += 1
            except (OSError, WebSocketException, TimeoutError) as error:
                self.refused.append(repr(error)[:200])
            await asyncio.sleep(0.25)  # static/js/lib/backoff.js waits 0.25 to 0.5 s

    async def _stay(self, page: websockets.ClientConnection) -> None:
        while not self._end.is_set():
            try:
                async with asyncio.timeout(0.5):
                    await page.recv()
            except TimeoutError:
                continue


@drill(
    "rolling-deploy", "every process exchanged under load: no request refused, no crowd of sockets at once"
)
def rolling_deploy(stage: Stage) -> Iterator[Outcome]:
    rounds, pages = (1, 20) if stage.tiny else (3, 400)
    site = stage.site(stage.postgres(), stage.valkey())
    people = site.people(authors=4, followers=4 if stage.tiny else 20)
    run = stage.folder / "run"
    run.mkdir()
    host = Host("example.org", run=run, data=site.data, cores=2)
    door, what = _door(stage, site, host)
    units = Units(site, host)
    units.start(
        site.env | {"DRAIN_SECONDS": str(DRAIN), "ALLOWED_HOSTS": "127.0.0.1", "TRUSTED_PROXIES": "1"}
    )
    address = door.replace("http:", "ws:", 1)
    roles = [replace(role, grace=min(role.grace, DRAIN + 20)) for role in host.roles()]
    with (
        Pages(address, people.followers, pages) as sockets,
        Load([door], people.authors, stage.logs / "posts.txt", readers=people.followers[:4]) as load,
    ):
        stage.wait(lambda: sockets.open == pages, lambda: f"{sockets.open} of {pages} sockets are open")
        for number in range(rounds):
            stage.say(f"rolling ({number + 1} of {rounds}), {len(load.acknowledged)} posts so far")
            begun = time.monotonic()
            roll.roll(roles, units)
            seconds = time.monotonic() - begun
            stage.wait(lambda: sockets.open == pages, lambda: f"{sockets.open} of {pages} sockets are open")
    homes = Homes([door], people.followers, [one.id for one in load.acknowledged])
    stage.wait(homes.are_full, lambda: homes.why, patience=120)
    failures = len(load.failures) + len(load.read_failures)
    outcome = load.outcome(
        site.postgres.url,
        seconds=seconds,
        note=f"seconds of the last round, behind {what}",
        requests=len(load.acknowledged) + load.reads_done,
        failed=failures,
        sockets=pages,
        **{
            "closed at most in a second": sockets.busiest_second(),
            "handshakes refused": len(sockets.refused),
        },
        codes=dict(sockets.codes),
    )
    outcome.doubled += homes.doubled
    calm = sockets.busiest_second() <= pages / DRAIN * 2 + 5
    outcome.passed = bool(outcome.passed and not failures and not sockets.refused and calm)
    if failures:
        stage.say(str([one.what for one in [*load.failures, *load.read_failures]][:5]))
    if sockets.refused:
        stage.say(str(sockets.refused[:5]))
    yield outcome


@drill("wrong-deploy", "new code that cannot start, then the right one: nobody notices the first")
def wrong_deploy(stage: Stage) -> Iterator[Outcome]:
    site = stage.site(stage.postgres(), stage.valkey())
    people = site.people(authors=2, followers=2)
    code, run = stage.folder / "code", stage.folder / "run"
    shutil.copytree(ROOT, code, ignore=shutil.ignore_patterns("var", ".git", ".venv*", "__pycache__"))
    run.mkdir()
    host = Host("example.org", code=code, run=run, data=site.data, cores=1)
    door, what = _door(stage, site, host)
    units, env = Units(site, host), site.env | {"DRAIN_SECONDS": "1", "ALLOWED_HOSTS": "127.0.0.1"}
    units.start(env)
    urls = code / "tweets" / "urls.py"
    right, refused = urls.read_text(), ""
    with Load([door], people.authors, stage.logs / "posts.txt", readers=people.followers) as load:
        stage.wait(lambda: len(load.acknowledged) > 20, "nothing is acknowledged")
        urls.write_text(right + "\nthis is no Python\n")
        stage.say("rolling code that cannot start")
        begun = time.monotonic()
        try:
            roll.rehearse([site.python], run, host="127.0.0.1", cwd=code, env=env)
            roll.roll(host.roles(), units)
        except Refusal as refusal:
            refused = str(refusal)
        stage.say(refused or "it was not refused")
        urls.write_text(right)
        roll.rehearse([site.python], run, host="127.0.0.1", cwd=code, env=env)
        roll.roll(host.roles()[:1] if stage.tiny else host.roles(), units)
        seconds = time.monotonic() - begun
    failures = len(load.failures) + len(load.read_failures)
    outcome = load.outcome(
        site.postgres.url,
        seconds=seconds,
        note=f"seconds from the wrong code to the right one, behind {what}",
        failed=failures,
        refused=bool(refused),
    )
    outcome.passed = bool(outcome.passed and refused and not failures)
    yield outcome


def _door(stage: Stage, site: Site, host: Host) -> tuple[str, str]:
    """URL and name of what stands before the processes: nginx as the site has it, else a stand-in."""
    port, program = servers.free_port(), shutil.which("nginx")
    if program:
        text = FRONT.format(
            run=host.run, port=port, upstreams=nginx.upstreams(host), locations=nginx.locations(host)
        )
        path = host.run / "nginx.conf"
        path.write_text(text)
        argv = [program, "-c", path, "-e", "stderr"]
    else:
        paths = [roll.socket_of(role, n) for role in host.roles() for n in range(1, role.count + 1)]
        argv = [site.python, "-m", "ops.drill.door", port, *filter(None, paths)]
    front = site.members["door"] = Member(argv, site.env, stage.logs / "door.log")
    front.start()
    return f"http://127.0.0.1:{port}", "nginx" if program else "a stand-in: nginx is not on this machine"
