"""What becomes of a report, for whoever made it."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from moderation import services
from moderation.models import Report
from moderation.queries import own_reports_page
from notifications.models import Notification
from notifications.tests.helpers import deliver
from tweets.tests.factories import make_tweet
from twitterclone.lib.pagination import Cursor

pytestmark = pytest.mark.django_db
NEW, OWN = "/reports/new/", "/settings/reports/"


@pytest.fixture
def keeper(person):
    return person("keeper", is_staff=True)


@pytest.fixture
def as_bob(client, bob):
    client.force_login(bob)
    return client


def told(user) -> list[str]:
    deliver()
    return list(Notification.objects.filter(user=user).order_by("pk").values_list("message", flat=True))


def test_reporter_hears_what_was_decided_once_and_no_more(as_bob, alice, bob, charlie, keeper):
    tweet = make_tweet(alice)
    first = services.report(reporter=bob, user=alice, reason="spam")
    assert told(bob) == []
    services.reject_report(actor=keeper, report=first)
    nothing = "Thank you: we looked at your report of @Alice and found no breach of the rules"
    assert told(bob) == [nothing]
    services.report(reporter=bob, tweet=tweet, reason="abuse")
    services.report(reporter=bob, user=alice, reason="abuse")
    second = services.report(reporter=charlie, tweet=tweet, reason="spam")
    services.hide_and_suspend(actor=keeper, report=second, reason="Threats")
    acted = "Thank you: we looked at your report of @Alice and acted"
    assert told(bob) == [nothing, acted, acted]
    assert told(charlie) == [acted]
    assert told(alice) == []
    page = as_bob.get("/notifications/").text
    assert page.count(acted) == 2
    assert f'href="{OWN}"' in page
    assert "Threats" not in page


def test_page_lists_what_one_reported_with_its_state(as_bob, alice, bob, charlie, keeper):
    assert "You have reported nothing" in as_bob.get(OWN).text
    assert OWN in as_bob.get("/settings/").text
    tweet = make_tweet(alice, "Buy cheap watches")
    of_tweet = services.report(reporter=bob, tweet=tweet, reason="spam", note="Third <time>")
    services.report(reporter=charlie, user=bob, reason="other", note="Not his to know")
    page = as_bob.get(OWN).text
    assert "A tweet of @Alice" in page
    assert f'href="/alice/status/{tweet.pk}/"' in page
    assert "A moderator will look at it" in page
    assert "Third &lt;time&gt;" in page
    assert "Not his to know" not in page
    services.hide_reported_tweet(actor=keeper, report=of_tweet, reason="Spam")
    page = as_bob.get(OWN).text
    assert "Looked at: we acted" in page
    assert f'href="/alice/status/{tweet.pk}/"' not in page  # it is not there for him any more
    assert Client().get(OWN).status_code == 302


def test_page_goes_on_and_costs_the_same_when_it_grows(alice, bob, person):
    def cost(cursor: Cursor) -> int:
        with CaptureQueriesContext(connection) as queries:
            own_reports_page(bob.pk, cursor)
        return len(queries)

    services.report(reporter=bob, tweet=make_tweet(alice), reason="spam")
    one = cost(Cursor())
    for n in range(6):
        services.report(reporter=bob, tweet=make_tweet(person(f"p{n}")), reason="spam")
    assert (one, cost(Cursor())) == (2, 2)
    first = own_reports_page(bob.pk, Cursor(limit=4))
    rest = own_reports_page(bob.pk, Cursor(before=first.next, limit=4))
    assert [len(first.items), len(rest.items), rest.next] == [4, 3, None]
    assert len({one.id for one in [*first.items, *rest.items]}) == 7


def test_note_is_added_when_one_reports_again_and_nothing_said_twice(as_bob, alice):
    as_bob.post(NEW, {"user": alice.pk, "reason": "spam", "note": "First"})
    form = as_bob.get(f"{NEW}?user={alice.pk}").text
    assert "We are looking into it" in form or "we are looking into it" in form
    assert 'type="radio"' not in form
    assert '<input type="hidden" name="reason" value="spam">' in form
    for _ in range(2):
        as_bob.post(NEW, {"user": alice.pk, "reason": "spam", "note": "Second"})
    assert Report.objects.get().comment == "First\n\nSecond"
    refused = as_bob.post(NEW, {"user": alice.pk, "reason": "spam", "note": "y" * 990})
    assert refused.status_code == 422
    assert "Your notes together" in refused.text
    assert "y" * 990 in refused.text
    assert Report.objects.get().comment == "First\n\nSecond"


def test_whole_form_returns_with_the_state_when_the_first_report_was_decided(as_bob, alice, bob, keeper):
    first = services.report(reporter=bob, user=alice, reason="spam")
    services.reject_report(actor=keeper, report=first)
    form = as_bob.get(f"{NEW}?user={alice.pk}").text
    assert "Looked at: no breach of the rules" in form
    assert 'type="radio"' in form
    as_bob.post(NEW, {"user": alice.pk, "reason": "abuse"})
    assert sorted(Report.objects.values_list("state", flat=True)) == ["open", "rejected"]


def test_thanks_without_a_name_lead_to_what_one_reported(as_bob):
    answer = as_bob.get("/reports/sent/")
    assert (answer.status_code, answer.headers["Location"]) == (302, OWN)
