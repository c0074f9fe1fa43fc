"""The processes of the site: what each is, how it is started, and how it is exchanged while others work.

`make run`, the units of systemd, the containers and the drills all start what stands here.
"""

from dataclasses import dataclass
from pathlib import Path

QUEUES = "outbox,fanout,fanout-big,default,mail"
ROOT_IS_MEANT = "ignore:You're running the worker with superuser privileges"


@dataclass(frozen=True)
class Role:
    """A kind of process. `count` of them run; `{n}` in the arguments is which of them it is."""

    name: str
    what: str
    argv: tuple[str, ...]
    count: int = 1
    reloads: bool = False  # exchanges its own workers on SIGHUP; the others are restarted in turn
    grace: int = 30  # seconds it may take to end what it is at
    media: bool = False  # handles what strangers sent

    def arguments(self, n: int = 1) -> list[str]:
        """What follows Python."""
        return [part.replace("{n}", str(n)) for part in self.argv]


def web(uds: Path | str, workers: int, threads: int = 4) -> Role:
    """Pages by WSGI on a Unix socket that stays open while workers are exchanged: no request is dropped."""
    argv = ["-m", "granian", "--interface", "wsgi", "--uds", str(uds), "--uds-permissions", "0660"]
    argv += [
        "--workers",
        str(workers),
        "--blocking-threads",
        str(threads),
        "--no-ws",
        "--log-level",
        "warning",
    ]
    # the next worker has this long to load before the one it replaces is told to end
    argv += ["--respawn-failed-workers", "--respawn-interval", "8", "--workers-kill-timeout", "30"]
    argv += ["--workers-lifetime", "86400", "twitterclone.wsgi:application"]
    return Role("web", "pages and the API", tuple(argv), reloads=True, grace=40)


def sockets(uds: Path | str, count: int = 2) -> Role:
    """Websockets; at least two, so that one is there while the other is exchanged."""
    return Role("sockets", "websockets", ("-m", "twitterclone.serving", str(uds)), count=count, grace=25)


def worker(count: int = 1, concurrency: int = 2) -> Role:
    """Celery on all queues but media: deliveries, counters, mail, housekeeping."""
    argv = celery("worker", "-Q", QUEUES, "-n", "worker{n}@%h", "--concurrency", str(concurrency))
    return Role("worker", "deliveries, counters, mail and housekeeping", argv, count=count, grace=60)


def media() -> Role:
    """Celery on media alone: beside others, seconds of decoding would hold up deliveries."""
    argv = celery("worker", "-Q", "media", "-n", "media{n}@%h", "--concurrency", "1")
    return Role("media", "pictures and videos", argv, grace=120, media=True)


def beat(schedule: Path | str) -> Role:
    """Celery's clock. One at a time; two do no harm."""
    return Role("beat", "the clock of what is done again and again", celery_beat(schedule), grace=10)


def celery(*words: str) -> tuple[str, ...]:
    """A worker's arguments; it tells others nothing of itself, which costs messages for nobody."""
    quiet = ("--loglevel", "warning", "--without-gossip", "--without-mingle")
    return ("-W", ROOT_IS_MEANT, "-m", "celery", "--quiet", "-A", "twitterclone", *words, *quiet)


def celery_beat(schedule: Path | str) -> tuple[str, ...]:
    argv = ("-W", ROOT_IS_MEANT, "-m", "celery", "--quiet", "-A", "twitterclone", "beat")
    return (*argv, "--loglevel", "warning", "--pidfile=", "--schedule", str(schedule))


def production(run: Path | str, state: Path | str, *, cores: int) -> list[Role]:
    """What a server runs, by how many cores it has."""
    return [
        web(f"{run}/web.sock", workers=max(2, cores)),
        sockets(f"{run}/sockets{{n}}.sock", count=2),
        worker(count=2, concurrency=max(1, cores // 2)),
        media(),
        beat(f"{state}/celerybeat-schedule"),
    ]
