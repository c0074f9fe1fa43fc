"""A private message that is reported: who may, what moderators see of it, and what they do not."""

import pytest
from django.test import Client

from accounts.models import User
from messaging import services as messaging
from messaging.tests.helpers import open_to_all, place_of, say
from moderation.models import Report
from social.models import Block

pytestmark = pytest.mark.django_db
NEW = "/reports/new/"


@pytest.fixture
def message(alice, bob):
    open_to_all(bob)
    say(alice, bob, "How are you?")
    return say(alice, bob, "Send me <b>money</b>")


@pytest.fixture
def as_bob(client, bob):
    client.force_login(bob)
    return client


def test_menus_lead_to_the_form_of_messages_of_others(as_bob, alice, bob, message):
    own = say(bob, alice, "No")
    page = as_bob.get(f"/messages/{message.conversation_id}/").text
    assert f"{NEW}?message={message.pk}&amp;next=/messages/{message.conversation_id}/" in page
    assert f"{NEW}?message={own.pk}" not in page
    assert f"{NEW}?user={alice.pk}&amp;next=" in page
    form = as_bob.get(f"{NEW}?message={message.pk}&next=/messages/{message.conversation_id}/").text
    assert "Report this message" in form
    assert "Send me &lt;b&gt;money&lt;/b&gt;" in form
    assert "How are you?" not in form
    assert "this one message" in form
    assert "Send report" not in as_bob.get(f"{NEW}?message={own.pk}").text
    assert as_bob.post(NEW, {"message": own.pk, "reason": "spam"}).status_code == 422


def test_words_are_kept_for_moderators_when_the_message_is_taken_back(as_bob, alice, bob, message):
    asked = {"message": message.pk, "reason": "spam", "note": "A swindle"}
    for _ in range(2):
        assert as_bob.post(NEW, asked).status_code == 302
    messaging.delete_message(place=place_of(alice, bob), message_id=message.pk)
    row = Report.objects.get()
    assert (row.user, row.tweet_id, row.message_id) == (alice, None, message.pk)
    assert "A message of @Alice" in as_bob.get("/settings/reports/").text
    staff = Client()
    staff.force_login(User.objects.create_superuser("boss", "boss@example.com", "correct horse"))
    queue = staff.get("/admin/moderation/report/").text
    page = staff.get(f"/admin/moderation/report/{row.pk}/change/").text
    for shown in (queue, page):
        assert "Send me &lt;b&gt;money&lt;/b&gt;" in shown
        assert "How are you?" not in shown
    assert "Report of @Alice&#x27;s message by @bob (spam)" in page
    assert 'value="suspend"' in page
    assert 'name="decision" value="hide"' not in page
    assert as_bob.get(f"{NEW}?message={message.pk}").status_code == 404


def test_block_does_not_prevent_it_and_each_message_is_a_report_of_its_own(as_bob, alice, bob, message):
    other = say(alice, bob, "Now!")
    Block.objects.create(blocker=alice, blocked=bob)
    for one in (message, other):
        assert as_bob.post(NEW, {"message": one.pk, "reason": "abuse"}).status_code == 302
    assert sorted(Report.objects.values_list("message_text", flat=True)) == ["Now!", "Send me <b>money</b>"]


def test_nobody_else_can_report_or_read_it(client, charlie, bob, message):
    client.force_login(charlie)
    assert client.get(f"{NEW}?message={message.pk}").status_code == 404
    assert client.post(NEW, {"message": message.pk, "reason": "spam"}).status_code == 404
    client.force_login(bob)
    messaging.hide_message(place=place_of(bob, message.sender), message_id=message.pk)
    assert client.get(f"{NEW}?message={message.pk}").status_code == 404
    assert client.get(f"{NEW}?message=99").status_code == 404
    assert not Report.objects.exists()
