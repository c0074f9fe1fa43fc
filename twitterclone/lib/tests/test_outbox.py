"""Events are handled at least once, written to PostgreSQL exactly once, and never stop one another."""

import time
from collections.abc import Callable, Iterator
from threading import Event, Thread
from typing import Any

import pytest
from django.db import connection, transaction
from redis.exceptions import ConnectionError as RedisDown

from twitterclone import tasks
from twitterclone.celery import app
from twitterclone.lib import outbox
from twitterclone.lib.outbox_handling import MAX_ATTEMPTS, claim
from twitterclone.tests.valkey import OwnValkey

pytestmark = pytest.mark.django_db

Listen = Callable[..., list[dict[str, Any]]]


WAKE = outbox._wake


@pytest.fixture(autouse=True)
def asleep(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """No events of other tests, and nobody drains but the test."""
    monkeypatch.setattr(outbox, "_wake", lambda: None)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM outbox")


@pytest.fixture
def listen(monkeypatch: pytest.MonkeyPatch) -> Iterator[Listen]:
    """Registers a consumer that writes down what it hears, for this test only."""
    events: list[str] = []

    def register(
        event: str, name: str = "test", *, volatile: bool = False, does: Callable[..., object] | None = None
    ) -> list[dict[str, Any]]:
        heard: list[dict[str, Any]] = []

        def consume(**payload: Any) -> None:
            heard.append(payload)
            if does:
                does(**payload)

        outbox.consumer(event, name, volatile=volatile)(consume)
        events.append(event)
        return heard

    yield register
    for event in events:
        for name in outbox._consumers.pop(event, {}):
            outbox._volatile.discard(f"{event} {name}")


def emit(event: str, **payload: Any) -> None:
    with transaction.atomic():
        outbox.emit(event, **payload)


def rows(columns: str = "event, attempts, last_error, done_at IS NOT NULL") -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM outbox ORDER BY id")
        return cursor.fetchall()


def let_time_pass() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE outbox SET available_at = now() WHERE available_at < 'infinity'")


def test_each_consumer_hears_an_event_once_when_drained(listen: Listen) -> None:
    first, second = listen("test.made", "one"), listen("test.made", "two")
    emit("test.made", thing_id=7)
    emit("test.unheard", thing_id=8)
    assert outbox.open_count() == 2
    assert outbox.drain() == 2
    assert outbox.drain() == 0
    assert first == second == [{"thing_id": 7}]
    assert rows() == [("test.made", 1, "", True)] * 2


@pytest.mark.django_db(transaction=True)
def test_event_is_gone_when_its_transaction_is_rolled_back(listen: Listen) -> None:
    heard = listen("test.made")
    with pytest.raises(transaction.TransactionManagementError):
        outbox.emit("test.made")
    with transaction.atomic():
        outbox.emit("test.made")
        transaction.set_rollback(True)
    assert outbox.drain() == 0
    assert heard == []


@pytest.mark.django_db(transaction=True)
def test_workers_are_woken_once_when_a_transaction_emits_much(
    listen: Listen, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[int] = []
    monkeypatch.setattr(outbox, "_wake", lambda: woken.append(1))
    listen("test.made")
    with transaction.atomic():
        outbox.emit("test.made")
        with transaction.atomic():
            outbox.emit("test.made")
        assert woken == []
    assert woken == [1]
    with transaction.atomic():
        with transaction.atomic():
            outbox.emit("test.made")
            transaction.set_rollback(True)
        outbox.emit("test.made")
    assert woken == [1, 1]


@pytest.mark.django_db(transaction=True)
def test_somebody_is_woken_for_each_bulk_event_of_a_transaction(
    listen: Listen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who is woken takes one: a second would wait for the sweep, or for ever where none is."""
    woken: list[int] = []
    monkeypatch.setattr(outbox, "_wake_bulk", lambda: woken.append(1))
    monkeypatch.setattr(outbox, "_bulk", {"test.crowd test"})
    listen("test.crowd")
    with transaction.atomic():
        outbox.emit("test.crowd")
        outbox.emit("test.crowd")
    assert woken == [1, 1]


def test_many_events_are_written_at_once_in_their_order(
    listen: Listen, django_assert_num_queries: object
) -> None:
    heard, other = listen("test.made"), listen("test.made", "two")
    with pytest.MonkeyPatch.context() as patch, transaction.atomic():
        patch.setattr(outbox, "_wake", lambda: None)
        with django_assert_num_queries(1):  # type: ignore[operator]
            outbox.emit_all("test.made", [{"thing_id": number} for number in range(5)])
            outbox.emit_all("test.made", [])
            outbox.emit_all("test.unheard", [{"thing_id": 9}])
    assert outbox.drain() == 10
    assert heard == other == [{"thing_id": number} for number in range(5)]


CHANGE = (
    "WITH changed AS (UPDATE outbox_state SET timelines_run_id = %(new)s WHERE %(is_wanted)s RETURNING 1)"
)


def test_event_is_written_with_a_change_when_there_is_one(
    listen: Listen, django_assert_num_queries: object
) -> None:
    heard = listen("test.made")
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert outbox.change_and_emit(CHANGE, {"new": "a", "is_wanted": True}, "test.made", thing_id=7)
    assert not outbox.change_and_emit(CHANGE, {"new": "b", "is_wanted": False}, "test.made", thing_id=8)
    assert outbox.drain() == 1
    assert heard == [{"thing_id": 7}]


@pytest.mark.django_db(transaction=True)
def test_workers_are_woken_behind_and_not_for_each_when_changes_come_by_the_hundred(
    listen: Listen, monkeypatch: pytest.MonkeyPatch
) -> None:
    listen("test.made")
    woken: list[int] = []
    committed: list[int] = []
    monkeypatch.setattr(outbox, "_wake", lambda: woken.append(len(committed)))
    monkeypatch.setattr(outbox, "_is_behind", lambda: True)
    for number in range(20):
        with transaction.atomic():
            transaction.on_commit(lambda number=number: committed.append(number))
            outbox.change_and_emit(CHANGE, {"new": "a", "is_wanted": True}, "test.made", thing_id=number)
    deadline = time.monotonic() + 5
    while 20 not in woken and time.monotonic() < deadline:
        time.sleep(0.01)
    assert woken[-1] == 20  # the last is never one that nobody was woken for
    assert len(woken) < 20


def test_others_go_on_when_a_consumer_fails(listen: Listen) -> None:
    failing = listen("test.bad", does=lambda **_: 1 / 0)
    heard = listen("test.good")
    emit("test.bad")
    emit("test.good")
    outbox.drain()
    assert len(failing) == len(heard) == 1
    assert rows("event, attempts, done_at IS NULL, available_at > now(), last_error") == [
        ("test.bad", 1, True, True, "ZeroDivisionError('division by zero')"),
        ("test.good", 1, False, False, ""),
    ]
    outbox.drain()
    assert len(failing) == 1
    let_time_pass()
    outbox.drain()
    assert len(failing) == 2


def test_what_a_consumer_wrote_is_undone_when_it_fails(listen: Listen) -> None:
    def write_and_fail(**_: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE outbox_state SET timelines_run_id = 'half done'")
            cursor.execute("SELECT 1 / 0")

    listen("test.bad", does=write_and_fail)
    emit("test.bad")
    outbox.drain()
    with connection.cursor() as cursor:
        cursor.execute("SELECT timelines_run_id FROM outbox_state")
        assert cursor.fetchone()[0] != "half done"
    assert rows("attempts, done_at") == [(1, None)]


def test_event_is_parked_when_it_fails_again_and_again(listen: Listen) -> None:
    failing = listen("test.bad", does=lambda **_: 1 / 0)
    emit("test.bad")
    for _ in range(MAX_ATTEMPTS + 5):
        outbox.drain()
        let_time_pass()
    assert len(failing) == MAX_ATTEMPTS
    assert (outbox.open_count(), outbox.parked_count()) == (1, 1)
    assert outbox.revive() == 1
    outbox.drain()
    assert len(failing) == MAX_ATTEMPTS + 1


def test_event_steps_back_when_it_killed_its_worker_before(listen: Listen) -> None:
    heard = listen("test.deadly")
    emit("test.deadly")
    assert claim({"test.deadly test"}, set())  # and then the worker was gone
    assert claim({"test.deadly test"}, set())
    assert not claim({"test.deadly test"}, set())
    assert rows("attempts, available_at > now()") == [(2, True)]
    let_time_pass()
    outbox.drain()
    assert heard == [{}]


def test_consumer_waits_without_blame_when_redis_is_down(listen: Listen) -> None:
    down = [True]

    def need_redis(**_: Any) -> None:
        if down[0]:
            raise RedisDown

    waiting = listen("test.pushed", does=need_redis)
    heard = listen("test.pushed", "other")
    for _ in range(5):
        emit("test.pushed")
    outbox.drain()
    assert (len(waiting), len(heard)) == (1, 5)
    assert {row[0] for row in rows("attempts")} == {0, 1}
    down[0] = False
    let_time_pass()
    outbox.drain()
    assert len(waiting) == 6
    assert outbox.open_count() == 0


def test_event_of_an_unknown_consumer_waits_for_a_worker_that_knows_it(listen: Listen) -> None:
    listen("test.new")
    emit("test.new")
    function = outbox._consumers["test.new"].pop("test")
    assert outbox.drain() == 0
    outbox.tidy()
    assert outbox.open_count() == 1
    outbox._consumers["test.new"]["test"] = function
    assert outbox.drain() == 1


def test_event_of_a_removed_consumer_is_closed_when_a_day_has_passed(listen: Listen) -> None:
    listen("test.old")
    emit("test.old")
    outbox._consumers["test.old"].clear()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE outbox SET created_at = now() - interval '2 days'")
    outbox.tidy()
    assert rows("done_at IS NOT NULL, last_error") == [(True, "nobody consumes this")]


def test_done_events_are_deleted_when_an_hour_has_passed(listen: Listen) -> None:
    listen("test.made")
    for _ in range(3):
        emit("test.made")
    outbox.drain()
    assert outbox.tidy() == 0
    with connection.cursor() as cursor:
        cursor.execute("UPDATE outbox SET done_at = now() - interval '2 hours' WHERE id % 3 > 0")
    assert outbox.tidy() == 2
    assert len(rows()) == 1


def test_only_volatile_deliveries_are_repeated_when_reopened(listen: Listen) -> None:
    pushed = listen("test.made", "pusher", volatile=True)
    written = listen("test.made", "writer")
    emit("test.made")
    outbox.drain()
    assert outbox.reopen(10) == 1
    outbox.drain()
    assert (len(pushed), len(written)) == (2, 1)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE outbox SET done_at = now() - interval '11 seconds'")
    assert outbox.reopen(10) == 0


def test_deliveries_are_repeated_when_the_server_restarted(
    listen: Listen, own_valkey: OwnValkey, caplog: pytest.LogCaptureFixture
) -> None:
    heard = listen("test.pushed", volatile=True)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE outbox_state SET timelines_run_id = ''")
    assert tasks.reopen_after_restart()
    assert "restarted" not in caplog.text, "on a new installation nothing restarted"
    emit("test.pushed")
    tasks.sweep_outbox()
    assert not tasks.reopen_after_restart()
    own_valkey.kill()
    assert not tasks.reopen_after_restart()
    tasks.sweep_outbox()
    assert len(heard) == 1
    own_valkey.start()
    tasks.sweep_outbox()
    assert len(heard) == 2
    tasks.sweep_outbox()
    assert len(heard) == 2


def test_drain_stops_at_its_limit_when_there_is_more(listen: Listen) -> None:
    heard = listen("test.made")
    for _ in range(7):
        emit("test.made")
    assert outbox.drain(5) == 5
    assert outbox.drain(5) == 2
    assert len(heard) == 7


def all_at_once(
    monkeypatch: pytest.MonkeyPatch, *events: str, settles: Callable[[dict[str, Any]], bool]
) -> list[list[int]]:
    """Registers a function for several events of the consumer `test`; what it was given, call by call."""
    calls: list[list[int]] = []
    monkeypatch.setattr(outbox, "_together", dict(outbox._together))

    def together(told: list[tuple[str, dict[str, Any]]]) -> list[bool]:
        calls.append([payload["n"] for _, payload in told])
        return [settles(payload) for _, payload in told]

    outbox.together(*events, name="test")(together)
    return calls


@pytest.mark.parametrize("volatile", [True, False])
def test_events_that_many_did_not_settle_are_handled_alone(
    listen: Listen, monkeypatch: pytest.MonkeyPatch, volatile: bool
) -> None:
    one, other = listen("test.one", volatile=volatile), listen("test.other", volatile=volatile)
    calls = all_at_once(monkeypatch, "test.one", "test.other", settles=lambda payload: payload["n"] % 2 == 0)
    for n in range(6):
        emit("test.one" if n < 4 else "test.other", n=n)
    assert outbox.drain() == 6
    assert calls == [[0, 1, 2, 3, 4, 5]]
    assert [payload["n"] for payload in one + other] == [1, 3, 5]
    assert rows("attempts, done_at IS NOT NULL") == [(1, True)] * 6


def test_each_is_handled_alone_when_many_at_once_fail(
    listen: Listen, monkeypatch: pytest.MonkeyPatch
) -> None:
    def does(n: int) -> None:
        if n == 1:
            raise ZeroDivisionError

    def fail(payload: dict[str, Any]) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")
        return True

    heard = listen("test.made", does=does)
    calls = all_at_once(monkeypatch, "test.made", settles=fail)
    for n in range(3):
        emit("test.made", n=n)
    outbox.drain()
    assert len(calls) == 1
    assert [payload["n"] for payload in heard] == [0, 1, 2]
    assert [row[0] for row in rows("done_at IS NOT NULL")] == [True, False, True]
    let_time_pass()
    outbox.drain()
    assert len(calls) == 1  # what failed has no company any more
    assert [payload["n"] for payload in heard] == [0, 1, 2, 1]


def test_transaction_stays_short_when_many_are_handled_one_by_one(listen: Listen) -> None:
    transactions: list[str] = []
    before = len(connection.savepoint_ids)
    listen("test.made", volatile=True, does=lambda **_: transactions.append(connection.savepoint_ids[before]))
    for n in range(23):
        emit("test.made", n=n)
    assert outbox.drain() == 23
    assert [transactions.count(name) for name in dict.fromkeys(transactions)] == [20, 1, 1, 1]


def test_event_is_handled_at_once_when_it_is_alone(listen: Listen, monkeypatch: pytest.MonkeyPatch) -> None:
    heard = listen("test.made")
    calls = all_at_once(monkeypatch, "test.made", settles=lambda payload: True)
    emit("test.made", n=1)
    outbox.drain()
    assert (heard, calls) == ([{"n": 1}], [])


def test_what_many_left_is_written_each_in_a_transaction_of_its_own(
    listen: Listen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that none waits, with locks held, for the next one's."""
    savepoints: list[tuple[str, ...]] = []
    listen("test.made", does=lambda **_: savepoints.append(tuple(connection.savepoint_ids)))
    listen("test.made", "volatile", volatile=True, does=lambda **_: savepoints.append(("volatile",)))
    all_at_once(monkeypatch, "test.made", settles=lambda payload: False)
    before = len(connection.savepoint_ids)
    emit("test.made", n=1)
    emit("test.made", n=2)
    outbox.drain()
    assert savepoints[:2] == [("volatile",)] * 2
    first, second = savepoints[2:]
    assert first[before] != second[before]


@pytest.mark.django_db(transaction=True)
def test_workers_share_the_events_when_they_drain_at_the_same_time(listen: Listen) -> None:
    heard = listen("test.made", does=lambda **_: time.sleep(0.002))
    for number in range(60):
        emit("test.made", number=number)

    def work() -> None:
        outbox.drain()
        connection.close()

    workers = [Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(payload["number"] for payload in heard) == list(range(60))


@pytest.mark.django_db(transaction=True)
def test_small_events_pass_a_big_one_when_another_worker_is_busy(listen: Listen) -> None:
    begun, may_end = Event(), Event()

    def big(**_: Any) -> None:
        begun.set()
        may_end.wait(10)

    listen("test.big", does=big)
    small = listen("test.small")
    emit("test.big")
    for _ in range(5):
        emit("test.small")

    def work() -> None:
        outbox.drain(1)
        connection.close()

    worker = Thread(target=work)
    worker.start()
    assert begun.wait(10)
    outbox.drain()
    assert len(small) == 5
    assert outbox.open_count() == 1
    may_end.set()
    worker.join()
    assert outbox.open_count() == 0


@pytest.fixture
def broker_at(own_valkey: OwnValkey, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[OwnValkey]:
    """Wake-ups go to a broker of the test's own."""
    monkeypatch.setattr(outbox, "_wake", WAKE)
    changed = {"broker_url": own_valkey.url, "task_always_eager": False}
    before = {name: app.conf[name] for name in changed}  # before the next line, which Celery reads too
    settings.CELERY_TASK_ALWAYS_EAGER = False
    app.conf.update(changed)
    app._after_fork()
    yield own_valkey
    app.conf.update(before)
    app._after_fork()


def timed_emit() -> float:
    begun = time.perf_counter()
    emit("test.made")
    return time.perf_counter() - begun


@pytest.mark.django_db(transaction=True)
def test_posting_goes_on_when_the_broker_is_down(listen: Listen, broker_at: OwnValkey) -> None:
    heard = listen("test.made")
    timed_emit()
    broker_at.kill()
    first, *others = [timed_emit() for _ in range(20)]
    assert first < 1.5
    assert sorted(others)[10] < 0.05
    broker_at.start()
    tasks.sweep_outbox()
    assert len(heard) == 21


@pytest.mark.django_db(transaction=True)
def test_posting_goes_on_when_the_broker_does_not_answer(listen: Listen, broker_at: OwnValkey) -> None:
    listen("test.made")
    timed_emit()
    broker_at.freeze()
    try:
        first, *others = [timed_emit() for _ in range(20)]
    finally:
        broker_at.thaw()
    assert first < 5
    assert sorted(others)[10] < 0.05
