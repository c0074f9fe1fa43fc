"""A Valkey, its replica, and three sentinels that let the one take the other's place."""

import subprocess
import time
from pathlib import Path

import redis

from ops import accounts, processes, servers
from ops.drill.stage import Stage
from ops.failover.redis_roles import sentinel_lines
from ops.valkey import Valkey

SERVICE = "all"
DOWN_AFTER = 1000  # milliseconds; five seconds in earnest
CALM = 3.0  # seconds of one mind; one vote may follow another within DOWN_AFTER


class Trio:
    """`url` is what the site is given; stands for a Valkey where a site wants one."""

    def __init__(self, stage: Stage) -> None:
        self._stage, self._account = stage, accounts.server_account()
        first = stage.valkey("one")
        self.password = first.password
        second = stage.valkey("two", settings=self._following(first.port), password=self.password)
        first.settings = f"masterauth {self.password}"
        self.primary, self.replica = first, second
        self._calm_since = time.monotonic()
        self.ports: list[int] = []
        self._ask(first, "CONFIG", "SET", "masterauth", self.password)
        self.ports = [servers.free_port() for _ in range(3)]
        for number, port in enumerate(self.ports):
            self._start_sentinel(number, port)
        stage.wait(self.is_whole, "the sentinels do not see all")

    @property
    def url(self) -> str:
        places = ",".join(f"127.0.0.1:{port}" for port in self.ports)
        return f"redis+sentinel://:{self.password}@{places}/{SERVICE}/0"

    def kill_primary(self) -> float:
        """Returns the moment of the kill."""
        self._stage.wait(self.is_whole, "the sentinels do not agree")
        self.primary.kill()
        return time.monotonic()

    def wait_for_another(self) -> None:
        """Returns when the sentinels have promoted the replica."""
        old = self.primary.port
        self._stage.wait(lambda: self._agreed() not in (old, None), "no replica was promoted")
        self.primary, self.replica = self.replica, self.primary
        self._calm_since = time.monotonic()

    def take_back(self) -> None:
        """The killed one comes back as a replica, once the sentinels are sure; returns when it has all."""
        self._stage.wait(self._are_calm, "the sentinels are of several minds", pause=0.2)
        self.replica.settings = self._following(self.primary.port)
        self.replica.start()
        self._stage.wait(self.is_whole, "the killed server is no replica")

    def _are_calm(self) -> bool:
        """Whether all have called the one that runs their primary for a while, and none thinks it down.

        A second vote would give the place to whichever is there, be it one that has just begun to catch up.
        """
        try:
            seen = [self._seen_by(port) for port in self.ports]
        except redis.RedisError:
            seen = []
        calm = seen and all((one["port"], one["flags"]) == (self.primary.port, "master") for one in seen)
        now = time.monotonic()
        self._calm_since = self._calm_since if calm else now
        return now - self._calm_since > CALM

    def is_whole(self) -> bool:
        """Whether all sentinels see each other, and a replica that streams.

        Two of them may have held a vote one after the other: the primary is whom they call so now.
        """
        if self._agreed() == self.replica.port and self.replica.process:
            self.primary, self.replica = self.replica, self.primary
        try:
            state = self._ask(self.primary, "INFO", "replication")
            seen = [self._seen_by(port) for port in self.ports]
        except redis.RedisError:
            return False
        good = all(found["num-other-sentinels"] == 2 and found["num-slaves"] >= 1 for found in seen)
        healthy = all(found["flags"] == "master" for found in seen)
        return good and healthy and state.get("slave0", {}).get("state") == "online"

    def _seen_by(self, port: int) -> dict:
        with redis.Redis(port=port, socket_timeout=2, decode_responses=True) as client:
            return client.sentinel_master(SERVICE)

    def _agreed(self) -> int | None:
        """Whom all sentinels call the primary."""
        try:
            found = {self._seen_by(port)["port"] for port in self.ports}
        except redis.RedisError:
            return None
        return found.pop() if len(found) == 1 else None

    def _following(self, port: int) -> str:
        return f"replicaof 127.0.0.1 {port}\nmasterauth {self.password}"

    def _ask(self, server: Valkey, *words: str) -> dict:
        with redis.Redis.from_url(server.url, socket_timeout=2, decode_responses=True) as client:
            return client.execute_command(*words)

    def _start_sentinel(self, number: int, port: int) -> None:
        folder = accounts.own_folder(self._stage.folder / f"sentinel{number}", self._account)
        lines = [f"port {port}", "bind 127.0.0.1", "dir ./"]
        lines += sentinel_lines(SERVICE, "127.0.0.1", self.primary.port, password=self.password)
        lines += [f"sentinel down-after-milliseconds {SERVICE} {DOWN_AFTER}"]
        path = folder / "sentinel.conf"
        path.write_text("\n".join([*lines, ""]))
        accounts.hand_over(path, self._account)
        process = self._spawn(self.primary.program, folder, self._stage.logs / f"sentinel{number}.log")
        self._stage.at_end(lambda: processes.end_group(process, grace=2))

    def _spawn(self, program: Path, folder: Path, log: Path) -> subprocess.Popen:
        with log.open("ab") as file:
            return processes.spawn(
                [program, "sentinel.conf", "--sentinel"],
                account=self._account, cwd=folder, stdout=file, stderr=file,
            )  # fmt: skip
