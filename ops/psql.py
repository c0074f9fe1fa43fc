"""`make psql`: the site's database, by hand or with SQL on standard input."""

import shutil
import subprocess
import sys
from urllib.parse import unquote, urlsplit

from ops import bootstrap, servers, site
from ops.paths import layout


def main(_verb: str, *arguments: str) -> int:
    """Run psql: ours for our server, the machine's own (which speaks TLS) for one that was given."""
    bootstrap.ensure(bootstrap.RUNTIME)
    bundled = servers.postgres_programs(None) / "psql"
    by_hand = sys.stdin.isatty()
    rlwrap = shutil.which("rlwrap") if by_hand else None
    with site.reached(layout()) as env:
        place = env.get("DATABASE_DIRECT_URL") or env["DATABASE_URL"]
        url = urlsplit(place)
        ours = url.hostname == "127.0.0.1" and url.username == "twitterclone"
        program = bundled if ours else shutil.which("psql") or bundled
        argv = [*([rlwrap] if rlwrap else []), program, *([] if by_hand else ["-v", "ON_ERROR_STOP=1"])]
        if url.query:
            return subprocess.call([*argv, "-d", place, *arguments], env=env)
        # the password goes by the environment, which other users of the machine cannot list
        given = {"PGHOST": url.hostname, "PGPORT": url.port, "PGUSER": url.username}
        given |= {"PGPASSWORD": url.password, "PGDATABASE": url.path.lstrip("/")}
        return subprocess.call(
            [*argv, *arguments],
            env=env | {name: unquote(str(value)) for name, value in given.items() if value},
        )
