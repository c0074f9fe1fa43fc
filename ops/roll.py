"""`make roll`: brings the code of this folder into service on a server, while people use the site.

First packages, database and static files, which the old code gets on with (docs/operations/migrations.md);
when that fails nothing has changed for anybody. Then process by process: web exchanges its workers one after
the other behind a socket that stays open, all others are restarted in turn, the next when the last is ready.
"""

import http.client
import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Protocol

from ops import bootstrap, crew, processes
from ops.console import Refusal, say
from ops.deploy.host import Host
from ops.deploy.systemd import PREPARE, unit_names
from ops.paths import ROOT

PATIENCE = 180.0
REHEARSAL = 45.0
LIVE, READY, PAGE = "/health/live", "/health/ready", "/"
UNTOUCHED = "Nothing was restarted: the site still runs the code of before."


class NotReady(Refusal):
    """A process did not come up with the new code; those after it still run the old one."""


class Crew(Protocol):
    """The running processes of a site, by role and number."""

    def main_pid(self, role: crew.Role, n: int) -> int: ...
    def restart(self, role: crew.Role, n: int) -> None: ...
    def is_ready(self, role: crew.Role, n: int) -> bool: ...


def main(_verb: str, *arguments: str) -> int:
    if unknown := set(arguments) - {"--only-restart"}:
        raise Refusal(f"make roll knows --only-restart, not {' '.join(sorted(unknown))}.")
    if os.geteuid() != 0 or not shutil.which("systemctl"):
        raise Refusal(
            "make roll restarts units of systemd: run it as root on a server set up by make deploy."
        )
    if not os.environ.get("SITE_URL"):
        raise Refusal("There is no SITE_URL in .env: this is no server set up by make deploy.")
    backups = Path(os.environ.get("BACKUP_DIR") or Host.backups)
    host = Host(os.environ.get("SITE_URL", "").partition("://")[2].rstrip("/"), backups=backups)
    as_site: list[str | Path] = ["runuser", "-u", host.user, "--", "env", f"HOME={host.data}", host.python]
    if "--only-restart" not in arguments:
        bootstrap.ensure(*bootstrap.wanted())
        say("Bringing database and static files up to the code …")
        if subprocess.call([*as_site, "-m", "ops.prepare", *PREPARE], cwd=ROOT):
            raise Refusal(f"Preparing failed. {UNTOUCHED}")
    if old := _of_before(host):
        say(f'{", ".join(old)}: of another version; make deploy ARGS="init {host.domain}" writes anew.')
    rehearse(as_site, host.run, host=host.domain, cwd=ROOT, env=dict(os.environ))
    roll(host.roles(), Systemd())
    say("All processes run the new code.")
    return 0


def _of_before(host: Host) -> list[str]:
    """The units and the site for nginx that another version of the code wrote."""
    from ops.deploy import files  # noqa: PLC0415 -- it needs a package, which is made sure of only now

    found = []
    for path, text in files.of(host).items():
        there = Path("/") / path
        if not there.exists() or there.read_text() != text:
            found.append(f"/{path}")
    return found


def rehearse(python: list[str | Path], run: Path, *, host: str, cwd: Path, env: dict[str, str]) -> None:
    """Has the new code answer on a socket of its own; Refusal with its last words when it cannot."""
    path = run / "rehearsal.sock"
    argv = [*python, *crew.web(path, workers=1, threads=1).arguments()]
    with tempfile.TemporaryFile("w+") as log:
        process = processes.spawn(argv, cwd=cwd, env=env, stdout=log, stderr=log)
        try:
            for address in (READY, PAGE):
                _until(
                    lambda to=address: process.poll() is not None or answers(str(path), to, host),
                    "the new code",
                    REHEARSAL,
                )
            if process.poll() is not None:
                raise NotReady("it ended")
        except NotReady:
            log.seek(0)
            lines = [line.strip() for line in log if line.strip() and not line.startswith("[")]
            raise Refusal(
                f"The new code does not answer: {(lines or ['it says nothing'])[-1]} {UNTOUCHED}"
            ) from None
        finally:
            processes.end_group(process, grace=5)
            path.unlink(missing_ok=True)


def roll(roles: list[crew.Role], running: Crew, *, patience: float = PATIENCE) -> None:
    """Exchange every process of these roles, one at a time; NotReady at the first that does not come up."""
    for role in roles:
        for n in range(1, role.count + 1):
            name = role.name if role.count == 1 else f"{role.name} {n} of {role.count}"
            begun = time.monotonic()
            if role.reloads:
                _reload(role, running, patience)
            else:
                running.restart(role, n)
            _until(lambda role=role, n=n: running.is_ready(role, n), name, patience)
            say(f"  {name}: {time.monotonic() - begun:.1f} s")


def _reload(role: crew.Role, running: Crew, patience: float) -> None:
    """Returns when none of the workers of before is left."""
    main = running.main_pid(role, 1)
    before = set(processes.children_of(main))
    processes.signal_all([main], processes.signal.SIGHUP)
    _until(lambda: not before & set(processes.children_of(main)), role.name, patience)


def _until(condition, name: str, patience: float) -> None:
    deadline = time.monotonic() + patience
    while not condition():
        if time.monotonic() > deadline:
            raise NotReady(
                f"{name} is not ready after {patience:.0f} s; what comes after it was left as it is."
            )
        time.sleep(0.1)


def answers(path: str, address: str = LIVE, host: str = "localhost") -> bool:
    """Whether what listens on a Unix socket answers with success, asked as the proxy asks."""
    peer = http.client.HTTPConnection("localhost", timeout=5)
    try:
        peer.sock = socket.socket(socket.AF_UNIX)
        peer.sock.settimeout(5)
        peer.sock.connect(path)
        peer.request("GET", address, headers={"Host": host, "X-Forwarded-Proto": "https"})
        return peer.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        peer.close()


class Systemd:
    """The processes as units."""

    def main_pid(self, role: crew.Role, n: int) -> int:
        text = self._call("show", "--property=MainPID", "--value", unit_names(role)[n - 1])
        return int(text.strip() or 0)

    def restart(self, role: crew.Role, n: int) -> None:
        self._call("restart", unit_names(role)[n - 1])

    def is_ready(self, role: crew.Role, n: int) -> bool:
        if path := socket_of(role, n):
            return answers(path)
        return self._call("is-active", unit_names(role)[n - 1]).strip() == "active"

    def _call(self, *words: str) -> str:
        done = subprocess.run(["systemctl", *words], capture_output=True, text=True, check=False)
        if words[0] == "restart" and done.returncode:
            raise NotReady(f"{words[-1]}: {done.stderr.strip()}")
        return done.stdout


def socket_of(role: crew.Role, n: int) -> str:
    """The Unix socket a process listens on, if it does."""
    return next((part for part in role.arguments(n) if part.endswith(".sock")), "")
