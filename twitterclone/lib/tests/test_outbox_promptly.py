"""What is also done at once: after the commit, by whoever emitted, and never in the way of the rest."""

from typing import Any

import pytest
from django.db import transaction

from twitterclone.lib import outbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What a function told at once was told; one before it fails."""
    monkeypatch.setattr(outbox, "_prompt", {**outbox._prompt, "test.made": []})
    monkeypatch.setattr(outbox, "_wake", lambda: None)
    told: list[dict[str, Any]] = []

    def fail(**_: Any) -> None:
        raise RuntimeError("told at once")

    outbox.promptly("test.made")(fail)
    outbox.promptly("test.made")(lambda **payload: told.append(payload))
    return told


def test_function_is_called_after_the_commit_and_not_before(
    heard: list[dict[str, Any]], django_capture_on_commit_callbacks: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        with transaction.atomic():
            outbox.emit("test.made", thing_id=7)
        assert heard == []
    assert heard == [{"thing_id": 7}]
    assert "told at once" in caplog.text


def test_function_is_not_called_when_the_change_is_rolled_back(
    heard: list[dict[str, Any]], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        try:
            with transaction.atomic():
                outbox.emit("test.made", thing_id=7)
                raise ValueError
        except ValueError:
            pass
    assert heard == []
