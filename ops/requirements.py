"""`make requirements`: compiles the .in lists, pinned and with hashes, for Python 3.11 and newer."""

import subprocess

from ops import bootstrap
from ops.paths import ROOT

COMPILE = ["-m", "uv", "pip", "compile", "--universal", "--generate-hashes", "--python-version", "3.11"]


def main(_verb: str, *arguments: str) -> int:
    """Compile again; what is pinned stays unless ARGS=--upgrade (or -P name) is given."""
    python = bootstrap.ensure(bootstrap.DEVELOPMENT)
    env = bootstrap.environment() | _index(python)
    for name in ("requirements", "requirements-observe", "requirements-dev"):
        argv = [python, *COMPILE, "-q", f"{name}.in", "-o", f"{name}.txt", *arguments]
        status = subprocess.call(argv, cwd=ROOT, env=env)
        if status:
            return 1
    return 0


def _index(python) -> dict[str, str]:
    """The index that pip is set up with: uv does not read pip's configuration.

    Not its extra ones: of a version that such a one has, uv notes the hashes of its files alone, and with
    another Python or processor nobody could install it.
    """
    for section in (":env:", "global", "install"):
        argv = [python, "-m", "pip", "config", "get", f"{section}.index-url"]
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return {"UV_DEFAULT_INDEX": done.stdout.strip()}
    return {}
