"""All files of a server, written into a folder as they will lie on it."""

from pathlib import Path

from ops.deploy import containers, nginx, systemd
from ops.deploy.host import Host
from ops.paths import ROOT

UNITS = Path("etc/systemd/system")
SITE = Path("etc/nginx/sites-available/twitterclone")
CONTAINERS = ROOT / "ops" / "containers"
IN_CONTAINERS = {"code": Path(containers.CODE), "data": Path(containers.DATA), "run": Path(containers.RUN)}


def of(host: Host) -> dict[Path, str]:
    """Text of every file by its path below the root."""
    found = {UNITS / name: text for name, text in systemd.units(host).items()}
    return found | {SITE: nginx.site(host, is_new=host.nginx >= 126)}


def write(host: Host, root: Path) -> list[Path]:
    """Write them below `root`; gives their paths."""
    written = []
    for path, text in of(host).items():
        written.append(root / path)
        written[-1].parent.mkdir(parents=True, exist_ok=True)
        written[-1].write_text(text)
    return written


def of_containers(domain: str = "example.org") -> dict[str, str]:
    """Text of the files for an engine of containers, by name; they suppose two cores."""
    host = Host(domain, **IN_CONTAINERS, cores=2)
    return {
        "Containerfile": containers.CONTAINERFILE,
        "Containerfile.dockerignore": containers.IGNORED,
        "compose.yaml": containers.compose(host, systemd.PREPARE),
        "nginx.conf": nginx.site(host, is_new=True),
    }


def write_containers(domain: str, folder: Path = CONTAINERS) -> list[Path]:
    """Write them; the repository keeps those for example.org."""
    folder.mkdir(exist_ok=True)
    written = []
    for name, text in of_containers(domain).items():
        (folder / name).write_text(text)
        written.append(folder / name)
    return written
