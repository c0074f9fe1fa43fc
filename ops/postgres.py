"""One PostgreSQL of our own: made, started, recovered after a crash, stopped."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ops import processes
from ops.accounts import Account, hand_over, own_folder
from ops.backup.receiver import Receiver
from ops.console import Refusal, disk_full, say

NAME = "twitterclone"
RESTORED = "postgres.restored"  # a whole data folder that waits to become `postgres`
PATIENCE = 120.0  # seconds for a start; replaying the log after kill -9 takes time

CONFIGURATION = """\
# Written anew at every start; put your own settings into local.conf beside this file.
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
password_encryption = 'scram-sha-256'
max_connections = {max_connections}
shared_buffers = '256MB'
effective_cache_size = '1GB'
work_mem = '16MB'
maintenance_work_mem = '128MB'
max_wal_size = '2GB'
max_slot_wal_keep_size = '8GB'
random_page_cost = 1.1
jit = off
shared_preload_libraries = 'pg_stat_statements'
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] %q%u@%d '
log_min_duration_statement = '500ms'
log_lock_waits = on
{extra}
include_if_exists = 'local.conf'
"""
THROWAWAY = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\nlog_min_duration_statement = -1"
# `manage.py verify` reads pages with it; only an administrator may say who else may
INSPECTION = """
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS amcheck;
DO $$ DECLARE checker regprocedure; BEGIN
    FOR checker IN SELECT d.objid FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
        WHERE e.extname = 'amcheck' AND d.classid = 'pg_proc'::regclass
            AND d.refclassid = 'pg_extension'::regclass
    LOOP EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO twitterclone', checker); END LOOP;
END $$;
"""
ACCESS = """\
# Written anew at every start: a password for everybody, and only from this machine.
host all all 127.0.0.1/32 scram-sha-256
host replication all 127.0.0.1/32 scram-sha-256
"""


@dataclass
class Postgres:
    """A server whose data lives in `home`/postgres."""

    home: Path
    programs: Path  # the folder with postgres, initdb, psql, …
    port: int
    log: Path
    password: str
    admin_password: str
    account: Account | None = None
    throwaway: bool = False
    settings: str = ""  # more lines of configuration
    patience: float = PATIENCE
    receiver: Receiver | None = None  # what its commits wait for
    watch: Callable[[], object] | None = None  # called while it starts
    process: subprocess.Popen | None = None

    @property
    def data(self) -> Path:
        return self.home / "postgres"

    @property
    def url(self) -> str:
        return f"postgresql://{NAME}:{self.password}@127.0.0.1:{self.port}/{NAME}"

    @property
    def admin_url(self) -> str:
        return f"postgresql://postgres:{self.admin_password}@127.0.0.1:{self.port}/postgres"

    @property
    def is_standby(self) -> bool:
        return (self.data / "standby.signal").exists()

    def start(self) -> None:
        """Start and wait until it answers; the first start makes the data folder."""
        restored = self.home / RESTORED
        if not self.data.exists() and restored.exists():
            restored.rename(self.data)  # a restore was cut off at its last step
        self._check_version()
        if not self.data.exists():
            self._initialise()
        self._configure()
        self._launch()
        self._wait()
        self.tend()
        if self.admin_password and not self.is_standby:  # a promoted copy has its database, and others' words
            self._make_database()

    def tend(self) -> None:
        """Has the log received that commits wait for."""
        if self.receiver and not self.receiver.runs:
            where = f"host=127.0.0.1 port={self.port} user=postgres dbname=postgres"
            self.receiver.start(where, self.environment() | {"PGPASSWORD": self.admin_password})

    def stop(self, grace: float = 8.0) -> None:
        """Stop fast: sessions are cut, data is written. By force if that takes too long."""
        if self.process:
            processes.end_group(self.process, first=signal.SIGINT, grace=grace)
            self.process = None
        if self.receiver:
            self.receiver.stop()

    def kill(self) -> None:
        """End all of it at once, as a power cut would; `start` recovers."""
        if self.process:
            # sessions are in groups of their own, and would finish what they are at
            processes.signal_all([self.process.pid, *processes.working_in(self.data)], signal.SIGKILL)
            processes.kill_group(self.process)
            self.process = None
        if self.receiver:
            self.receiver.kill()

    def program(self, name: str) -> Path:
        return self.programs / name

    def _check_version(self) -> None:
        ours = str(self.release())
        try:
            theirs = (self.data / "PG_VERSION").read_text().strip()
        except FileNotFoundError:
            if self.data.exists():
                raise Refusal(f"{self.data} is not a PostgreSQL data folder; move it away.") from None
            return
        if theirs != ours:
            raise Refusal(
                f"{self.data} belongs to PostgreSQL {theirs}, this version runs {ours}: "
                "dump it with the old version, or set DATA_DIR."
            )
        if not self.account and self.data.stat().st_uid != os.geteuid():
            raise Refusal(f"{self.data} belongs to another user: start as that one, or set DATA_DIR.")

    def release(self) -> int:
        """The version of its programs, as 18."""
        _, text = processes.output_of([self.program("postgres"), "--version"], cwd="/")
        match = re.search(r"\(PostgreSQL\) (\d+)", text)
        if not match:
            raise Refusal(f"PostgreSQL's program does not run here: {text.strip() or 'no answer'}")
        return int(match[1])

    def clear_up(self) -> None:
        """After kill -9: end what still works in our folder, then drop the lock it left behind."""
        if not self.data.exists():
            return
        orphans = processes.working_in(self.data)
        if orphans:
            say("PostgreSQL is still running from the last time; stopping it.")
            processes.end(orphans, first=signal.SIGINT, grace=20)
        if processes.PROC.is_dir():  # elsewhere PostgreSQL itself must judge its lock
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _initialise(self) -> None:
        """Make the data folder in one step: an interrupted one leaves nothing that looks whole."""
        draft = self.home / "postgres.new"
        shutil.rmtree(draft, ignore_errors=True)
        own_folder(draft, self.account)
        password = draft.with_name("postgres.password")
        password.write_text(self.admin_password)
        hand_over(password, self.account)
        argv = [self.program("initdb"), "--encoding=UTF8", "--locale=C.UTF-8", "--username=postgres"]
        argv += ["--auth=scram-sha-256", f"--pwfile={password}", f"--pgdata={draft}"]
        argv += ["--data-checksums"]  # by itself from 18 on
        argv += ["--no-sync"] if self.throwaway else []
        try:
            status, text = processes.output_of(argv, cwd="/", account=self.account, env=self.environment())
        finally:
            password.unlink(missing_ok=True)
        if status != 0:
            shutil.rmtree(draft, ignore_errors=True)
            raise Refusal(why("PostgreSQL's data folder could not be made", text))
        draft.rename(self.data)

    def _configure(self) -> None:
        extra = f"{THROWAWAY if self.throwaway else ''}\n{self.settings}"
        text = CONFIGURATION.format(extra=extra, max_connections=200 if self.throwaway else 100)
        for name, content in (("postgresql.conf", text), ("pg_hba.conf", ACCESS)):
            path = self.data / name
            path.unlink(missing_ok=True)
            path.write_text(content)
            hand_over(path, self.account)

    def _launch(self) -> None:
        argv = [self.program("postgres"), "-D", self.data, "-c", f"port={self.port}"]
        with self.log.open("ab") as log:
            self.process = processes.spawn(
                argv,
                farewell=signal.SIGINT,
                account=self.account,
                cwd="/",
                env=self.environment(),
                stdout=log,
                stderr=log,
            )

    def _wait(self) -> None:
        argv = [self.program("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port), "-t", "2"]
        begun, told = time.monotonic(), False
        while processes.output_of(argv, cwd="/", env=self.environment())[0] != 0:
            waited = time.monotonic() - begun
            if self.process.poll() is not None:
                raise Refusal(why("PostgreSQL did not start", self._tail()))
            if waited > self.patience:
                self.stop()
                raise Refusal(f"PostgreSQL was not ready within {self.patience:.0f} s; see {self.log}")
            if self.watch:
                self.watch()
            elif waited > 3 and not told:
                say("PostgreSQL is replaying its log …")
                told = True
            time.sleep(0.05 if waited < 3 else 0.5)  # each question is a line in its log

    def _make_database(self) -> None:
        """The site's role and database, owned by a role that is no superuser."""
        roles = self.sql("SELECT count(*) FROM pg_database WHERE datname = 'twitterclone'")
        if roles.strip() == "0":
            self.sql(
                f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{NAME}') THEN"
                f" CREATE ROLE {NAME} LOGIN CREATEDB IN ROLE pg_monitor; END IF; END $$"
            )
            self.sql("CREATE EXTENSION IF NOT EXISTS pg_stat_statements", database="template1")
            self.sql(INSPECTION, database="template1")
            self.sql(f"CREATE DATABASE {NAME} OWNER {NAME}")
        else:
            self.sql(INSPECTION, database=NAME)
        self.sql(f"ALTER ROLE {NAME} PASSWORD '{self.password}'")

    def sql(self, query: str, database: str = "postgres") -> str:
        """Run a statement as the server's administrator."""
        argv = [self.program("psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1"]
        argv += ["-p", str(self.port), "-U", "postgres", "-d", database]
        env = self.environment() | {"PGPASSWORD": self.admin_password}
        done = subprocess.run(
            argv, input=query, cwd="/", env=env, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise Refusal(why("PostgreSQL refused a statement", done.stderr))
        return done.stdout

    def environment(self) -> dict[str, str]:
        """What its programs see."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
        return kept | {"LC_ALL": "C.UTF-8", "TZ": "UTC"}

    def _tail(self) -> str:
        with contextlib.suppress(OSError):
            return self.log.read_text(errors="replace")[-4000:]
        return ""


def why(what: str, text: str) -> str:
    """One line from a program's output: the disk if it is full, else its last word."""
    if disk_full(text):
        return "The disk is full: free some space and start again."
    fatal = re.findall(r"(?:FATAL|PANIC|ERROR|error):\s*(.+)", text)
    lines = [line for line in text.splitlines() if line.strip()]
    return f"{what}: {(fatal or lines or ['no reason given'])[-1].strip()}"
