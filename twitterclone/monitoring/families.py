"""The figures that are found out when they are asked for: names, meanings, labels."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

GAUGE, COUNTER = GaugeMetricFamily, CounterMetricFamily

# name without its prefix: (kind, meaning, labels)
FAMILIES: Mapping[str, tuple[type[Metric], str, Sequence[str]]] = {
    "info": (GAUGE, "1, with the version of the site that answers.", ["version"]),
    "part_up": (GAUGE, "Whether this part of the figures could be found out just now.", ["part"]),
    "part_seconds": (GAUGE, "How long finding out took.", ["part"]),
    "processes": (GAUGE, "Processes of this machine that count.", ["role"]),
    "process_memory_bytes": (GAUGE, "Memory they have for themselves and shared.", ["role"]),
    "folder_free_bytes": (GAUGE, "Room for the site on the disk of this folder.", ["folder"]),
    "folder_size_bytes": (GAUGE, "Size of that disk.", ["folder"]),
    "certificate_left_seconds": (GAUGE, "How long the site's certificate is still good; only with TLS.", []),
    "clock_off_seconds": (GAUGE, "How far a server's clock is from this machine's, at least.", ["server"]),
    # the outbox
    "fanout_lag_seconds": (GAUGE, "Age of the oldest event that is not handled, parked ones left out.", []),
    "outbox_open": (GAUGE, "Events that wait, of the first 50,000.", ["event"]),
    "outbox_oldest_seconds": (GAUGE, "Age of the oldest of them.", ["event"]),
    "outbox_parked": (GAUGE, "Events that failed so often that they wait for a person.", []),
    "queue_tasks": (GAUGE, "Tasks that no worker has taken yet.", ["queue"]),
    # PostgreSQL
    "database_writable": (GAUGE, "Whether it takes writes; 0 on a standby.", []),
    "database_connections": (GAUGE, "Connections by what they do.", ["state"]),
    "database_connections_max": (GAUGE, "Connections the server lets in.", []),
    "database_locks_waiting": (GAUGE, "Statements that wait for a lock.", []),
    "database_lock_wait_seconds": (GAUGE, "How long the first of them has waited.", []),
    "database_transaction_seconds": (GAUGE, "Age of the oldest transaction that is open.", []),
    "database_size_bytes": (GAUGE, "Size of the database.", []),
    "database_blocks_hit": (COUNTER, "Blocks found in PostgreSQL's memory.", []),
    "database_blocks_read": (COUNTER, "Blocks asked of the system.", []),
    "database_commits": (COUNTER, "Transactions committed.", []),
    "database_rollbacks": (COUNTER, "Transactions rolled back.", []),
    "database_deadlocks": (COUNTER, "Deadlocks.", []),
    "database_temp_bytes": (COUNTER, "Bytes written because memory was too small.", []),
    "table_dead_rows": (GAUGE, "Dead rows of the twenty tables that have most.", ["table"]),
    "table_rows": (GAUGE, "Living rows of the same tables.", ["table"]),
    "partition_horizon_days": (GAUGE, "Days until tweets have no month to go to.", []),
    "replicas": (GAUGE, "Replicas that stream from this server.", []),
    "replica_lag_bytes": (GAUGE, "What a replica has not replayed yet.", ["replica"]),
    "replica_lag_seconds": (GAUGE, "How far behind it said it was; 0 while nothing is written.", ["replica"]),
    "wal_archive_failures": (COUNTER, "Segments that could not be archived.", []),
    "wal_archive_age_seconds": (GAUGE, "Since the last one that was; only where they are archived.", []),
    "statement_calls": (COUNTER, "Calls of the twenty statements that take most time.", ["statement"]),
    "statement_seconds": (COUNTER, "Time they took.", ["statement"]),
    "statement_rows": (COUNTER, "Rows they gave.", ["statement"]),
    # Redis, by role; roles that share a server say the same
    "redis_up": (GAUGE, "Whether the role's server answers.", ["role"]),
    "redis_memory_bytes": (GAUGE, "Memory in use.", ["role"]),
    "redis_memory_max_bytes": (GAUGE, "Memory it may use; 0 means all there is.", ["role"]),
    "redis_clients": (GAUGE, "Clients connected.", ["role"]),
    "redis_commands": (COUNTER, "Commands done.", ["role"]),
    "redis_evicted": (COUNTER, "Keys thrown out for want of memory.", ["role"]),
    "redis_expired": (COUNTER, "Keys whose time was over.", ["role"]),
    "redis_persistence_ok": (GAUGE, "Whether its last writes to disk went well.", ["role"]),
    # backups
    "backup_age_seconds": (GAUGE, "Since the end of the newest good backup.", ["kind"]),
    "backup_verified_age_seconds": (GAUGE, "Since one was last proved to restore.", ["kind"]),
    "backup_ok": (GAUGE, "Whether the newest went well.", ["kind"]),
}


@dataclass
class Found:
    """Values as they are found: a name, the values of its labels, a number."""

    values: list[tuple[str, tuple[str, ...], float]] = field(default_factory=list)

    def add(self, name: str, value: float | None, *labels: str) -> None:
        """Notes a value; one that there is not is left out."""
        if value is not None:
            self.values.append((name, labels, float(value)))

    def get(self, name: str, *labels: str) -> float | None:
        """The value noted under this name and these labels."""
        return next((v for n, given, v in self.values if n == name and given == labels), None)

    def of(self, name: str) -> dict[str, float]:
        """All values of this name by their only label."""
        return {labels[0]: value for n, labels, value in self.values if n == name}

    def families(self) -> Iterator[Metric]:
        """As Prometheus has them; also those without a value now, so that every name can be looked up."""
        made = {name: _family(name) for name in FAMILIES}
        for name, labels, value in self.values:
            made[name].add_metric(labels, value)
        yield from made.values()


def off(theirs: float, begun: float, ended: float) -> float:
    """How far a clock is off beyond what the way there and back may explain."""
    return max(0.0, theirs - ended, begun - theirs)


def _family(name: str) -> Any:
    kind, meaning, labels = FAMILIES[name]
    return kind(f"twitterclone_{name}", meaning, labels=labels)  # type: ignore[call-arg]
