"""The search for a Python, and what make says and answers when there is none."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ops.paths import ROOT

pytestmark = pytest.mark.unit


@pytest.fixture
def old_python(tmp_path: Path) -> Path:
    """A program that behaves like Python 3.9: it knows its version, and fails the question for 3.11."""
    program = tmp_path / "old python"
    program.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.9.2" && exit 0\nexit 1\n')
    program.chmod(0o755)
    return program


def call(*argv: str, **changes: str) -> subprocess.CompletedProcess:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(argv, cwd=ROOT, env=kept | changes, capture_output=True, text=True, check=False)


def test_python_is_refused_in_one_line_when_too_old(old_python):
    done = call("sh", "ops/with-python", "-c", "print('ran')", PYTHON=str(old_python))
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == f"Python 3.11 or newer is needed; PYTHON={old_python} is Python 3.9.2.\n"


def test_make_adds_no_line_and_exits_with_1_when_refused(old_python):
    done = call("make", "run", PYTHON=str(old_python))
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1


def test_named_python_is_used_when_new_enough():
    done = call("sh", "ops/with-python", "-c", "import sys; print(sys.executable)", PYTHON=sys.executable)
    assert done.stdout.strip() == sys.executable


def test_missing_python_is_said_when_path_has_none(tmp_path):
    for tool in ("sh", "head", "dirname"):
        (tmp_path / tool).symlink_to(f"/bin/{tool}" if Path(f"/bin/{tool}").exists() else f"/usr/bin/{tool}")
    script = ROOT / "ops" / "with-python"
    argv, env = ["/bin/sh", script, "-c", ""], {"PATH": str(tmp_path)}
    done = subprocess.run(argv, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Python 3.11 or newer is needed; this machine has none" in done.stderr


def test_verbs_are_listed_when_make_is_called_alone():
    done = call("make")
    assert done.returncode == 0
    for verb in ("run", "stop", "test", "upgrade", "manage", "psql", "seed", "lint", "format"):
        assert f"make {verb} " in done.stdout


def test_every_verb_starts_with_nothing_but_python():
    lines = [
        f"import importlib, sys; sys.path.insert(0, {str(ROOT)!r})",
        "from ops.__main__ import VERBS",
        "[importlib.import_module(module) for module in VERBS.values()]",
    ]
    done = call(sys.executable, "-I", "-S", "-c", "\n".join(lines))
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("path", sorted(ROOT.glob("requirements*.txt")), ids=lambda path: path.name)
def test_every_package_can_be_had_on_more_than_the_machine_that_pinned_it(path):
    pins = re.split(r"^(?=[A-Za-z0-9])", path.read_text(), flags=re.MULTILINE)[1:]
    lonely = [pin.partition(" ")[0] for pin in pins if pin.count("--hash=") < 2]
    assert pins
    assert not lonely, (
        "one hash is that of one file, of one Python: make requirements without an index of files"
    )
