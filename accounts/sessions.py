"""Who is logged in: what a session knows of its user, and how that is kept true.

SESSION_ENGINE. The facts in the hash (twitterclone.lib.sessions) make the viewer of a page and answer
what pages ask of `request.user`, so an ordinary page asks no table about its reader. They stay true by
three means, each enough alone:

- whoever changes a user calls `refresh_sessions`: it rewrites the facts in every session of that user,
  and ends those that the user's password, suspension or deactivation no longer allows;
- the outbox repeats that call until it has worked (accounts.receivers);
- once an hour a session reads its user again.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.db.models.base import ModelState
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject, empty

from accounts.models import SessionRecord, User
from accounts.queries import NOBODY, Viewer, avatar_url_of, hue_of, initials_of
from twitterclone.lib import sessions as store
from twitterclone.lib.realtime import tell_users
from twitterclone.lib.sessions import Facts, HashStore

ENDED = {"type": "session.ended"}  # open pages of the user look again whether they may stay
TRUST_SECONDS = 60 * 60  # how long a session is believed without asking the database
SEEN_SECONDS = 5 * 60  # how exactly it is known when a session was used last
TEXT_FACTS = ("username", "username_cased", "display_name", "avatar", "language")
FLAG_FACTS = ("is_private", "is_staff", "is_superuser")


class SessionStore(HashStore):
    """The engine: a new key after log-in or a change of password begins with facts that are true now."""

    def flush(self) -> None:
        owner = self.facts.get("user_id")
        super().flush()
        if owner:
            tell_users([int(owner)], ENDED)

    def cycle_key(self) -> None:
        data, old = self._get_session(), self.session_key  # type: ignore[attr-defined]
        if user := _user_of(self.facts):
            self.facts |= facts_of(user)
        self.create()
        self._session_cache = data
        if old:
            self.delete(old)
        if record := self.facts.get("record"):
            SessionRecord.objects.filter(id=record).update(digest=store.digest_of(self.session_key or ""))


class SessionUser(SimpleLazyObject):
    """`request.user`: a User whose well-known fields come from the session, the row only if more is asked."""

    def __init__(self, facts: Facts) -> None:
        state = ModelState()
        state.adding, state.db = False, "default"
        identifier = int(facts["user_id"])
        known: dict[str, Any] = {name: facts[name] for name in TEXT_FACTS}
        known |= {name: facts[name] == "1" for name in FLAG_FACTS}
        known |= {"id": identifier, "pk": identifier, "_state": state, "_meta": User._meta}
        known |= {"is_active": True, "is_authenticated": True, "is_anonymous": False, "is_reachable": True}
        known |= {"suspended_at": None, "deactivated_at": None, "_is_pk_set": lambda *_: True}
        self.__dict__["_known"] = known
        SimpleLazyObject.__init__(self, lambda: User.objects.filter(id=identifier).first() or AnonymousUser())

    def __getattr__(self, name: str) -> Any:
        known = self.__dict__["_known"]
        if self._wrapped is empty and (name in known or not hasattr(User, name)):
            try:
                return known[name]
            except KeyError:
                raise AttributeError(name) from None  # the ORM asks what it got for many names
        return SimpleLazyObject.__getattr__(self, name)

    __class__ = property(lambda self: User)

    def __bool__(self) -> bool:
        return True

    def __eq__(self, other: object) -> bool:
        return isinstance(other, User) and other.pk == self.pk

    def __hash__(self) -> int:
        return hash(self.__dict__["_known"]["id"])


@dataclass(frozen=True, slots=True)
class LiveSession:
    """One line of the sessions page."""

    record_id: int
    digest: str
    ip_address: str
    user_agent: str
    since: datetime
    seen_at: datetime


def facts_of(user: User) -> Facts:
    """What a session keeps of its user."""
    facts = {name: getattr(user, name) for name in TEXT_FACTS}
    facts |= {name: "1" if getattr(user, name) else "" for name in FLAG_FACTS}
    return facts | {
        "user_id": str(user.pk),
        "password_check": user.get_session_auth_hash(),
        "checked": str(int(time.time())),
    }


def viewer_from(facts: Facts) -> Viewer:
    """The viewer that facts describe; nobody without facts."""
    if not facts.get("user_id"):
        return NOBODY
    return Viewer(
        id=int(facts["user_id"]),
        username=facts["username"],
        handle=facts["username_cased"],
        display_name=facts["display_name"],
        initials=initials_of(facts["display_name"], facts["username"]),
        hue=hue_of(facts["username"]),
        avatar_url=avatar_url_of(facts["avatar"]),
        url=f"/{facts['username']}/",
        is_private=facts["is_private"] == "1",
        is_staff=facts["is_staff"] == "1",
        is_superuser=facts["is_superuser"] == "1",
        language=facts["language"],
        is_authenticated=True,
    )


def viewer_of(session_key: str | None) -> Viewer | None:
    """Who holds this session key, for a websocket; None when nobody does. Reads Redis alone."""
    session = SessionStore(session_key)
    session.warm()
    return viewer_from(session.facts) if is_valid(session) else None


def is_valid(session: HashStore) -> bool:
    """Whether the session belongs to a user and was opened with the password that user has now."""
    entries = session.get(HASH_SESSION_KEY) or ""
    return (
        bool(session.facts.get("user_id"))
        and session.get(SESSION_KEY) == session.facts["user_id"]
        and constant_time_compare(entries, session.facts.get("password_check", ""))
    )


def recheck(session: HashStore) -> bool:
    """Reads the session's user again if that is due, and writes down that the session is in use.

    False when the user may no longer be logged in. Sets `session.modified`, so that its life begins anew.
    In between, once in five minutes, the hash alone is told that the session is in use.
    """
    if int(session.facts.get("seen") or 0) <= time.time() - SEEN_SECONDS:
        session.facts["seen"] = str(int(time.time()))
        session.modified = True
    if int(session.facts.get("checked") or 0) > time.time() - TRUST_SECONDS:
        return True
    user = _user_of({"user_id": session.get(SESSION_KEY) or ""})
    if user is None or not user.is_reachable or session.get(HASH_SESSION_KEY) not in _accepted(user):
        return False
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.facts |= facts_of(user)
    session.modified = True
    if record := session.facts.get("record"):
        SessionRecord.objects.filter(id=record).update(last_seen_at=timezone.now())
    return True


def open_record(session: HashStore, user: User, ip_address: str, user_agent: str) -> SessionRecord:
    """Writes the log-in down and gives the session its user's facts, as they are at this moment."""
    session.facts |= facts_of(user)
    session.save()
    # now refresh_sessions finds it; what changed between log-in form and here is read once more
    session.facts |= facts_of(User.objects.get(pk=user.pk))
    digest = store.digest_of(session.session_key or "")
    values = {"user": user, "ip_address": ip_address or None, "user_agent": user_agent[:300]}
    record, _ = SessionRecord.objects.update_or_create(digest=digest, defaults=values)
    session.facts |= {"record": str(record.pk), "seen": str(int(time.time()))}
    session.save()
    return record


def refresh_sessions(user_id: int) -> None:
    """Makes every session of a user true again: rewrites its facts, or ends it when it may not go on.

    Call it after the commit of any change to a field that sessions keep, and to password or suspension.
    """
    user = User.objects.filter(id=user_id).first()
    if user is None or not user.is_reachable:
        end_sessions(user_id)
        return
    facts, accepted = facts_of(user), _accepted(user)
    for digest, fields in store.sessions_of(user_id).items():
        if _entry(fields, HASH_SESSION_KEY) in accepted:
            store.rewrite(digest, facts | {"password_check": _entry(fields, HASH_SESSION_KEY)})
        else:
            _end(digest, fields)


def keep_session(session: HashStore, user: User) -> None:
    """Lets this one session outlive a change of its user's password.

    Call it before the commit: whoever refreshes the sessions right after it, the worker too, finds it good.
    """
    check = user.get_session_auth_hash()
    session[HASH_SESSION_KEY] = check
    session.facts["password_check"] = check
    session.save()


def live_sessions(user_id: int) -> list[LiveSession]:
    """Where a user is logged in, the session used last first; one query."""
    living = store.sessions_of(user_id)
    records = {int(fields["record"]): digest for digest, fields in living.items() if "record" in fields}
    lines = [
        LiveSession(
            record_id=row.pk,
            digest=records[row.pk],
            ip_address=row.ip_address or "",
            user_agent=row.user_agent,
            since=row.created_at.astimezone(UTC),
            seen_at=max(row.last_seen_at.astimezone(UTC), _seen_at(living[records[row.pk]])),
        )
        for row in SessionRecord.objects.filter(id__in=records, user_id=user_id)
    ]
    return sorted(lines, key=lambda line: (line.seen_at, line.record_id), reverse=True)


def end_session(user_id: int, record_id: int) -> bool:
    """Ends one session of this user at once; False when the user has no such session."""
    for digest, fields in store.sessions_of(user_id).items():
        if fields.get("record") == str(record_id):
            _end(digest, fields)
            return True
    return False


def end_sessions(user_id: int, besides: str | None = None) -> int:
    """Ends every session of a user at once, or all but the one with this session key; returns how many."""
    kept = store.digest_of(besides) if besides else None
    ended = {digest: f for digest, f in store.sessions_of(user_id).items() if digest != kept}
    for digest, fields in ended.items():
        _end(digest, fields)
    return len(ended)


def close_record(facts: Facts) -> None:
    """Writes down that a session was logged out of."""
    if record := facts.get("record"):
        SessionRecord.objects.filter(id=record, ended_at=None).update(ended_at=timezone.now())


def _seen_at(fields: Facts) -> datetime:
    return datetime.fromtimestamp(int(fields.get("seen") or 0), UTC)


def _end(digest: str, fields: Facts) -> None:
    store.end(digest)
    close_record(fields)
    tell_users([int(fields["user_id"])], ENDED)


def _entry(fields: Facts, name: str) -> str:
    """An entry of Django's session that is a string of plain characters, out of the raw hash."""
    return fields.get(store.DATA + name, "").strip('"')


def _accepted(user: User) -> set[str]:
    """Password checks that are good: by the secret key of today and by those being retired."""
    return {user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()}


def _user_of(facts: Facts) -> User | None:
    identifier = facts.get("user_id") or ""
    return User.objects.filter(id=int(identifier)).first() if identifier.isdigit() else None
