"""Address, port, lock and environment of the site."""

import socket

import pytest

from ops import servers, site
from ops.console import Refusal
from ops.paths import Layout, read_dotenv

pytestmark = pytest.mark.unit


@pytest.fixture
def place(tmp_path):
    return Layout(tmp_path / "var")


def test_port_is_refused_with_advice_when_taken():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(Refusal, match=f"Port {port} .* make run PORT={port + 1}"):
            site.check_port(site.Address("127.0.0.1", port))


@pytest.mark.parametrize("port", ["0", "65536", "eighty", "-1", "٨٠"])
def test_port_is_refused_when_no_port(monkeypatch, port):
    monkeypatch.setenv("PORT", port)
    with pytest.raises(Refusal, match="PORT must be a number"):
        site.address()


def test_host_is_refused_when_not_of_this_machine():
    with pytest.raises(Refusal, match="is no address of this machine"):
        site.check_port(site.Address("192.0.2.1", servers.free_port()))


@pytest.mark.parametrize(
    ("host", "loopback", "url"),
    [
        ("127.0.0.1", True, "http://127.0.0.1:8000"),
        ("localhost", True, "http://localhost:8000"),
        ("::1", True, "http://[::1]:8000"),
        ("0.0.0.0", False, "http://127.0.0.1:8000"),
        ("192.168.1.5", False, "http://192.168.1.5:8000"),
    ],
)
def test_address_knows_itself_when_asked(host, loopback, url):
    address = site.Address(host, 8000)
    assert (address.is_loopback, address.url) == (loopback, url)


def test_second_start_is_refused_when_one_runs(place):
    with site.held(place):
        site.write(place, {"pid": 4711, "url": "http://127.0.0.1:8000"})
        assert site.is_held(place)
        with pytest.raises(Refusal, match=r"already running at http://127.0.0.1:8000 \(process 4711\)"):
            site.held(place).__enter__()
    assert not site.is_held(place)


def test_secret_is_kept_and_private_when_made(place):
    place.make()
    first = servers.kept_secret(place.secrets / "key")
    assert servers.kept_secret(place.secrets / "key") == first
    assert len(first) == 64
    assert (place.secrets / "key").stat().st_mode & 0o777 == 0o600
    assert place.secrets.stat().st_mode & 0o777 == 0o700


def test_given_settings_win_when_environment_is_made(place, monkeypatch):
    place.make()
    monkeypatch.setenv("SECRET_KEY", "given")
    monkeypatch.setenv("CONFIRM_EMAIL", "off")
    monkeypatch.delenv("SITE_URL", raising=False)
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    made = site.environment(place, site.Address("127.0.0.1", 9000), servers.Servers())
    assert (made["SECRET_KEY"], made["CONFIRM_EMAIL"]) == ("given", "off")
    assert made["SITE_URL"] == "http://127.0.0.1:9000"
    assert "PYTHONPATH" not in made


def test_dotenv_is_read_when_there(tmp_path, monkeypatch):
    for name in ("TC_A", "TC_B", "TC_D"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TC_C", "already")
    file = tmp_path / ".env"
    file.write_text("# TC_X=no\nTC_A=one # why\nexport TC_B='two # words'\nTC_C=ignored\nTC_D=\n")
    read_dotenv(file)
    environment = site.os.environ
    assert (environment["TC_A"], environment["TC_B"], environment["TC_C"]) == (
        "one",
        "two # words",
        "already",
    )
    assert "TC_D" not in environment
    assert "TC_X" not in environment


def test_programs_are_refused_when_they_are_not_where_it_is_said(tmp_path, monkeypatch):
    monkeypatch.setenv("POSTGRES_BIN", str(tmp_path))
    with pytest.raises(Refusal, match=f"POSTGRES_BIN: there is no program {tmp_path}/postgres"):
        servers.postgres_programs(None)
    monkeypatch.setenv("REDIS_PROGRAM", "redis-server")
    with pytest.raises(Refusal, match="REDIS_PROGRAM must be a whole path"):
        servers.valkey_program(None, tmp_path)
