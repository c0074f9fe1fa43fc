"""Why a tweet is here, in one line above it, as one would say it to a friend; the receipt has the figures."""

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.queries import PersonCard
from tweets.ranking.facts import Facts
from tweets.ranking.score import FACTORS, Ranked

People = Mapping[int, PersonCard]
TELLING = ("affinity", "friends", "topics", "trends", "following", "likes", "retweets", "replies")


def reason(one: Ranked, author: PersonCard, people: People) -> str:
    """The strongest thing that speaks for the tweet, its newness and language apart; "New" when nothing does.

    What it says is true of the same facts as the receipt's line of that factor.
    """
    points = dict(zip(FACTORS, one.points, strict=True))
    best = max(TELLING, key=lambda name: points[name])
    words = _WORDS[best](one.facts, author.display_name, people) if points[best] > 0 else ""
    return words or _("New")


def _affinity(facts: Facts, who: str, people: People) -> str:
    texts = {
        _("You replied to %(name)s lately"): facts.my_replies,
        _("You retweeted %(name)s lately"): facts.my_retweets,
        _("You liked what %(name)s wrote lately"): facts.my_likes,
    }
    return max(texts, key=lambda text: texts[text]) % {"name": who}


def _friends(facts: Facts, who: str, people: People) -> str:
    names = [people[one].display_name for one in facts.friend_ids if one in people]
    if not names:
        return ""
    others = facts.friends - 1
    if not others:
        return _("%(name)s liked or retweeted this") % {"name": names[0]}
    if others == 1 and len(names) > 1:
        values = {"name": names[0], "other": names[1]}
        return _("%(name)s and %(other)s liked or retweeted this") % values
    text = ngettext(
        "%(name)s and %(n)s other you follow liked or retweeted this",
        "%(name)s and %(n)s others you follow liked or retweeted this",
        others,
    )
    return text % {"name": names[0], "n": others}


def _topics(facts: Facts, who: str, people: People) -> str:
    return _("You care about %(tags)s") % {"tags": _(" and ").join(f"#{one}" for one in facts.topics)}


def _trends(facts: Facts, who: str, people: People) -> str:
    return _("More people than usual write about #%(tag)s today") % {"tag": facts.trend}


def _following(facts: Facts, who: str, people: People) -> str:
    return _("You follow %(name)s") % {"name": who}


def _likes(facts: Facts, who: str, people: People) -> str:
    return ngettext("%(n)s person likes this", "%(n)s people like this", facts.likes) % {"n": facts.likes}


def _retweets(facts: Facts, who: str, people: People) -> str:
    text = ngettext("Retweeted or quoted once", "Retweeted or quoted %(n)s times", facts.retweets)
    return text % {"n": facts.retweets}


def _replies(facts: Facts, who: str, people: People) -> str:
    text = ngettext("It has %(n)s reply so far", "People are talking: %(n)s replies so far", facts.replies)
    return text % {"n": facts.replies}


_WORDS: dict[str, Callable[[Facts, str, People], str]] = {
    "affinity": _affinity,
    "friends": _friends,
    "topics": _topics,
    "trends": _trends,
    "following": _following,
    "likes": _likes,
    "retweets": _retweets,
    "replies": _replies,
}
