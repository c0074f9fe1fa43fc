"""Notifications as programs read them: each by itself, of the kinds asked for, and gone when dismissed."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from accounts.tests.cast import Person
from notifications.models import Notification, NotificationEvent
from notifications.queries import unread_count
from notifications.tests.helpers import deliver, lines
from notifications.wire import Notification as Told
from social.services import block_user, follow_user
from tweets.housekeeping import close_polls
from tweets.models import Poll, Tweet
from tweets.queries.access import tweet_for
from tweets.services.engagement import like_tweet, retweet, unlike_tweet
from tweets.services.polls import vote
from tweets.services.posting import delete_tweet, post_tweet
from tweets.tests.api.helpers import make_of_every_kind
from tweets.tests.factories import add_poll, make_tweet
from twitterclone.tests.api import Program

pytestmark = pytest.mark.django_db

LIST = "/api/v1/notifications"
Api = Callable[..., Program]


@pytest.fixture
def busy(alice: User, bob: User, charlie: User) -> Tweet:
    """Alice's tweet is liked by two, retweeted, answered, quoted; she is followed and mentioned."""
    tweet = make_tweet(alice, "Look at this")
    like_tweet(user=bob, tweet=tweet)
    like_tweet(user=charlie, tweet=tweet)
    retweet(user=bob, tweet=tweet)
    post_tweet(author=charlie, text="An answer", reply_to=tweet)
    post_tweet(author=charlie, text="Hear hear", quote_of=tweet)
    post_tweet(author=bob, text="Hello @alice")
    follow_user(follower=charlie, following=alice)
    deliver()
    return tweet


def told(program: Program, query: str = "") -> list[dict]:
    answer = program.call("get", f"{LIST}{query}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def kinds(program: Program, query: str = "") -> list[tuple[str, str]]:
    return [(one["type"], one["account"]["acct"]) for one in told(program, query)]


def test_each_fact_is_told_by_itself_under_the_protocols_name(alice: User, busy: Tweet, api: Api) -> None:
    program = api(alice)
    assert sorted(kinds(program)) == [
        ("favourite", "bob"),
        ("favourite", "charlie"),
        ("follow", "charlie"),
        ("mention", "bob"),
        ("mention", "charlie"),
        ("quote", "charlie"),
        ("reblog", "bob"),
    ]
    for one in told(program):
        assert set(one) == set(Told.__annotations__)
        if one["type"] in ("favourite", "reblog"):
            assert one["status"]["id"] == str(busy.pk)
        assert (one["status"] is None) == (one["type"] == "follow")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?types[]=mention", {"mention"}),
        ("?types[]=mention&types[]=follow", {"mention", "follow"}),
        ("?exclude_types[]=mention&exclude_types[]=follow", {"favourite", "reblog", "quote"}),
        ("?types[]=admin.report", set()),
        ("?types[]=no+such+word&types[]=quote", {"quote"}),
    ],
)
def test_kinds_are_chosen(alice: User, busy: Tweet, api: Api, query: str, expected: set) -> None:
    assert {kind for kind, _ in kinds(api(alice), query)} == expected


def test_one_account_alone_is_asked_for(alice: User, bob: User, busy: Tweet, api: Api) -> None:
    assert {acct for _, acct in kinds(api(alice), f"?account_id={bob.pk}")} == {"bob"}


def test_pages_meet_without_gap_or_overlap(alice: User, busy: Tweet, api: Api) -> None:
    program = api(alice)
    everything = [one["id"] for one in told(program)]
    first = program.call("get", f"{LIST}?limit=3")
    assert f"max_id={everything[2]}" in first.headers["Link"]
    assert f"min_id={everything[0]}" in first.headers["Link"]
    found = [one["id"] for one in first.json()]
    while page := told(program, f"?limit=3&max_id={found[-1]}"):
        found += [one["id"] for one in page]
    assert found == everything
    above = told(program, f"?limit=2&min_id={everything[-1]}")
    assert [one["id"] for one in above] == everything[-3:-1]
    newest = told(program, f"?limit=2&since_id={everything[-1]}")
    assert [one["id"] for one in newest] == everything[:2]


def test_what_is_taken_back_blocked_or_deleted_is_told_no_more(
    alice: User, bob: User, charlie: User, busy: Tweet, api: Api
) -> None:
    program = api(alice)
    unlike_tweet(user=charlie, tweet=busy)
    delete_tweet(actor=bob, tweet=Tweet.objects.get(content="Hello @alice"))
    deliver()
    assert ("favourite", "charlie") not in kinds(program)
    assert ("mention", "bob") not in kinds(program)
    block_user(blocker=alice, blocked=bob)
    assert {acct for _, acct in kinds(program)} == {"charlie"}


def test_one_notification_is_its_persons_alone(alice: User, bob: User, busy: Tweet, api: Api) -> None:
    one = told(api(alice))[0]
    assert api(alice).call("get", f"{LIST}/{one['id']}").json() == one
    for path in (f"{LIST}/{one['id']}", f"{LIST}/1", f"{LIST}/{(1 << 63) - 1}"):
        answer = api(bob).call("get", path)
        assert (answer.status_code, answer.json()) == (404, {"error": "Record not found"})


def test_dismissed_fact_leaves_its_line_and_is_not_told_again(
    alice: User, bob: User, busy: Tweet, api: Api
) -> None:
    program = api(alice)
    like = next(one for one in told(program) if (one["type"], one["account"]["acct"]) == ("favourite", "bob"))
    assert ("like", "charlie", 2, False) in lines(alice)

    answer = program.call("post", f"{LIST}/{like['id']}/dismiss")

    assert (answer.status_code, answer.json()) == (200, {})
    assert ("like", "charlie", 1, False) in lines(alice)
    assert ("favourite", "bob") not in kinds(program)
    assert program.call("get", f"{LIST}/{like['id']}").status_code == 404
    facts = NotificationEvent.objects.filter(user=alice).count()
    assert program.call("post", f"{LIST}/{like['id']}/dismiss").status_code == 200
    assert facts == 7


def test_nobody_dismisses_for_another(alice: User, bob: User, busy: Tweet, api: Api) -> None:
    one = told(api(alice))[0]
    api(bob).call("post", f"{LIST}/{one['id']}/dismiss")
    assert told(api(alice))[0] == one


def test_clearing_takes_everything_of_one_person(alice: User, bob: User, busy: Tweet, api: Api) -> None:
    follow_user(follower=alice, following=bob)
    deliver()
    program = api(alice)
    assert program.call("post", f"{LIST}/clear").json() == {}
    assert told(program) == []
    assert unread_count(alice.pk) == 0
    assert not Notification.objects.filter(user=alice).exists()
    assert len(told(api(bob))) == 1


def test_end_of_a_poll_is_told_to_who_asked_and_who_voted(
    alice: User, bob: User, charlie: User, api: Api
) -> None:
    tweet = make_tweet(alice, "Tea?")
    poll = add_poll(tweet)
    vote(user=bob, tweet=tweet, choices=[0])
    now = timezone.now()
    Poll.objects.filter(pk=poll.pk).update(created_at=now - timedelta(days=2), expires_at=now)
    close_polls()
    deliver()
    for user, expected in ((alice, 1), (bob, 1), (charlie, 0)):
        found = told(api(user), "?types[]=poll")
        assert len(found) == expected
        assert all(one["account"]["acct"] == "Alice" and one["status"]["poll"]["expired"] for one in found)


def test_unread_are_counted(alice: User, busy: Tweet, api: Api) -> None:
    answer = api(alice).call("get", f"{LIST}/unread_count")
    assert answer.json() == {"count": len(lines(alice))}


@pytest.mark.parametrize("path", ["", "/1", "/unread_count"])
def test_reading_needs_a_token_that_covers_it(alice: User, api: Api, path: str) -> None:
    assert api().call("get", LIST + path).status_code == 401
    assert api(alice, scopes="read:statuses write").call("get", LIST + path).status_code == 403


@pytest.mark.parametrize("path", ["/1/dismiss", "/clear"])
def test_removing_needs_a_token_that_covers_it(alice: User, api: Api, path: str) -> None:
    assert api().call("post", LIST + path).status_code == 401
    assert api(alice, scopes="read").call("post", LIST + path).status_code == 403


@pytest.mark.parametrize(
    "query",
    ["?limit=x", "?max_id=-1", "?min_id=1e9", "?account_id=abc", "?types[]=%00", f"?max_id={'9' * 30}"],
)
def test_strange_queries_are_refused(alice: User, api: Api, query: str) -> None:
    answer = api(alice).call("get", LIST + query)
    assert answer.status_code in (400, 422)
    assert answer.json()["error"]


@pytest.mark.parametrize("limit", ["-5", "0", "100000"])
def test_strange_limits_are_brought_into_bounds(alice: User, busy: Tweet, api: Api, limit: str) -> None:
    assert 1 <= len(told(api(alice), f"?limit={limit}")) <= 7


def test_queries_do_not_grow_with_the_list(alice: User, bob: User, api: Api, person: Person) -> None:
    program = api(alice)

    def fill(number: int) -> None:
        """Each tweet answers one, has pictures and quotes a poll; it is answered, retweeted and liked."""
        for _ in range(number):
            actor = person(f"p{User.objects.count()}")
            tweet = make_of_every_kind(alice, bob).retweet_of
            post_tweet(author=actor, text="And @bob", reply_to=tweet)
            retweet(user=actor, tweet=tweet_for(actor.pk, tweet.pk))
            like_tweet(user=actor, tweet=tweet_for(actor.pk, tweet.pk))
        deliver()

    fill(1)
    with CaptureQueriesContext(connection) as few:
        (one,) = told(program, "?limit=1&types[]=favourite")
    assert one["status"]["media_attachments"]
    assert one["status"]["quote"]["quoted_status"]["poll"]
    fill(12)
    with CaptureQueriesContext(connection) as many:
        found = told(program, "?limit=20")
    assert {one["type"] for one in found} == {"mention", "reblog", "favourite"}
    assert len(found) == 20
    assert (len(few), len(many)) == (LIST_QUERIES, LIST_QUERIES)


LIST_QUERIES = 14
