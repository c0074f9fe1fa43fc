"""`make release`: keeps what this version promises to programs and to the next version's migrations.

`docs/releases/v<VERSION>/` holds the API's description, the schema and the migrations that led to it; tests
compare with them ever after.
"""

import json
import re
import subprocess
import tempfile
from pathlib import Path

from ops import bootstrap, servers
from ops.check import environment
from ops.console import Refusal, say
from ops.paths import ROOT
from ops.postgres import NAME

KEPT = ROOT / "docs" / "releases"
SETTINGS = ROOT / "twitterclone" / "settings" / "base.py"
PARTITION = re.compile(r"tweets_\d{4}_\d{2}")


def main(_verb: str) -> int:
    python = bootstrap.ensure(bootstrap.DEVELOPMENT)
    folder = KEPT / f"v{version()}"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as logs, servers.throwaway(python, Path(logs)) as running:
        env = environment(running, Path(logs))
        steps = ["migrate --verbosity 0", f"spectacular --format openapi-json --file '{folder}/openapi.json'"]
        if subprocess.call([python, "-m", "ops.prepare", *steps], cwd=ROOT, env=env):
            raise Refusal("The database or the API's description could not be made.")
        (folder / "schema.sql").write_text(_schema(running))
        applied = running.postgres.sql("SELECT app || '.' || name FROM django_migrations ORDER BY 1", NAME)
        (folder / "migrations.json").write_text(json.dumps(applied.split(), indent=1) + "\n")
    say(f"Kept in {folder.relative_to(ROOT)}: openapi.json, schema.sql, migrations.json")
    return 0


def version() -> str:
    """The version as the settings say it."""
    return re.search(r'^VERSION = "([^"]+)"', SETTINGS.read_text(), re.MULTILINE)[1]  # type: ignore[index]


def _schema(running: servers.Servers) -> str:
    """Tables, constraints, indexes and functions, without the months, which depend on the day."""
    postgres = running.postgres
    if postgres is None:
        raise Refusal("The schema is taken from a server of our own.")
    argv = [postgres.program("pg_dump"), "--schema-only", "--no-owner", "--no-privileges"]
    argv += ["--restrict-key=twitterclone", "--exclude-table=tweets_2*", "-d", postgres.url]
    done = subprocess.run([str(part) for part in argv], check=False, capture_output=True, text=True)
    if done.returncode:
        raise Refusal(f"pg_dump: {done.stderr.strip()}")
    parts = (part for part in done.stdout.split("\n--\n-- Name:") if not PARTITION.search(part))
    return "\n--\n-- Name:".join(parts)
