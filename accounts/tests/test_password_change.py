"""Changing one's password, while a worker hears of it before the page has answered."""

import pytest
from django.core import mail
from django.test import Client

from accounts.models import SessionRecord, User
from accounts.sessions import SessionStore, live_sessions, refresh_sessions

CHANGE = {
    "oldpassword": "correct horse",
    "password1": "battery staple 9",
    "password2": "battery staple 9",
}


@pytest.mark.django_db(transaction=True)
def test_session_of_the_change_stays_when_the_worker_is_quicker(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = Client(headers={"user-agent": "Mozilla/5.0 (X11; Linux) Firefox/140.0"}), Client()
    for client in (here, there):
        client.force_login(alice)
    create = SessionStore.create

    def create_while_a_worker_refreshes(session: SessionStore) -> None:
        create(session)
        refresh_sessions(alice.pk)

    with monkeypatch.context() as patch:
        patch.setattr(SessionStore, "create", create_while_a_worker_refreshes)
        assert here.post("/accounts/password/change/", CHANGE).status_code == 302

    assert here.get("/settings/").status_code == 200
    assert there.get("/settings/").status_code == 302
    assert len(live_sessions(alice.pk)) == 1
    assert mail.outbox[-1].subject.endswith("Your password was changed")
    assert "with Firefox on Linux." in mail.outbox[-1].body
    assert SessionRecord.objects.filter(user=alice, ended_at=None).count() == 1
