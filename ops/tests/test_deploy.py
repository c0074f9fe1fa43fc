"""The files of a server: made from one plan, and read by the programs that will read them there."""

import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from ops.console import Refusal
from ops.deploy import checking, files, install, systemd
from ops.deploy.host import Host

PYTHON = Path(sys.executable)
HOST = Host("example.org", cores=2)


def test_files_are_good_to_the_programs_that_read_them(tmp_path):
    results = checking.check(HOST, tmp_path, PYTHON)
    assert [result.what for result in results] == ["systemd units", "nginx site", "compose.yaml"]
    assert not [str(result) for result in results if result.is_bad]
    assert results[2].by


def test_broken_compose_file_is_found(tmp_path, monkeypatch):
    monkeypatch.setattr("ops.deploy.containers.POSTGRES", "")
    monkeypatch.setattr("ops.deploy.containers._name", lambda role, n: f"{role.name} {n}")
    assert checking.check(HOST, tmp_path, PYTHON)[2].is_bad


def test_files_for_containers_are_those_of_the_repository():
    kept = {path.name: path.read_text() for path in files.CONTAINERS.iterdir()}
    assert kept == files.of_containers()


def test_every_process_has_its_unit_and_the_target_wants_it():
    units = systemd.units(HOST)
    wanted = re.search(r"Wants=(.+)", units[systemd.TARGET])[1].split()
    assert wanted == [name for role in HOST.roles() for name in systemd.unit_names(role)]
    for name in wanted:
        text = units[re.sub(r"@\d+", "@", name)]
        assert f"ExecStart={systemd.quoted(HOST.python)} " in text
        assert "{n}" not in text
        assert not re.search(r"(?<!%)%(?![%i])", text), "only %i is systemd's"


@pytest.mark.parametrize(
    "name", ["", "example", "Example.org", "exa mple.org", "a.b;rm", "-a.org", "example.org\n", "1.2.3.4"]
)
def test_name_that_is_none_is_refused(name):
    with pytest.raises(Refusal, match="no name of a site"):
        Host(name)


def test_settings_hold_a_secret_and_are_not_written_over(tmp_path, capsys):
    host = replace(HOST, env=tmp_path / "env", data=tmp_path)
    text = install.settings(host, "secret", "admin@example.org", "smtp+tls://u:p@mail:587")
    values = dict(line.split("=", 1) for line in text.splitlines())
    assert values["SITE_URL"] == "https://example.org"
    assert values["DJANGO_SETTINGS_MODULE"] == "twitterclone.settings.production"
    assert len(values["SECRET_KEY"]) == 64
    host.env.write_text("SECRET_KEY=mine\n")
    install.install(host, is_dry=True)
    assert "stays as it is" in capsys.readouterr().out
    assert host.env.read_text() == "SECRET_KEY=mine\n"
    assert [path.name for path in tmp_path.iterdir()] == ["env"]


@pytest.mark.parametrize(
    ("url", "password"),
    [
        ("postgresql://site:secret@127.0.0.1:5432/site", "secret"),
        ("postgresql://site:secret@db:5432/site", ""),
    ],
)
def test_database_is_made_by_a_second_run_where_the_first_broke_off(url, password):
    assert install._password(f"SITE_URL=https://example.org\nDATABASE_URL={url}\n") == password
