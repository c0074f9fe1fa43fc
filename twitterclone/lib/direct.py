"""A connection to the database beside the pool: for looks from outside that must never wait for a page's."""

from typing import Any

import psycopg
from django.db import connections
from psycopg.conninfo import conninfo_to_dict, make_conninfo

CONNECT_SECONDS = 2  # the least that libpq knows


def address(alias: str = "default") -> str:
    """Where the database of this alias is, as libpq reads it; holds the password."""
    given = connections[alias].get_connection_params()
    known = {name: value for name, value in given.items() if isinstance(value, str | int) and value != ""}
    allowed = {option.keyword.decode() for option in psycopg.pq.Conninfo.get_defaults()}
    ours: dict[str, Any] = {name: value for name, value in known.items() if name in allowed}
    return make_conninfo(**{**ours, "options": "", "connect_timeout": CONNECT_SECONDS})


def name_of(alias: str = "default") -> str:
    """The database's name."""
    return str(conninfo_to_dict(address(alias))["dbname"])
