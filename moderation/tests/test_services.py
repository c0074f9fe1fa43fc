"""Reports: told once, and decided once."""

import pytest

from accounts.models import User
from accounts.services import suspend_user
from moderation import services
from moderation.models import Report
from social.tests.helpers import at_once
from tweets.models import Tweet
from tweets.tests.factories import make_tweet
from twitterclone.lib.errors import Forbidden, RateLimited

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper(person):
    return person("keeper", is_staff=True)


def told(reporter: User, **about) -> Report:
    return services.report(reporter=reporter, **{"reason": "spam", **about})


def test_report_names_author_and_tweet_when_a_tweet_is_reported(alice, bob):
    tweet = make_tweet(alice)

    report = told(bob, tweet=tweet, note="  Look\r\nhere ")

    assert (report.reporter, report.user, report.tweet_id) == (bob, alice, tweet.pk)
    assert (report.comment, report.state) == ("Look\nhere", "open")


def test_report_is_one_when_it_is_told_twice(alice, bob):
    tweet = make_tweet(alice)
    assert told(bob, tweet=tweet) == told(bob, tweet=tweet, reason="abuse")
    assert told(bob, user=alice) == told(bob, user=alice)
    assert Report.objects.count() == 2


def test_second_report_is_taken_when_the_first_is_closed(alice, bob, keeper):
    first = told(bob, user=alice)
    services.reject_report(actor=keeper, report=first)
    assert told(bob, user=alice) != first


@pytest.mark.django_db(transaction=True)
def test_report_is_one_when_it_is_sent_twice_at_once(alice, bob):
    results = at_once(lambda: told(bob, user=alice), lambda: told(bob, user=alice))
    assert [type(result) for result in results] == [Report, Report]
    assert Report.objects.count() == 1


def test_report_is_refused_when_it_makes_no_sense(alice, bob):
    with pytest.raises(services.CannotReportOneself):
        told(alice, user=alice)
    with pytest.raises(services.CannotReportOneself):
        told(alice, tweet=make_tweet(alice))
    with pytest.raises(services.UnknownReason):
        told(bob, user=alice, reason="taste")
    with pytest.raises(services.NoteTooLong):
        told(bob, user=alice, note="x" * 1001)
    assert not Report.objects.exists()


def test_report_is_refused_when_there_were_many(alice, bob, keeper):
    for _ in range(30):
        services.reject_report(actor=keeper, report=told(bob, user=alice))
    with pytest.raises(RateLimited):
        told(bob, user=alice)


def test_report_is_decided_once_when_two_moderators_decide(alice, bob, keeper):
    report = told(bob, user=alice)
    services.resolve_report(actor=keeper, report=report)
    with pytest.raises(services.AlreadyHandled):
        services.reject_report(actor=keeper, report=report)
    report.refresh_from_db()
    assert (report.state, report.handled_by) == ("resolved", keeper)
    assert report.handled_at


def test_nothing_is_decided_when_the_actor_is_no_staff(alice, bob, charlie):
    report = told(bob, tweet=make_tweet(alice))
    for decide in (
        services.resolve_report,
        services.reject_report,
        services.hide_reported_tweet,
        services.suspend_reported_user,
    ):
        with pytest.raises(Forbidden):
            decide(actor=charlie, report=report)
    report.refresh_from_db()
    assert report.state == "open"


def test_every_report_of_a_tweet_is_closed_when_it_is_hidden(alice, bob, charlie, keeper):
    tweet = make_tweet(alice)
    reports = [told(bob, tweet=tweet), told(charlie, tweet=tweet)]
    about_alice = told(bob, user=alice)

    services.hide_reported_tweet(actor=keeper, report=reports[0])

    assert Tweet.objects.get(pk=tweet.pk).hidden_at
    assert not Report.objects.filter(tweet_id=tweet.pk, state="open").exists()
    about_alice.refresh_from_db()
    assert about_alice.state == "open"


def test_every_report_of_a_person_is_closed_when_they_are_suspended(alice, bob, charlie, keeper):
    told(bob, tweet=make_tweet(alice))
    services.suspend_reported_user(actor=keeper, report=told(charlie, user=alice))
    alice.refresh_from_db()
    assert alice.suspended_at
    assert not Report.objects.filter(state="open").exists()


def test_report_stays_open_when_its_deed_is_refused(alice, bob, keeper):
    boss = User.objects.create_superuser("boss", "boss@example.com")
    report = told(bob, user=boss)
    with pytest.raises(Forbidden):
        services.suspend_reported_user(actor=keeper, report=report)
    with pytest.raises(services.NothingToHide):
        services.hide_reported_tweet(actor=keeper, report=report)
    report.refresh_from_db()
    assert report.state == "open"


def test_staff_are_suspended_by_a_superuser_alone(person, keeper):
    other = person("helper", is_staff=True)
    with pytest.raises(Forbidden):
        suspend_user(actor=keeper, user=other)
    boss = User.objects.create_superuser("boss", "boss@example.com")
    assert suspend_user(actor=boss, user=other).suspended_at
