"""The runbooks name only what there is: verbs, commands of manage.py, drills; each page a drill at least."""

import re
import shlex
import subprocess

import pytest
from django.core.management import get_commands

from ops.backup.asked import backup_parser, restore_parser
from ops.drill import cases
from ops.drill.registry import DRILLS
from ops.paths import ROOT

pytestmark = pytest.mark.unit

TEXT = (ROOT / "docs/operations/disaster-recovery.md").read_text()
PAGES = re.split(r"^## ", TEXT, flags=re.MULTILINE)[1:-1]  # the last one is of what comes afterwards


def named_drills(page: str) -> set[str]:
    """What stands in the last column of its tables."""
    rows = [line for line in page.splitlines() if line.startswith("|") and "---" not in line]
    return {name for row in rows for name in re.findall(r"`([a-z-]+)`", row.rsplit("|", 2)[1])}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.splitlines()[0])
def test_page_names_drills_that_exist(page) -> None:
    cases.load()
    assert named_drills(page)
    assert named_drills(page) <= DRILLS.keys()


def test_every_verb_and_command_exists() -> None:
    verbs = set(re.findall(r"^([a-z]+):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"make ([a-z]+)", TEXT)) <= verbs
    commands = set(re.findall(r'make manage ARGS="?([a-z_]+)', TEXT))
    assert commands
    assert commands <= get_commands().keys()


def test_every_version_to_go_back_to_is_in_the_repository() -> None:
    """What is named is there; `COMMIT` and `HEAD@{1}` are whatever it is on the reader's machine."""
    pages = (path.read_text() for path in (ROOT / "docs/operations").glob("*.md"))
    named = {name for page in pages for name in re.findall(r"git checkout ([^\s`]+)", page)}
    assert named >= {"COMMIT", "HEAD@{1}"}
    for name in named - {"COMMIT", "HEAD@{1}"}:
        argv = ["git", "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}"]
        assert subprocess.run(argv, cwd=ROOT, check=False, capture_output=True).returncode == 0, name


def test_secrets_get_to_where_they_are_looked_for_when_nothing_is_there(tmp_path) -> None:
    """The runbook's own line, on a fresh clone, and again where a verb has made its own secrets meanwhile."""
    (line,) = re.findall(r"`(mkdir -p var [^`]+)`", TEXT)
    kept, clone = tmp_path / "kept", tmp_path / "clone"
    for folder in (kept / "secrets", clone):
        folder.mkdir(parents=True)
    (kept / "secrets/secret-key").write_text("old")
    for _ in range(2):
        subprocess.run(line.replace("KEPT", str(kept)), shell=True, check=True, cwd=clone)
        assert [path.read_text() for path in clone.rglob("*") if path.is_file()] == ["old"]
        assert (clone / "var/secrets/secret-key").read_text() == "old"
        (clone / "var/secrets/secret-key").write_text("new")


def test_every_way_of_restoring_and_backing_up_exists() -> None:
    """The words in the runbooks are read by the verbs' own parsers."""
    found = re.findall(r'make (backup|restore) ARGS=("[^"]+"|[^\s`]+)', TEXT.replace("\n", " "))
    assert len(found) > 10
    for verb, words in found:
        parser = backup_parser() if verb == "backup" else restore_parser()
        parser.parse_args(shlex.split(words.strip('"')))
