"""Reading public tweets: who used which terms in them, and who wrote at all."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from tweets.models import Audience, Tweet
from tweets.trends.terms import Term, fingerprint, terms_of
from twitterclone.lib.ids import latest_moment

AT_ONCE = 2000  # rows read
ALL = ""  # all languages together


@dataclass(slots=True)
class Use:
    """Who used a term, what they said with it, and in how many tweets."""

    name: str
    people: set[int] = field(default_factory=set)
    texts: set[int] = field(default_factory=set)
    repeated: set[int] = field(default_factory=set)  # people who said what somebody had said already
    tweets: int = 0

    @property
    def original(self) -> set[int]:
        """Who said something of their own with it."""
        return self.people - self.repeated


Uses = dict[str, dict[Term, Use]]  # by language, and of all
Turns = set[tuple[int, datetime]]  # who wrote in which hour


def uses_between(since: datetime, until: datetime) -> tuple[Uses, Use, Turns]:
    """The terms of public tweets from `since` to before `until`, these tweets as one use, and their turns."""
    uses: Uses = defaultdict(dict)
    whole, turns = Use(""), Turns()
    for author_id, language, content, moment in _public_tweets(since, until):
        turns.add((author_id, moment.replace(minute=0, second=0, microsecond=0)))
        said = hash(print_) if (print_ := fingerprint(content)) else None
        _add(whole, author_id, said)
        for term, name in terms_of(content).items():
            for where in {ALL, language}:
                use = uses[where].get(term)
                if use is None:
                    use = uses[where][term] = Use(name)
                _add(use, author_id, said)
    return uses, whole, turns


def _add(use: Use, author_id: int, said: int | None) -> None:
    use.tweets += 1
    if author_id in use.people:
        return
    use.people.add(author_id)
    if said is not None and said in use.texts:
        use.repeated.add(author_id)
    elif said is not None:
        use.texts.add(said)


def _public_tweets(since: datetime, until: datetime) -> Iterator[tuple[int, str, str, datetime]]:
    tweets = Tweet.objects.visible().filter(
        created_at__gte=since,
        created_at__lt=min(until, latest_moment()),
        retweet_of=None,
        audience=Audience.PUBLIC,
        author__is_private=False,
        author__is_active=True,
        author__suspended_at=None,
        author__deactivated_at=None,
    )
    return tweets.values_list("author_id", "language", "content", "created_at").iterator(chunk_size=AT_ONCE)
