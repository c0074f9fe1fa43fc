"""`make restore`: the whole database to a moment, beside or in place of the one there; one command each.

In place means: made and checked in a folder beside, then renamed; the folder of before is kept. Whatever is
cut off leaves the site as it was, and can be run again.
"""

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ops import accounts, processes, servers, site
from ops.backup import archiving, judging, physical, recovery
from ops.backup.recovery import Target
from ops.backup.settings import Settings
from ops.console import Refusal, say
from ops.paths import ROOT, Layout
from ops.postgres import RESTORED, Postgres

FOLDER = "restoring"


@dataclass(frozen=True)
class Asked:
    """What is to be restored, and where to."""

    target: Target
    backup: str = ""
    into: Path | None = None
    unchecked: bool = False


def restore(layout: Layout, settings: Settings, asked: Asked) -> int:
    """Restores the database; gives the exit status."""
    if asked.into:
        return _beside(layout, settings, asked)
    if site.is_held(layout):
        raise Refusal("The site runs: make stop first, or restore beside it with --into FOLDER or --side.")
    with site.held(layout):
        own = _own(layout)
        own.clear_up()
        env = _environment(layout, own)
        with recovered(layout, settings, own, asked, env) as server:
            recovery.finish(settings, server)
            archiving.settle(settings, own.home, own.account)
            before = swap(own, server)
        say(
            f"The database is restored to {asked.target}."
            + (f" The one of before is {before}." if before else "")
        )
        _catch_up(layout)
    return 0


@contextlib.contextmanager
def recovered(
    layout: Layout, settings: Settings, own: Postgres, asked: Asked, env: dict[str, str]
) -> Iterator[Postgres]:
    """A running server beside `own`, at the target and found whole; what is left of it goes at the end."""
    folder = own.home / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    server = recovery.beside(own, folder, layout.logs / "restore.log")
    old = own.data / "pg_wal"
    try:
        _recover(settings, server, asked, old if old.is_dir() and not asked.target.moment else None, env)
        yield server
    finally:
        server.stop(grace=0)
        shutil.rmtree(folder, ignore_errors=True)


def swap(own: Postgres, server: Postgres) -> Path | None:
    """Puts the stopped server's data in the place of `own`'s, which is kept; gives where.

    Between the two renamings a start of the site ends what was cut off (`Postgres.start`).
    """
    ready, before = own.home / RESTORED, None
    server.data.rename(ready)
    if own.data.exists():
        before = own.home / f"postgres.before-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
        own.data.rename(before)
    ready.rename(own.data)
    return before


def kept(layout: Layout) -> list[Path]:
    """The data folders of before, which `swap` put aside and nobody deleted."""
    pointer = layout.data / "servers"  # of `accounts.servers_home`, which would make it: a look makes nothing
    home = pointer.readlink() if pointer.is_symlink() else layout.data
    return sorted(home.glob("postgres.before-*"))


def _beside(layout: Layout, settings: Settings, asked: Asked) -> int:
    """Into a folder of its own, whatever runs meanwhile."""
    if (asked.into / "postgres").exists():
        raise Refusal(f"{asked.into} has a database already: name another folder.")
    account = accounts.server_account()
    is_given = os.environ.get("DATABASE_URL") or settings.database_url
    own = None if is_given else _own(layout)
    if not asked.into.resolve().parent.is_dir():
        raise Refusal(f"--into {asked.into}: {asked.into.resolve().parent} is not there.")
    asked.into.mkdir(exist_ok=True)
    programs = settings.programs or servers.postgres_programs(account)
    server = recovery.beside(own, asked.into, layout.logs / "restore.log", programs)
    env = _environment(layout, own) if own else site.environment(layout, site.address(), servers.Servers())
    try:
        _recover(settings, server, asked, None, env)
        if isinstance(server, recovery.Adopted):
            server.give_back()
        server.stop(grace=600)
        recovery.announce(server)
    except BaseException:
        server.stop(grace=0)
        shutil.rmtree(server.data, ignore_errors=True)
        raise
    say(f"The database at {asked.target} is in {server.data}; nothing runs on it.")
    return 0


def _recover(
    settings: Settings, server: Postgres, asked: Asked, other: Path | None, env: dict[str, str]
) -> None:
    backup = physical.fitting(settings, asked.target.moment, asked.backup)
    say(f"Restoring {backup.name} of {backup.finished_at[:19]}, then the log up to {asked.target}.")
    recovery.unpack(settings, server, backup)
    recovery.recover(settings, server, asked.target, other)
    if asked.unchecked:
        return
    say("Checking …")
    if wrong := judging.judge(server, env):
        for line in wrong[:20]:
            say(f"! {line}")
        raise Refusal("What was restored is not whole, and was not put in place; --unchecked does it anyway.")


def _catch_up(layout: Layout) -> None:
    """What Redis remembers is of a database that is no more: home timelines are forgotten and built anew."""
    mine = servers.of_installation(layout)
    try:
        mine.start()
        env = site.environment(layout, site.address(), mine)
        argv = [Path(sys.executable), "manage.py", "rebuild_timelines", "--anew"]
        status, text = processes.output_of(argv, cwd=ROOT, env=env)
    finally:
        mine.stop()
    if status:
        raise Refusal(
            "The database is in place, but timelines were not built: "
            f'make manage ARGS="rebuild_timelines --anew" ({text.strip().splitlines()[-1]})'
        )
    say("Start the site with make run; make a full backup soon.")


def _own(layout: Layout) -> Postgres:
    """The installation's own server, not started."""
    found = servers.of_installation(layout).postgres
    if found is None:
        raise Refusal(
            "DATABASE_URL leads to a server of your own: restore into a folder with --into, "
            "and put that in its place there (docs/operations/backups.md)."
        )
    return found


def _environment(layout: Layout, own: Postgres) -> dict[str, str]:
    """For looks at the restored database: what is asked of Redis is not part of them."""
    env = site.environment(layout, site.address(), servers.Servers(postgres=own))
    return {"REDIS_URL": "redis://127.0.0.1:1/0"} | env
