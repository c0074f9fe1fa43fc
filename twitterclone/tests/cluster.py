"""A cluster of three Valkeys of a test's own, any of which it may kill and start again."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from twitterclone.tests.valkey import OwnValkey, forget_clients, free_port

NODES = 3
SLOTS = 16384
PATIENCE = 30


class Node(OwnValkey):
    """Others go on answering for their part of the keys while this one is away."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        super().__init__(folder, keeps_log=True)
        self.bus = free_port()
        self.options = (
            *("--cluster-enabled", "yes", "--cluster-node-timeout", "1000"),
            *("--cluster-require-full-coverage", "no", "--cluster-port", str(self.bus)),
        )

    def ask(self, *words: object) -> Any:
        with redis.Redis(port=self.port, socket_timeout=5) as client:
            return client.execute_command(*words)


class OwnCluster:
    """Three primaries that share the slots."""

    def __init__(self, folder: Path) -> None:
        self.nodes = [Node(folder / f"node{n}") for n in range(NODES)]
        self.url = "redis+cluster://" + ",".join(f"127.0.0.1:{node.port}" for node in self.nodes)

    def start(self) -> None:
        for n, node in enumerate(self.nodes):
            node.start()
            node.ask("CLUSTER ADDSLOTSRANGE", SLOTS * n // NODES, SLOTS * (n + 1) // NODES - 1)
            node.ask("CLUSTER MEET", "127.0.0.1", self.nodes[0].port, self.nodes[0].bus)
        self.wait_until_whole()

    def wait_until_whole(self) -> None:
        until(lambda: all(self._sees_all(node) for node in self.nodes))

    def kill(self) -> None:
        for node in self.nodes:
            node.kill()

    @staticmethod
    def _sees_all(node: Node) -> bool:
        try:
            facts = node.ask("CLUSTER INFO")
        except redis.RedisError:
            return False
        text = facts if isinstance(facts, dict) else dict(line.split(":") for line in facts.decode().split())
        return (text["cluster_state"], text["cluster_slots_ok"]) == ("ok", str(SLOTS))


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError(f"the cluster was not ready within {PATIENCE} s")
        time.sleep(0.05)


@pytest.fixture
def own_cluster(tmp_path: Path, settings: Any) -> Iterator[OwnCluster]:
    """The timelines on a cluster that only this test uses, in a dozen buckets."""
    cluster = OwnCluster(tmp_path)
    before = settings.REDIS_ROLES
    try:
        cluster.start()
        settings.REDIS_ROLES = {**before, "timelines": cluster.url}
        settings.TIMELINE_BUCKETS = 12
        forget_clients()
        yield cluster
    finally:
        settings.REDIS_ROLES = before
        forget_clients()
        cluster.kill()
