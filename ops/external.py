"""Checks servers given by DATABASE_URL and REDIS_URL: one clear line for each that will not do.

Run with .venv's Python, for the drivers speak TLS and every form of URL.
"""

import os
import sys

import psycopg
import redis

from twitterclone.lib.sentinels import watched

OLDEST_POSTGRES = 150_000
OLDEST_REDIS = 7  # sharded publish and subscribe


def main() -> int:
    problem = database_problem(os.environ["DATABASE_URL"]) or redis_problem(os.environ["REDIS_URL"])
    if problem:
        print(problem)
    return 1 if problem else 0


def database_problem(url: str) -> str:
    """Why this database cannot hold the site, or nothing."""
    query = (
        "SELECT current_setting('server_version_num')::int, pg_encoding_to_char(encoding),"
        " datctype, datname, pg_is_in_recovery() FROM pg_database WHERE datname = current_database()"
    )
    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            row = connection.execute(query).fetchone()
    except psycopg.Error as error:
        return f"DATABASE_URL does not lead to a database: {str(error).splitlines()[0]}"
    # from a database without an encoding, text comes as bytes
    version, encoding, ctype, name, is_standby = (
        part.decode() if isinstance(part, bytes) else part for part in row
    )
    if version < OLDEST_POSTGRES:
        return f"DATABASE_URL leads to PostgreSQL {version // 10_000}; 15 or newer is needed."
    if is_standby:
        return (
            "DATABASE_URL leads to a standby, on which nothing can be written: let it name the primary, "
            "or make promote when there is none."
        )
    if encoding != "UTF8":
        return f"Database {name} has the encoding {encoding}: make it with ENCODING 'UTF8'."
    if ctype in ("C", "POSIX"):
        return (
            f"Database {name} has the ctype {ctype}, with which text that is not English cannot be "
            "searched: make it with LC_CTYPE 'C.UTF-8' TEMPLATE template0."
        )
    return ""


def redis_problem(url: str) -> str:
    """Why this Valkey or Redis cannot serve the site, or nothing."""
    try:
        with _client(url) as client:
            facts = client.info("server")
    except (redis.RedisError, ValueError) as error:
        return f"REDIS_URL does not lead to a server: {error}"
    version = str(facts.get("redis_version", "0"))
    if int(version.partition(".")[0]) < OLDEST_REDIS:
        return f"REDIS_URL leads to version {version}; Valkey, or Redis 7 or newer, is needed."
    return ""


def _client(url: str) -> redis.Redis:
    options = {"socket_connect_timeout": 10, "socket_timeout": 10}
    if found := watched(url):
        return redis.Redis(connection_pool=found.pool(**options))
    return redis.Redis.from_url(url, **options)


if __name__ == "__main__":
    sys.exit(main())
