"""The server the site is put on: its name and where things lie there."""

import os
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from ops import crew
from ops.console import Refusal
from ops.paths import ROOT

DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")


def nginx_version() -> int:
    """Of the nginx on this machine, 126 for 1.26; 0 without one."""
    try:
        done = subprocess.run(["nginx", "-v"], capture_output=True, text=True, check=False)
    except OSError:
        return 0
    found = re.search(r"nginx/(\d+)\.(\d+)", done.stderr)
    return int(found[1]) * 100 + int(found[2]) if found else 0


@dataclass(frozen=True)
class Host:
    """A server. The defaults are those of the guide in docs/operations/deploy.md."""

    domain: str
    code: Path = ROOT
    data: Path = Path("/var/lib/twitterclone")
    run: Path = Path("/run/twitterclone")
    env: Path = Path("/etc/twitterclone/env")
    backups: Path = Path("/var/backups/twitterclone")  # BACKUP_DIR
    programs: Path = Path("/usr/local/lib/twitterclone")  # root's, that others run
    user: str = "twitterclone"
    cores: int = field(default_factory=lambda: os.cpu_count() or 1)
    certificates: Path = Path("/etc/letsencrypt/live")
    nginx: int = field(default_factory=nginx_version)

    def __post_init__(self) -> None:
        if not DOMAIN.fullmatch(self.domain):
            raise Refusal(
                f"{self.domain!r} is no name of a site: give one like example.org, in small letters."
            )

    @property
    def python(self) -> Path:
        return self.code / ".venv" / "bin" / "python"

    @property
    def certificate(self) -> Path:
        return self.certificates / self.domain

    def roles(self) -> list[crew.Role]:
        """The processes of this server."""
        return crew.production(self.run, self.data, cores=self.cores)
