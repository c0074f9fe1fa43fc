"""The runbooks name only what there is: verbs, commands of manage.py, drills; each page a drill at least."""

import re
import shlex

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


def test_every_way_of_restoring_and_backing_up_exists() -> None:
    """The words in the runbooks are read by the verbs' own parsers."""
    found = re.findall(r'make (backup|restore) ARGS=("[^"]+"|[^\s`]+)', TEXT.replace("\n", " "))
    assert len(found) > 10
    for verb, words in found:
        parser = backup_parser() if verb == "backup" else restore_parser()
        parser.parse_args(shlex.split(words.strip('"')))
