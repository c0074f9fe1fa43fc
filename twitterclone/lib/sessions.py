"""Sessions in Redis: one hash per session, and per user an index of the sessions that are theirs.

A hash holds two kinds of fields. `data:<name>` is one entry of Django's session, as JSON; saving writes
only the entries that changed, so two requests that change different entries do not lose each other's
work. The others are facts: short strings about the session's user, written by the layer that knows
users, so that a request needs this one hash and no query.

Names of keys carry the digest of the session key, never the key: who reads Redis cannot log in with it.
"""

import hashlib
import json
import time
from typing import Any

from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError

from twitterclone.lib.redis import client, key, run_script

DATA = "data:"
OWNER = "user_id"
ANONYMOUS_AGE = 60 * 60 * 24  # visitors leave nothing behind for longer
Facts = dict[str, str]

# KEYS: session. ARGV: index prefix, digest, "new" or "old", seconds to live, now,
# number of values to set, then field and value in turn, then fields to remove.
_SAVE = """
    if (redis.call('EXISTS', KEYS[1]) == 1) ~= (ARGV[3] == 'old') then return 0 end
    local last = 6 + tonumber(ARGV[6])
    for i = 7, last, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
    for i = last + 1, #ARGV do redis.call('HDEL', KEYS[1], ARGV[i]) end
    redis.call('EXPIRE', KEYS[1], ARGV[4])
    local owner = redis.call('HGET', KEYS[1], 'user_id')
    if owner then
        local index = ARGV[1] .. owner
        redis.call('ZREMRANGEBYSCORE', index, '-inf', ARGV[5])
        redis.call('ZADD', index, ARGV[5] + ARGV[4], ARGV[2])
        if redis.call('TTL', index) < tonumber(ARGV[4]) then redis.call('EXPIRE', index, ARGV[4]) end
    end
    return 1
"""
# KEYS: session. ARGV: field and value in turn. Never makes a session that has ended.
_REWRITE = """
    if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
    for i = 1, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
    return 1
"""
# KEYS: session. ARGV: index prefix, digest.
_END = """
    local owner = redis.call('HGET', KEYS[1], 'user_id')
    if owner then redis.call('ZREM', ARGV[1] .. owner, ARGV[2]) end
    return redis.call('DEL', KEYS[1])
"""


class HashStore(SessionBase):
    """Django's session on one Redis hash; `facts` are the fields beside the session's own entries."""

    _session_cache: dict[str, Any]

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self.facts: Facts = {}
        self._stored: Facts = {}

    def warm(self) -> None:
        """Reads the hash now, so that a Redis that does not answer is met here and not in a template."""
        self._get_session()  # type: ignore[attr-defined]

    def load(self) -> dict[str, Any]:
        fields = read(digest_of(self.session_key)) if self.session_key else {}
        if not fields:
            self._session_key = None
            return {}
        self._stored = fields
        self.facts = {name: value for name, value in fields.items() if not name.startswith(DATA)}
        return {name[len(DATA) :]: json.loads(value) for name, value in fields.items() if name[:5] == DATA}

    def exists(self, session_key: str) -> bool:
        return bool(client("sessions").exists(_name(digest_of(session_key))))

    def create(self) -> None:
        while True:
            self._session_key = self._get_new_session_key()  # type: ignore[attr-defined]
            try:
                self.save(must_create=True)
            except CreateError:
                continue
            self.modified = True
            return

    def save(self, must_create: bool = False) -> None:
        if self.session_key is None:
            return self.create()
        data = self._get_session(no_load=must_create)  # type: ignore[attr-defined]
        fields = {DATA + name: json.dumps(value) for name, value in data.items()} | self.facts
        fields.setdefault("since", str(int(time.time())))
        known = {} if must_create else self._stored
        changed = {name: value for name, value in fields.items() if known.get(name) != value}
        removed = [name for name in known if name not in fields and name != "since"]
        if not self._write(changed, removed, must_create):
            raise CreateError if must_create else UpdateError
        self._stored = fields
        return None

    def delete(self, session_key: str | None = None) -> None:
        session_key = session_key or self.session_key
        if session_key:
            end(digest_of(session_key))

    def clear(self) -> None:
        self.warm()
        super().clear()

    def flush(self) -> None:
        self.facts, self._session_cache = {}, {}
        super().flush()
        self._stored = {}

    @classmethod
    def clear_expired(cls) -> None:
        """Nothing to do: Redis forgets by itself."""

    def _write(self, changed: Facts, removed: list[str], must_create: bool) -> bool:
        digest = digest_of(self.session_key or "")
        age = int(self.get_expiry_age()) if OWNER in self.facts else ANONYMOUS_AGE
        pairs = [part for pair in changed.items() for part in pair]
        head = [_index(""), digest, "new" if must_create else "old", max(age, 1), int(time.time())]
        return bool(_run(_SAVE, digest, [*head, len(pairs), *pairs, *removed]))


def digest_of(session_key: str) -> str:
    """What stands for a session key wherever it is stored."""
    return hashlib.sha256(session_key.encode(errors="replace")).hexdigest()


def read(digest: str) -> Facts:
    """Every field of a session, {} when there is none."""
    fields = client("sessions").hgetall(_name(digest))
    return {name.decode(): value.decode() for name, value in fields.items()}  # type: ignore[union-attr]


def sessions_of(user_id: int) -> dict[str, Facts]:
    """The living sessions of a user by digest, the newest first."""
    redis = client("sessions")
    digests = [digest.decode() for digest in redis.zrevrange(_index(user_id), 0, -1)]  # type: ignore[union-attr]
    sessions = {digest: read(digest) for digest in digests}
    gone = [digest for digest, fields in sessions.items() if fields.get(OWNER) != str(user_id)]
    if gone:
        redis.zrem(_index(user_id), *gone)
    return {digest: fields for digest, fields in sessions.items() if digest not in gone}


def rewrite(digest: str, facts: Facts) -> bool:
    """Writes facts into a living session; False, and nothing written, when it has ended."""
    return bool(_run(_REWRITE, digest, [part for pair in facts.items() for part in pair]))


def end(digest: str) -> bool:
    """Ends a session at once; False when it had ended before."""
    return bool(_run(_END, digest, [_index(""), digest]))


def _name(digest: str) -> str:
    return key("session", digest)


def _index(user_id: object) -> str:
    return key("sessions-of", user_id)


def _run(script: str, digest: str, arguments: list[Any]) -> object:
    return run_script("sessions", script, [_name(digest)], arguments)
