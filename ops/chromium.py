"""A Chromium for the browser tests: the machine's own, else Playwright's, else Debian's package."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from ops import processes
from ops.bootstrap import environment
from ops.console import Refusal, say
from ops.paths import ROOT

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
OWN = ROOT / "var" / "chromium"
ASK = (
    "from playwright.sync_api import sync_playwright as start\n"
    "with start() as tools: print(tools.chromium.executable_path)"
)


def find(python: Path) -> Path:
    """A Chromium that starts; installed when the machine has none."""
    for source in (_on_path, _playwrights, _debians, _unpacked):
        found = source(python)
        if found and _starts(found):
            return found
    raise Refusal("No Chromium: install the package chromium, or set CHROMIUM=/path/to/chromium.")


def _starts(program: Path) -> bool:
    status, text = processes.output_of([program, "--version"], cwd="/")
    return status == 0 and "Chrom" in text


def _on_path(_: Path) -> Path | None:
    if os.environ.get("CHROMIUM"):
        return Path(os.environ["CHROMIUM"])
    found = next(filter(None, map(shutil.which, NAMES)), None) or OWN / "chromium"
    return Path(found) if Path(found).exists() else None


def _playwrights(python: Path) -> Path | None:
    """Playwright's own build, where its download can be reached."""
    say("No Chromium on PATH; trying Playwright's …")
    argv = [python, "-m", "playwright", "install", "chromium"]
    status, _ = processes.output_of(["timeout", "180", *argv], env=environment())
    status_of_place, place = processes.output_of([python, "-c", ASK], env=environment())
    found = Path(place.strip().splitlines()[-1]) if status_of_place == 0 and place.strip() else None
    return found if status == 0 and found and found.exists() else None


def _debians(_: Path) -> Path | None:
    """Debian's package, as root."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    say("Installing Debian's package chromium …")
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "--no-install-recommends", "chromium", "fonts-noto-color-emoji"]
    for argv in (["apt-get", "update"], install):
        status, _text = processes.output_of(argv, env=env)
    found = shutil.which("chromium")
    return Path(found) if status == 0 and found else None


def _unpacked(_: Path) -> Path | None:
    """Debian's package and what it needs, unpacked into var/ by an ordinary user."""
    if not shutil.which("apt-get") or not shutil.which("dpkg"):
        return None
    say("Unpacking Debian's package chromium into var/chromium …")
    shutil.rmtree(OWN, ignore_errors=True)
    for folder in ("state/lists/partial", "cache/archives/partial", "root"):
        (OWN / folder).mkdir(parents=True)
    apt = ["apt-get", "-q", "-y", f"-oDir::State={OWN}/state", f"-oDir::Cache={OWN}/cache"]
    apt += ["-oDir::State::status=/var/lib/dpkg/status", "-oAPT::Install-Recommends=false"]
    apt += ["-oDebug::NoLocking=true"]
    if processes.output_of([*apt, "update"])[0] != 0:
        return None
    status, plan = processes.output_of([*apt, "-s", "install", "chromium"])
    wanted = re.findall(r"^Inst (\S+) (?:\[\S+\] )?\((\S+)", plan, re.MULTILINE)
    if status != 0 or not wanted:
        return None
    packages = [f"{name}={version}" for name, version in wanted]
    if processes.output_of([*apt, "download", *packages], cwd=OWN / "cache")[0] != 0:
        return None
    for package in sorted((OWN / "cache").glob("*.deb")):
        subprocess.run(["dpkg", "-x", package, OWN / "root"], check=False, capture_output=True)
    for folder in ("cache", "state"):
        shutil.rmtree(OWN / folder)
    return _wrapper(OWN / "root")


def _wrapper(root: Path) -> Path | None:
    """A script that starts the unpacked program with its own libraries and fonts."""
    program = root / "usr" / "lib" / "chromium" / "chromium"
    if not program.exists():
        return None
    folders = {path.parent for path in root.rglob("*.so*") if path.parent != program.parent}
    script = OWN / "chromium"
    quoted = ":".join(str(folder) for folder in sorted(folders))
    script.write_text(
        "#!/bin/sh\n"
        f'export LD_LIBRARY_PATH="{quoted}"\n'
        f'export XDG_DATA_DIRS="{root}/usr/share:/usr/local/share:/usr/share"\n'
        f'exec "{program}" "$@"\n'
    )
    script.chmod(0o755)
    return script
