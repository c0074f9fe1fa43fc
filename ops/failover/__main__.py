"""The command lines of the verbs."""

import argparse
import sys
from pathlib import Path

from ops.console import Refusal, complain, say
from ops.failover import patroni, promotion, redis_roles


def main(arguments: list[str]) -> int:
    asked = _asked(arguments)
    try:
        for line in asked.action(asked):
            say(line)
    except Refusal as refusal:
        complain(str(refusal))
        return 1
    return 0


def _asked(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make", description="What to do when the primary is gone.")
    verbs = parser.add_subparsers(required=True)
    promote = verbs.add_parser("promote", help="make a standby the primary")
    promote.add_argument("url", nargs="?", help="its administrator's URL; the server of DATA_DIR without one")
    promote.add_argument(
        "--planned", action="store_true", help="although its primary still runs: stop that one first"
    )
    promote.set_defaults(action=lambda asked: promotion.promote(asked.url, planned=asked.planned))
    rejoin = verbs.add_parser("rejoin", help="make the former primary a standby of the new one")
    rejoin.add_argument("url", help="the new primary's administrator's URL")
    rejoin.add_argument("--data", type=Path, help="data folder of the former primary, in DATA_DIR without")
    rejoin.add_argument("--programs", type=Path, help="where its pg_rewind and psql are")
    rejoin.add_argument("--stream", help="URL of a role that may replicate; the administrator's without one")
    rejoin.add_argument("--name", default="former", help="of its slot on the new primary")
    rejoin.set_defaults(
        action=lambda asked: promotion.rejoin(
            asked.url, data=asked.data, programs=asked.programs, stream=asked.stream, name=asked.name
        )
    )
    patroni.add_arguments(verbs.add_parser("patroni", help="print the configuration of one node for Patroni"))
    redis_roles.add_arguments(verbs.add_parser("redis", help="print the configuration of a server of Redis"))
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
