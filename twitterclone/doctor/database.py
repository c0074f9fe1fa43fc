"""PostgreSQL: what it is, and what it promises when it says that something is written."""

from collections.abc import Iterator

from twitterclone.doctor.registry import checks, one, rows
from twitterclone.lib.findings import Finding, error, fine, hint, warning

OLDEST, NEWEST = 15, 18
GROUND = "postgres.answers"


@checks.check(GROUND, "PostgreSQL is the truth: without it there is no site")
def answers() -> Iterator[Finding]:
    try:
        [(version,)] = rows("SELECT current_setting('server_version')")
    except Exception as failure:
        yield error(
            f"no answer: {str(failure).strip().splitlines()[0][:150]}", "start PostgreSQL, check DATABASE_URL"
        )
    else:
        yield fine(f"PostgreSQL {version}")


@checks.check("postgres.writes", "on a standby the site can be read, and nothing is kept", needs=GROUND)
def writes() -> Iterator[Finding]:
    is_standby, takes_writes = one(
        "SELECT pg_is_in_recovery(), current_setting('transaction_read_only') = 'off'"
    )
    if is_standby:
        yield error(
            "the server is a standby: nothing can be written",
            "let DATABASE_URL name the primary, or make promote when there is none: "
            "docs/operations/failover.md",
        )
    elif not takes_writes:
        yield error(
            "the server takes no writes", "default_transaction_read_only = off, for role and database too"
        )


@checks.check("postgres.version", "versions out of care get no fixes; others were never tried", needs=GROUND)
def version() -> Iterator[Finding]:
    (number,) = one("SELECT current_setting('server_version_num')::int / 10000")
    if number < OLDEST:
        yield error(f"PostgreSQL {number} is too old", f"upgrade to one of {OLDEST} to {NEWEST} (pg_upgrade)")
    elif number > NEWEST:
        yield hint(f"PostgreSQL {number} was never tried with this version", f"{OLDEST} to {NEWEST} were")


@checks.check(
    "postgres.encoding", "with another encoding or ctype most languages cannot be searched", needs=GROUND
)
def encoding() -> Iterator[Finding]:
    encoding, ctype, kept, actual = one(
        "SELECT pg_encoding_to_char(encoding), datctype, datcollversion, "
        "pg_database_collation_actual_version(oid) FROM pg_database WHERE datname = current_database()"
    )
    anew = "dump, make the database with ENCODING 'UTF8' LC_CTYPE 'C.UTF-8' TEMPLATE template0, load"
    if encoding != "UTF8":
        yield error(f"the encoding is {encoding}", anew)
    if ctype in ("C", "POSIX"):
        yield error(f"the ctype is {ctype}", anew)
    if kept is not None and kept != actual:
        yield error(
            f"indexes are sorted by version {kept} of the system's rules, now {actual}: they may lie",
            "REINDEX DATABASE CONCURRENTLY, then ALTER DATABASE … REFRESH COLLATION VERSION",
        )


@checks.check("postgres.extensions", "search and figures need extensions", needs=GROUND)
def extensions() -> Iterator[Finding]:
    there = {name for (name,) in rows("SELECT extname FROM pg_extension")}
    for name in ("pg_trgm", "btree_gin"):
        if name not in there:
            yield error(f"the extension {name} is missing", f"as an administrator: CREATE EXTENSION {name}")
    for name, what in (("pg_stat_statements", "slow statements"), ("amcheck", "the pages of `verify`")):
        if name not in there:
            yield hint(f"without the extension {name} {what} cannot be looked at", f"CREATE EXTENSION {name}")


@checks.check("postgres.promises", "what is acknowledged must survive the power going off", needs=GROUND)
def promises() -> Iterator[Finding]:
    kept = dict(rows("SELECT name, setting FROM pg_settings"))
    for name in ("fsync", "full_page_writes"):
        if kept[name] != "on":
            yield error(
                f"{name} is {kept[name]}: a crash may destroy the database", f"{name} = on, then restart"
            )
    if kept["synchronous_commit"] == "off":
        yield error(
            "synchronous_commit is off: tweets that were acknowledged may be lost", "synchronous_commit = on"
        )
    if kept["data_checksums"] != "on":
        yield warning(
            "data pages have no checksums: a failing disk goes unseen",
            "with the server stopped: pg_checksums --enable",
        )
    for name in ("zero_damaged_pages", "ignore_checksum_failure", "ignore_system_indexes"):
        if kept.get(name) == "on":
            yield error(f"{name} is on, which hides damage", f"{name} = off once the damage is repaired")


@checks.check(
    "postgres.role", "the site's role should not be able to do what the site never does", needs=GROUND
)
def role() -> Iterator[Finding]:
    name, is_super = one("SELECT rolname, rolsuper FROM pg_roles WHERE rolname = current_user")
    if is_super:
        yield warning(f"the site's role {name} is a superuser", f"ALTER ROLE {name} NOSUPERUSER")


@checks.check(
    "postgres.way", "a password or a message must not travel readable between machines", needs=GROUND
)
def way() -> Iterator[Finding]:
    address, is_encrypted = one(
        "SELECT host(inet_server_addr()), (SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid())"
    )
    if address and not address.startswith("127.") and address != "::1" and not is_encrypted:
        yield warning(
            f"the way to PostgreSQL at {address} is not encrypted", "DATABASE_URL=…?sslmode=verify-full"
        )
