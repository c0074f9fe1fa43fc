"""Limits: exactly as many as allowed, in every window at once, for each subject apart."""

import threading

import pytest
from django.test import RequestFactory

from twitterclone.lib import limits
from twitterclone.lib.errors import RateLimited
from twitterclone.lib.limits import Window
from twitterclone.lib.redis import client, key
from twitterclone.tests.valkey import OwnValkey, own_valkey  # noqa: F401 -- a fixture


@pytest.fixture(autouse=True)
def small_limits(monkeypatch: pytest.MonkeyPatch, settings: object) -> None:
    settings.RATE_LIMITS = True
    monkeypatch.setitem(limits.LIMITS, "try", (Window(3, 60),))
    monkeypatch.setitem(limits.LIMITS, "two", (Window(2, 60), Window(3, 3600)))
    monkeypatch.setitem(limits.LIMITS, "race", (Window(50, 60),))


def passed(name: str, subject: object, times: int) -> int:
    count = 0
    for _ in range(times):
        try:
            limits.check(name, subject)
        except RateLimited:
            continue
        count += 1
    return count


def test_limit_passes_exactly_its_number_when_one_acts_again_and_again() -> None:
    assert passed("try", 1, 10) == 3


def test_limit_is_apart_for_each_subject() -> None:
    passed("try", 1, 10)

    assert passed("try", 2, 10) == 3


def test_refusal_says_how_long_to_wait_when_the_limit_is_reached() -> None:
    passed("try", 1, 3)

    with pytest.raises(RateLimited) as refusal:
        limits.check("try", 1)

    assert 58 <= refusal.value.retry_after <= 60
    assert "seconds" in str(refusal.value.message)


def test_limit_opens_again_when_its_window_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.LIMITS, "try", (Window(3, 1),))
    passed("try", 1, 5)

    threading.Event().wait(1.1)

    assert passed("try", 1, 5) == 3


def test_long_window_is_not_eaten_by_refusals_when_the_short_one_is_full() -> None:
    passed("two", 1, 20)
    for name in client("sessions").scan_iter(key("limit", "two", 60, "*")):
        client("sessions").delete(name)

    assert passed("two", 1, 20) == 1


def test_exactly_the_limit_passes_when_32_threads_race() -> None:
    counts: list[int] = []
    start = threading.Barrier(32)

    def run() -> None:
        start.wait()
        counts.append(passed("race", "crowd", 10))

    threads = [threading.Thread(target=run) for _ in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(counts) == 50


def test_everything_passes_when_limits_are_off(settings: object) -> None:
    settings.RATE_LIMITS = False

    assert passed("try", 1, 10) == 10


def test_everything_passes_and_is_logged_when_redis_is_away(
    own_valkey: OwnValkey,  # noqa: F811
    caplog: pytest.LogCaptureFixture,
) -> None:
    own_valkey.kill()

    assert passed("try", 1, 5) == 5
    assert "not counted" in caplog.text


@pytest.mark.unit
@pytest.mark.parametrize(
    ("remote", "forwarded", "proxies", "address"),
    [
        ("192.0.2.1", "", 0, "192.0.2.1"),
        ("192.0.2.1", "203.0.113.9", 0, "192.0.2.1"),
        ("10.0.0.1", "6.6.6.6, 203.0.113.9", 1, "203.0.113.9"),
        ("10.0.0.1", "", 1, ""),
        ("::ffff:192.0.2.1", "", 0, "192.0.2.1"),
        ("", "", 0, ""),
        ("<script>", "", 0, ""),
    ],
)
def test_client_address_believes_only_trusted_proxies(
    remote: str, forwarded: str, proxies: int, address: str, settings: object
) -> None:
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=forwarded)

    assert limits.client_address(request) == address


@pytest.mark.unit
def test_network_is_the_whole_64_when_the_address_is_of_version_6() -> None:
    request = RequestFactory().get("/", REMOTE_ADDR="2001:db8:1:2:3:4:5:6")

    assert limits.network_of(request) == "2001:db8:1:2::"


@pytest.mark.unit
@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1, "1 second"), (60, "60 seconds"), (61, "2 minutes"), (3600, "60 minutes"), (3601, "2 hours")],
)
def test_waiting_time_is_rounded_up_in_words(seconds: int, words: str) -> None:
    assert limits.spoken(seconds) == words


@pytest.mark.unit
@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (59, "59 seconds"),
        (60, "1 minute"),
        (119, "1 minute"),
        (3599, "59 minutes"),
        (3600, "1 hour"),
        (5400, "1 hour"),
        (3 * 86_400 - 1, "2 days"),
    ],
)
def test_age_is_rounded_down_as_cards_say_it(seconds: int, words: str) -> None:
    assert limits.spoken(seconds, down=True) == words
