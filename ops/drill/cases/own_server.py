"""Backups of a server that is not ours: by PostgreSQL's own programs, and by pgBackRest that knows it."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from ops.accounts import hand_over, own_folder
from ops.backup.pgbackrest import PgBackRest
from ops.backup.recovery import Target
from ops.backup.settings import Settings
from ops.console import Refusal
from ops.drill.cases.undoing import living
from ops.drill.home import Home
from ops.drill.registry import NotRun, Outcome, drill
from ops.drill.stage import Stage
from ops.drill.writers import Writers
from ops.postgres import Postgres

WRITES = 16_000
LOCAL = (
    "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n"  # the socket's folder is its own alone
)


@drill("own-server", "a server given by DATABASE_URL: backed up, verified, restored into a folder beside")
def own_server(stage: Stage) -> Iterator[Outcome]:
    home, load = living(stage)
    before = home.tables()
    admin = home.postgres.url.replace(
        f"twitterclone:{home.postgres.password}", f"postgres:{home.postgres.admin_password}"
    )
    other = Home(
        stage,
        "other",
        BACKUP_DIR=str(home.folder),
        DATABASE_URL=home.postgres.url,
        BACKUP_DATABASE_URL=admin,
        BACKUP_PG_BIN=str(home.postgres.programs),
        REDIS_URL=home.valkey.url,
        SECRET_KEY="of this drill alone",
    )
    begun = time.monotonic()
    for kind in ("full", "diff", "dump"):
        other.backup(kind)
    other.backup("verify", "full", "diff", "dump")
    into = own_folder(stage.folder / "into", stage.account)
    other.restore("--latest", "--into", str(into))
    note = f"{_release(home.postgres)}; seconds of all of it"
    outcome = load.outcome(home.postgres.url, seconds=time.monotonic() - begun, note=note)
    home.crash()
    home.lose_database()
    (into / "postgres").rename(home.postgres.data)
    home.up()
    archive = home.folder / "wal"
    stage.wait(lambda: any(archive.glob("00000002.history.*")), "its new time line in the archive")
    same = home.tables()
    wrong = [name for name in before if same.get(name) != before[name] and name != "public.id_nodes"]
    outcome.figures["tables that differ"] = ", ".join(wrong) or "none"
    outcome.passed = outcome.passed and not wrong
    yield outcome


@drill("pgbackrest", "the same server by pgBackRest: full, differential, verify, restore beside")
def by_pgbackrest(stage: Stage) -> Iterator[Outcome]:
    program = shutil.which("pgbackrest")
    if not program:
        raise NotRun("pgBackRest is not on this machine")
    said = subprocess.run([program, "version"], capture_output=True, text=True, check=True).stdout.strip()
    state = own_folder(stage.folder / "state", stage.account)
    access = state / "pg_hba.conf"
    access.write_text(LOCAL)
    hand_over(access, stage.account)
    lines = [f"unix_socket_directories = '{state}'", f"hba_file = '{access}'", "archive_mode = on"]
    server = stage.postgres(settings="\n".join([*lines, "archive_command = '/bin/true'"]))
    settings = Settings(stage.folder, state, driver="pgbackrest", pgdata=server.data)
    url = f"postgresql:///postgres?host={state}&port={server.port}&user=postgres"
    driver = PgBackRest(settings, url)
    _begin(driver)
    server.sql(f"ALTER SYSTEM SET archive_command = '{driver.archive_command()}'; SELECT pg_reload_conf()")
    some = 100 if stage.tiny else WRITES // 2
    with Writers(server.url, stage.logs / "writes.txt") as writers:
        for kind in ("full", "diff"):
            driver.take(kind)
            enough = len(writers) + some  # of these the backup knows nothing: they come out of the log
            stage.wait(lambda: len(writers) >= enough, "writes", patience=300)  # noqa: B023
    driver.verify()
    server.sql("SELECT pg_switch_wal()")
    release = _release(server)
    server.stop(grace=60)
    begun = time.monotonic()
    _replace(driver, server.data)
    server.settings += "\nhot_standby = off"  # so that it answers when all is replayed, and not before
    server.start()
    yield Outcome(
        len(writers),
        len(writers.lost(server.url)),
        seconds=time.monotonic() - begun,
        note=f"{said}, {release}; seconds from nothing to a server that takes writes",
    )


def _release(server: Postgres) -> str:
    return f"PostgreSQL {server.sql('SHOW server_version').split()[0]}"


def _begin(driver: PgBackRest) -> None:
    try:
        driver.run(driver.argv("stanza-create"))
    except Refusal as refusal:
        if "unexpected control version" in str(refusal):
            raise NotRun("this pgBackRest does not know this PostgreSQL: 18 needs 2.55 or newer") from None
        raise


def _replace(driver: PgBackRest, data: Path) -> None:
    shutil.rmtree(data)
    own_folder(data, driver.account)
    driver.run(driver.restore_argv(Target(), data))
