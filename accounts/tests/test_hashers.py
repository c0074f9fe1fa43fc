"""Argon2id with OWASP's parameters, a few at a time."""

import threading

import pytest
from django.contrib.auth.hashers import check_password, make_password

from accounts.hashers import OwaspArgon2Hasher

pytestmark = pytest.mark.unit


@pytest.fixture(autouse=True)
def real_hasher(settings: object) -> None:
    settings.PASSWORD_HASHERS = ["accounts.hashers.OwaspArgon2Hasher"]


def test_parameters_are_those_owasp_advises() -> None:
    encoded = make_password("correct horse")

    assert encoded.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert check_password("correct horse", encoded)
    assert not check_password("wrong", encoded)


def test_no_more_run_at_once_than_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    running, most, lock = 0, 0, threading.Lock()
    hasher = OwaspArgon2Hasher()

    def slow_params(self: OwaspArgon2Hasher) -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        threading.Event().wait(0.02)
        with lock:
            running -= 1
        raise LookupError

    monkeypatch.setattr(OwaspArgon2Hasher, "params", slow_params)

    def run() -> None:
        with pytest.raises(LookupError):
            hasher.encode("x", "salt")

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert most == 2
