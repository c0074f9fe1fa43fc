"""Mails in the site's voice: each has words and a page, says who it is for, and how to undo what happened."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from allauth.account.adapter import get_adapter
from allauth.core import context as allauth_context
from django.conf import settings
from django.core import mail
from django.test import RequestFactory
from django.utils import timezone, translation

from accounts.mail import send_notice
from twitterclone.lib import outbox

pytestmark = pytest.mark.django_db
OURS = Path(settings.BASE_DIR) / "templates" / "account" / "email"
THEIRS = Path(get_adapter.__globals__["__file__"]).parent.parent / "templates" / "account" / "email"
MAILS = sorted(path.name.removesuffix("_message.txt") for path in OURS.glob("*_message.txt"))
NOTICES = ("export_ready", "deletion_requested")
LINK = "https://example.com/?a=1&b=2"


def rendered(name: str, **context: object):
    request = RequestFactory().get("/")
    values = {
        "current_site": SimpleNamespace(name="Birdhouse", domain="birds.example"),
        "user": SimpleNamespace(username_cased="Alice", username="alice"),
        "activate_url": LINK,
        "password_reset_url": LINK,
        "signup_url": LINK,
        "email": "a&b@example.com",
        "from_email": "old@example.com",
        "to_email": "new@example.com",
        "deleted_email": "gone@example.com",
        "timestamp": timezone.now(),
        "ip": "192.0.2.1",
        "device": "<Browser>",
        "erase_at": timezone.now(),
        "site_url": "https://birds.example",
    }
    with allauth_context.request_context(request):
        return get_adapter().render_mail(f"account/email/{name}", "to@example.com", {**values, **context})


def test_every_mail_of_allauth_is_ours() -> None:
    theirs = {path.name for path in THEIRS.glob("*.txt")}
    assert len(theirs) > 20
    assert theirs <= {path.name for path in OURS.glob("*.txt")}


@pytest.mark.parametrize("name", [name for name in MAILS if name != "base"])
def test_mail_is_words_and_page_in_our_voice(name: str) -> None:
    letter = rendered(name, code="" if "confirmation" in name else "123456")
    html = str(letter.alternatives[0][0])
    assert letter.subject.startswith(settings.ACCOUNT_EMAIL_SUBJECT_PREFIX)
    assert "\n" not in letter.subject
    assert "Hello @Alice," in letter.body
    assert "Birdhouse" in letter.body
    for words in (letter.body, html):
        assert "You're receiving" not in words
        assert "Thank you for using" not in words
        assert "{{" not in words
    assert "<Browser>" not in html
    assert "&amp;amp;" not in html
    if LINK in letter.body:
        assert f'href="{LINK.replace("&", "&amp;")}"' in html


def test_code_stands_in_the_mail_when_there_is_one() -> None:
    letter = rendered("email_confirmation", code="482913")
    assert "482913" in letter.body
    assert "482913" in str(letter.alternatives[0][0])
    assert LINK not in letter.body


def test_old_address_is_told_when_the_address_changes() -> None:
    assert "from old@example.com to new@example.com" in rendered("email_changed").body


@pytest.mark.parametrize("name", NOTICES)
def test_notice_is_promised_in_the_language_of_its_reader(name: str, alice) -> None:
    alice.language = "de"
    with translation.override("en"):
        send_notice(alice, name, erase_at=timezone.now())
        assert translation.get_language() == "en"
    outbox.drain()
    (sent,) = mail.outbox
    assert sent.to == [alice.email]
    assert settings.SITE_URL in sent.body
    assert "Hello @Alice," in sent.body
    assert '<html lang="de"' in sent.alternatives[0][0]
