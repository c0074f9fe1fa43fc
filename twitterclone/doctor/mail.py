"""Mail: without it nobody confirms an address or gets a new password."""

import smtplib
import ssl
from collections.abc import Iterator
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import get_connection

from twitterclone.doctor.registry import checks, doubtful, grave
from twitterclone.lib.findings import Finding, error, fine, hint

SECONDS = 5
SMTP = "django.core.mail.backends.smtp.EmailBackend"


@checks.check("mail.way", "without mail nobody can confirm an address or ask for a new password")
def way() -> Iterator[Finding]:
    backend = settings.EMAIL_BACKEND.split(".")[-2]
    if backend in ("console", "dummy", "locmem", "filebased"):
        yield grave(
            f"mails go nowhere (the backend {backend})", "set EMAIL_URL=smtp+tls://user:password@host:587"
        )


@checks.check("mail.server", "a mail server that refuses us is found out by people who wait for a mail")
def server() -> Iterator[Finding]:
    """Says hello, logs in and asks for nothing; no mail is sent."""
    if settings.EMAIL_BACKEND != SMTP:
        return
    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    connection = get_connection(timeout=SECONDS)
    try:
        connection.open()
        peer: smtplib.SMTP = connection.connection
        peer.ehlo_or_helo_if_needed()
        code, _words = peer.noop()
        if code != 250:
            yield error(f"{where} answers NOOP with {code}", "look at the mail server's log")
            return
        yield fine(f"{where} takes us{'' if _is_encrypted(peer) else ', without TLS'}")
        if not _is_encrypted(peer) and settings.EMAIL_HOST not in ("localhost", "127.0.0.1", "::1"):
            yield doubtful(f"mails to {where} travel readable", "EMAIL_URL=smtp+tls://… or smtp+ssl://…")
    except smtplib.SMTPAuthenticationError as failure:
        yield error(f"{where} refuses the user of EMAIL_URL ({failure.smtp_code})", "set the right password")
    except (OSError, smtplib.SMTPException) as failure:
        yield error(
            f"{where} cannot be used: {_words_of(failure)}", "set EMAIL_URL, open the way to that port"
        )
    finally:
        connection.close()


@checks.check("mail.sender", "mails from an address that is none are thrown away as spam")
def sender() -> Iterator[Finding]:
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    if not domain or domain == "localhost" or "." not in domain:
        yield doubtful(
            "DEFAULT_FROM_EMAIL is of no domain", "set DEFAULT_FROM_EMAIL='Name <noreply@your.domain>'"
        )
    elif domain.endswith((".example", "example.com", "example.org")):
        yield hint(f"DEFAULT_FROM_EMAIL is of {domain}", "set DEFAULT_FROM_EMAIL")


def _is_encrypted(peer: smtplib.SMTP) -> bool:
    return isinstance(peer.sock, ssl.SSLSocket)


def _words_of(failure: Exception) -> str:
    """What went wrong, without what was sent."""
    code = getattr(failure, "smtp_code", None)
    return f"{type(failure).__name__}{f' {code}' if code else ''}" + (
        f" ({failure.strerror})" if isinstance(failure, OSError) and failure.strerror else ""
    )
