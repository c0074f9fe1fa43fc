"""Receipts in words: what each factor is called, what it means, and what was true of a tweet."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.queries import PersonCard
from tweets.ranking.facts import Facts
from tweets.ranking.score import FACTORS, THOUSAND, Ranked
from twitterclone.lib.limits import spoken

# name, and what more of it means
LABELS = {
    "recency": (
        gettext_lazy("Newness"),
        gettext_lazy("What was written just now; half as much nine hours later."),
    ),
    "likes": (gettext_lazy("Likes"), gettext_lazy("What many people like.")),
    "retweets": (gettext_lazy("Retweets"), gettext_lazy("What many people pass on or quote.")),
    "replies": (gettext_lazy("Replies"), gettext_lazy("What many people talk about.")),
    "affinity": (gettext_lazy("Your people"), gettext_lazy("Authors you like, answer and pass on.")),
    "following": (gettext_lazy("Following"), gettext_lazy("People you follow, before all others.")),
    "friends": (
        gettext_lazy("Liked by your people"),
        gettext_lazy("What those you follow like and pass on."),
    ),
    "topics": (gettext_lazy("Your hashtags"), gettext_lazy("Hashtags in what you write and like.")),
    "trends": (gettext_lazy("Trends"), gettext_lazy("Hashtags that rise today.")),
    "language": (gettext_lazy("Your languages"), gettext_lazy("Languages you write and read.")),
    "variety": (gettext_lazy("Variety"), gettext_lazy("Not the same author again and again.")),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One factor of a receipt: what was true, its value times its weight, and the points these brought."""

    name: str
    label: str
    words: str
    value: float
    weight: float
    points: int

    @property
    def contribution(self) -> str:
        return shown(self.points, signed=True)


@dataclass(frozen=True, slots=True)
class Receipt:
    """Why a tweet stands where it does: lines whose contributions add up to the score."""

    tweet_id: int
    lines: list[Line]
    score: str


def receipt(
    one: Ranked, weights: Mapping[str, float], author: PersonCard, people: Mapping[int, PersonCard]
) -> Receipt:
    """The receipt of a ranked tweet, the factors that mattered most first."""
    lines = [
        Line(name, str(LABELS[name][0]), words(name, one, author, people), value, weights[name], points)
        for name, value, points in zip(FACTORS, one.values, one.points, strict=True)
    ]
    lines.sort(key=lambda line: -abs(line.points))
    return Receipt(one.facts.id, lines, shown(one.score))


def shown(points: int, *, signed: bool = False) -> str:
    """Thousandths as people read them."""
    return f"{points / THOUSAND:{'+' if signed else ''}.3f}"


def words(name: str, one: Ranked, author: PersonCard, people: Mapping[int, PersonCard]) -> str:
    """What was true of the tweet, about one factor."""
    if name == "friends":
        return _friends(one.facts, people)
    if name == "variety":
        return _variety(one.values[FACTORS.index(name)], author.display_name)
    return _WORDS[name](one.facts, author.display_name)


def _recency(facts: Facts, who: str) -> str:
    age = spoken(max(1, facts.age_ms // 1000), down=True)
    return _("Written %(time)s before you looked") % {"time": age}


def _likes(facts: Facts, who: str) -> str:
    return ngettext("%(n)s like", "%(n)s likes", facts.likes) % {"n": facts.likes}


def _retweets(facts: Facts, who: str) -> str:
    text = ngettext("%(n)s retweet or quote", "%(n)s retweets and quotes", facts.retweets)
    return text % {"n": facts.retweets}


def _replies(facts: Facts, who: str) -> str:
    return ngettext("%(n)s reply", "%(n)s replies", facts.replies) % {"n": facts.replies}


def _following(facts: Facts, who: str) -> str:
    text = _("You follow %(name)s") if facts.following else _("You do not follow %(name)s")
    return text % {"name": who}


def _topics(facts: Facts, who: str) -> str:
    if not facts.topics:
        return _("None of your hashtags")
    return _("%(tags)s in what you write and like") % {"tags": ", ".join(f"#{one}" for one in facts.topics)}


def _trends(facts: Facts, who: str) -> str:
    return _("%(tag)s rises today") % {"tag": f"#{facts.trend}"} if facts.trend else _("Nothing that rises")


def _language(facts: Facts, who: str) -> str:
    share = round(facts.language_share * 100)
    return _("%(share)s%% of what you write and like is in its language") % {"share": share}


def _deeds(facts: Facts, who: str) -> str:
    deeds = [
        (_("liked %(n)s"), facts.my_likes),
        (_("answered %(n)s"), facts.my_replies),
        (_("passed on %(n)s"), facts.my_retweets),
    ]
    done = [(words % {"n": number}, number) for words, number in deeds if number]
    if not done:
        return _("You did nothing with tweets by %(name)s lately") % {"name": who}
    text = ngettext("You %(deeds)s tweet by %(name)s", "You %(deeds)s tweets by %(name)s", done[-1][1])
    return text % {"deeds": ", ".join(words for words, _number in done), "name": who}


def _friends(facts: Facts, people: Mapping[int, PersonCard]) -> str:
    names = [people[one].display_name for one in facts.friend_ids if one in people]
    if not names:
        return _("Nobody you follow liked it or passed it on")
    others = facts.friends - len(names)
    listed = _(" and ").join(names) if not others else ", ".join(names)
    if not others:
        return _("%(names)s liked it or passed it on") % {"names": listed}
    text = ngettext(
        "%(names)s and %(n)s other you follow liked it or passed it on",
        "%(names)s and %(n)s others you follow liked it or passed it on",
        others,
    )
    return text % {"names": listed, "n": others}


def _variety(value: float, who: str) -> str:
    above = round(-value / (1 + value))
    if not above:
        return _("No other tweet by %(name)s stands above it") % {"name": who}
    text = ngettext(
        "%(n)s tweet by %(name)s stands above it", "%(n)s tweets by %(name)s stand above it", above
    )
    return text % {"n": above, "name": who}


_WORDS: dict[str, Callable[[Facts, str], str]] = {
    "recency": _recency,
    "likes": _likes,
    "retweets": _retweets,
    "replies": _replies,
    "affinity": _deeds,
    "following": _following,
    "topics": _topics,
    "trends": _trends,
    "language": _language,
}
