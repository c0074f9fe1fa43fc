"""Sets a server up: user, folders, settings, database, units, the proxy's site. Run it again at will."""

import os
import secrets
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

from ops.console import Refusal, say
from ops.deploy import database, files
from ops.deploy.database import Server
from ops.deploy.host import Host
from ops.deploy.steps import Steps
from ops.paths import ROOT

NEEDED = ("useradd", "runuser", "psql", "nginx", "systemctl")
ENABLED = Path("etc/nginx/sites-enabled/twitterclone")


def install(host: Host, *, contact: str = "", mail: str = "", is_dry: bool = False) -> None:
    """Does, or with `is_dry` only says, what is not there yet. Settings that exist are never written over."""
    if not is_dry:
        _refuse_what_cannot_be(host)
    steps = Steps(is_dry)
    known = _read(host.env)
    is_here = not known or database.is_here(known.get("DATABASE_URL", ""))
    server = database.look(steps) if is_here else None
    _user(host, steps)
    if not known:
        known = settings(host, server, contact, mail)
        _write(host, steps, known)
    else:
        say(f"  {host.env} is there and stays as it is")
    if known.get("BACKUP_DIR"):
        host = replace(host, backups=Path(known["BACKUP_DIR"]))
    if server:
        database.set_up(host, server, known, steps)
    for path, text in files.of(host).items():
        steps.write(Path("/") / path, text)
    steps.run("let nginx serve the site", ["ln", "-sfn", Path("/") / files.SITE, Path("/") / ENABLED])
    steps.run("tell systemd", ["systemctl", "daemon-reload"])
    say(f"{host.env} has the settings.")
    if server and known.get("BACKUP_DIR") and not server.archives:
        say("PostgreSQL keeps its log once it is started anew: systemctl restart postgresql")


def check_dotenv(host: Host, dotenv: Path = ROOT / ".env") -> None:
    """Refuses to put a link in the place of settings that make's verbs have read until now."""
    if dotenv.is_symlink() and dotenv.readlink() == host.env:
        return
    if dotenv.exists() or dotenv.is_symlink():
        raise Refusal(
            f"{dotenv} has the settings of a site already. Is that to become this server's, move it to "
            f"{host.env} and look through it, else away; its database is not brought along by this."
        )


def _refuse_what_cannot_be(host: Host) -> None:
    if os.geteuid() != 0:
        raise Refusal("This makes users and writes below /etc: run it as root.")
    missing = [name for name in NEEDED if not shutil.which(name)]
    if missing:
        raise Refusal(f"Not on this machine: {', '.join(missing)}. See docs/operations/deploy.md.")
    if not (host.certificate / "fullchain.pem").exists():
        raise Refusal(f"No certificate in {host.certificate}: certbot certonly --nginx -d {host.domain}")
    check_dotenv(host)


def _user(host: Host, steps: Steps) -> None:
    found = subprocess.run(["id", host.user], capture_output=True, check=False).returncode == 0
    if not found:
        argv = [
            "useradd",
            "--system",
            "--user-group",
            "--home-dir",
            host.data,
            "--shell",
            "/usr/sbin/nologin",
        ]
        steps.run("make the user", [*argv, host.user])
    steps.run("let nginx reach sockets, static files and media", ["usermod", "-aG", host.user, "www-data"])
    folder = ["install", "-d", "-o", host.user, "-g", host.user, "-m", "0750", host.data]
    steps.run("make the folder of the data", folder)
    steps.run("let make's verbs read the settings", ["ln", "-sfn", host.env, ROOT / ".env"])


def _write(host: Host, steps: Steps, known: dict[str, str]) -> None:
    steps.run("make the folder of the settings", ["install", "-d", "-m", "0755", host.env.parent])
    steps.write(host.env, "".join(f"{name}={value}\n" for name, value in known.items()), mode=0o600)
    # by its user: nginx is in its group
    steps.run("give them to the site", ["chown", f"{host.user}:root", host.env])


def settings(host: Host, server: Server, contact: str = "", mail: str = "") -> dict[str, str]:
    """The environment of the site on this server."""
    url = f"postgresql://{host.user}:{secrets.token_hex(24)}@127.0.0.1:5432/{host.user}"
    return {
        "DJANGO_SETTINGS_MODULE": "twitterclone.settings.production",
        "SITE_URL": f"https://{host.domain}",
        "SITE_USER": host.user,
        "ALLOWED_HOSTS": host.domain,
        "SECRET_KEY": secrets.token_hex(32),
        "DATABASE_URL": url,
        "REDIS_URL": "redis://127.0.0.1:6379/0",
        "DATA_DIR": str(host.data),
        "TRUSTED_PROXIES": "1",
        "EMAIL_URL": mail or "consolemail://",
        "DEFAULT_FROM_EMAIL": f"noreply@{host.domain}",
        "CONTACT_EMAIL": contact,
        "PYTHONUNBUFFERED": "1",
    } | database.settings(host, server, secrets.token_hex(24))


def _read(path: Path) -> dict[str, str]:
    """The settings there are."""
    if not path.exists():
        return {}
    lines = (line.strip().partition("=") for line in path.read_text().splitlines())
    return {name: value for name, separator, value in lines if separator and not name.startswith("#")}
