"""Two PostgreSQL under Patroni, with etcd beside them; without either program the drill is not run."""

import argparse
import os
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import yaml

from ops import accounts, processes, servers
from ops.bootstrap import site_packages
from ops.drill.registry import NotRun
from ops.drill.stage import Stage
from ops.failover import patroni
from ops.postgres import NAME

PACKAGE = "patroni[etcd3,psycopg3]==4.1.5"
PASSWORDS = {
    "PATRONI_SUPERUSER_PASSWORD": "superuser-secret",
    "PATRONI_REPLICATION_PASSWORD": "replication-secret",
    "PATRONI_REWIND_PASSWORD": "rewind-secret",
}
SITE_PASSWORD = "site-secret"


@dataclass
class Node:
    """One of the two: Patroni, and the PostgreSQL it started."""

    name: str
    folder: Path
    port: int
    api: int
    process: subprocess.Popen | None = field(default=None, repr=False)

    @property
    def is_leader(self) -> bool:
        return self._answers("/primary")

    @property
    def is_standby(self) -> bool:
        return self._answers("/sync")

    def kill(self) -> None:
        """kill -9 of Patroni and of PostgreSQL, sessions too."""
        if self.process:
            pids = [self.process.pid, *processes.working_in(self.folder / "data")]
            processes.signal_all(pids, 9)
            processes.kill_group(self.process)
            self.process = None

    def _answers(self, path: str) -> bool:
        try:
            return urllib.request.urlopen(f"http://127.0.0.1:{self.api}{path}", timeout=1).status == 200
        except (OSError, urllib.error.URLError):
            return False


class Cluster:
    """Starts all of it; `url` finds whichever takes writes. Stands for a server where a site wants one."""

    def __init__(self, stage: Stage) -> None:
        self._stage, self._account = stage, accounts.server_account()
        if not shutil.which("etcd"):
            raise NotRun("etcd is not on this machine (Debian: apt install etcd-server)")
        self._packages = self._fetched()
        self._programs = servers.postgres_programs(self._account, site_packages(stage.python))
        self._etcd = f"127.0.0.1:{self._start_etcd()}"
        self.nodes = [self._node(name) for name in ("one", "two")]
        for node in self.nodes:
            self.start(node)
            stage.at_end(node.kill)
            stage.wait(lambda: self.leader, "no node leads", patience=90)
        stage.wait(lambda: self.is_whole, "the standby is not synchronous", patience=90)
        patroni.prepare(self._admin, SITE_PASSWORD)

    @property
    def leader(self) -> Node | None:
        return next((node for node in self.nodes if node.is_leader), None)

    @property
    def is_whole(self) -> bool:
        return bool(self.leader) and any(node.is_standby for node in self.nodes)

    @property
    def url(self) -> str:
        return self._reached_by(f"{NAME}:{SITE_PASSWORD}", NAME)

    @property
    def _admin(self) -> str:
        return self._reached_by(f"postgres:{PASSWORDS['PATRONI_SUPERUSER_PASSWORD']}", "postgres")

    def start(self, node: Node) -> None:
        env = dict(os.environ) | PASSWORDS | {"PYTHONPATH": str(self._packages), "LC_ALL": "C.UTF-8"}
        env |= {"HOME": str(node.folder), "PYTHONDONTWRITEBYTECODE": "1"}
        with (self._stage.logs / f"patroni-{node.name}.log").open("ab") as log:
            node.process = processes.spawn(
                [self._python(), "-m", "patroni", node.folder / "patroni.yml"],
                account=self._account, cwd=node.folder, env=env, stdout=log, stderr=log,
            )  # fmt: skip

    def can_write(self) -> bool:
        try:
            with psycopg.connect(self.url, autocommit=True) as connection:
                connection.execute("SELECT pg_current_xact_id()")
        except psycopg.Error:
            return False
        return True

    def _reached_by(self, who: str, database: str) -> str:
        places = ",".join(f"127.0.0.1:{node.port}" for node in self.nodes)
        return f"postgresql://{who}@{places}/{database}?target_session_attrs=read-write&connect_timeout=2"

    def _python(self) -> str:
        for path in (self._stage.python, Path("/usr/bin/python3")):
            if accounts.can(self._account, "-x", path):
                return str(path)
        raise NotRun("the servers' user can run no Python")

    def _fetched(self) -> Path:
        folder = self._stage.folder / "patroni"
        self._stage.say("fetching Patroni")
        argv = [self._stage.python, "-m", "pip", "--python", self._python()]
        argv += ["install", "--quiet", "--no-warn-conflicts"]
        status, text = processes.output_of([*argv, "--target", folder, PACKAGE], cwd="/")
        if status != 0:
            raise NotRun(f"Patroni was not to be had: {(text.strip().splitlines() or ['no answer'])[-1]}")
        for path in [folder, *folder.rglob("*")]:
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
        return folder

    def _start_etcd(self) -> int:
        port, peers = servers.free_port(), servers.free_port()
        argv = ["etcd", "--data-dir", self._stage.folder / "etcd", "--log-level", "error"]
        for kind, where in (("client", port), ("peer", peers)):
            argv += [f"--listen-{kind}-urls", f"http://127.0.0.1:{where}"]
        argv += ["--advertise-client-urls", f"http://127.0.0.1:{port}"]
        argv += ["--initial-advertise-peer-urls", f"http://127.0.0.1:{peers}"]
        argv += ["--initial-cluster", f"default=http://127.0.0.1:{peers}"]
        with (self._stage.logs / "etcd.log").open("ab") as log:
            process = processes.spawn(argv, cwd="/", stdout=log, stderr=log)
        self._stage.at_end(lambda: processes.end_group(process, grace=3))
        self._stage.wait(lambda: not servers.is_free(port), "etcd does not listen")
        time.sleep(1)  # it listens before it has elected itself
        return port

    def _node(self, name: str) -> Node:
        folder = accounts.own_folder(self._stage.folder / name, self._account)
        node = Node(name, folder, servers.free_port(), servers.free_port())
        parser = argparse.ArgumentParser()
        patroni.add_arguments(parser)
        words = ["--name", name, "--port", str(node.port), "--api", str(node.api), "--etcd", self._etcd]
        words += ["--data", str(folder / "data"), "--programs", str(self._programs)]
        path = folder / "patroni.yml"
        path.write_text(yaml.safe_dump(patroni.node(parser.parse_args(words))))
        accounts.hand_over(path, self._account)
        return node
