"""What is counted as it happens, for Prometheus; the rest is found out when it is asked for.

With PROMETHEUS_MULTIPROC_DIR in the environment each process keeps its figures in files of a folder there,
one folder for each role (web, worker, …), emptied when the role starts; without it they stay in the process.
An observation costs one to three microseconds. Labels are few and bounded: never a name, an id or an address.
"""

from prometheus_client import Counter, Gauge, Histogram, disable_created_metrics

disable_created_metrics()  # as with several processes, which keep no such times

REQUESTS = Histogram(
    "twitterclone_request_seconds",
    "Time to answer requests.",
    ["view", "method", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
TASKS = Histogram(
    "twitterclone_task_seconds",
    "Time that tasks of the workers took.",
    ["task", "result"],
    buckets=(0.005, 0.025, 0.1, 0.5, 1, 5, 15, 60, 300),
)
EVENTS = Counter(
    "twitterclone_events_handled",
    "Events of the outbox that were handled: done, failed, or put off while Redis was down.",
    ["event", "consumer", "result"],
)
DELIVERIES = Counter("twitterclone_deliveries", "Timelines that tweets were brought to.")
TIMELINES = Counter(
    "twitterclone_timeline_reads",
    "Pages of home from Redis (hit) or PostgreSQL (database), and timelines built after such (built).",
    ["result"],
)
SOCKETS = Gauge("twitterclone_sockets_open", "Sockets that are open.", multiprocess_mode="livesum")
FRAMES = Counter("twitterclone_frames_sent", "Frames sent to sockets.")
SOCKET_LAG = Gauge(
    "twitterclone_socket_lag_seconds",
    "How long a process's own heartbeat took through Redis and its event loop; the slowest process's.",
    multiprocess_mode="livemax",
)

PREFIXES = ("twitterclone_", "django_db_")  # of what is shown; the rest of the registry is not ours
METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
timeline_hit, timeline_built, timeline_missed = (
    TIMELINES.labels(result) for result in ("hit", "built", "database")
)
_requests: dict[tuple[str, str, int], Histogram] = {}


def count_request(view: str, method: str, status: int, seconds: float) -> None:
    """A request that was answered; `view` is one of the site's own names."""
    found = _requests.get((view, method, status))
    if found is None:
        found = REQUESTS.labels(view, method if method in METHODS else "other", str(status))
        if method in METHODS:  # what clients make up is not kept
            _requests[view, method, status] = found
    found.observe(seconds)
