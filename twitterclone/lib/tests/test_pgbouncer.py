"""What PgBouncer is told, and how the site connects beside it."""

import configparser
from pathlib import Path

import environ
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from twitterclone.lib import pgbouncer
from twitterclone.settings.database import SESSION, database

pytestmark = pytest.mark.unit


def parsed(url: str) -> dict:
    return database(environ.Env.db_url_config(url), pool=4)


def read(text: str) -> configparser.ConfigParser:
    found = configparser.ConfigParser(interpolation=None)
    found.read_string(text)
    return found


def test_each_database_has_its_line_with_what_sessions_are_set_to() -> None:
    databases = {
        "default": parsed("postgresql://me:se%22cret@db.example:5433/site?sslmode=require"),
        "replica1": parsed("postgresql://me:se%22cret@db2.example/site"),
    }
    found = read(pgbouncer.configuration(databases, SESSION, folder="/etc/pb", size=7, clients=300))
    assert found["databases"]["site"] == (
        "host=db.example port=5433 dbname=site connect_query='SET timezone = ''UTC'';"
        " SET lock_timeout = ''10s''; SET plan_cache_mode = ''force_generic_plan'';'"
    )
    assert found["databases"]["replica1"].startswith("host=db2.example port=5432 dbname=site ")
    told = found["pgbouncer"]
    assert (told["pool_mode"], told["max_db_connections"], told["max_client_conn"]) == (
        "transaction", "7", "300",
    )  # fmt: skip
    assert (told["auth_type"], told["server_tls_sslmode"]) == ("scram-sha-256", "require")
    assert pgbouncer.users(databases) == '"me" "se""cret"\n'


@pytest.mark.parametrize(
    ("said", "prepares"), [("PgBouncer 1.18.0", False), ("PgBouncer 1.21.0", True), ("", True)]
)
def test_prepared_statements_are_kept_when_the_version_can(said: str, prepares: bool) -> None:
    databases = {"default": parsed("postgresql://a:b@c/d")}
    text = pgbouncer.configuration(databases, {}, folder="", version=pgbouncer.version_of(said))
    assert ("max_prepared_statements" in read(text)["pgbouncer"]) is prepares


def test_connection_asks_a_pooler_for_nothing_it_refuses() -> None:
    place = environ.Env.db_url_config("postgresql://a:b@c/d")
    pooled = database(place, pool=4, pooled=True)
    assert "options" not in pooled["OPTIONS"]
    assert pooled["OPTIONS"]["prepare_threshold"] is None
    assert pooled["DISABLE_SERVER_SIDE_CURSORS"]
    assert database(place, pool=4, pooled=True, prepares=True)["OPTIONS"]["prepare_threshold"] == 0
    direct = database(place, pool=4)["OPTIONS"]
    assert direct["options"] == "-c timezone=UTC -c lock_timeout=10s -c plan_cache_mode=force_generic_plan"


def test_command_writes_files_for_their_owner_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for words in (["--size", "0"], ["--clients", "-1"], ["--port", "0"], ["--release", "abc"]):
        with pytest.raises(CommandError, match=words[0]):
            call_command("pgbouncer_config", "--out", str(tmp_path / "new"), *words)
    assert not (tmp_path / "new").exists()
    call_command("pgbouncer_config", "--out", str(tmp_path / "new"), "--release", "1.18")
    said = capsys.readouterr().out
    assert "DATABASE_POOLED=true" in said
    assert str(connection.settings_dict["PASSWORD"]) not in said
    for name in ("pgbouncer.ini", "userlist.txt"):
        assert (tmp_path / "new" / name).stat().st_mode & 0o777 == 0o600
    assert str(connection.settings_dict["PASSWORD"]) in (tmp_path / "new" / "userlist.txt").read_text()
