"""Sets a server up: user, folders, settings, database, units, the proxy's site. Run it again at will."""

import os
import secrets
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

from ops.console import Refusal, say
from ops.deploy import files
from ops.deploy.host import Host
from ops.paths import ROOT

NEEDED = ("useradd", "runuser", "psql", "nginx", "systemctl")
ENABLED = Path("etc/nginx/sites-enabled/twitterclone")


def install(host: Host, *, contact: str = "", mail: str = "", is_dry: bool = False) -> None:
    """Does, or with `is_dry` only says, what is not there yet. Settings that exist are never written over."""
    if not is_dry:
        _refuse_what_cannot_be(host)
    steps = _Steps(is_dry)
    _user(host, steps)
    if password := _settings(host, steps, contact, mail):
        _database(steps, password)
    for path, text in files.of(host).items():
        steps.write(Path("/") / path, text)
    steps.run("let nginx serve the site", ["ln", "-sfn", Path("/") / files.SITE, Path("/") / ENABLED])
    steps.run("tell systemd", ["systemctl", "daemon-reload"])
    say(f"{host.env} has the settings. Start the site: systemctl enable --now twitterclone.target")


def _refuse_what_cannot_be(host: Host) -> None:
    if os.geteuid() != 0:
        raise Refusal("This makes users and writes below /etc: run it as root.")
    missing = [name for name in NEEDED if not shutil.which(name)]
    if missing:
        raise Refusal(f"Not on this machine: {', '.join(missing)}. See docs/operations/deploy.md.")
    if not (host.certificate / "fullchain.pem").exists():
        raise Refusal(f"No certificate in {host.certificate}: certbot certonly --nginx -d {host.domain}")


class _Steps:
    """Does things one by one and says each."""

    def __init__(self, is_dry: bool) -> None:
        self.is_dry = is_dry

    def run(self, what: str, argv: list[str | Path], *, given: str | None = None) -> None:
        say(f"  {what}: {' '.join(map(str, argv))}")
        if self.is_dry:
            return
        done = subprocess.run(argv, input=given, text=True, check=False, capture_output=True, cwd="/")
        if done.returncode != 0:
            raise Refusal(f"Could not {what}: {(done.stderr or done.stdout).strip().splitlines()[-1:]}")

    def write(self, path: Path, text: str, mode: int = 0o644) -> None:
        say(f"  write {path}")
        if self.is_dry:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.new")
        draft.touch(mode=mode)
        draft.write_text(text)
        draft.replace(path)


def _user(host: Host, steps: _Steps) -> None:
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


def _settings(host: Host, steps: _Steps, contact: str, mail: str) -> str:
    """The password of the database; nothing when settings that exist say that it is another machine's."""
    if host.env.exists():
        say(f"  {host.env} is there and stays as it is")
        return _password(host.env.read_text())
    password = secrets.token_hex(24)
    steps.run("make the folder of the settings", ["install", "-d", "-m", "0755", host.env.parent])
    steps.write(host.env, settings(host, password, contact, mail), mode=0o640)
    steps.run("give it to the site", ["chown", f"root:{host.user}", host.env])
    return password


def settings(host: Host, password: str, contact: str = "", mail: str = "") -> str:
    """The environment of the site on this server."""
    lines = {
        "DJANGO_SETTINGS_MODULE": "twitterclone.settings.production",
        "SITE_URL": f"https://{host.domain}",
        "ALLOWED_HOSTS": host.domain,
        "SECRET_KEY": secrets.token_hex(32),
        "DATABASE_URL": f"postgresql://{host.user}:{password}@127.0.0.1:5432/{host.user}",
        "REDIS_URL": "redis://127.0.0.1:6379/0",
        "DATA_DIR": str(host.data),
        "TRUSTED_PROXIES": "1",
        "EMAIL_URL": mail or "consolemail://",
        "DEFAULT_FROM_EMAIL": f"noreply@{host.domain}",
        "CONTACT_EMAIL": contact,
        "PYTHONUNBUFFERED": "1",
    }
    return "".join(f"{name}={value}\n" for name, value in lines.items())


def _password(text: str) -> str:
    """The password of a database on this machine, from the settings."""
    lines = (line.partition("=") for line in text.splitlines())
    url = urlsplit(next((value for name, _, value in lines if name == "DATABASE_URL"), ""))
    return url.password or "" if url.hostname in ("127.0.0.1", "localhost") else ""


def _database(steps: _Steps, password: str) -> None:
    """A role that is no superuser, its database, an extension only a superuser makes; what is there stays."""
    sql = f"""\
SELECT $$CREATE ROLE twitterclone LOGIN IN ROLE pg_monitor PASSWORD '{password}'$$
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'twitterclone') \\gexec
SELECT $$CREATE DATABASE twitterclone OWNER twitterclone TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'$$
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'twitterclone') \\gexec
\\connect twitterclone
CREATE EXTENSION IF NOT EXISTS pg_stat_statements;
"""
    argv = ["runuser", "-u", "postgres", "--", "psql", "-Xq", "-v", "ON_ERROR_STOP=1"]
    steps.run("make the role and the database", [*argv], given=sql)
