"""Runs the checks, each for a few seconds at most; one that crashes or hangs is a finding itself."""

import threading
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connections

from twitterclone.doctor import (
    backups,
    clock,
    database,
    folders,
    keeping,
    mail,
    queues,
    redis,
    schema,
    site,
    traffic,
    web,
)
from twitterclone.doctor.registry import checks
from twitterclone.lib.findings import Check, Finding, Severity, error, fine

# imported, they register their checks
MODULES = (site, mail, clock, folders, database, keeping, traffic, schema, backups, redis, queues, web)
GROUPS = ("site", "mail", "clock", "folders", "postgres", "schema", "backups", "redis", "queues", "web")
PATIENCE = 15.0  # seconds for one check; those that wait for others give up sooner by themselves

Told = Callable[[Check[Any], list[Finding]], object]


def examine(names: Iterable[str] = (), tell: Told = lambda *_: None) -> dict[str, list[Finding]]:
    """The findings of the checks of these names, all without a name; `tell` hears of each when it is done.

    A check whose ground is broken (`needs`) is left out. No finding holds a secret of the settings.
    """
    found: dict[str, list[Finding]] = {}
    for check in sorted(checks.chosen(names), key=lambda check: GROUPS.index(check.group)):
        ground = found.get(check.needs, [])
        if worst(ground) >= Severity.ERROR:
            continue
        found[check.name] = [_scrubbed(finding) for finding in _findings(check)] or [fine("")]
        tell(check, found[check.name])
    return found


def worst(findings: Iterable[Finding]) -> Severity:
    return max((finding.severity for finding in findings), default=Severity.OK)


def _findings(check: Check[Any]) -> list[Finding]:
    found: list[Finding] = []
    crash: list[BaseException] = []

    def look() -> None:
        try:
            found.extend(check.run())
        except Exception as failure:
            crash.append(failure)
        finally:
            connections.close_all()

    # a thread that hangs cannot be ended, and must not hold up the end of the command
    thread = threading.Thread(target=look, daemon=True, name=check.name)
    thread.start()
    thread.join(PATIENCE)
    if thread.is_alive():
        return [error(f"no answer within {PATIENCE:.0f} s", f"find out what hangs: {check.why}")]
    if crash:
        lines = str(crash[0]).strip().splitlines()
        said = f"{type(crash[0]).__name__}: {lines[0][:200] if lines else 'without a word'}"
        return [
            *found,
            error(f"the check itself failed: {said}", "what it needs may be away; if not, report it"),
        ]
    return found


def _scrubbed(finding: Finding) -> Finding:
    text, fix = finding.text, finding.fix
    for secret in _secrets():
        text, fix = text.replace(secret, "…"), fix.replace(secret, "…")
    return Finding(text, fix, finding.severity)


def _secrets() -> set[str]:
    urls = [*settings.REDIS_ROLES.values(), settings.CELERY_BROKER_URL]
    found = {settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS, settings.EMAIL_HOST_PASSWORD}
    found |= {urlsplit(url).password for url in urls}
    found |= {database["PASSWORD"] for database in settings.DATABASES.values()}
    found |= {store.get("OPTIONS", {}).get("secret_key") for store in settings.STORAGES.values()}
    return {secret for secret in found if secret and len(secret) > 3}
