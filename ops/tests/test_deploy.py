"""The files of a server: made from one plan, and read by the programs that will read them there."""

import re
import shutil
import subprocess
import sys
from dataclasses import replace
from fnmatch import fnmatch
from pathlib import Path

import pytest

from ops.console import Refusal
from ops.deploy import checking, database, files, install, systemd
from ops.deploy.host import Host
from ops.paths import ROOT

PYTHON = Path(sys.executable)
HOST = Host("example.org", cores=2)
SERVER = database.Server(15, Path("/usr/lib/postgresql/15/bin"), Path("/etc/none"), "", archives=False)


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


@pytest.mark.parametrize("name", [".env", "certificates/example.org/privkey.pem", "certificates/key"])
def test_what_is_secret_beside_compose_is_neither_in_the_image_nor_in_git(name):
    path = f"ops/containers/{name}"
    patterns = files.of_containers()["Containerfile.dockerignore"].split()
    parts = Path(path).parts
    assert any(fnmatch(part, each.removeprefix("**/")) for part in parts for each in patterns)
    if shutil.which("git") and (ROOT / ".git").exists():
        assert subprocess.run(["git", "check-ignore", "-q", path], cwd=ROOT, check=False).returncode == 0


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


def test_settings_of_another_site_are_refused_and_stay(tmp_path):
    host, dotenv = replace(HOST, env=tmp_path / "env"), tmp_path / ".env"
    install.check_dotenv(host, dotenv)
    dotenv.symlink_to(host.env)
    install.check_dotenv(host, dotenv)  # its own link, of the last time
    dotenv.unlink()
    dotenv.write_text("BACKUP_DIR=/mnt/backups")
    with pytest.raises(Refusal, match="has the settings of a site already"):
        install.check_dotenv(host, dotenv)


def test_settings_hold_a_secret_and_are_not_written_over(tmp_path, capsys):
    host = replace(HOST, env=tmp_path / "env", data=tmp_path)
    values = install.settings(host, SERVER, "admin@example.org", "smtp+tls://u:p@mail:587")
    assert values["SITE_URL"] == "https://example.org"
    assert values["DJANGO_SETTINGS_MODULE"] == "twitterclone.settings.production"
    assert len(values["SECRET_KEY"]) == 64
    assert values["BACKUP_KEEP_FULLS"] == "8"  # before PostgreSQL 17 each night's is a full one
    host.env.write_text("SECRET_KEY=mine\n")
    install.install(host, is_dry=True)
    assert "stays as it is" in capsys.readouterr().out
    assert host.env.read_text() == "SECRET_KEY=mine\n"
    assert [path.name for path in tmp_path.iterdir()] == ["env"]


def test_roles_get_the_passwords_of_the_settings_whatever_is_in_them():
    sql = database.roles("postgresql://twitterclone:it%27s%2F@127.0.0.1/twitterclone", "")
    assert "PASSWORD 'it''s/'$role$" in sql
    assert "twitterclone_backup" not in sql


def test_database_is_left_alone_when_the_settings_name_another_machine(tmp_path, capsys):
    env = tmp_path / "env"
    env.write_text("DATABASE_URL=postgresql://site:secret@db:5432/site\nBACKUP_DIR=/mnt/backups\n")
    install.install(replace(HOST, env=env), is_dry=True)
    assert "psql" not in capsys.readouterr().out


def test_units_may_write_where_the_settings_have_backups(tmp_path, monkeypatch):
    env, written = tmp_path / "env", {}
    env.write_text("DATABASE_URL=postgresql://site:secret@db:5432/site\nBACKUP_DIR=/mnt/backups\n")
    monkeypatch.setattr(install.Steps, "write", lambda _, path, text, mode=0: written.update({path: text}))
    install.install(replace(HOST, env=env), is_dry=True)
    unit = written[Path("/etc/systemd/system/twitterclone-backup-full.service")]
    assert "ReadWritePaths=/var/lib/twitterclone -/mnt/backups\n" in unit
