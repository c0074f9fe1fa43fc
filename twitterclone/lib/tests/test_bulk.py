"""Bulk work gives way to others: it waits for the workers, but not for workers that are not there."""

import pytest

from twitterclone.lib import bulk, outbox

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("counts", "goes_on_waiting"),
    [([3], True), ([5000, 4000, 1500], True), ([5000] * 9, False), ([5000] * 3 + [4999] * 9, True)],
)
def test_work_waits_as_long_as_events_become_fewer(
    counts: list[int], goes_on_waiting: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, seen = [0.0], iter(counts)
    monkeypatch.setattr(bulk, "PATIENCE", 1.5)
    monkeypatch.setattr(bulk.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(bulk.time, "sleep", lambda seconds: now.__setitem__(0, now[0] + seconds))
    monkeypatch.setattr(outbox, "open_count", lambda: next(seen))
    assert bulk.breathe() is goes_on_waiting
