"""What each role of Redis wants of its server, as configuration; docs/operations/redis.md."""

import argparse
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ops.console import Refusal

MEMORY = re.compile(r"[1-9]\d*([kmg]b?)?", re.IGNORECASE)
KEPT = ("appendonly yes", "appendfsync everysec", "aof-use-rdb-preamble yes", "save 3600 1 300 100 60 10000")
REWRITTEN = ("auto-aof-rewrite-percentage 100", "auto-aof-rewrite-min-size 64mb")
NOT_KEPT = ("appendonly no", 'save ""')


@dataclass(frozen=True)
class Role:
    """What is on it, whether its disk matters, and what goes when it is full."""

    what: str
    kept: bool
    eviction: str
    why: str


ROLES = {
    "all": Role(
        "every role on one server",
        True,
        "noeviction",
        "nothing may be evicted here: sessions would go too. Keys of the cache have a time to live",
    ),
    "timelines": Role(
        "home timelines and drawn cards",
        True,
        "noeviction",
        "built anew from PostgreSQL when lost, but parts must not go unseen. Kept, so that a restart is warm",
    ),
    "sessions": Role(
        "who is logged in, and limits",
        True,
        "noeviction",
        "what is lost here logs people out",
    ),
    "cache": Role(
        "what pages have in common",
        False,
        "allkeys-lfu",
        "all of it is found again; what is asked for least goes first",
    ),
    "broker": Role(
        "messages to the workers",
        True,
        "noeviction",
        "most of what it tells of is in the outbox as well; mails on their way are not",
    ),
    "channels": Role(
        "who listens to what, and ticks",
        False,
        "noeviction",
        "registered anew within seconds; nothing on it is read twice",
    ),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("role", choices=[*ROLES, "sentinel"])
    parser.add_argument("--memory", default="1gb", help="for data; the machine needs half as much more")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--bind", default="127.0.0.1", help="addresses to listen on")
    parser.add_argument("--password", default="CHANGE-ME")
    parser.add_argument("--replica-of", metavar="HOST:PORT", default="")
    parser.add_argument("--service", default="all", help="what the sentinels call it")
    parser.add_argument("--primary", metavar="HOST:PORT", default="127.0.0.1:6379", help="of a sentinel")
    parser.set_defaults(action=printed)


def printed(asked: argparse.Namespace) -> Iterator[str]:
    """The configuration, line by line."""
    if asked.role == "sentinel":
        host, port = _place("--primary", asked.primary)
        _check_name(asked.service)
        yield "# A sentinel; three of them, on three machines. It writes into this file: keep it writable."
        yield from (f"port {asked.port or 26379}", f"bind {asked.bind}", "dir /var/lib/valkey")
        if asked.bind == "127.0.0.1":
            yield "# Only this machine can reach it; the other sentinels need --bind with an address of it."
        yield from sentinel_lines(asked.service, host, port, password=asked.password)
        return
    if not MEMORY.fullmatch(asked.memory):
        raise Refusal(f"--memory is a number with mb or gb, unlike {asked.memory!r}.")
    of = _place("--replica-of", asked.replica_of) if asked.replica_of else None
    role = ROLES[asked.role]
    yield f"# {asked.role}: {role.what}."
    yield f"# {role.why}."
    yield from (f"bind {asked.bind}", f"port {asked.port or 6379}", "protected-mode yes")
    yield from (f"requirepass {asked.password}", f"masterauth {asked.password}")
    yield from (f"maxmemory {asked.memory}", f"maxmemory-policy {role.eviction}")
    yield from ((*KEPT, *REWRITTEN) if role.kept else NOT_KEPT)
    if of:
        yield f"replicaof {of[0]} {of[1]}"


def _place(option: str, text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or " " in host or not port.isdecimal() or not 0 < int(port) < 65_536:
        raise Refusal(f"{option} is host:port, unlike {text!r}.")
    return host, int(port)


def _check_name(service: str) -> None:
    if not re.fullmatch(r"[A-Za-z0-9_.-]+", service):
        raise Refusal(f"--service is one word of letters, figures, '.', '_' and '-', unlike {service!r}.")


def sentinel_lines(service: str, host: str, port: int, *, password: str) -> list[str]:
    """What a sentinel is told of a service: two of three must agree that its primary is dead.

    A vote that nobody won is repeated after twice the failover-timeout: so long nothing can be written.
    """
    return [
        f"sentinel monitor {service} {host} {port} 2",
        f"sentinel auth-pass {service} {password}",
        f"sentinel down-after-milliseconds {service} 5000",
        f"sentinel failover-timeout {service} 10000",
        f"sentinel parallel-syncs {service} 1",
    ]
