"""What is measured, in the order it runs: what needs no worker first."""

from twitterclone.bench.cases import (
    counters,
    fanout,
    growth,
    live,
    memory,
    posting,
    ranking,
    reading,
    rebuild,
)

CASES = (
    posting.posting,
    memory.memory,
    reading.home,
    reading.like,
    reading.followees,
    ranking.for_you,
    rebuild.cold,
    rebuild.everybody,
    counters.likes,
    fanout.rate,
    rebuild.busy,
    live.sockets,
    fanout.pull,
    growth.growth,
)
