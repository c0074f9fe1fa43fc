"""The report form: as a person meets it, and as somebody abuses it."""

import pytest
from django.urls import reverse

from moderation.models import Report
from tweets.tests.factories import make_tweet

pytestmark = pytest.mark.django_db
NEW = "/reports/new/"


@pytest.fixture
def as_bob(client, bob):
    client.force_login(bob)
    return client


def test_form_shows_the_tweet_when_it_is_reported(as_bob, alice):
    tweet = make_tweet(alice, "Buy now!")
    answer = as_bob.get(f"{NEW}?tweet={tweet.pk}&next=/home/")
    assert answer.status_code == 200
    assert "Buy now!" in answer.text
    assert f'name="tweet" value="{tweet.pk}"' in answer.text


def test_report_is_sent_and_block_offered_when_the_form_is_complete(as_bob, alice, bob):
    tweet = make_tweet(alice)
    answer = as_bob.post(
        NEW, {"tweet": tweet.pk, "reason": "abuse", "note": "Rude", "next": "/explore/"}, follow=True
    )
    assert answer.status_code == 200
    assert reverse("block", args=["alice"]) in answer.text
    assert reverse("mute", args=["alice"]) in answer.text
    assert 'href="/explore/"' in answer.text
    row = Report.objects.get()
    assert (row.reporter, row.user, row.tweet_id, row.comment) == (bob, alice, tweet.pk, "Rude")


def test_person_is_reported_when_the_address_names_one(as_bob, alice):
    assert as_bob.post(NEW, {"user": alice.pk, "reason": "spam"}).status_code == 302
    assert Report.objects.get().tweet_id is None
    assert "already" in as_bob.get(f"{NEW}?user={alice.pk}").text


def test_double_submit_makes_one_report(as_bob, alice):
    for _ in range(2):
        assert as_bob.post(NEW, {"user": alice.pk, "reason": "spam"}).status_code == 302
    assert Report.objects.count() == 1


def test_text_is_kept_when_the_reason_is_missing_or_the_note_too_long(as_bob, alice):
    answer = as_bob.post(NEW, {"user": alice.pk, "note": "Something I typed"})
    assert answer.status_code == 422
    assert "Something I typed" in answer.text
    answer = as_bob.post(NEW, {"user": alice.pk, "reason": "spam", "note": "y" * 100_000})
    assert answer.status_code == 422
    assert "y" * 100_000 in answer.text
    assert not Report.objects.exists()


@pytest.mark.parametrize("query", ["", "?tweet=", "?tweet=x", "?tweet=99", "?user=-1", "?tweet=" + "9" * 40])
def test_nothing_is_there_when_the_address_names_nothing(as_bob, query):
    assert as_bob.get(NEW + query).status_code == 404


def test_tweet_is_not_there_when_the_reporter_may_not_see_it(client, person, alice, mallory, charlie):
    secret = make_tweet(person("vera", is_private=True))
    of_alice = make_tweet(alice)
    client.force_login(mallory)
    assert client.post(NEW, {"tweet": of_alice.pk, "reason": "spam"}).status_code == 404
    client.force_login(charlie)
    assert client.get(f"{NEW}?tweet={secret.pk}").status_code == 404
    assert client.post(NEW, {"tweet": secret.pk, "reason": "spam"}).status_code == 404
    assert not Report.objects.exists()


def test_own_tweet_cannot_be_reported(as_bob, bob):
    tweet = make_tweet(bob)
    assert "Send report" not in as_bob.get(f"{NEW}?tweet={tweet.pk}").text
    assert as_bob.post(NEW, {"tweet": tweet.pk, "reason": "spam"}).status_code == 422


def test_visitor_is_asked_to_log_in(client, alice):
    answer = client.get(f"{NEW}?user={alice.pk}")
    assert answer.status_code == 302
    assert "login" in answer.headers["Location"]


def test_thanks_are_not_shown_about_people_one_did_not_report(as_bob, alice):
    assert as_bob.get(f"/reports/sent/?user={alice.pk}").status_code == 404


def test_menus_lead_to_the_form(as_bob, alice, bob):
    tweet = make_tweet(alice)
    own = make_tweet(bob)
    assert f"{NEW}?user={alice.pk}" in as_bob.get("/alice/").text
    assert f"{NEW}?tweet={tweet.pk}" in as_bob.get(f"/tweets/{tweet.pk}/menu/").text
    assert f"{NEW}?tweet={own.pk}" not in as_bob.get(f"/tweets/{own.pk}/menu/").text
