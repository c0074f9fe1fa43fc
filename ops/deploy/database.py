"""The distribution's PostgreSQL on this server: roles, a database, and its log archived for the backups.

The database's files are its own user's, the backups are the site's. Both work in the folders of the log:
these belong to the one, and let in the other by a group of their own (not the site's, which nginx is in).
What archives is root's, so that the site cannot have the database's user run anything.
"""

import pwd
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ops.accounts import Account
from ops.backup import archiving
from ops.backup import settings as backup_settings
from ops.console import Refusal
from ops.deploy.host import Host
from ops.deploy.steps import Steps
from ops.paths import Layout, read_dotenv
from ops.postgres import INSPECTION

OWNER = "postgres"
GROUP = "twitterclone-backup"
PRELOADED = "pg_stat_statements"
PSQL = ["runuser", "-u", OWNER, "--", "psql", "-Xq", "-v", "ON_ERROR_STOP=1"]


@dataclass(frozen=True)
class Server:
    """What the running server says of itself."""

    release: int  # of PostgreSQL
    programs: Path
    configuration: Path  # a folder whose files it reads
    preloaded: str
    archives: bool


def look(steps: Steps) -> Server:
    """Ask the server on this machine; a dry run supposes what Debian 12 has."""
    query = """SELECT current_setting('server_version_num'), current_setting('config_file'),
        current_setting('shared_preload_libraries'), current_setting('archive_mode'),
        (SELECT setting FROM pg_config() WHERE name = 'BINDIR')"""
    told = steps.ask("ask PostgreSQL what it is", [*PSQL, "-At"], given=query).strip()
    told = told or "150000|/etc/postgresql/15/main/postgresql.conf||off|/usr/lib/postgresql/15/bin"
    version, file, preloaded, archives, programs = told.split("|")
    return Server(
        int(version) // 10_000, Path(programs), Path(file).parent / "conf.d", preloaded, archives == "on"
    )


def is_here(url: str) -> bool:
    """Whether a database is on this machine."""
    return urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1")


def settings(host: Host, server: Server, password: str) -> dict[str, str]:
    """What the environment of the site says of its backups."""
    url = f"postgresql://{host.user}_backup:{password}@127.0.0.1:5432/{host.user}"
    # without differential backups each night's is a full one
    fulls = {} if server.release >= archiving.SUMMARIES else {"BACKUP_KEEP_FULLS": "8"}
    return {
        "BACKUP_DIR": str(host.backups),
        "BACKUP_DATABASE_URL": url,
        "BACKUP_PG_BIN": str(server.programs),
    } | fulls


def set_up(host: Host, server: Server, known: dict[str, str], steps: Steps) -> None:
    """Roles and database as the settings name them; what is there stays. Then the archive of its log."""
    given = roles(known["DATABASE_URL"], known.get("BACKUP_DATABASE_URL", ""))
    steps.run("make the roles and the database", PSQL, given=given)
    if not known.get("BACKUP_DIR") or known.get("BACKUP_DRIVER", "native") != "native":
        return
    if not host.backups.parent.is_dir():
        raise Refusal(f"BACKUP_DIR={host.backups}: {host.backups.parent} is not there (not mounted?).")
    steps.run("make the group that reads the log", ["groupadd", "--system", "--force", GROUP])
    steps.run("let the site into it", ["usermod", "-aG", GROUP, host.user])
    mine = ["-o", host.user, "-g", host.user, "-m", "0711"]
    steps.run("make the folder of the backups", ["install", "-d", *mine, host.backups])
    both = ["-o", OWNER, "-g", GROUP, "-m", "2770"]
    folders = [host.backups / "wal", host.backups / "wal-received"]
    steps.run("make the folders of the log", ["install", "-d", *both, *folders])
    path = server.configuration / "twitterclone.conf"
    if steps.is_dry:
        steps.write(path, "")
        return
    steps.write(path, configuration(host, server))
    steps.run("have PostgreSQL read it", [*PSQL, "-c", "SELECT pg_reload_conf()"])


def roles(url: str, backup_url: str) -> str:
    """For psql, as an administrator: roles that are no superusers, a database, and extensions that only a
    superuser makes."""
    made = [_role("twitterclone", "LOGIN CREATEDB IN ROLE pg_monitor", url)]
    if backup_url:
        made += [
            _role("twitterclone_backup", "LOGIN REPLICATION IN ROLE pg_monitor, pg_read_all_data", backup_url)
        ]
    return f"""\
{"".join(made)}
SELECT $$CREATE DATABASE twitterclone OWNER twitterclone TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'$$
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'twitterclone') \\gexec
\\connect twitterclone
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS {PRELOADED};
{INSPECTION}"""


def _role(name: str, what: str, url: str) -> str:
    password = unquote(urlsplit(url).password or "").replace("'", "''")
    return f"""\
SELECT $role$CREATE ROLE {name} {what} PASSWORD '{password}'$role$
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{name}') \\gexec
"""


def configuration(host: Host, server: Server) -> str:
    """The lines that PostgreSQL reads, with the program that they name put in its place."""
    if not server.configuration.is_dir():
        raise Refusal(f"{server.configuration} is not there: PostgreSQL is not as Debian sets it up.")
    read_dotenv(host.env)
    entry = pwd.getpwnam(OWNER)
    account = Account(OWNER, entry.pw_uid, entry.pw_gid)
    found = backup_settings.read(Layout(host.data))
    lines = archiving.prepare_for(found, host.programs, account, server.release).splitlines()
    libraries = [name.strip() for name in server.preloaded.split(",") if name.strip()]
    libraries += [] if PRELOADED in libraries else [PRELOADED]
    lines += [f"shared_preload_libraries = '{','.join(libraries)}'"]
    return "# Written by `make deploy`; what you change here is lost with the next.\n" + "\n".join(
        [*lines, ""]
    )
