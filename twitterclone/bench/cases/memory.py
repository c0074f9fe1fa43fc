"""What a timeline's entry takes in the store."""

from collections.abc import Iterator

from tweets.timelines import store
from twitterclone.bench.goals import compared
from twitterclone.bench.measure import Rounds, valkey_memory
from twitterclone.bench.references import Plain
from twitterclone.bench.registry import case
from twitterclone.bench.rows import Row
from twitterclone.bench.stage import Bench, forget_keys, made_up
from twitterclone.lib.ids import SHIFT

MINUTE = 60_000
ENOUGH = 3  # rounds: memory does not depend on the machine's mood


@case("memory")
def memory(bench: Bench) -> Iterator[Row]:
    """Goal 9: bytes per entry of full timelines, as they are after a while of pushes."""
    users = [1 + number << 40 for number in range(max(bench.size.timelines // 4, 10))]  # nobody has these ids
    rounds, entries = Rounds(), bench.size.entries
    total = len(users) * entries
    older = made_up(entries)[0] >> SHIFT
    newer = made_up(entries, older + (entries + 1) * MINUTE)[:-1]
    for _round in range(min(bench.size.rounds, ENOUGH)):
        before = valkey_memory()
        bench.warm(users, entries, older)
        rounds.add("built", (valkey_memory() - before) / total)
        # as many pushes again as fit: what was built goes, and the form is what pushes made of it
        moment = store.tick()
        for tweet_id in reversed(newer):
            store.push(users, tweet_id, moment)
        rounds.add("pushed", (valkey_memory() - before) / total)
        store.drop(users)
        before = valkey_memory()
        Plain(len(users), newer)
        rounds.add("plain", (valkey_memory() - before) / total)
        forget_keys("bench", "plain")
    note = f"{rounds.median('built'):.1f} B just built from SQL"
    yield compared("bytes", rounds, "pushed", "plain", "one plain sorted set", note)
