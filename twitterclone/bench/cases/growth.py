"""Against the size of the world: samples taken while it was made, fitted to a power."""

from collections.abc import Iterator

from social.models import Follow
from tweets.timelines import fanout, rebuild, store
from tweets.timelines.reader import home_page
from twitterclone.bench.cases.posting import p50
from twitterclone.bench.casting import counts
from twitterclone.bench.goals import GOALS
from twitterclone.bench.measure import exponent, valkey_memory
from twitterclone.bench.registry import case
from twitterclone.bench.rows import Row
from twitterclone.bench.stage import Bench, Sample
from twitterclone.lib.pagination import Cursor

SOME = 100  # timelines that are weighed
FEW, MORE = 10, 500
UNITS = {"post": "ms", "read": "ms", "fanout": "ms", "memory": "B"}


def sample(bench: Bench, axis: str) -> None:
    """Looks at the world as it is now."""
    users, tweets = counts()
    reader, times = bench.cast.readers[sorted(bench.cast.readers)[-2]], bench.size.effort
    if len(bench.cast.readers) > 1:
        reader = bench.cast.readers[sorted(bench.cast.readers)[1]]
    with bench.unheard():
        values = {
            "post": p50(lambda: bench.post(bench.cast.near(FEW)), times),
            "read": p50(lambda: home_page(reader.pk, Cursor()), times),
            "fanout": _fanout(bench),
            "memory": _weight(),
        }
    bench.samples.append(Sample(users, tweets, axis, values))


def _fanout(bench: Bench) -> float:
    author = bench.cast.near(MORE)
    bench.warm(bench.cast.followers_of(author), bench.size.crowd_entries)
    tweet_id = bench.post(author)
    return p50(lambda: fanout.settle(tweet_id, author.pk), max(2, bench.size.effort // 2))


def _weight() -> float:
    """Bytes of an average timeline, built from SQL."""
    people = list(Follow.objects.order_by("follower_id").values_list("follower_id", flat=True).distinct())
    people = people[:: max(1, len(people) // SOME)]
    store.drop(people)
    before = valkey_memory()
    for person in people:
        rebuild.fill(person)
    return (valkey_memory() - before) / len(people)


@case("growth")
def growth(bench: Bench) -> Iterator[Row]:
    """Exponents of post, read, fan-out and memory against users and tweets."""
    for axis in ("users", "tweets"):
        # the last world of tweets is the first one of users
        found = [seen for seen in bench.samples if seen.axis == axis]
        tweets = [seen for seen in bench.samples if seen.axis == "tweets"]
        found = [*tweets[-1:], *found] if axis == "users" else found
        for name, unit in UNITS.items():
            points = tuple((float(getattr(seen, axis)), seen.values[name]) for seen in found)
            if len(points) > 1:
                yield Row(
                    GOALS[f"{name}-growth-{axis}"], exponent(points), points=points, axis=f"{axis}|{unit}"
                )
