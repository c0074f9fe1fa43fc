"""Mails as pages: what leads on can be pressed and copied, what somebody wrote stays text."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

pytestmark = pytest.mark.unit

FOLDER = Path(settings.BASE_DIR) / "templates" / "account" / "email"
MAILS = sorted(path.name for path in FOLDER.glob("*_message.html"))
ADDRESS = "https://site.example/confirm/abc/"
FACTS = {
    "site": "<b>Site</b>",
    "site_url": "https://site.example",
    "user": SimpleNamespace(username_cased="<i>Alice"),
    "email": "<u>a@example.com",
    "timestamp": timezone.now(),
    "ip": "192.0.2.1",
    "device": "<s>Firefox",
    **dict.fromkeys(("activate_url", "password_reset_url", "signup_url"), ADDRESS),
}


@pytest.mark.parametrize("name", MAILS)
def test_mail_escapes_what_people_wrote(name):
    html = render_to_string(f"account/email/{name}", FACTS)
    assert "Hello @&lt;i&gt;Alice" in html
    assert not any(tag in html for tag in ("<b>", "<i>", "<u>", "<s>"))


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("email_confirmation_signup_message", ADDRESS),
        ("password_reset_key_message", ADDRESS),
        ("unknown_account_message", ADDRESS),
        ("deletion_requested_message", "https://site.example/accounts/login/"),
        ("export_ready_message", "https://site.example/settings/data/"),
    ],
)
def test_address_can_be_pressed_and_copied(name, address):
    html = render_to_string(f"account/email/{name}.html", FACTS)
    assert f'href="{address}"' in html
    assert f"<br>{address}" in html


def test_code_is_shown_instead_of_an_address():
    html = render_to_string("account/email/email_confirmation_message.html", {**FACTS, "code": "ABC-123"})
    assert "ABC-123" in html
    assert ADDRESS not in html
