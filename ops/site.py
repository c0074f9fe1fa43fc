"""The running site as other commands see it: its lock, its address, its environment."""

import contextlib
import errno
import fcntl
import ipaddress
import json
import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ops import bootstrap, servers
from ops.console import Refusal
from ops.paths import Layout

SETTINGS = "twitterclone.settings.dev"
MARK = "TWITTERCLONE_SITE"


@dataclass(frozen=True)
class Address:
    """Where the site listens."""

    host: str
    port: int

    @property
    def is_loopback(self) -> bool:
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    @property
    def is_everywhere(self) -> bool:
        return self.host in ("0.0.0.0", "::")

    @property
    def reached_at(self) -> str:
        """The host as it stands in a URL on this machine."""
        if self.is_everywhere:
            return "127.0.0.1"
        return f"[{self.host}]" if ":" in self.host else self.host

    @property
    def url(self) -> str:
        return f"http://{self.reached_at}:{self.port}"


def address() -> Address:
    """The address chosen by HOST and PORT."""
    host, port = os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8000"
    if not (port.isascii() and port.isdecimal()) or not 0 < int(port) < 65_536:
        raise Refusal(f"PORT must be a number from 1 to 65535, not {port!r}.")
    try:
        socket.getaddrinfo(host, int(port))
    except (OSError, UnicodeError):
        raise Refusal(f"HOST={host!r} is no address of this machine.") from None
    return Address(host, int(port))


def check_port(where: Address) -> None:
    """Refuse a port that somebody else has, before anything else is done."""
    family, _, _, _, peer = socket.getaddrinfo(where.host, where.port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family) as candidate:
        candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            candidate.bind(peer)
            candidate.listen(1)
        except PermissionError:
            raise Refusal(f"Port {where.port} needs more rights: choose one above 1023 with PORT=…") from None
        except OSError as error:
            if error.errno == errno.EADDRNOTAVAIL:
                raise Refusal(f"HOST={where.host!r} is no address of this machine.") from None
            raise Refusal(
                f"Port {where.port} of {where.host} is not free ({error.strerror}): "
                f"choose another, e.g. make run PORT={min(where.port + 1, 65_535)}"
            ) from None


@contextlib.contextmanager
def held(layout: Layout) -> Iterator[None]:
    """Hold the data folder's lock; the kernel gives it back when we die, however we die."""
    layout.make()
    with (layout.run / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            facts = read(layout)
            where = f" at {facts['url']}" if facts.get("url") else ""
            raise Refusal(
                f"Twitterclone is already running{where} (process {facts.get('pid', '?')}). "
                "Stop it with: make stop"
            ) from None
        write(layout, {"pid": os.getpid()})
        try:
            yield
        finally:
            _facts(layout).unlink(missing_ok=True)


def is_held(layout: Layout) -> bool:
    """Whether a site runs on this data folder."""
    try:
        with (layout.run / "lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _facts(layout: Layout) -> Path:
    return layout.run / "site.json"


def read(layout: Layout) -> dict:
    """What the running site says of itself."""
    with contextlib.suppress(OSError, ValueError):
        return json.loads(_facts(layout).read_text())
    return {}


def write(layout: Layout, facts: dict) -> None:
    """Tell other commands of this site; it holds the servers' passwords, so for our eyes only."""
    draft = _facts(layout).with_suffix(".new")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(facts))
    draft.replace(_facts(layout))


def environment(layout: Layout, where: Address, running: servers.Servers) -> dict[str, str]:
    """What the application reads: ours, and for what is not set the installation's own."""
    own = {
        "DJANGO_SETTINGS_MODULE": SETTINGS,
        "DATA_DIR": str(layout.data),
        "SITE_URL": public_url(where),
        "ALLOWED_HOSTS": ",".join(allowed_hosts(where)),
    }
    if running.postgres:
        own["DATABASE_URL"] = running.postgres.url
    if running.valkey:
        own["REDIS_URL"] = running.valkey.url
    if not os.environ.get("SECRET_KEY"):
        own["SECRET_KEY"] = servers.kept_secret(layout.secrets / "secret-key")
    given = {name: value for name, value in bootstrap.environment().items() if value}
    return own | given | {"DATA_DIR": str(layout.data)}


def public_url(where: Address) -> str:
    """The address to tell others: this machine's own when the site is open to them."""
    known = _own_addresses() if where.is_everywhere else []
    return f"http://{known[0]}:{where.port}" if known else where.url


def allowed_hosts(where: Address) -> list[str]:
    """The names a browser may use: this machine's own when the site is open to others."""
    names = ["127.0.0.1", "localhost", "[::1]"]
    if where.is_everywhere:
        names += [socket.gethostname(), *_own_addresses()]
    elif where.reached_at not in names:
        names.append(where.reached_at)
    return names


def _own_addresses() -> list[str]:
    """The address this machine is seen under; connecting a UDP socket sends nothing."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))
        return [probe.getsockname()[0]]
    return []


@contextlib.contextmanager
def reached(layout: Layout) -> Iterator[dict[str, str]]:
    """The environment of the running site; when none runs, of its servers started for the while."""
    if is_held(layout):
        facts = read(layout)
        if "environment" not in facts:
            raise Refusal("The site is just starting: try again in a moment.")
        yield bootstrap.environment() | facts["environment"]
        return
    mine = servers.of_installation(layout)
    if not mine.wanted:  # all servers are others', so nobody is in the way
        yield environment(layout, address(), mine)
        return
    with held(layout):
        try:
            mine.start()
            yield environment(layout, address(), mine)
        finally:
            mine.stop()
