"""A promised mail is sent, or tried again."""

import pytest
from celery.exceptions import Retry
from django.conf import settings
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from kombu.exceptions import OperationalError

from accounts import tasks
from accounts.services import request_mail
from twitterclone.lib import outbox

pytestmark = pytest.mark.django_db


def test_mail_is_sent_with_both_forms() -> None:
    request_mail(recipient="zoe@example.com", subject="Hello", text="plain", html="<p>rich</p>")
    assert mail.outbox == []

    outbox.drain()

    message = mail.outbox[0]
    assert (message.to, message.subject, message.body) == (["zoe@example.com"], "Hello", "plain")
    assert message.alternatives[0][:2] == ("<p>rich</p>", "text/html")


def test_mail_stays_promised_while_the_broker_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    outbox.drain()
    request_mail(recipient="zoe@example.com", subject="Hello", text="plain")

    def away(**_: object) -> None:
        raise OperationalError

    with monkeypatch.context() as broken:
        broken.setattr(tasks.send_mail, "delay", away)
        outbox.drain()
    assert (mail.outbox, outbox.open_count()) == ([], 1)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE outbox SET available_at = now()")
    outbox.drain()

    assert len(mail.outbox) == 1


def test_mail_is_tried_again_when_the_server_refuses_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(self: EmailBackend, messages: list) -> int:
        raise ConnectionRefusedError

    monkeypatch.setattr(EmailBackend, "send_messages", away)

    with pytest.raises(Retry) as again:
        tasks.send_mail.apply(kwargs={"recipient": "zoe@example.com", "subject": "s", "text": "t"})

    assert isinstance(again.value.exc, ConnectionRefusedError)
    assert tasks.send_mail.retry_backoff_max < settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"]
