"""What a server needs to run the site, made from `ops/crew.py` and one `Host`. Run with .venv's Python.

init DOMAIN [--contact ADDRESS] [--mail URL] [--backups FOLDER] [--dry-run]   sets this server up (as root)
write FOLDER DOMAIN    only writes the files
check DOMAIN           writes them somewhere and has them checked
containers [DOMAIN]    Containerfile and compose.yaml anew
"""

import argparse
import sys
import tempfile
from pathlib import Path

from ops.console import Refusal, complain, reason, say
from ops.deploy import checking, files, install
from ops.deploy.host import Host


def main(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments)
    try:
        return options.run(options)
    except Refusal as refusal:
        complain(str(refusal))
    except OSError as error:
        complain(reason(error))
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make deploy", description=__doc__.partition("\n")[0])
    verbs = parser.add_subparsers(required=True, metavar="what")
    init = verbs.add_parser("init", help="set this server up, as root")
    init.add_argument("domain")
    init.add_argument("--contact", default="", help="where people reach whoever runs the site")
    init.add_argument(
        "--mail", default="", help="smtp+tls://user:password@host:587, smtp+ssl://… or smtp://…"
    )
    init.add_argument("--backups", type=Path, default=Host.backups, help="where they go; better another disk")
    init.add_argument("--dry-run", action="store_true", help="say what would be done")
    init.set_defaults(run=_init)
    write = verbs.add_parser("write", help="only write the files")
    write.add_argument("folder", type=Path)
    write.add_argument("domain")
    write.set_defaults(run=_write)
    check = verbs.add_parser("check", help="have the files checked by the programs that will read them")
    check.add_argument("domain", nargs="?", default="example.org")
    check.set_defaults(run=_check)
    containers = verbs.add_parser("containers", help="write Containerfile and compose.yaml anew")
    containers.add_argument("domain", nargs="?", default="example.org")
    containers.set_defaults(run=_containers)
    return parser


def _init(options: argparse.Namespace) -> int:
    host = Host(options.domain, backups=options.backups)
    install.install(host, contact=options.contact, mail=options.mail, is_dry=options.dry_run)
    return 0


def _write(options: argparse.Namespace) -> int:
    for path in files.write(Host(options.domain), options.folder):
        say(f"  {path}")
    return 0


def _check(options: argparse.Namespace) -> int:
    with tempfile.TemporaryDirectory(prefix="twitterclone-") as folder:
        results = checking.check(Host(options.domain), Path(folder), Path(sys.executable))
    for result in results:
        say(f"  {result}")
    return 1 if any(result.is_bad for result in results) else 0


def _containers(options: argparse.Namespace) -> int:
    for path in files.write_containers(options.domain):
        say(f"  {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
