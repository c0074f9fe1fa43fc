"""`python -m ops VERB …`: one module per verb, and one place that turns a refusal into one line."""

import importlib
import signal
import sys

from ops.console import Refusal, complain, reason
from ops.paths import read_dotenv

VERBS = {
    "run": "ops.run",
    "stop": "ops.stop",
    "test": "ops.check",
    "bench": "ops.bench",
    "drill": "ops.drill",
    "promote": "ops.failover",
    "rejoin": "ops.failover",
    "patroni": "ops.failover",
    "backup": "ops.backup",
    "restore": "ops.backup",
    "deploy": "ops.deploy",
    "roll": "ops.roll",
    "redis": "ops.failover",
    "upgrade": "ops.upgrade",
    "manage": "ops.manage",
    "psql": "ops.psql",
    "lint": "ops.lint",
    "format": "ops.lint",
    "replica": "ops.replica",
    "requirements": "ops.requirements",
    "release": "ops.release",
    "monitoring": "ops.monitoring",
    "clean": "ops.clean",
}


def main(verb: str, *arguments: str) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.signal(signal.SIGHUP, lambda *_: sys.exit(129))
    read_dotenv()
    try:
        return importlib.import_module(VERBS[verb]).main(verb, *arguments)
    except Refusal as refusal:
        complain(str(refusal))
    except OSError as error:
        complain(reason(error))
    except KeyboardInterrupt:
        return 130
    return 1


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in VERBS:
        complain(f"usage: python -m ops {{{','.join(VERBS)}}}")
        sys.exit(2)
    sys.exit(main(*sys.argv[1:]))
