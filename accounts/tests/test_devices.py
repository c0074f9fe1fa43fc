"""Browsers in words a person knows."""

import pytest

from accounts.devices import device_name, is_phone

pytestmark = pytest.mark.unit

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        (f"Mozilla/5.0 (Windows NT 10.0) {WEBKIT} Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        (f"Mozilla/5.0 (Macintosh; Intel Mac OS X) {WEBKIT} Version/18.0 Safari/605", "Safari on macOS"),
        (f"Mozilla/5.0 (Linux; Android 15) {WEBKIT} Chrome/140.0 Mobile Safari", "Chrome on Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) FxiOS/130.0", "Firefox on iPhone"),
        ("curl/8.5.0", "curl"),
        ("", "Unknown device"),
        ("<script>alert(1)</script>", "Unknown device"),
    ],
)
def test_device_is_named(agent: str, name: str) -> None:
    assert device_name(agent) == name


def test_phone_is_told_from_desktop() -> None:
    assert is_phone("Mozilla/5.0 (Linux; Android 15)")
    assert not is_phone("Mozilla/5.0 (X11; Linux x86_64)")
