"""Grafana's dashboards, said in one place; `make monitoring` writes them into `grafana/`."""

import json
from dataclasses import dataclass
from typing import Any

WIDTH, HEIGHT, ACROSS = 24, 7, 3
EVERY = "[$__rate_interval]"


@dataclass(frozen=True)
class Panel:
    """A picture: its title, what is asked by legend, how numbers are written, where red begins."""

    title: str
    asks: dict[str, str]
    unit: str = "short"
    red: float | None = None
    what: str = ""


def rate(name: str, by: str = "", where: str = "") -> str:
    """How often in a second, added up."""
    return f"sum{f' by ({by})' if by else ''} (rate(twitterclone_{name}{where}{EVERY}))"


def quantile(share: float, name: str, by: str = "", where: str = "") -> str:
    """The time within which this share of all was done."""
    groups = ", ".join(part for part in ("le", by) if part)
    return f"histogram_quantile({share}, sum by ({groups}) (rate(twitterclone_{name}_bucket{where}{EVERY})))"


SITE = [
    Panel("Requests a second", {"{{status}}": rate("request_seconds_count", "status")}, "reqps"),
    Panel(
        "Time to answer",
        {
            "half of all": quantile(0.5, "request_seconds"),
            "95 of 100": quantile(0.95, "request_seconds"),
            "99 of 100": quantile(0.99, "request_seconds"),
        },
        "s",
        1,
    ),
    Panel(
        "Errors",
        {
            "share": rate("request_seconds_count", where='{status=~"5.."}')
            + " / "
            + rate("request_seconds_count")
        },
        "percentunit",
        0.02,
    ),
    Panel(
        "Busiest views",
        {
            "{{view}}": f"topk(10, {rate('request_seconds_count', 'view')})",
        },
        "reqps",
    ),
    Panel(
        "Views that take most time",
        {
            "{{view}}": f"topk(10, {rate('request_seconds_sum', 'view')})",
        },
        "s",
        what="Seconds of work in a second: what to make faster first.",
    ),
    Panel(
        "Refused for being too often", {"429": rate("request_seconds_count", where='{status="429"}')}, "reqps"
    ),
    Panel("Open sockets", {"sockets": "sum(twitterclone_sockets_open)"}),
    Panel("Frames a second", {"frames": rate("frames_sent_total")}, "reqps"),
    Panel("Lag of sockets", {"slowest process": "max(twitterclone_socket_lag_seconds)"}, "s", 2),
    Panel("Processes", {"{{role}}": "sum by (role) (twitterclone_processes)"}),
    Panel("Memory", {"{{role}}": "sum by (role) (twitterclone_process_memory_bytes)"}, "bytes"),
    Panel("Versions", {"{{version}}": "count by (version) (twitterclone_info)"}),
]
DELIVERY = [
    Panel("Fan-out lag", {"oldest event": "max(twitterclone_fanout_lag_seconds)"}, "s", 10),
    Panel("Events that wait", {"{{event}}": "max by (event) (twitterclone_outbox_open)"}),
    Panel("Their age", {"{{event}}": "max by (event) (twitterclone_outbox_oldest_seconds)"}, "s", 10),
    Panel("Deliveries a second", {"timelines": rate("deliveries_total")}, "reqps"),
    Panel(
        "Events handled a second",
        {"{{event}} {{result}}": rate("events_handled_total", "event, result")},
        "reqps",
    ),
    Panel("Parked", {"events": "max(twitterclone_outbox_parked)"}, red=1),
    Panel("Home read from", {"{{result}}": rate("timeline_reads_total", "result")}, "reqps"),
    Panel(
        "Cold timelines",
        {
            "share": rate("timeline_reads_total", where='{result="database"}')
            + " / "
            + rate("timeline_reads_total", where='{result=~"hit|database"}')
        },
        "percentunit",
        0.2,
    ),
    Panel("Tasks in queues", {"{{queue}}": "max by (queue) (twitterclone_queue_tasks)"}, red=1000),
    Panel("Tasks a second", {"{{task}}": rate("task_seconds_count", "task")}, "reqps"),
    Panel("Time of tasks, 95 of 100", {"{{task}}": quantile(0.95, "task_seconds", "task")}, "s"),
    Panel(
        "Tasks that failed", {"{{task}}": rate("task_seconds_count", "task", '{result="failure"}')}, "reqps"
    ),
]
STORES = [
    Panel(
        "Connections",
        {
            "{{state}}": "max by (state) (twitterclone_database_connections)",
            "most": "max(twitterclone_database_connections_max)",
        },
    ),
    Panel(
        "Statements that take most time",
        {"{{statement}}": f"topk(10, {rate('statement_seconds_total', 'statement')})"},
        "s",
    ),
    Panel("Queries a second", {"queries": f"sum(rate(django_db_execute_total{EVERY}))"}, "reqps"),
    Panel(
        "Waiting for locks",
        {
            "statements": "max(twitterclone_database_locks_waiting)",
            "seconds": "max(twitterclone_database_lock_wait_seconds)",
        },
    ),
    Panel("Oldest transaction", {"age": "max(twitterclone_database_transaction_seconds)"}, "s", 900),
    Panel(
        "Found in memory",
        {
            "share": f"{rate('database_blocks_hit_total')} / "
            f"({rate('database_blocks_hit_total')} + {rate('database_blocks_read_total')})"
        },
        "percentunit",
    ),
    Panel("Dead rows", {"{{table}}": "topk(10, max by (table) (twitterclone_table_dead_rows))"}),
    Panel("Size", {"database": "max(twitterclone_database_size_bytes)"}, "bytes"),
    Panel("Days until tweets have no month", {"days": "min(twitterclone_partition_horizon_days)"}),
    Panel("Replicas behind", {"{{replica}}": "max by (replica) (twitterclone_replica_lag_bytes)"}, "bytes"),
    Panel(
        "Replicas behind, in time",
        {"{{replica}}": "max by (replica) (twitterclone_replica_lag_seconds)"},
        "s",
        60,
    ),
    Panel("WAL not archived", {"failures": "increase(twitterclone_wal_archive_failures_total[1h])"}, red=1),
    Panel("Memory of Redis", {"{{role}}": "max by (role) (twitterclone_redis_memory_bytes)"}, "bytes"),
    Panel(
        "Commands a second",
        {"{{role}}": f"max by (role) (rate(twitterclone_redis_commands_total{EVERY}))"},
        "reqps",
    ),
    Panel(
        "Keys thrown out",
        {"{{role}}": f"max by (role) (rate(twitterclone_redis_evicted_total{EVERY}))"},
        "reqps",
    ),
    Panel("Age of the newest backup", {"{{kind}}": "min by (kind) (twitterclone_backup_age_seconds)"}, "s"),
    Panel(
        "Since a backup was proved",
        {"{{kind}}": "min by (kind) (twitterclone_backup_verified_age_seconds)"},
        "s",
    ),
    Panel("Looks that fail", {"{{part}}": "min by (part) (twitterclone_part_up)"}),
]
DASHBOARDS = {
    "site": ("Twitterclone: pages and sockets", SITE),
    "delivery": ("Twitterclone: delivery and tasks", DELIVERY),
    "stores": ("Twitterclone: PostgreSQL, Redis, backups", STORES),
}


def written(name: str) -> str:
    """The dashboard as Grafana imports it."""
    return json.dumps(_dashboard(name, *DASHBOARDS[name]), indent=1, ensure_ascii=False) + "\n"


def asked() -> list[str]:
    """Every question of every panel."""
    return [ask for _, panels in DASHBOARDS.values() for panel in panels for ask in panel.asks.values()]


def _dashboard(name: str, title: str, panels: list[Panel]) -> dict[str, Any]:
    return {
        "uid": f"twitterclone-{name}",
        "title": title,
        "tags": ["twitterclone"],
        "schemaVersion": 39,
        "timezone": "browser",
        "refresh": "30s",
        "time": {"from": "now-3h", "to": "now"},
        "templating": {
            "list": [
                {"name": "datasource", "type": "datasource", "query": "prometheus", "label": "Prometheus"}
            ]
        },
        "panels": [_panel(number, panel) for number, panel in enumerate(panels)],
    }


def _panel(number: int, panel: Panel) -> dict[str, Any]:
    wide = WIDTH // ACROSS
    steps: list[dict[str, Any]] = [{"color": "green", "value": None}]
    if panel.red is not None:
        steps.append({"color": "red", "value": panel.red})
    source = {"type": "prometheus", "uid": "${datasource}"}
    return {
        "id": number + 1,
        "type": "timeseries",
        "title": panel.title,
        "description": panel.what,
        "datasource": source,
        "gridPos": {"x": number % ACROSS * wide, "y": number // ACROSS * HEIGHT, "w": wide, "h": HEIGHT},
        "fieldConfig": {
            "defaults": {
                "unit": panel.unit,
                "min": 0,
                "thresholds": {"mode": "absolute", "steps": steps},
                "custom": {"thresholdsStyle": {"mode": "line" if panel.red is not None else "off"}},
            },
            "overrides": [],
        },
        "targets": [
            {"refId": chr(ord("A") + at), "expr": ask, "legendFormat": legend, "datasource": source}
            for at, (legend, ask) in enumerate(panel.asks.items())
        ],
    }
