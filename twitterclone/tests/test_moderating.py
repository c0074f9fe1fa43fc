"""Moderators at work in the admin: what they decide happens, is logged with its reason, and never breaks."""

import json
import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.sessions import live_sessions
from media.models import Media
from moderation.models import Report
from moderation.services import report
from tweets.models import Tweet, TweetMedia
from tweets.tests.factories import make_tweet

pytestmark = pytest.mark.django_db
QUEUE, USERS, TWEETS = "/admin/moderation/report/", "/admin/accounts/user/", "/admin/tweets/tweet/"


@pytest.fixture
def keeper(person):
    return person("keeper", is_staff=True)


@pytest.fixture
def as_keeper(client, keeper):
    """A moderator who may do everything about reports, tweets and people, and is no superuser."""
    names = ["view_report", "change_report", "view_tweet", "change_tweet", "view_user", "change_user"]
    keeper.user_permissions.set(Permission.objects.filter(codename__in=names))
    client.force_login(keeper)
    return client


def act(client: Client, address: str, action: str, *rows, reason: str = "Because"):
    asked = {"action": action, "_selected_action": [row.pk for row in rows], "reason": reason}
    answer = client.post(address, asked, follow=True)
    assert answer.status_code == 200
    return answer


def recipients() -> list[str]:
    with connection.cursor() as cursor:
        rows = cursor.execute("SELECT payload FROM outbox WHERE event = 'mail.requested'").fetchall()
    return [(json.loads(row[0]) if isinstance(row[0], str) else row[0])["recipient"] for row in rows]


def logged() -> set[tuple[str, str]]:
    return set(LogEntry.objects.values_list("content_type__model", "change_message"))


def test_empty_queue_says_so_and_offers_nothing_to_do(as_keeper, alice, bob):
    shown = as_keeper.get(QUEUE).text
    assert "<h1>Reports</h1>" in shown
    assert "No open reports." in shown
    assert "Nothing found." not in shown
    assert 'name="action"' not in shown
    assert "Select report" not in shown
    found = as_keeper.get(QUEUE, {"q": "nobody"}).text
    assert "Nothing matches this search or filter." in found
    assert 'name="action"' not in found

    report(reporter=bob, user=alice, reason="spam")
    shown = as_keeper.get(QUEUE).text
    assert "No open reports." not in shown
    assert 'name="action"' in shown


def test_lists_of_moderators_are_titled_by_what_they_hold_and_say_when_empty(as_keeper, keeper):
    keeper.is_superuser = True
    keeper.save(update_fields=["is_superuser"])
    for address, title in ((TWEETS, "Tweets"), (USERS, "Users"), ("/admin/tweets/trend/", "Trends")):
        shown = as_keeper.get(address).text
        assert f"<h1>{title}</h1>" in shown
        assert ('name="action"' in shown) == (address == USERS)
        assert ("Nothing to show here." in shown) == (address != USERS)
    assert "<h1>Select user" in as_keeper.get(USERS, {"_popup": "1"}).text


def test_queue_shows_what_waits_with_its_tweet(as_keeper, alice, bob, charlie, keeper):
    report(reporter=bob, tweet=make_tweet(alice, "Buy cheap watches"), reason="spam", note="Third time")
    closed = report(reporter=charlie, user=alice, reason="abuse", note="Long ago")
    Report.objects.filter(pk=closed.pk).update(state="rejected")
    page = as_keeper.get(QUEUE).text
    assert "Buy cheap watches" in page
    assert "Third time" in page
    assert "@bob" in page
    assert "Long ago" not in page
    assert "Long ago" in as_keeper.get(f"{QUEUE}?state=all").text
    assert as_keeper.get(f"{QUEUE}?state=nonsense").status_code == 200


def test_queue_begins_with_what_waits_longest_and_shortens_notes(as_keeper, alice, bob, charlie):
    first = report(reporter=bob, user=alice, reason="spam", note="spammy " * 140)
    second = report(reporter=charlie, user=alice, reason="abuse", note="Short")
    page = as_keeper.get(QUEUE).text
    assert page.index(f"{QUEUE}{first.pk}/") < page.index(f"{QUEUE}{second.pk}/")
    assert page.count("spammy") < 20
    assert as_keeper.get(case(first)).text.count("spammy") == 140
    page = as_keeper.get(f"{QUEUE}?state=all").text
    assert page.index(f"{QUEUE}{second.pk}/") < page.index(f"{QUEUE}{first.pk}/")


def test_report_is_closed_and_logged_when_a_moderator_decides(as_keeper, alice, bob, keeper):
    first = report(reporter=bob, user=alice, reason="spam")
    act(as_keeper, QUEUE, "reject", first, reason="A joke")
    first.refresh_from_db()
    assert (first.state, first.handled_by) == ("rejected", keeper)
    assert logged() == {("report", "Dismissed: A joke")}
    again = act(as_keeper, f"{QUEUE}?state=all", "resolve", first)
    assert "decided this report already" in again.text
    assert "not in this list any more" in act(as_keeper, QUEUE, "resolve", first).text
    assert LogEntry.objects.count() == 1


def test_tweet_is_hidden_from_the_queue(as_keeper, client, alice, bob):
    tweet = make_tweet(alice)
    act(as_keeper, QUEUE, "hide", report(reporter=bob, tweet=tweet, reason="spam"), reason="Spam")
    assert Tweet.objects.get(pk=tweet.pk).hidden_at
    assert logged() == {("report", "Tweet hidden: Spam"), ("tweet", "Tweet hidden: Spam")}
    assert Client().get(f"/alice/status/{tweet.pk}/").status_code == 404


def test_account_is_suspended_from_the_queue(as_keeper, alice, bob):
    tweet = make_tweet(alice, "Buy cheap watches")
    act(as_keeper, QUEUE, "suspend", report(reporter=bob, tweet=tweet, reason="abuse"))
    alice.refresh_from_db()
    assert alice.suspended_at
    assert ("user", "Account suspended: Because") in logged()
    assert "Buy cheap watches" not in Client().get("/alice/").text


@pytest.mark.django_db(transaction=True)
def test_suspended_person_is_logged_out_at_once(as_keeper, alice):
    hers = Client()
    hers.force_login(alice)
    act(as_keeper, USERS, "suspend", alice, reason="Threats")
    assert hers.get("/settings/").status_code == 302
    act(as_keeper, USERS, "lift_suspension", alice, reason="Appeal")
    assert Client().get("/alice/").status_code == 200
    assert logged() == {("user", "Suspended: Threats"), ("user", "Suspension lifted: Appeal")}


def test_what_is_refused_is_said_when_a_report_has_no_tweet(as_keeper, alice, bob):
    row = report(reporter=bob, user=alice, reason="spam")
    assert "not about a tweet" in act(as_keeper, QUEUE, "hide", row).text
    row.refresh_from_db()
    assert row.state == "open"
    assert not LogEntry.objects.exists()


def test_what_hits_somebody_needs_a_reason(as_keeper, alice, bob):
    tweet = make_tweet(alice)
    row = report(reporter=bob, tweet=tweet, reason="spam")
    for address, action, target in (
        *((QUEUE, name, row) for name in ("hide", "suspend", "both")),
        (USERS, "suspend", alice),
        (TWEETS, "hide", tweet),
    ):
        assert "Say why" in act(as_keeper, address, action, target, reason=" ").text
    alice.refresh_from_db()
    assert alice.suspended_at is None
    assert Tweet.objects.get(pk=tweet.pk).hidden_at is None
    assert not LogEntry.objects.exists()


def test_grave_decision_is_asked_once_more_with_its_reason(as_keeper, alice, bob):
    row = report(reporter=bob, tweet=make_tweet(alice), reason="spam")
    asked = {"decision": "suspend", "reason": "Threats"}
    page = as_keeper.post(case(row), asked).text
    assert "Are you sure?" in page
    assert "Threats" in page
    alice.refresh_from_db()
    assert alice.suspended_at is None
    sent = dict(re.findall(r'type="hidden" name="(decision|sure|reason)" value="([^"]*)"', page))
    as_keeper.post(case(row), sent)
    alice.refresh_from_db()
    assert alice.suspended_at
    assert logged() == {(kind, "Account suspended: Threats") for kind in ("report", "user")}


def test_account_is_suspended_and_freed_on_its_own_page(as_keeper, keeper, alice):
    page = f"{USERS}{alice.pk}/change/"
    address = f"{USERS}{alice.pk}/suspension/"
    assert address in as_keeper.get(page).text
    assert "Say why" in as_keeper.post(address, {"reason": ""}, follow=True).text
    shown = as_keeper.post(address, {"reason": "Threats"}, follow=True).text
    assert "Threats (@keeper)" in shown
    assert "Lift the suspension" in shown
    assert "Suspend this account" in as_keeper.post(address, {"reason": "Appeal"}, follow=True).text
    assert logged() == {("user", "Suspended: Threats"), ("user", "Suspension lifted: Appeal")}
    keeper.user_permissions.set(Permission.objects.filter(codename="view_user"))
    as_keeper.force_login(User.objects.get(pk=keeper.pk))
    assert address not in as_keeper.get(page).text
    assert as_keeper.post(address, {"reason": "Threats"}).status_code == 403


def test_settings_of_an_account_are_told_in_words_and_not_changed(as_keeper, alice):
    page = as_keeper.get(f"{USERS}{alice.pk}/change/")
    assert "Username as written" in page.text
    assert "Username cased" not in page.text
    assert "Who may write them messages: <strong>People I follow</strong>" in page.text
    assert "privacy_settings" not in page.context["adminform"].form.fields


def test_sessions_end_and_confirmation_is_sent_when_staff_helps(as_keeper, alice):
    hers = Client()
    hers.force_login(alice)
    assert len(live_sessions(alice.pk)) == 1
    act(as_keeper, USERS, "end_sessions", alice)
    assert live_sessions(alice.pk) == []
    assert "is confirmed" in act(as_keeper, USERS, "resend_confirmation", alice).text
    EmailAddress.objects.create(user=alice, email=alice.email, primary=True, verified=False)
    act(as_keeper, USERS, "resend_confirmation", alice)
    assert recipients() == [alice.email]
    assert logged() == {("user", "Sessions ended: Because"), ("user", "Confirmation sent: Because")}


def test_staff_without_permission_can_do_nothing(client, person, alice, bob):
    row = report(reporter=bob, tweet=make_tweet(alice), reason="spam")
    client.force_login(person("helper", is_staff=True))
    assert client.get(QUEUE).status_code == 403
    for action in ("resolve", "reject", "hide", "suspend"):
        answer = client.post(QUEUE, {"action": action, "_selected_action": [row.pk]})
        assert answer.status_code == 403
    row.refresh_from_db()
    assert row.state == "open"


def test_actions_are_not_offered_when_only_reports_may_be_changed(client, person, alice, bob):
    helper = person("helper", is_staff=True)
    helper.user_permissions.set(Permission.objects.filter(codename__in=["view_report", "change_report"]))
    client.force_login(helper)
    row = report(reporter=bob, tweet=make_tweet(alice), reason="spam")
    page = client.get(QUEUE).text
    assert 'value="resolve"' in page
    assert 'value="hide"' not in page
    assert 'value="suspend"' not in page
    act(client, QUEUE, "suspend", row)
    alice.refresh_from_db()
    assert alice.suspended_at is None


def test_moderator_cannot_rise_by_the_admin(as_keeper, keeper):
    boss = User.objects.create_superuser("boss", "boss@example.com", "correct horse")
    act(as_keeper, USERS, "suspend", boss)
    boss.refresh_from_db()
    assert boss.suspended_at is None
    assert as_keeper.post(f"{USERS}{boss.pk}/change/", {"bio": "mine"}).status_code == 403
    assert as_keeper.post(f"{USERS}{boss.pk}/password/", {}).status_code == 403
    page = as_keeper.get(f"{USERS}{keeper.pk}/change/")
    assert not {"is_superuser", "is_staff", "groups"} & set(page.context["adminform"].form.fields)


def test_queue_costs_the_same_when_it_grows(as_keeper, alice, person):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            as_keeper.get(QUEUE)
        return len(queries)

    report(reporter=person("p0"), tweet=make_tweet(alice), reason="spam")
    cost()
    one = cost()
    for n in range(1, 20):
        report(reporter=person(f"p{n}"), tweet=make_tweet(alice), reason="spam")
    assert (one, cost()) == (5, 5)


def case(row: Report) -> str:
    return f"{QUEUE}{row.pk}/change/"


def decide(client: Client, row: Report, decision: str, reason: str = "Because"):
    return client.post(case(row), {"decision": decision, "reason": reason, "sure": "1"}, follow=True)


def test_case_tells_what_was_reported_by_whom_and_what_else(as_keeper, alice, bob, charlie):
    tweet = make_tweet(alice, "Buy <b>cheap</b> watches")
    media = Media.objects.create(owner=alice, state="ready", file="w.jpg", alt_text="A golden watch")
    TweetMedia.objects.create(tweet=tweet, media=media, position=0)
    row = report(reporter=bob, tweet=tweet, reason="spam", note="Third time")
    report(reporter=charlie, tweet=tweet, reason="abuse", note="Me too")
    report(reporter=charlie, user=alice, reason="other", note="All of it")
    page = as_keeper.get(case(row)).text
    assert "<h1>Report of @Alice&#x27;s tweet by @bob (spam)</h1>" in page
    for said in (
        *("Buy &lt;b&gt;cheap&lt;/b&gt; watches", "A golden watch", "/w.jpg", f"/alice/status/{tweet.pk}/"),
        *("Third time", "Me too", "the same tweet", "All of it", "the account"),
    ):
        assert said in page
    assert 'name="_save"' not in page
    assert "Report object" not in page


def test_case_is_closed_when_a_moderator_says_why(as_keeper, keeper, alice, bob):
    row = report(reporter=bob, tweet=make_tweet(alice), reason="spam")
    assert "Say why" in decide(as_keeper, row, "reject", reason="  ").text
    row.refresh_from_db()
    assert row.state == "open"
    assert "Dismissed: 1" in decide(as_keeper, row, "reject", reason="A joke").text
    row.refresh_from_db()
    assert (row.state, row.handled_by) == ("rejected", keeper)
    assert logged() == {("report", "Dismissed: A joke")}
    page = as_keeper.get(case(row)).text
    assert "Dismissed: @keeper" in page
    assert 'name="decision"' not in page
    assert "decided this report already" in decide(as_keeper, row, "hide").text


def test_tweet_and_author_go_together_or_not_at_all(as_keeper, alice, bob, charlie):
    tweet = make_tweet(alice)
    row = report(reporter=bob, tweet=tweet, reason="abuse")
    report(reporter=charlie, user=alice, reason="abuse")
    decide(as_keeper, row, "both", reason="Threats")
    alice.refresh_from_db()
    assert alice.suspended_at
    assert Tweet.objects.get(pk=tweet.pk).hidden_at
    assert not Report.objects.filter(state="open").exists()
    done = "Tweet hidden, account suspended: Threats"
    assert logged() == {("report", done), ("tweet", done), ("user", done)}

    boss = User.objects.create_superuser("boss", "boss@example.com", "correct horse")
    his = make_tweet(boss)
    decide(as_keeper, report(reporter=bob, tweet=his, reason="abuse"), "both")
    assert Tweet.objects.get(pk=his.pk).hidden_at is None
    assert LogEntry.objects.count() == 3


def test_decisions_are_those_that_fit_the_case_and_the_moderator(as_keeper, person, alice, bob):
    def offered(row: Report) -> list[str]:
        return re.findall(r'name="decision" value="(\w+)"', as_keeper.get(case(row)).text)

    of_tweet = report(reporter=bob, tweet=make_tweet(alice), reason="spam")
    of_account = report(reporter=bob, user=alice, reason="spam")
    assert offered(of_tweet) == ["resolve", "reject", "hide", "suspend", "both"]
    assert offered(of_account) == ["resolve", "reject", "suspend"]
    assert "not about a tweet" in decide(as_keeper, of_account, "both").text
    helper = person("helper", is_staff=True)
    helper.user_permissions.set(Permission.objects.filter(codename__in=["view_report", "change_report"]))
    as_keeper.force_login(helper)
    assert offered(of_tweet) == ["resolve", "reject"]
    for decision in ("hide", "suspend", "both", "nonsense", ""):
        assert decide(as_keeper, of_tweet, decision).status_code == 403
    helper.user_permissions.set(Permission.objects.filter(codename="view_report"))
    as_keeper.force_login(User.objects.get(pk=helper.pk))
    assert offered(of_tweet) == []
    assert decide(as_keeper, of_tweet, "reject").status_code == 403
    assert as_keeper.get(f"{QUEUE}17/change/").status_code == 302
    assert not LogEntry.objects.exists()


def test_case_costs_the_same_when_reports_grow(as_keeper, alice, person):
    row = report(reporter=person("p0"), tweet=make_tweet(alice), reason="spam")

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            as_keeper.get(case(row))
        return len(queries)

    report(reporter=person("p1"), tweet=make_tweet(alice), reason="spam")
    cost()
    one = cost()
    for n in range(2, 9):
        report(reporter=person(f"p{n}"), tweet=make_tweet(alice), reason="spam")
    assert (one, cost()) == (10, 10)
