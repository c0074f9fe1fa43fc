"""Whether a database that came out of a backup is whole: `manage.py verify` on it, and what it holds."""

import json
import sys
from pathlib import Path

import psycopg

from ops import processes
from ops.backup import dumps
from ops.paths import ROOT
from ops.postgres import Postgres

# what is true of the database alone: files and Redis are as they are now, events wait for workers
CHECKS = (
    "tables",
    "partitions",
    "twins",
    "retweets",
    "schema",
    "keys",
    "rules",
    "computed",
    "counters",
    "ids",
    "pages",
)


def judge(server: Postgres, env: dict[str, str], database: str = "twitterclone") -> list[str]:
    """What is wrong with the database of a running server of ours; empty when it is whole.

    A database of another version of the site is only looked at page by page.
    """
    env = env | {
        "DATABASE_URL": _url(server, database),
        "DATABASE_REPLICA_URLS": "",
        "DATABASE_DIRECT_URL": "",
    }
    found = _verify(env, CHECKS)
    if found and _manage(env, "migrate", "--check")[0]:
        found = _verify(env, ("pages",))
    return found


def compare(server: Postgres, expected: dumps.Tables, database: str = "twitterclone") -> list[str]:
    """In which tables the database differs from what is expected of it."""
    with psycopg.connect(_url(server, database), autocommit=True) as connection:
        return dumps.differences(expected, dumps.tables_of(connection))


def _verify(env: dict[str, str], names: tuple[str, ...]) -> list[str]:
    status, text = _manage(env, "verify", "--json", *(word for name in names for word in ("--only", name)))
    if status == 0:
        return []
    lines = text.strip().splitlines() or ["no reason given"]
    told = [line for line in lines if line.startswith("{")]
    if not told:
        return [f"verify broke off: {lines[-1]}"]
    findings = json.loads(told[0])["findings"]
    return [f"{name}: {one['text']}" for name, many in findings.items() for one in many]


def _manage(env: dict[str, str], *words: str) -> tuple[int, str]:
    return processes.output_of([Path(sys.executable), "manage.py", *words], cwd=ROOT, env=env)


def _url(server: Postgres, database: str) -> str:
    return f"postgresql://postgres:{server.admin_password}@127.0.0.1:{server.port}/{database}"
