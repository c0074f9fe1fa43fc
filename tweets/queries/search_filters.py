"""What a search means in SQL: who may see it, which words, which people, which hashtags, what it carries."""

import re
from functools import reduce
from operator import and_, or_

from django.contrib.postgres.search import CombinedSearchQuery, SearchQuery
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.queries import ids_of_usernames
from social.models import Follow, Mute
from social.queries.access import has_block_with
from tweets.models import Audience, Bookmark, Hashtag, Mention, Poll, Tweet, TweetHashtag, TweetMedia
from tweets.queries.search_terms import Kind, Search, Term

# an address as SQL sees one: after its protocol, or a bare name that ends in one of the usual ways
_LINK = r"https?://\S|(^|[^\w@.-])[a-z0-9-]+(\.[a-z0-9-]+)*\.(com|org|net|info|edu|gov|io|dev|app|eu|de|fr|jp|uk)\M"
OF_TWEET = {"tweet_id": OuterRef("pk"), "tweet_created_at": OuterRef("created_at")}
HAS: dict[str, Exists | Q] = {
    "media": Exists(TweetMedia.objects.filter(**OF_TWEET)),
    "image": Exists(TweetMedia.objects.filter(**OF_TWEET, media__kind="image")),
    "video": Exists(TweetMedia.objects.filter(**OF_TWEET, media__kind="video")),
    "gif": Exists(TweetMedia.objects.filter(**OF_TWEET, media__kind="gif")),
    "poll": Exists(Poll.objects.filter(**OF_TWEET)),
    "link": Q(content__iregex=_LINK),
    "reply": Q(in_reply_to__isnull=False),
    "quote": Q(quote_of__isnull=False),
}
# the same scripts as SQL's cjk_bigrams: their words are found by pairs of characters
_CJK = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]+")
_HYPHEN = re.compile(r"(?<=\w)-(?=\w)")
_CONFIG = "pg_catalog.simple"


def readable_tweets(viewer_id: int | None) -> QuerySet[Tweet]:
    """What the viewer may see and wants to meet: no retweet rows, nobody blocked or muted."""
    tweets = Tweet.objects.visible().filter(
        retweet_of=None,
        author__is_active=True,
        author__suspended_at=None,
        author__deactivated_at=None,
    )
    is_open = Q(audience=Audience.PUBLIC, author__is_private=False)
    if viewer_id is None:
        return tweets.filter(is_open)
    follows = _follows(viewer_id)
    lasting = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
    mutes = Exists(Mute.objects.filter(lasting, muter_id=viewer_id, muted_id=OuterRef("author_id")))
    named = Exists(Mention.objects.filter(user_id=viewer_id, tweet_id=OuterRef("pk")))
    followed = Q(audience__in=[Audience.PUBLIC, Audience.FOLLOWERS]) & Q(follows)
    return tweets.filter(
        is_open | Q(author_id=viewer_id) | followed | Q(named),
        ~mutes,
        ~has_block_with(viewer_id, "author_id"),
    )


def matching(viewer_id: int | None, search: Search) -> QuerySet[Tweet]:
    """The readable tweets that a search means, in no order; two queries at most beside it."""
    tweets = readable_tweets(viewer_id)
    if search.is_empty or (viewer_id is None and search.is_personal):
        return tweets.none()
    for condition in (_worded(search), _by_people(viewer_id, search), _tagged(search)):
        if condition is None:
            return tweets.none()
        tweets = tweets.filter(condition)
    for term in search.terms:
        tweets = tweets.filter(_narrowed(viewer_id, term))
    return tweets


def unknown_people(search: Search) -> list[str]:
    """The names asked for by from:, to: and @ that nobody here has; a query if there are any."""
    kinds: tuple[Kind, ...] = ("from", "to", "mention")
    asked = [name for kind in kinds for name in search.values(kind) if name != "me" or kind == "mention"]
    known = ids_of_usernames(asked)
    return [name for name in dict.fromkeys(asked) if name not in known]


def _narrowed(viewer_id: int | None, term: Term) -> Q:
    """What a term asks of a tweet beside its words, people and hashtags; nothing for the other kinds."""
    if term.kind == "has":
        condition = Q(_follows(viewer_id) if term.value == "follows" else HAS[term.value])
    elif term.kind == "in":
        condition = Q(Exists(Bookmark.objects.filter(user_id=viewer_id or 0, **OF_TWEET)))
    elif term.kind == "sign":
        condition = Q(content__contains=term.value)
    elif term.kind == "lang":
        condition = Q(language__iexact=term.value) | Q(language__istartswith=f"{term.value}-")
    elif term.kind not in ("min_likes", "min_retweets"):
        return Q()
    else:
        condition = Q(**{f"{term.kind.removeprefix('min_')}_count__gte": int(term.value)})
    return condition if term.wanted else ~condition


def _follows(viewer_id: int | None) -> Exists:
    return Exists(Follow.objects.filter(follower_id=viewer_id, following_id=OuterRef("author_id")))


def _worded(search: Search) -> Q:
    condition = Q()
    for term in search.terms:
        if term.kind in ("word", "phrase") and (parts := parts_of(term)):
            has = Q(search=reduce(and_, parts))
            condition &= has if term.wanted else ~has
        elif term.kind == "either":
            condition &= _either(term.parts)
    return condition


def _either(terms: tuple[Term, ...]) -> Q:
    """One of these words, phrases and hashtags at least.

    Hashtags alone lead through their own index. Beside words they are looked for as words first, so that
    one look into the text search finds all, and then it is made sure that they are hashtags.
    """
    tags = [term.value for term in terms if term.kind == "hashtag"]
    bears = Q(Exists(TweetHashtag.objects.filter(hashtag__name__in=tags, **OF_TWEET)))
    if len(tags) == len(terms):
        return bears
    words = [reduce(and_, parts_of(term)) for term in terms if term.kind != "hashtag"]
    if not tags:
        return Q(search=reduce(or_, words))
    tagged = [reduce(and_, parts_of(Term("word", tag))) for tag in tags]
    return Q(search=reduce(or_, [*words, *tagged])) & (Q(search=reduce(or_, words)) | bears)


def parts_of(term: Term) -> list[SearchQuery | CombinedSearchQuery]:
    """A word or phrase as the text search sees it; PostgreSQL parses it, so that no sign has power."""
    rest = _CJK.sub(" ", term.value)
    parts: list[SearchQuery | CombinedSearchQuery] = [_pairs(run) for run in _CJK.findall(term.value)]
    if any(char.isalnum() for char in rest):
        parts.append(_written(rest, "phrase" if term.kind == "phrase" else "plain"))
    return parts


def _written(text: str, kind: str) -> SearchQuery | CombinedSearchQuery:
    """The text as it stands; joined by hyphens also its words in a row, in whatever the tweet joined them.

    PostgreSQL keeps until-I-get as that and as its three words: alone it is not in until-I-get-home.
    """
    query = SearchQuery(text, config=_CONFIG, search_type=kind)
    apart = _HYPHEN.sub(" ", text)
    return query if apart == text else query | SearchQuery(apart, config=_CONFIG, search_type="phrase")


def _pairs(run: str) -> SearchQuery:
    """A run of characters without spaces: its neighbouring pairs in order, or what begins with the one."""
    if len(run) == 1:
        return SearchQuery(f"{run}:*", config=_CONFIG, search_type="raw")
    pairs = " ".join(run[start : start + 2] for start in range(len(run) - 1))
    return SearchQuery(pairs, config=_CONFIG, search_type="phrase")


def _by_people(viewer_id: int | None, search: Search) -> Q | None:
    """By, to or naming these people; None when one is asked for whom nobody can see."""
    named = [term for term in search.terms if term.kind in ("from", "to", "mention")]
    if not named:
        return Q()
    ids = ids_of_usernames(term.value for term in named)
    condition = _naming(named, ids)
    if viewer_id is not None:
        ids = {"me": viewer_id, **ids}
    for kind, column in (("from", "author_id"), ("to", "in_reply_to_user_id")):
        wanted = [term for term in named if term.kind == kind and term.wanted]
        known = [ids[term.value] for term in wanted if term.value in ids]
        if wanted and not known:
            return None
        if known:
            condition &= Q(**{f"{column}__in": known})
        unwanted = [ids[t.value] for t in named if t.kind == kind and not t.wanted and t.value in ids]
        if unwanted:
            condition &= ~Q(**{f"{column}__in": unwanted})
    return condition


def _naming(terms: list[Term], ids: dict[str, int]) -> Q:
    """Naming each of these people, or where nobody is called so, having the word."""
    condition = Q()
    for term in terms:
        if term.kind == "mention":
            if term.value in ids:
                has = Q(Exists(Mention.objects.filter(user_id=ids[term.value], **OF_TWEET)))
            else:
                has = Q(search=_written(f"@{term.value}", "plain"))
            condition &= has if term.wanted else ~has
    return condition


def _tagged(search: Search) -> Q | None:
    """Bearing all these hashtags and none of those; None when one is asked for that nobody ever used."""
    tags = [term for term in search.terms if term.kind == "hashtag"]
    if not tags:
        return Q()
    ids = dict(Hashtag.objects.filter(name__in=[t.value for t in tags]).values_list("name", "id"))
    conditions = []
    for term in tags:
        if term.value in ids:
            bears = Q(Exists(TweetHashtag.objects.filter(hashtag_id=ids[term.value], **OF_TWEET)))
            conditions.append(bears if term.wanted else ~bears)
        elif term.wanted:
            return None
    return reduce(and_, conditions, Q())
