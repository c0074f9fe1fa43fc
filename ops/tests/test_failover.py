"""The verbs of a failover on two real servers, and what Patroni is given."""

import argparse
from pathlib import Path

import psycopg
import pytest
import yaml

from ops import replication, servers
from ops.console import Refusal
from ops.drill.losses import Write, window
from ops.drill.pair import Pair
from ops.drill.stage import Stage
from ops.drill.writers import Writers, gaps
from ops.failover import __main__ as failover
from ops.failover import patroni, promotion
from ops.paths import Layout


@pytest.mark.flow
def test_nothing_is_lost_when_a_standby_takes_over_and_the_former_primary_returns(
    tmp_path, monkeypatch
) -> None:
    with Stage(tmp_path, "failover", tiny=True) as stage:
        monkeypatch.setenv("BACKUP_DIR", str(stage.folder / "backups"))
        pair = Pair(stage, sync=True, settings=archiving_lines(stage))
        one, two = pair.primary, pair.standby
        with pytest.raises(Refusal, match="still streams"):
            list(promotion.promote(admin(two)))
        with Writers(pair.url, tmp_path / "writes.txt", count=2) as writers:
            stage.wait(lambda: len(writers) > 50, "nobody writes")
            one.kill()
            before = len(writers)
            told = "\n".join(promotion.promote(admin(two)))
            stage.wait(lambda: len(writers) > before + 50, "nobody writes after the promotion")
            with pytest.raises(Refusal, match="takes writes already"):
                list(promotion.promote(admin(two)))
            again = list(promotion.rejoin(admin(two), data=one.data, programs=None, stream=None, name="back"))
            one.start()
            stage.wait(lambda: streams(two), "the former primary does not stream")
        assert writers.lost(two.url) == []
        assert f"127.0.0.1:{two.port}, time line 2" in told
        assert "slot back" in "\n".join(again)
        with psycopg.connect(admin(two)) as connection:
            ends = [("0/1000000", False), (two.sql("SELECT pg_current_wal_lsn()").strip(), True)]
            for end, is_there in ends:
                assert connection.execute(promotion.HAS_LOG, [end]).fetchone() == (is_there,)
        assert "It archives its log" in told
        kept = stage.folder / "backups" / "wal" / "00000002.history.gz"
        stage.wait(kept.exists, "the promoted one does not archive")
        with pytest.raises(Refusal, match="is a standby"):
            servers.Servers(postgres=one).start()
        two.stop()
        two.admin_password, word = "", two.admin_password  # as make replica knows it
        two.start()
        two.admin_password = word
        assert two.sql("SELECT pg_is_in_recovery()").strip() == "f"
        with pytest.raises(Refusal, match="stop it first"):
            list(promotion.rejoin(admin(two), data=one.data, programs=None, stream=None, name="back"))


def archiving_lines(stage: Stage) -> str:
    """The configuration that make replica gives a standby where backups are kept."""
    server = stage._new_postgres("lines", "")
    servers.keep_log_when_primary(server, Layout(stage.folder))
    return server.settings


def admin(server) -> str:
    return f"postgresql://postgres:{server.admin_password}@127.0.0.1:{server.port}/postgres"


def streams(server) -> bool:
    with psycopg.connect(admin(server)) as connection:
        query = "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'"
        return connection.execute(query).fetchone() == (1,)


@pytest.mark.unit
def test_gap_is_counted_from_the_kill_to_the_next_acknowledged_write() -> None:
    assert gaps([10.0, 20.0, 30.0], [9.0, 12.0, 20.5]) == [2.0, 0.5, float("inf")]


@pytest.mark.unit
@pytest.mark.parametrize(
    ("asked", "noted", "expected"),
    [
        (9.4, 9.5, 0.5),
        (9.9, 10.2, 0.0),  # of the server that was killed: the next one was asked after it
        (10.1, 10.2, 9.8),
        (9.9, 11.5, 8.5),  # so late an answer is of the next one
        (20.1, 20.2, float("inf")),  # gone, and no kill behind it
    ],
)
def test_lost_write_is_counted_to_the_kill_that_took_it(asked, noted, expected) -> None:
    assert window([10.0, 20.0], [Write(noted, "key", asked)]) == pytest.approx(expected)


@pytest.mark.unit
def test_patroni_is_given_the_settings_of_the_sites_own_server() -> None:
    parser = argparse.ArgumentParser()
    patroni.add_arguments(parser)
    asked = parser.parse_args(["--name", "a", "--host", "10.0.0.1", "--programs", "/usr/bin", "--data", "/d"])

    warning, text = asked.action(asked)

    assert "--archive" in warning
    found = yaml.safe_load(text)
    dcs = found["bootstrap"]["dcs"]
    assert dcs["synchronous_mode"] is True
    assert dcs["ttl"] > dcs["loop_wait"] + 2 * dcs["retry_timeout"]
    assert dcs["postgresql"]["parameters"]["shared_preload_libraries"] == "pg_stat_statements"
    assert "listen_addresses" not in dcs["postgresql"]["parameters"]
    assert found["postgresql"]["connect_address"] == "10.0.0.1:5432"
    assert "password" not in str(found["postgresql"]["authentication"])
    assert Path(found["postgresql"]["data_dir"]) == Path("/d")
    (text,) = asked.action(parser.parse_args(["--programs", "/usr/bin", "--archive", "keep %p %f"]))
    kept = yaml.safe_load(text)["bootstrap"]["dcs"]["postgresql"]["parameters"]
    assert (kept["archive_mode"], kept["archive_command"]) == ("on", "keep %p %f")


@pytest.mark.unit
@pytest.mark.parametrize(
    "words",
    [
        ["patroni", "--host", "nonsense:"],
        ["patroni", "--network", "zzz"],
        ["patroni", "--etcd", "a:1,b"],
        ["redis", "sentinel", "--primary", "nonsense"],
        ["redis", "all", "--memory", "lots"],
        ["redis", "all", "--replica-of", "here"],
    ],
)
def test_configuration_is_refused_as_a_whole_when_a_word_of_it_is_none(words, capsys) -> None:
    assert failover.main([*words, *(["--programs", "/usr/bin"] if words[0] == "patroni" else [])]) == 1
    told = capsys.readouterr()
    assert (told.out, len(told.err.splitlines())) == ("", 1)


@pytest.mark.unit
def test_standby_with_a_name_that_is_none_is_refused() -> None:
    with pytest.raises(Refusal, match="a-z"):
        replication.make_standby(None, "", "no name")  # type: ignore[arg-type]
