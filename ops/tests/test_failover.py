"""The verbs of a failover on two real servers, and what Patroni is given."""

import argparse
from pathlib import Path

import psycopg
import pytest
import yaml

from ops import replication
from ops.console import Refusal
from ops.drill.pair import Pair
from ops.drill.stage import Stage
from ops.drill.writers import Writers, gaps, window
from ops.failover import patroni, promotion, redis_roles


@pytest.mark.flow
def test_nothing_is_lost_when_a_standby_takes_over_and_the_former_primary_returns(tmp_path) -> None:
    with Stage(tmp_path, "failover", tiny=True) as stage:
        pair = Pair(stage, sync=True)
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
        with pytest.raises(Refusal, match="stop it first"):
            list(promotion.rejoin(admin(two), data=one.data, programs=None, stream=None, name="back"))


def admin(server) -> str:
    return f"postgresql://postgres:{server.admin_password}@127.0.0.1:{server.port}/postgres"


def streams(server) -> bool:
    with psycopg.connect(admin(server)) as connection:
        query = "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'"
        return connection.execute(query).fetchone() == (1,)


@pytest.mark.unit
def test_folder_without_a_server_of_its_own_is_refused(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    with pytest.raises(Refusal, match="--data"):
        list(promotion.rejoin("postgresql://127.0.0.1:1/x", data=None, programs=None, stream=None, name="a"))
    with pytest.raises(Refusal, match="no PostgreSQL of its own"):
        list(promotion.promote(None))


@pytest.mark.unit
def test_replica_is_promoted_by_its_name(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "postgres-admin-password").write_text("s/cret")
    for name, port in (("near", 1001), ("far", 1002)):
        (tmp_path / "replicas" / name).mkdir(parents=True)
        (tmp_path / "replicas" / name / "port.json").write_text(f'{{"postgres": {port}}}')
    assert promotion.own_url("far") == "postgresql://postgres:s%2Fcret@127.0.0.1:1002/postgres"
    with pytest.raises(Refusal, match="several"):
        promotion.own_url()
    with pytest.raises(Refusal, match="No replica"):
        promotion.own_url("gone")


@pytest.mark.unit
@pytest.mark.parametrize("role", ["all", "cache", "sentinel"])
def test_role_of_redis_is_told_what_it_may_forget(role: str) -> None:
    parser = argparse.ArgumentParser()
    redis_roles.add_arguments(parser)
    told = list(redis_roles.printed(parser.parse_args([role, "--password", "secret"])))
    kept = {"all": "appendonly yes", "cache": "appendonly no", "sentinel": "sentinel auth-pass all secret"}
    full = {
        "all": "maxmemory-policy noeviction",
        "cache": "maxmemory-policy allkeys-lfu",
        "sentinel": "port 26379",
    }
    assert kept[role] in told
    assert full[role] in told


@pytest.mark.unit
def test_gap_is_counted_from_the_kill_to_the_next_acknowledged_write() -> None:
    assert gaps([10.0, 20.0, 30.0], [9.0, 12.0, 20.5]) == [2.0, 0.5, float("inf")]
    assert window([10.0, 20.0], [9.5, 19.9]) == pytest.approx(0.5)


@pytest.mark.unit
def test_patroni_is_given_the_settings_of_the_sites_own_server() -> None:
    parser = argparse.ArgumentParser()
    patroni.add_arguments(parser)
    asked = parser.parse_args(["--name", "a", "--host", "10.0.0.1", "--programs", "/usr/bin", "--data", "/d"])

    (text,) = asked.action(asked)

    found = yaml.safe_load(text)
    dcs = found["bootstrap"]["dcs"]
    assert dcs["synchronous_mode"] is True
    assert dcs["ttl"] > dcs["loop_wait"] + 2 * dcs["retry_timeout"]
    assert dcs["postgresql"]["parameters"]["shared_preload_libraries"] == "pg_stat_statements"
    assert "listen_addresses" not in dcs["postgresql"]["parameters"]
    assert found["postgresql"]["connect_address"] == "10.0.0.1:5432"
    assert "password" not in str(found["postgresql"]["authentication"])
    assert Path(found["postgresql"]["data_dir"]) == Path("/d")


@pytest.mark.unit
def test_standby_with_a_name_that_is_none_is_refused() -> None:
    with pytest.raises(Refusal, match="a-z"):
        replication.make_standby(None, "", "no name")  # type: ignore[arg-type]
