"""Done soon, by another thread, once for many calls."""

import os
import threading
import time
from collections.abc import Callable

import pytest

from twitterclone.lib.behind import Behind


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_caller_does_not_wait_and_many_calls_are_one() -> None:
    may_go_on = threading.Event()
    calls: list[str] = []

    def slow() -> None:
        calls.append(threading.current_thread().name)
        may_go_on.wait(5)

    behind = Behind(slow, 0)
    for _call in range(100):
        behind()
        until(lambda: bool(calls))
    assert calls == ["behind"]
    may_go_on.set()
    until(lambda: len(calls) == 2)  # asked for while the first was under way
    time.sleep(0.05)
    assert len(calls) == 2


def test_pause_stands_between_two_and_the_last_call_is_never_lost() -> None:
    moments: list[float] = []
    behind = Behind(lambda: moments.append(time.monotonic()), 0.2)
    behind()
    until(lambda: len(moments) == 1)
    behind()
    until(lambda: len(moments) == 2)
    assert moments[1] - moments[0] >= 0.2


def test_failure_is_logged_and_the_next_call_works(caplog: pytest.LogCaptureFixture) -> None:
    answers = iter([ZeroDivisionError()])
    done: list[int] = []

    def fails_once() -> None:
        for error in answers:
            raise error
        done.append(1)

    behind = Behind(fails_once, 0)
    behind()
    until(lambda: "ZeroDivisionError" in caplog.text)
    behind()
    until(lambda: done == [1])


def test_forked_child_has_a_thread_of_its_own() -> None:
    reading, writing = os.pipe()
    behind = Behind(lambda: os.write(writing, f"{os.getpid()}\n".encode()), 0)
    behind()
    assert int(os.read(reading, 20)) == os.getpid()
    child = os.fork()
    if child == 0:  # pragma: no cover -- the child
        behind()
        time.sleep(0.5)
        os._exit(0)
    assert int(os.read(reading, 20)) == child
    os.waitpid(child, 0)
