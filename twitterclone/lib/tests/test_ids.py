"""Ids: they say their time as SQL does, rise, and are never made twice."""

import os
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from twitterclone.lib import ids
from twitterclone.lib.ids import EPOCH, Generator, NoNodeFree, id_at, id_time, ms_of, next_id

BIGGEST = 2**63 - 1
any_id = st.integers(min_value=0, max_value=BIGGEST)


@pytest.mark.unit
@given(any_id)
def test_time_of_an_id_is_its_milliseconds(identifier: int) -> None:
    moment = id_time(identifier)
    assert (moment - EPOCH) // timedelta(milliseconds=1) == ms_of(identifier) == identifier >> 16
    assert moment.microsecond % 1000 == 0


@pytest.mark.unit
@given(any_id)
def test_lowest_id_of_a_moment_is_a_bound(identifier: int) -> None:
    lowest = id_at(id_time(identifier))
    assert lowest <= identifier < lowest + (1 << 16)
    assert id_time(lowest) == id_time(identifier)


@pytest.mark.unit
@given(st.datetimes(datetime(1970, 1, 1), datetime(6000, 1, 1), timezones=st.just(UTC)), any_id)  # noqa: DTZ001
def test_bound_sorts_ids_as_their_times(moment: datetime, identifier: int) -> None:
    whole = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    assert (identifier >= id_at(moment)) == (id_time(identifier) >= whole)


@pytest.mark.django_db
@settings(max_examples=20, deadline=None)
@given(st.lists(any_id, min_size=200, max_size=500))
def test_sql_says_the_same_time(some: list[int]) -> None:
    some += [0, BIGGEST, (1 << 16) - 1, 1 << 16]
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, tid_time(id) FROM unnest(%s::bigint[]) AS id", [some])
        for identifier, moment in cursor.fetchall():
            assert moment == id_time(identifier)


@pytest.mark.django_db
def test_ids_rise_and_are_now() -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)
    made = [next_id() for _ in range(5000)]
    assert made == sorted(set(made))
    assert before < id_time(made[0]) <= id_time(made[-1]) < datetime.now(UTC) + timedelta(seconds=1)


@pytest.mark.django_db
def test_full_millisecond_waits_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    start, calls = ids._now_ms(), iter(range(10**6))
    monkeypatch.setattr(ids, "_now_ms", lambda: start + next(calls) // 1000)
    generator = Generator()
    made = [generator.next_id() for _ in range(300)]
    assert made == sorted(set(made))
    assert sum(ms_of(identifier) == start for identifier in made) == 64


@pytest.mark.django_db
def test_ids_rise_when_the_clock_steps_back(monkeypatch: pytest.MonkeyPatch) -> None:
    start = ids._now_ms()
    clock = iter([start, start, start - 5000, start - 4000, start + 1, start - 1])
    monkeypatch.setattr(ids, "_now_ms", lambda: next(clock))
    generator = Generator()
    made = [generator.next_id() for _ in range(6)]
    assert made == sorted(set(made))


@pytest.mark.django_db
def test_threads_never_share_an_id() -> None:
    generator, made = Generator(), list[list[int]]()
    generator.next_id()
    threads = [
        threading.Thread(target=lambda: made.append([generator.next_id() for _ in range(1500)]))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({identifier for part in made for identifier in part}) == 9000


@pytest.mark.django_db
def test_generators_never_share_a_node() -> None:
    generators = [Generator() for _ in range(5)]
    made = [generator.next_id() for _ in range(200) for generator in generators]
    assert len(set(made)) == 1000
    assert len({identifier >> 6 & 1023 for identifier in made}) == 5


@pytest.mark.django_db
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_forked_child_takes_a_node_of_its_own() -> None:
    own = next_id() >> 6 & 1023
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writing, str(next_id() >> 6 & 1023).encode())
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    os.close(writing)
    assert int(os.read(reading, 20)) != own
    os.close(reading)


@pytest.fixture
def nodes(transactional_db: None) -> Iterator[Any]:
    """Leases as other processes see them: committed, and given back afterwards."""
    with connection.cursor() as cursor:
        kept = cursor.execute("SELECT node, leased_until, holder FROM id_nodes").fetchall()
        yield cursor
        cursor.executemany(
            "UPDATE id_nodes SET leased_until = %s, holder = %s WHERE node = %s",
            [(until, holder, node) for node, until, holder in kept],
        )


def test_no_id_is_made_when_every_node_is_leased(nodes: Any) -> None:
    nodes.execute("UPDATE id_nodes SET leased_until = %s, holder = 'other:1'", [2**62])
    with pytest.raises(NoNodeFree, match="id_nodes"):
        Generator().next_id()


def test_node_is_given_up_when_its_lease_ran_out(nodes: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    generator = Generator()
    first = generator.next_id()
    old = first >> 6 & 1023
    nodes.execute("UPDATE id_nodes SET leased_until = 0, holder = '' WHERE node <> %s", [old])
    # this process slept through its lease, and another took the node
    nodes.execute(
        "UPDATE id_nodes SET holder = 'other:1', leased_until = leased_until + 10 WHERE node = %s", [old]
    )
    late = ids._now_ms() + ids.LEASE_MS + 1
    monkeypatch.setattr(ids, "_now_ms", lambda: late)
    second = generator.next_id()
    assert second > first
    assert second >> 6 & 1023 != old


def test_lease_is_renewed_before_it_ends(nodes: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    generator = Generator()
    node = generator.next_id() >> 6 & 1023
    later = ids._now_ms() + ids.RENEW_MS + 1000
    monkeypatch.setattr(ids, "_now_ms", lambda: later)
    assert generator.next_id() >> 6 & 1023 == node
    until = nodes.execute("SELECT leased_until FROM id_nodes WHERE node = %s", [node]).fetchone()[0]
    assert until == later + ids.LEASE_MS


@pytest.mark.django_db
def test_lease_outlives_a_rollback() -> None:
    """An id may have been sent out before the transaction failed: its node must stay taken."""
    generator = Generator()
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT before")
        node = generator.next_id() >> 6 & 1023
        cursor.execute("ROLLBACK TO before")
        cursor.execute("SELECT leased_until > %s FROM id_nodes WHERE node = %s", [ids._now_ms(), node])
        assert cursor.fetchone() == (True,)
