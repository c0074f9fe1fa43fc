"""What the environment says of the site."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import validate_host

from twitterclone.doctor.registry import checks, doubtful, grave, host_of_site, is_https, is_public
from twitterclone.lib.findings import Finding, error, fine, hint, warning

LEAST_KEY, LEAST_LETTERS = 50, 10
HALF_A_YEAR = 60 * 60 * 24 * 182


@checks.check("site.debug", "error pages with DEBUG show settings and source to everybody")
def debug() -> Iterator[Finding]:
    if settings.DEBUG:
        yield grave("DEBUG is on", "take DEBUG out of the environment, and restart")


@checks.check("site.key", "who guesses SECRET_KEY signs sessions, links and codes for anybody")
def secret_key() -> Iterator[Finding]:
    for name, key in [
        ("SECRET_KEY", settings.SECRET_KEY),
        *(("SECRET_KEY_FALLBACKS", key) for key in settings.SECRET_KEY_FALLBACKS),
    ]:
        if (
            len(key) < LEAST_KEY
            or len(set(key)) < LEAST_LETTERS
            or key.startswith(("django-insecure", "only-for"))
        ):
            yield grave(
                f"{name} is short or no secret",
                "python3 -c 'import secrets; print(secrets.token_hex(32))'; put the old one into "
                "SECRET_KEY_FALLBACKS for as long as sessions last",
            )


@checks.check("site.address", "links in mails, cards and programs lead to SITE_URL")
def site_url() -> Iterator[Finding]:
    parts = urlsplit(settings.SITE_URL)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query:
        yield error("SITE_URL is no address like https://example.org", "set SITE_URL")
    elif not is_public():
        yield hint("SITE_URL is this machine's own: nobody else can come", "set SITE_URL before others come")
    elif not is_https():
        yield error(
            "SITE_URL is not https: passwords and sessions travel readable", "put TLS in front, set SITE_URL"
        )
    else:
        yield fine(f"{settings.SITE_URL}")


@checks.check("site.hosts", "a forged Host header puts another site's address into mails")
def allowed_hosts() -> Iterator[Finding]:
    if "*" in settings.ALLOWED_HOSTS:
        yield grave("ALLOWED_HOSTS lets every name in", f"set ALLOWED_HOSTS={host_of_site()}")
    elif not validate_host(host_of_site(), settings.ALLOWED_HOSTS):
        yield error(
            f"ALLOWED_HOSTS lacks {host_of_site()}, the host of SITE_URL: it is answered with 400",
            f"add {host_of_site()} to ALLOWED_HOSTS",
        )


@checks.check("site.origins", "forms and sockets of pages from CSRF_TRUSTED_ORIGINS are taken for ours")
def origins() -> Iterator[Finding]:
    if settings.SITE_URL not in settings.CSRF_TRUSTED_ORIGINS:
        yield doubtful(
            "CSRF_TRUSTED_ORIGINS lacks SITE_URL: behind a proxy forms are refused",
            f"add {settings.SITE_URL}",
        )
    for origin in settings.CSRF_TRUSTED_ORIGINS:
        if "*" in origin:
            yield doubtful(
                f"CSRF_TRUSTED_ORIGINS trusts {origin}, whoever may put pages there", "name each host"
            )
        elif is_https() and not origin.startswith("https://"):
            yield warning(f"CSRF_TRUSTED_ORIGINS trusts {origin}, which is not https", "take it out")


@checks.check("site.cookies", "a cookie that is not Secure is sent readable once somebody types http://")
def cookies() -> Iterator[Finding]:
    lacking = [
        name for name in ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE") if not getattr(settings, name)
    ]
    if lacking:
        yield grave(
            f"{' and '.join(lacking)} off", "run with DJANGO_SETTINGS_MODULE=twitterclone.settings.production"
        )
    if not settings.SESSION_COOKIE_HTTPONLY:
        yield error("scripts may read the session's cookie", "set SESSION_COOKIE_HTTPONLY")


@checks.check("site.hsts", "without HSTS the first request of each visit can be led elsewhere")
def hsts() -> Iterator[Finding]:
    if is_https() and settings.SECURE_HSTS_SECONDS < HALF_A_YEAR:
        yield warning("HSTS is off or short", "set SECURE_HSTS_SECONDS=31536000 (once TLS works for good)")
    if is_https() and not settings.SECURE_SSL_REDIRECT:
        yield hint(
            "plain http is not sent on to https by the site", "let the proxy do it, or SECURE_SSL_REDIRECT"
        )
    if not is_https():
        yield doubtful("no HSTS without https", "put TLS in front")


@checks.check("site.limits", "without limits passwords can be tried without end, and spam posted")
def limits() -> Iterator[Finding]:
    if not settings.RATE_LIMITS:
        yield grave("RATE_LIMITS is off", "take RATE_LIMITS=off out of the environment")
    if not settings.CONFIRM_EMAIL:
        yield doubtful(
            "addresses are not confirmed: anybody signs up as anybody", "take CONFIRM_EMAIL=off out"
        )


@checks.check("site.contact", "people and authorities must reach whoever runs the site")
def contact() -> Iterator[Finding]:
    if not settings.CONTACT_EMAIL or settings.CONTACT_EMAIL.endswith("@localhost"):
        yield doubtful("CONTACT_EMAIL is no address that can be reached", "set CONTACT_EMAIL")
