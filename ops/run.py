"""`make run`: from nothing but Python to a site that answers, and down again."""

import hashlib
import http.client
import json
import os
import signal
import sys
from pathlib import Path

from ops import bootstrap, console, crew, processes, servers, site
from ops.console import Refusal, say
from ops.paths import ROOT, Layout, layout
from ops.supervisor import Child, Supervisor

STEPS = ("check", "migrate --verbosity 1", "partitions")
ROOM_MB = 300


def main(_verb: str) -> int:
    where, place = site.address(), layout()
    with site.held(place):
        end_leftovers(place)
        site.check_port(where)
        return _run(place, where)


def _run(place: Layout, where: site.Address) -> int:
    check_room(place.data)
    python = bootstrap.ensure(*bootstrap.wanted())
    own = servers.of_installation(place)
    try:
        own.start()
        env = site.environment(place, where, own) | {site.MARK: str(place.data)}
        prepare(python, place, where, own, env)
        site.check_port(where)
        facts = {"pid": os.getpid(), "url": where.url, "environment": told(env)}
        site.write(place, facts)
        return _supervise(python, place, where, own, env)
    finally:
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(signum, signal.SIG_IGN)
        own.stop()


def check_room(folder: Path) -> None:
    """Refuse to start on a disk so full that a database could be harmed."""
    state = os.statvfs(folder)
    free = state.f_bavail * state.f_frsize // 1_000_000
    if free < ROOM_MB:
        raise Refusal(f"The disk is full: {free} MB are free in {folder}, at least {ROOM_MB} are needed.")


def end_leftovers(place: Layout) -> None:
    """After kill -9 of the supervisor: end what it had started."""
    leftovers = processes.marked(f"{site.MARK}={place.data}")
    if leftovers:
        say("Processes of the last time are still running; stopping them.")
        processes.end(leftovers)


def told(env: dict[str, str]) -> dict[str, str]:
    """What other commands need to know to act on this site."""
    changed = {name for name, value in env.items() if os.environ.get(name) != value}
    given = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "ALLOWED_HOSTS", "DJANGO_SETTINGS_MODULE"}
    return {name: env[name] for name in changed | (given & env.keys()) if name != site.MARK}


def prepare(
    python: Path, place: Layout, where: site.Address, own: servers.Servers, env: dict[str, str]
) -> None:
    """Bring database and static files up to this version; on the first start load the demo data."""
    if not (own.postgres and own.valkey):
        step(python, env, "Checking the servers given", ["-m", "ops.external"])
    demo = place.data / "demo.json"
    if not demo.exists():
        wanted = bool(own.postgres) and where.is_loopback
        say("Preparing the database (once) …")
        demo.write_text(json.dumps("wanted" if wanted else "never"))
    statics = static_state()
    stamp = place.data / "static.stamp"
    fresh = stamp.exists() and stamp.read_text() == statics
    steps = [*STEPS, *([] if fresh else ["collectstatic --noinput --clear --verbosity 0"])]
    step(python, env, "Preparing the database", ["-m", "ops.prepare", *steps])
    stamp.write_text(statics)
    if json.loads(demo.read_text()) == "wanted":
        say("Loading the demo data (once) …")
        step(python, env, "Loading the demo data", ["manage.py", "demo"], shown=True)
        if place.demo_logins.exists():
            place.demo_logins.chmod(0o600)
        demo.write_text(json.dumps("loaded"))


def step(python: Path, env: dict[str, str], what: str, argv: list[str], *, shown: bool = False) -> None:
    """Run one step to its end; shown is what it says to standard error, the rest only when it fails."""
    options = {"stderr": None} if shown else {}
    status, text = processes.output_of([python, *argv], cwd=ROOT, env=env, **options)
    if status == 0:
        return
    if console.disk_full(text):
        raise Refusal("The disk is full: free some space and start again.")
    lines = [line for line in text.splitlines() if line.strip()]
    for line in lines[-20:-1]:
        console.complain(f"  {line}")
    raise Refusal(lines[-1] if len(lines) == 1 else f"{what} failed: {(lines or ['see above'])[-1]}")


def static_state() -> str:
    """A fingerprint of everything collectstatic would collect."""
    state = hashlib.sha256((ROOT / bootstrap.RUNTIME).read_bytes())
    for path in sorted((ROOT / "static").rglob("*")):
        if path.is_file():
            facts = path.stat()
            state.update(f"{path.relative_to(ROOT)} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return state.hexdigest()


def children(python: Path, place: Layout, where: site.Address) -> list[Child]:
    """The processes of the site; the first is the one that answers browsers."""
    # measured as fast as granian for this mix; it also tells open sockets that it restarts (1012)
    web = [python, "-m", "uvicorn", "--host", where.host, "--port", str(where.port), "--lifespan", "off"]
    web += ["--no-proxy-headers", "--no-server-header", "--ws-max-size", "65536", "--log-level", "warning"]
    web += ["--timeout-graceful-shutdown", "2", "twitterclone.asgi:application"]
    others = [crew.worker(), crew.media(), crew.beat(place.run / "celerybeat-schedule")]
    argv = {"web": web} | {role.name: [python, *role.arguments()] for role in others}
    return [Child(name, words, place.run / "metrics" / name) for name, words in argv.items()]


def _supervise(
    python: Path, place: Layout, where: site.Address, own: servers.Servers, env: dict[str, str]
) -> int:
    log = servers.fresh_log(place.logs / "site.log")
    supervisor = Supervisor(children(python, place, where), own.wanted, env, ROOT, log)

    def on_ready() -> None:
        if json.loads((place.data / "demo.json").read_text()) == "loaded" and place.demo_logins.exists():
            say(place.demo_logins.read_text().rstrip())
            say(f'The API: {site.public_url(where)}/api/docs/ · a token: make manage ARGS="token alice"')
        say(f"Ready: {site.public_url(where)}")

    if supervisor.run(health=lambda: health(where), on_ready=on_ready):
        say("Stopped.")
        return 0
    raise Refusal(f"The site did not start: the lines above say why; they are also in {log}")


def health(where: site.Address) -> int:
    """The status of the health page; 0 while nobody answers."""
    peer = http.client.HTTPConnection(where.reached_at.strip("[]"), where.port, timeout=2)
    try:
        peer.request("GET", "/health/")
        return peer.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        peer.close()


if __name__ == "__main__":
    sys.exit(main("run"))
