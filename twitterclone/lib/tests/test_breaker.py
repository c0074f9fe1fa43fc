"""A breaker lets one call through after a failure, and none of the others wait."""

import threading
import time

import pytest

from twitterclone.lib.breaker import Breaker

pytestmark = pytest.mark.unit


def fail() -> None:
    raise ConnectionError


def test_calls_are_skipped_when_one_failed_just_now() -> None:
    breaker, calls = Breaker((OSError,), rest=0.1), []
    assert breaker.call(lambda: calls.append(1))
    assert not breaker.call(fail)
    assert not breaker.call(lambda: calls.append(2))
    time.sleep(0.11)
    assert breaker.call(lambda: calls.append(3))
    assert breaker.call(lambda: calls.append(4))
    assert calls == [1, 3, 4]


def test_other_errors_pass_through_when_they_are_not_named() -> None:
    breaker = Breaker((OSError,))
    with pytest.raises(ZeroDivisionError):
        breaker.call(lambda: 1 / 0)
    assert breaker.call(lambda: None)


def test_only_one_call_finds_out_when_the_rest_is_over() -> None:
    breaker = Breaker((OSError,), rest=0.05)
    breaker.call(fail)
    time.sleep(0.06)
    probing, done = threading.Event(), threading.Event()

    def slow() -> None:
        probing.set()
        done.wait(5)
        raise OSError

    thread = threading.Thread(target=lambda: breaker.call(slow))
    breaker.rest = 60
    thread.start()
    probing.wait(5)
    assert not breaker.call(lambda: None)
    done.set()
    thread.join()
    assert not breaker.call(lambda: None)
    breaker.reset()
    assert breaker.call(lambda: None)
