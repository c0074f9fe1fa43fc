"""What a reader must be able to look up is written down: events, tasks, variables, verbs."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from twitterclone.celery import app
from twitterclone.lib import outbox

pytestmark = pytest.mark.unit

ROOT = Path(settings.BASE_DIR)
ARCHITECTURE = (ROOT / "docs" / "ARCHITECTURE.md").read_text()
HANDBOOK = (ROOT / "README.md").read_text() + (ROOT / "docs" / "OPERATIONS.md").read_text()


def test_every_event_is_in_the_table() -> None:
    known = {event for event in outbox.consumers() if not event.startswith("test.")}
    emitted = {
        event
        for folder in (
            "accounts",
            "media",
            "social",
            "tweets",
            "moderation",
            "messaging",
            "notifications",
            "integrations",
            "twitterclone",
        )
        for path in (ROOT / folder).rglob("*.py")
        if "tests" not in path.parts
        for event in re.findall(r'outbox\.emit\(\s*"([a-z.]+)"', path.read_text())
    }
    assert emitted
    assert sorted(event for event in known | emitted if f"`{event}`" not in ARCHITECTURE) == []


def test_every_task_is_in_the_table() -> None:
    names = {name.rpartition(".")[2] for name in app.tasks if not name.startswith("celery.")}
    assert names
    assert sorted(name for name in names if f"`{name}`" not in ARCHITECTURE) == []


def test_every_variable_is_in_the_example() -> None:
    read = set()
    for path in (ROOT / "twitterclone" / "settings").glob("*.py"):
        read |= set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', path.read_text()))
    example = (ROOT / ".env.example").read_text()
    assert "SECRET_KEY" in read
    assert sorted(name for name in read if not re.search(rf"\b{name}=", example)) == []


def test_every_verb_is_in_the_handbook() -> None:
    verbs = re.findall(r"^([a-z]+):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert "run" in verbs
    assert sorted(verb for verb in verbs if f"make {verb}" not in HANDBOOK and verb != "help") == []


def test_links_between_the_documents_lead_somewhere() -> None:
    wrong = []
    for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        wrong += [
            f"{path.relative_to(ROOT)}: {target}"
            for target in re.findall(r"\]\(([^)#]+)\)", path.read_text())
            if "://" not in target and not (path.parent / target).exists()
        ]
    assert wrong == []
