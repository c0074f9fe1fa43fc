"""What each word of `make backup` and `make restore` does."""

import argparse
import json
import os
import time

from ops import accounts, processes, site
from ops.backup import (
    archiving,
    dumps,
    media,
    physical,
    redis_copy,
    restoring,
    retention,
    rows,
    sealing,
    source,
    status,
)
from ops.backup.catalog import KINDS, Backup, backups, newest, tell_passed_over
from ops.backup.pgbackrest import PgBackRest
from ops.backup.receiver import RECEIVER
from ops.backup.recovery import Target
from ops.backup.settings import Settings
from ops.backup.source import Source
from ops.backup.verifying import Verifier, worth
from ops.console import Refusal, complain, reason, say
from ops.paths import Layout

WITHOUT_LOCK = ("status", "receive", "setup")
ARCHIVED = 60.0  # seconds in which the newest segment must have come into the archive


def backup(place: Layout, settings: Settings, asked: argparse.Namespace) -> int:
    """`make backup`; the exit status."""
    if asked.what in ("full", "diff", "dump", "media", "redis"):
        return _make(place, settings, asked)
    words = {"verify": _verify, "prune": _prune, "status": _status, "receive": _receive, "setup": _setup}
    return words[asked.what](place, settings, asked)


def restore(place: Layout, settings: Settings, asked: argparse.Namespace) -> int:
    """`make restore`; the exit status."""
    if asked.latest or asked.to:
        target = Target(asked.to, timeline=asked.timeline)
        wanted = restoring.Asked(target, asked.backup, asked.into, asked.unchecked)
        if settings.driver == "pgbackrest":
            return _by_pgbackrest(settings, wanted)
        return _side(place, settings, wanted) if asked.side else restoring.restore(place, settings, wanted)
    if asked.redis:
        redis_copy.write_out(settings, _chosen(settings, "redis", "latest"), asked.redis)
        return 0
    with source.reached(place, settings) as found:
        server = source.as_site(found)
        if asked.dump:
            rows.from_dump(server, settings, _chosen(settings, "dump", asked.dump), asked.table)
        elif asked.copy:
            count = rows.copy_back(server, asked.copy, asked.where, replace=asked.replace)
            say(f"{count:,} rows were written to {asked.copy}.")
        elif asked.media:
            chosen = _chosen(settings, "media", asked.backup or "latest")
            count = media.bring_back(settings, chosen, media.roots_of(server.env), anew=asked.replace)
            say(f"{count:,} files were put back.")
        else:
            there = rows.has_side(server)
            rows.drop_side(server)
            say("The side database is gone." if there else "There is no side database.")
    return 0


def make_key(asked: argparse.Namespace) -> int:
    public = sealing.new_key(asked.file)
    accounts.hand_over(asked.file, accounts.site_user())
    say(f"{asked.file} opens and seals. Keep a copy where this machine's loss does not reach it: without it")
    say(f"no backup can be restored. A file with this line alone seals, and cannot open: {public}")
    return 0


def _make(place: Layout, settings: Settings, asked: argparse.Namespace) -> int:
    """Makes a backup; that it failed, and why, stands in the status until one does not."""
    try:
        result = _made(place, settings, asked)
    except (Refusal, OSError) as error:
        status.note(settings, asked.what, reason(error) if isinstance(error, OSError) else str(error))
        status.keep(settings, status.look(settings, bucket=_has_bucket()))
        raise
    return result


def _made(place: Layout, settings: Settings, asked: argparse.Namespace) -> int:
    with source.reached(place, settings) as server:
        archiving.make_folders(settings, server.account)
        made = _taken(settings, server, asked.what)
        if made is None:
            say(f"pgBackRest made a {asked.what} backup.")
            status.keep(settings, _looked(settings, server))
            return 0
        status.note(settings, asked.what)
        say(f"{made.name}: {made.bytes / 1e6:,.1f} MB in {made.seconds:.1f} s.")
        fine = Verifier(place, settings, server).verify(made) if asked.verify else True
        if asked.verify:
            _told(made, opened=fine)
        status.keep(settings, _looked(settings, server))
    return 0 if fine else 1


def _taken(settings: Settings, server: Source, kind: str) -> Backup | None:
    if kind == "dump":
        return dumps.take(settings, server)
    if kind == "media":
        return media.take(settings, media.roots_of(server.env))
    if kind == "redis":
        return redis_copy.take(settings, server.env)
    if settings.driver == "pgbackrest":
        PgBackRest(settings, settings.database_url).take(kind)
        return None
    return physical.take(settings, server, kind)


def _verify(place: Layout, settings: Settings, asked: argparse.Namespace) -> int:
    found = backups(settings)
    kinds = tuple(name for name in asked.names if name in KINDS) or KINDS
    named = [one for one in found if one.name in asked.names or one.path.name in asked.names]
    if (
        unknown := set(asked.names)
        - set(KINDS)
        - {one.name for one in found}
        - {one.path.name for one in found}
    ):
        raise Refusal(f"There is no backup {', '.join(sorted(unknown))}: make backup ARGS=status lists them.")
    chosen = [one for one in found if one.kind in kinds] if asked.all else named or worth(found, kinds)
    if settings.driver == "pgbackrest" and not asked.names:
        PgBackRest(settings, settings.database_url).verify()
    if not chosen:
        raise Refusal("There is no such backup yet.")
    last = newest(settings, "full", "diff")
    with source.reached(place, settings) as server:
        verifier = Verifier(place, settings, server)
        results = []
        for one in chosen:
            say(f"Verifying {one.name} …")
            results.append(verifier.verify(one, to_the_end=bool(last and one.path == last.path)))
            _told(one, opened=results[-1])
        status.keep(settings, _looked(settings, server))
    return 0 if all(results) else 1


def _prune(place: Layout, settings: Settings, asked: argparse.Namespace) -> int:
    if settings.driver == "pgbackrest":
        driver = PgBackRest(settings, settings.database_url)
        driver.run(driver.argv("expire"))
    freed = retention.prune(settings)
    say(f"{freed / 1e6:,.1f} MB were freed.")
    status.keep(settings, status.look(settings, bucket=_has_bucket()))
    return 0


def _status(place: Layout, settings: Settings, asked: argparse.Namespace) -> int:
    found = status.look(settings, bucket=_has_bucket())
    if site.is_held(place) or os.environ.get("DATABASE_URL"):
        try:
            with source.reached(place, settings) as server:
                found.problems += status.failing(server)
        except Refusal as refusal:
            found.problems.append(str(refusal))
    status.keep(settings, found)
    found.aside = [] if os.environ.get("DATABASE_URL") else restoring.kept(place)
    if asked.json:
        told = {"backups": found.entries, "wal": found.wal, "problems": found.problems}
        say(json.dumps(told, indent=1))
    else:
        status.show(found, bucket=_has_bucket())
    return 0 if found.is_fine else 1


def _receive(place: Layout, settings: Settings, asked: argparse.Namespace) -> int:
    """For servers of your own; the one of `make run` starts its receiver itself."""
    with source.reached(place, settings) as server:
        archiving.make_folders(settings, server.account)
        where = f"{server.conninfo} application_name={RECEIVER}"
        argv = [server.programs / "pg_receivewal", "-D", settings.received, "-S", RECEIVER, "-d", where]
        options = {"cwd": "/", "account": server.account, "env": server.environment}
        status_, text = processes.output_of([*argv, "--create-slot", "--if-not-exists"], **options)
        if status_:
            raise Refusal(source.told(text))
        return processes.see_through([*argv, "--synchronous", "--status-interval=1"], **options)


def _setup(place: Layout, settings: Settings, asked: argparse.Namespace) -> int:
    if settings.driver == "pgbackrest":
        driver = PgBackRest(settings, settings.database_url)
        driver.run(driver.argv("stanza-create"))
        say(f"archive_mode = on\narchive_command = '{driver.archive_command()}'")
        return 0
    with source.reached(place, settings) as server:
        release = server.release
    account = accounts.server_account()  # as root, what the server is to use is made for its user
    settings.state.mkdir(parents=True, exist_ok=True)
    if not accounts.can(account, "-x", settings.state):
        raise Refusal(
            f"The system user {account.name} cannot enter {settings.state}: "
            "let it pass (chmod o+x) there and above."
        )
    lines = archiving.prepare(settings, settings.state, account, release)
    say(f"# postgresql.conf of a server of your own that runs as {account.name if account else 'you do'}")
    say(lines)
    return 0


def _by_pgbackrest(settings: Settings, wanted: restoring.Asked) -> int:
    driver = PgBackRest(settings, settings.database_url)
    into = wanted.into or settings.pgdata
    driver.run(driver.restore_argv(wanted.target, into, wanted.backup))
    say(f"Restored into {into}: start that server; it replays its log before it lets anybody in.")
    return 0


def _side(place: Layout, settings: Settings, wanted: restoring.Asked) -> int:
    """The past of the whole database beside the running site."""
    with source.reached(place, settings) as server:
        if server.own is None:
            raise Refusal("Of a server of your own, use --into FOLDER, or a dump.")
        try:
            _have_archived(settings, server)  # a moment of just now ends within what is not archived yet
        except Refusal as refusal:
            if not wanted.target.moment:
                raise
            say(f"! {refusal}")  # a moment further back may be in the archive all the same
        with restoring.recovered(place, settings, server.own, wanted, server.env) as past:
            rows.from_server(server, past)
    return 0


def _have_archived(settings: Settings, server: Source) -> None:
    """Returns when all that was written until now lies in the archive."""
    with server.connect() as connection:
        name = connection.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchone()[0]
    deadline = time.monotonic() + ARCHIVED
    while not any(settings.wal.glob(f"{name}.gz*")):
        if time.monotonic() > deadline:
            raise Refusal("The server does not archive its log: its own log says why.")
        time.sleep(0.2)


def _chosen(settings: Settings, kind: str, name: str) -> Backup:
    known = backups(settings, kind)
    if name == "latest":
        found = [one for one in known if one.ok]
    else:
        found = [one for one in known if name in (one.name, one.path.name)]
    if not found:
        raise Refusal(f"There is no {kind} backup {name}: make backup ARGS=status lists them.")
    tell_passed_over(found[-1], known)
    return found[-1]


def _looked(settings: Settings, server: Source) -> status.Status:
    return status.look(settings, bucket=bool(server.env.get("MEDIA_BUCKET")))


def _has_bucket() -> bool:
    return bool(os.environ.get("MEDIA_BUCKET"))


def _told(made: Backup, *, opened: bool) -> None:
    if made.ok and opened:
        say(f"{made.name}: verified.")
    elif made.ok:
        say(f"{made.name}: its checksums are right; it is sealed, and the key here cannot open it.")
    else:
        complain(f"{made.name} is broken: {made.why}")
