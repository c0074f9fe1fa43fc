"""The hot queries on two years of tweets: each opens the months it needs, and no more.

A plan names months (`planned`) and reads some of them (`read`): a feed without a lower bound names all,
visits them newest first, and stops when the page is full.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Count, Max

from accounts.backends import users_logging_in_as
from accounts.models import User
from accounts.queries import user_by_username
from notifications.models import Notification
from notifications.queries import unread_count
from social.models import Follow
from social.queries import people_found
from tweets.counters import figures_of_tweets, roll_up_tweet_counters
from tweets.models import Bookmark, CounterDelta, Mention, Tweet, TweetHashtag
from tweets.partitions import months
from tweets.queries import newest, search
from tweets.queries.access import tweet_for
from tweets.queries.cards import cards_for
from tweets.queries.feeds import hashtag_page, profile_page, public_page
from tweets.queries.filling import OVER
from tweets.queries.hashtags import hashtags_found
from tweets.queries.profiles import profile_for
from tweets.queries.search import latest_found, top_found
from tweets.queries.search_terms import search_of
from tweets.queries.threads import thread_for
from tweets.queries.timelines import FEW, recipients, timeline_ids
from tweets.queries.trends import trends
from tweets.timelines.reader import home_page
from twitterclone.lib.ids import id_time
from twitterclone.lib.pagination import Cursor
from twitterclone.seeding.plan import Size
from twitterclone.seeding.progress import Progress
from twitterclone.seeding.run import World, seed
from twitterclone.tests.plans import Plan, month_of, plans_of

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

FIRST = Cursor(before=None, after=None, limit=20)


@pytest.fixture(scope="module", autouse=True)
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Two years of a small town, there for this module only."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield seed(Size(users=300, tweets=6000, seed=3, recent=0.1, told=0), Progress(StringIO()))
        transaction.set_rollback(True)


@pytest.fixture
def reader(world: World) -> User:
    """Somebody who follows many people; how far the newest tweets reach was asked before."""
    newest.reach()
    return User.objects.reachable().order_by("-following_count", "id").first()


def months_of(ids: Iterable[int]) -> set[str]:
    return {month_of(id_time(identifier)) for identifier in ids}


def months_since(moment: datetime) -> set[str]:
    first = moment.date().replace(day=1)
    return {f"tweets_{month:%Y_%m}" for month in months() if month >= first}


def months_named(action: Callable[[], Any]) -> set[str]:
    return {month for plan in plans_of(action) for month in plan.planned}


def old_tweet(*, days: int = 300, **conditions: Any) -> Tweet:
    """A public tweet of about so long ago."""
    before = datetime.now(UTC) - timedelta(days=days)
    tweets = Tweet.objects.visible().filter(author__is_private=False, author__suspended_at=None, **conditions)
    tweets = tweets.filter(author__deactivated_at=None, retweet_of=None)
    return tweets.filter(created_at__lt=before).newest_first().first()


def test_there_are_two_years(world: World) -> None:
    filled = Tweet.objects.dates("created_at", "month")
    assert len(filled) >= 24
    assert len(months()) >= 28


def test_home_by_the_view_opens_its_window(reader: User) -> None:
    many = Cursor(limit=FEW + 1)
    plans = plans_of(lambda: timeline_ids(reader.pk, many))
    assert plans
    assert len(timeline_ids(reader.pk, many)) == FEW + 1
    windows = [timedelta(days=1), timedelta(days=7), timedelta(days=30), timedelta(days=180)]
    for plan, width in zip(plans, windows, strict=False):
        assert plan.planned <= months_since(datetime.now(UTC) - width)


def test_first_page_by_the_view_opens_the_months_of_the_newest_tweets(
    reader: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(newest, "_seen", {})
    looks = plans_of(newest.reach)
    since = datetime.now(UTC) - newest.reach()
    assert looks[0].planned <= months_since(datetime.now(UTC) - newest.LONGEST)
    assert looks[0].read <= months_since(since)
    plans = plans_of(lambda: timeline_ids(reader.pk, FIRST))
    assert plans[0].planned <= months_since(since)


def test_home_by_the_view_asks_who_is_followed_reply_by_reply(reader: User) -> None:
    """A hash of all follows of the site would serve as well, here; where there are millions it does not."""
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN SELECT id FROM timeline WHERE viewer_id = %s", [reader.pk])
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "SubPlan" in plan
    assert "hashed SubPlan" not in plan


def test_home_far_back_opens_its_window(reader: User) -> None:
    start = old_tweet(days=400)
    plans = plans_of(lambda: timeline_ids(reader.pk, Cursor(before=start.pk, after=None, limit=20)))
    allowed = months_since(start.created_at - timedelta(days=180)) - months_since(
        start.created_at.replace(day=1) + timedelta(days=32)
    )
    for plan in plans:
        assert plan.planned <= allowed, plan.sql


def test_home_page_opens_the_months_it_shows(reader: User) -> None:
    home_page(reader.pk, FIRST)
    shown: list[Any] = []
    named = months_named(lambda: shown.extend(home_page(reader.pk, FIRST).items))
    assert len(shown) == 20
    oldest = min(card.created_at for card in shown)
    assert named <= months_since(oldest - timedelta(days=30))


def test_cards_open_the_months_of_their_tweets(reader: User) -> None:
    some = [old_tweet(days=days).pk for days in (600, 400, 200, 20)]
    plans = plans_of(lambda: cards_for(reader.pk, some))
    tweets = [plan for plan in plans if 'FROM "tweets"' in plan.sql]
    assert tweets[0].planned == months_of(some)
    quoted = Tweet.objects.filter(pk__in=some, quote_of__isnull=False).values_list("quote_of", flat=True)
    assert set().union(*(plan.planned for plan in plans)) == months_of({*some, *quoted})


def test_marks_of_the_viewer_open_no_month(reader: User) -> None:
    some = list(Tweet.objects.newest_first().values_list("pk", flat=True)[:20])
    with (
        connection.cursor() as cursor
    ):  # tables this small may be read whole; what counts is that an index serves
        cursor.execute("SET LOCAL enable_seqscan = off")
    marks = plans_of(lambda: cards_for(reader.pk, some), about="'liked'")
    assert len(marks) == 1
    assert not marks[0].planned
    # by the person or by the tweet, whichever has fewer: through an index of each table
    assert {"likes", "retweets", "bookmarks"} <= {index.partition("_")[0] for index in marks[0].indexes}
    assert months_named(lambda: figures_of_tweets(some)) <= months_of(some)


def test_profile_reads_until_the_page_is_full(reader: User) -> None:
    loud = User.objects.reachable().filter(is_private=False).order_by("-tweets_count").first()
    profile = profile_for(reader.pk, loud.username)
    cards: list[Any] = []
    plans = plans_of(lambda: cards.extend(profile_page(reader.pk, profile, "tweets", FIRST).items))
    feed = next(plan for plan in plans if "ORDER BY" in plan.sql)
    assert len(cards) == 20
    assert feed.read <= months_since(id_time(cards[-1].entry_id) - timedelta(days=62))
    assert any("author" in index for index in feed.indexes)


def test_public_page_reads_the_newest_month(reader: User) -> None:
    plans = plans_of(lambda: public_page(reader.pk, FIRST))
    feed = next(plan for plan in plans if "ORDER BY" in plan.sql)
    assert feed.read <= months_since(datetime.now(UTC) - timedelta(days=31))


def test_ancestors_open_their_own_months(reader: User, world: World) -> None:
    deep = deepest_reply(world)
    plans = plans_of(lambda: thread_for(None, deep.pk, FIRST), about="up.step")
    assert len(plans) == 1
    chain = [deep.pk]
    while (parent := Tweet.objects.get(pk=chain[-1]).in_reply_to_id) is not None:
        chain.append(parent)
    assert len(chain) > 3
    assert plans[0].read <= months_of(chain)


def deepest_reply(world: World) -> Tweet:
    """A visible reply with many above it."""
    lines, depth = world.plan.outline, dict[int, int]()
    for index in range(len(lines)):
        depth[index] = depth[lines.parent[index]] + 1 if lines.kind[index] == 1 else 0
    people = world.plan.people
    for index in sorted(depth, key=lambda index: -depth[index]):
        author = people[lines.author[index]]
        if index not in lines.deleted and author.is_reachable and not author.is_private:
            return Tweet.objects.get(pk=world.tweet_ids[index])
    raise AssertionError("nobody replied")


def test_replies_are_sought_from_the_tweet_on(reader: User) -> None:
    parent = old_tweet(days=200, replies_count__gt=0)
    plans = plans_of(lambda: thread_for(reader.pk, parent.pk, FIRST), about='"in_reply_to_id" = ')
    assert plans
    for plan in plans:
        assert plan.planned <= months_since(parent.created_at)


def test_hashtag_page_opens_the_months_it_shows(reader: User) -> None:
    busiest = (
        TweetHashtag.objects.values("hashtag__name").annotate(n=Count("id"), at=Max("id")).order_by("-n")
    )
    name = busiest[0]["hashtag__name"]
    cards: list[Any] = []
    plans = plans_of(lambda: cards.extend(hashtag_page(reader.pk, name, FIRST)[1].items))
    assert cards
    links = [plan for plan in plans if 'FROM "tweet_hashtags"' in plan.sql]
    assert links
    assert not any(plan.planned for plan in links)
    # a page is asked for with a few to spare, and shows what its tweets quote
    newest = TweetHashtag.objects.filter(hashtag__name=name).order_by("-tweet_id")
    fetched = Tweet.objects.in_bulk(newest.values_list("tweet_id", flat=True)[: FIRST.limit + OVER])
    named = [pk for tweet in fetched.values() for pk in (tweet.pk, tweet.quote_of_id) if pk]
    for plan in plans:
        assert plan.planned <= months_since(min(map(id_time, named))), plan.sql


def test_hashtags_by_their_beginning_open_the_months_of_their_uses(reader: User, crowded: None) -> None:
    name = TweetHashtag.objects.order_by("-id").values_list("hashtag__name", flat=True)[0]
    found: list[str] = []
    (plan,) = plans_of(lambda: found.extend(hashtags_found(reader.pk, name, 1)))
    assert len(found) == 1
    assert "tweet_hashtags_unique" in plan.indexes
    assert any(index.startswith("hashtags_name") for index in plan.indexes)
    uses = TweetHashtag.objects.filter(hashtag__name__startswith=name).values_list("tweet_id", flat=True)
    assert plan.read <= months_of(uses)


LATIN = r"(^|\s)[a-z]{6,}(\s|$)"  # such a word is one of words_of


def words_of(text: str) -> list[str]:
    return [word for word in text.lower().split() if word.isascii() and word.isalpha()]


@pytest.mark.parametrize("found", [latest_found, top_found])
def test_search_for_a_common_word_opens_the_newest_month_only(
    found: Callable[..., Any], reader: User
) -> None:
    recent = Tweet.objects.visible().filter(audience="public", retweet_of=None).newest_first()[:400]
    words = Counter(word for tweet in recent for word in set(words_of(tweet.content)))
    word, most = words.most_common(1)[0]
    limit = 5
    cards: list[Any] = []
    plans = plans_of(
        lambda: cards.extend(found(reader.pk, search_of(word), Cursor(limit=limit)).items), about="search"
    )
    assert most > limit
    assert len(cards) == limit
    assert plans[0].planned <= months_since(datetime.now(UTC).replace(day=1))
    if found is latest_found:
        oldest = min(card.created_at for card in cards)
        assert {month for plan in plans for month in plan.planned} <= months_since(
            min(oldest, datetime.now(UTC)) - timedelta(days=62)
        )


def test_search_widens_and_opens_no_month_twice(reader: User) -> None:
    old = old_tweet(days=500, audience="public", content__regex=LATIN)
    handle = old.author.username
    word = max(words_of(old.content), key=len)
    cards: list[Any] = []
    text = f"{word} from:{handle} until:{old.created_at + timedelta(days=1):%Y-%m-%d}"
    plans = plans_of(
        lambda: cards.extend(latest_found(None, search_of(text), Cursor(limit=50)).items), about="search"
    )
    assert old.pk in {card.id for card in cards}
    months = [sorted(plan.planned) for plan in plans if plan.planned]
    flat = [month for part in months for month in part]
    assert len(flat) == len(set(flat))
    assert [part[0] for part in months] == sorted((part[0] for part in months), reverse=True)
    assert len(months[0]) == 1
    assert len(months) > 1


def test_search_with_days_opens_their_months_only(reader: User) -> None:
    old = old_tweet(days=300, audience="public", content__regex=LATIN)
    word = max(words_of(old.content), key=len)
    day = old.created_at.date()
    text = f"{word} since:{day} until:{day + timedelta(days=1)}"
    plans = plans_of(lambda: latest_found(reader.pk, search_of(text), FIRST), about="search")
    assert {month for plan in plans for month in plan.planned} == {month_of(old.created_at)}


def test_number_of_what_is_unread_reads_the_months_of_its_tweets(reader: User) -> None:
    for tweet in (old_tweet(days=days) for days in (400, 200, 20)):
        Notification.objects.create(user=reader, type="like", tweet=tweet, group_key=f"like:{tweet.pk}")
    about = Notification.objects.filter(user=reader, is_read=False, tweet_id__isnull=False)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")  # which a small site's figures may speak against
    plans = plans_of(lambda: unread_count(reader.pk))
    assert len(plans) == 1
    assert plans[0].read <= months_of(about.values_list("tweet_id", flat=True))


@pytest.mark.parametrize("text", ["xylophone", '"xylophone-like"'])
def test_search_for_what_is_rare_goes_through_the_index(reader: User, crowded: None, text: str) -> None:
    plans = plans_of(lambda: latest_found(None, search_of(text), FIRST), about="search")
    filled = {f"tweets_{month:%Y_%m}" for month in Tweet.objects.dates("created_at", "month")} - {
        month_of(datetime.now(UTC))  # which has hardly a tweet when it begins
    }
    plans = [plan for plan in plans if plan.planned & filled]
    assert plans
    assert all(any("search_idx" in index for index in plan.indexes) for plan in plans)


def test_operators_lead_through_their_own_indexes(reader: User, crowded: None) -> None:
    kept = old_tweet(days=200, audience="public")
    Bookmark.objects.get_or_create(user=reader, tweet=kept)
    for text, index in (
        (f"from:{reader.username}", "author"),
        (f"@{reader.username}", "mentions_"),
        ("in:bookmarks", "bookmarks_"),
    ):
        plans = plans_of(lambda text=text: latest_found(reader.pk, search_of(text), FIRST), about="LIMIT")
        spans = [plan for plan in plans if plan.planned]
        assert spans, text
        assert all(any(index in name for name in plan.indexes) for plan in spans), text


@pytest.mark.parametrize("text", ["has:poll", "lang:xx", "🦄", "filter:follows min_likes:99999"])
def test_operators_alone_open_no_month_before_the_newest_few(
    reader: User, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tweets.queries.search.SIFTED", 40)
    newest = Tweet.objects.order_by("-created_at").values_list("created_at", flat=True)[:40]
    plans = plans_of(lambda: latest_found(reader.pk, search_of(text), FIRST))
    months = {month for plan in plans for month in plan.planned}
    spans = [search._month(datetime.now(UTC), back) for back in search.MONTHS_BEFORE]
    assert months
    assert months <= months_since(max(begun for begun in spans if begun and begun <= min(newest)))


def test_operators_name_no_other_months_than_the_words(reader: User) -> None:
    day = old_tweet(days=300).created_at.date()
    text = (
        f"the after:{day - timedelta(days=1)} before:{day + timedelta(days=1)} has:link lang:en min_likes:1"
    )
    for narrowed in (text, f"{text} filter:follows", f"{text} in:bookmarks", f"{text} @{reader.username}"):
        plans = plans_of(lambda narrowed=narrowed: latest_found(reader.pk, search_of(narrowed), FIRST))
        assert {month for plan in plans for month in plan.planned} == {month_of(day)}


def test_people_are_found_through_the_names_index(reader: User, crowded: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_indexscan = off")  # of so few rows any index would do
        plans = plans_of(lambda: people_found(reader, "alexandra", FIRST), about="upper(u.username)")
        cursor.execute("SET LOCAL enable_indexscan = on")
    assert "users_names_trigram" in plans[0].indexes


def test_trends_open_the_last_day() -> None:
    plans = [plan for plan in plans_of(lambda: trends(7)) if plan.planned]
    for plan in plans:
        assert plan.planned <= months_since(datetime.now(UTC) - timedelta(days=1))


def test_one_month_is_opened_when_a_tweet_is_asked_for(reader: User) -> None:
    tweet = old_tweet()
    plans = plans_of(lambda: tweet_for(reader.pk, tweet.pk))
    assert {month for plan in plans for month in plan.planned} == months_of([tweet.pk])


def test_recipients_of_a_tweet_open_its_month(world: World) -> None:
    author = User.objects.reachable().order_by("-followers_count").first()
    tweet = Tweet.objects.visible().filter(author=author).newest_first().first()
    since = datetime.now(UTC) - timedelta(days=800)
    batches: list[list[int]] = []
    named = months_named(lambda: batches.extend(recipients(tweet.pk, author.pk, since, limit=500)))
    assert batches
    assert named == months_of([tweet.pk])


def test_mentions_of_a_tweet_open_no_other_month() -> None:
    mention = Mention.objects.order_by("id").first()
    assert months_named(lambda: mention.tweet) == months_of([mention.tweet_id])


def test_roll_up_opens_the_months_of_its_steps() -> None:
    early, late = old_tweet(days=200), old_tweet(days=150)
    for tweet in (early, late):
        CounterDelta.objects.create(tweet_id=tweet.pk, kind="likes", delta=1)
    plans = plans_of(roll_up_tweet_counters, about="UPDATE tweets")
    between = months_since(early.created_at) - months_since(
        late.created_at.replace(day=1) + timedelta(days=32)
    )
    assert plans
    assert plans[0].planned <= between


@pytest.fixture
def crowded(world: World) -> Iterator[None]:
    """Statistics of a big site: the planner reads a table of 300 rows without any index."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        yield
        cursor.execute("SET LOCAL enable_seqscan = on")


@pytest.mark.parametrize(
    ("typed", "index"),
    [("username", "users_username_hash"), ("email", "users_email_hash")],
)
def test_log_in_goes_through_the_hash_index(typed: str, index: str, reader: User, crowded: None) -> None:
    login = getattr(reader, typed).upper()
    plans = plans_of(lambda: users_logging_in_as(login).get())
    assert [plan.indexes for plan in plans] == [{index}]


def test_address_of_a_profile_goes_through_the_hash_index(reader: User, crowded: None) -> None:
    plans: list[Plan] = plans_of(lambda: user_by_username(reader.username))
    assert plans[0].indexes == {"users_username_hash"}


def test_who_follows_is_read_from_an_index_alone(reader: User, crowded: None) -> None:
    popular = User.objects.order_by("-followers_count").first()
    rows = (
        Follow.objects.filter(following=popular).order_by("follower_id").values_list("follower_id", flat=True)
    )
    assert plans_of(lambda: list(rows[:500]))[0].indexes == {"follows_following"}
