"""What is asked of each row. The numbers are those of docs/performance.md."""

from twitterclone.bench.measure import Rounds
from twitterclone.bench.rows import Goal, Row

_GOALS = (
    Goal("fanout-rate", "deliveries by outbox, worker and store", "/s", "wall", "1",
         limit=0.5, moonshot=1.0, at_least=True),
    Goal("fanout-cpu", "CPU per delivery, worker + store", "us", "cpu", "2",
         limit=0.6, moonshot=0.3, gated=True),
    Goal("fanout-last", "ack to the last of 2,000 followers", "ms", "wall", "3", limit=3.0, moonshot=1.5),
    Goal("fanout-growth", "ack to the last, against followers", "exponent", "exponent", "4",
         limit=1.10, moonshot=0.2, of="figure"),
    Goal("pull-growth", "ack to being read where authors are merged", "exponent", "exponent", "4",
         moonshot=0.2, of="figure"),
    Goal("ack-2000", "post ack, 2,000 followers / 10", "ms", "wall", "5", limit=1.15, moonshot=1.05),
    Goal("ack-20000", "post ack, 20,000 followers / 10", "ms", "wall", "5", limit=1.25, moonshot=1.05),
    Goal("ack-100000", "post ack, 100,000 followers / 10", "ms", "wall", "5", moonshot=1.05),
    Goal("ack-insert", "post ack / one fsynced INSERT", "ms", "wall", "6", limit=2.5, moonshot=1.5),
    Goal("home-fragment", "home, next 20 tweets, CPU per request", "us", "cpu", "7",
         limit=3.0, moonshot=1.4, gated=True),
    Goal("home-same", "the same / empty view with the same middleware", "us", "cpu", "7"),
    Goal("home-page", "home, the whole page", "us", "cpu", "7"),
    Goal("home-api", "home by the API", "us", "cpu", "7"),
    Goal("home-naive", "home / plain DRF and ORM", "us", "cpu", "8", limit=0.10, moonshot=0.03, gated=True),
    Goal("bytes", "memory per timeline entry", "B", "bytes", "9",
         limit=24, moonshot=8.5, of="figure", gated=True),
    Goal("socket-cpu", "CPU per websocket delivery", "us", "cpu", "10",
         limit=0.20, moonshot=0.06, gated=True),
    Goal("socket-last", "ack to the last connected follower", "ms", "wall", "11", limit=2.0, moonshot=1.3),
    Goal("socket-memory", "memory per idle connection", "KiB", "bytes", "11",
         limit=40, moonshot=25, of="figure"),
    Goal("cold-100", "cold home / warm, 100 followees", "ms", "wall", "12", limit=25, moonshot=8),
    Goal("cold-1000", "cold home / warm, 1,000 followees", "ms", "wall", "12", limit=25, moonshot=8),
    Goal("cold-5000", "cold home / warm, 5,000 followees", "ms", "wall", "12", limit=25, moonshot=8),
    Goal("rebuild", "entries rebuilt from SQL / COPY rows", "/s", "wall", "12",
         limit=0.5, moonshot=1.0, at_least=True),
    Goal("home-busy", "home p99 while 20,000-follower fan-outs run / idle", "ms", "wall", "13",
         limit=3.0, moonshot=1.5),
    Goal("likes-rate", "likes of one hot tweet / like rows alone", "/s", "wall", "likes",
         limit=0.7, at_least=True),
    Goal("likes-pending", "steps not rolled up, last / first half", "rows", "wall", "likes", limit=2.0),
    Goal("likes-http", "a like over HTTP / empty view", "us", "cpu", "likes", limit=3.0),
    Goal("likes-http-same", "the same / empty view, same middleware", "us", "cpu", "likes", limit=3.0),
    Goal("for-you-list", "For you, a new list in order, CPU of the process", "ms", "cpu", "rank",
         limit=30, moonshot=15, of="figure"),
    Goal("for-you-order", "the kept list in another order", "ms", "cpu", "rank",
         limit=10, moonshot=5, of="figure"),
    Goal("for-you-page", "20 cards of it", "ms", "cpu", "rank"),
    Goal("post-growth-followers", "post ack against followers", "exponent", "exponent", of="figure"),
    Goal("post-growth-users", "post ack against users", "exponent", "exponent", of="figure"),
    Goal("post-growth-tweets", "post ack against tweets", "exponent", "exponent", of="figure"),
    Goal("read-growth-followees", "home read against followees", "exponent", "exponent", of="figure"),
    Goal("read-growth-users", "home read against users", "exponent", "exponent", of="figure"),
    Goal("read-growth-tweets", "home read against tweets", "exponent", "exponent", of="figure"),
    Goal("fanout-growth-users", "fan-out to 500 against users", "exponent", "exponent", of="figure"),
    Goal("fanout-growth-tweets", "fan-out to 500 against tweets", "exponent", "exponent", of="figure"),
    Goal("memory-growth-users", "memory per timeline against users", "exponent", "exponent", of="figure"),
    Goal("memory-growth-tweets", "memory per timeline against tweets", "exponent", "exponent", of="figure"),
)  # fmt: skip
GOALS = {goal.id: goal for goal in _GOALS}


def compared(goal: str, rounds: Rounds, side: str, against: str, reference: str, note: str = "") -> Row:  # noqa: PLR0917 -- read in this order
    """The row of a side beside another one of the same rounds, which the table calls `reference`."""
    return Row(
        goal=GOALS[goal],
        figure=rounds.median(side),
        reference=reference,
        reference_figure=rounds.median(against),
        ratio=rounds.ratio(side, against),
        noise=rounds.noise(side) if GOALS[goal].of == "figure" else rounds.noise(side, against),
        note=note,
    )
