"""Querysets that Django composes once: afterwards their SQL is run with other ids, and rows become instances.

Composing takes Django as long as PostgreSQL takes to answer. The queryset stays the only place that says
what is asked for; what it gives is what `list(queryset)` would give.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, cast

from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models.query import RelatedPopulator, get_related_populators  # type: ignore[attr-defined]

from twitterclone.lib import prepared
from twitterclone.lib.fields import BIGGEST_ID
from twitterclone.lib.ids import id_time

_PLACE = re.compile("%%|%s")
M = TypeVar("M", bound=models.Model)


class Compiled(Generic[M]):
    """The queryset that `make` gives for so many ids, whatever they are; it may join and annotate.

    An id stands in it as it is, or as the moment in it. None is an id that no row has. With `of=str` it is
    asked by texts.
    """

    def __init__(self, make: Callable[..., models.QuerySet[M]], ids: int, of: type = int) -> None:
        self._make, self._marks = make, [of(_mark(number)) for number in range(ids)]
        self._plan: _Plan | None = None

    def __call__(self, *ids: Any) -> list[M]:
        """The instances; one query, none for ids that no row can have."""
        if not _may_be(ids):
            return []
        plan = self._planned()
        return [cast("M", plan.instance(row)) for row in prepared.rows(plan.sql, plan.values_for(ids))]

    def change(
        self, ids: Sequence[Any], change: str, values: Mapping[str, Any], shown: str
    ) -> Sequence[Any] | None:
        """The first row of what is `shown`, and how many rows were changed by the same statement; or None.

        `change` is a list of WITH that ends with `changed` and begins where `seen` is known: what was found,
        its columns named by table and column, or as they were annotated. `shown` are columns FROM one of all
        these: who changes much needs little, and no instances.
        """
        if not _may_be(ids):
            return None
        plan = self._planned()
        found = prepared.rows(plan.changing(change, shown), {**plan.values_for(ids), **values}, fresh=True)
        return found[0] if found else None

    def _planned(self) -> "_Plan":
        if self._plan is None:
            self._plan = _plan_of(self._make(*self._marks), self._marks)
        return self._plan


def _may_be(ids: Sequence[Any]) -> bool:
    return all(one is None or isinstance(one, str) or 0 <= one <= BIGGEST_ID for one in ids)


@dataclass(frozen=True, slots=True)
class _Plan:
    sql: str
    values: dict[str, Any]  # that are always the same
    moments: list[int]  # which ids it asks for the moment of
    model: type[models.Model]
    names: list[str]  # of the model's own columns
    own: slice  # where they stand
    converters: list[tuple[int, list[Callable[..., Any]], Any]]
    related: list[RelatedPopulator]
    annotations: dict[str, int]
    columns: list[str]  # what they are called where the statement is part of another
    changes: dict[tuple[str, str], str] = field(default_factory=dict)

    def values_for(self, ids: Sequence[Any]) -> dict[str, Any]:
        values = self.values | {f"id{number}": one for number, one in enumerate(ids)}
        for number in self.moments:
            values[f"time{number}"] = None if (one := ids[number]) is None else id_time(one)
        return values

    def changing(self, change: str, shown: str) -> str:
        """The statement with a change behind it, whose number of rows is its last column."""
        if (change, shown) not in self.changes:
            columns, _, source = shown.rpartition(" FROM ")
            seen = f"WITH seen ({', '.join(self.columns)}) AS ({self.sql}), {_squeezed(change)}"
            look = f"SELECT {columns}, (SELECT count(*) FROM changed) FROM {source}"  # noqa: S608 -- of constants
            self.changes[change, shown] = f"{seen} {look}"
        return self.changes[change, shown]

    def instance(self, row: Sequence[Any]) -> models.Model:
        """As Django's own iterator makes it."""
        if self.converters:
            row = list(row)
            for place, converters, expression in self.converters:
                for convert in converters:
                    row[place] = convert(row[place], expression, connection)
        made = self.model.from_db(DEFAULT_DB_ALIAS, self.names, row[self.own])
        for populator in self.related:
            populator.populate(row, made)
        for name, place in self.annotations.items():
            setattr(made, name, row[place])
        return made


def _mark(number: int) -> int:
    """An id that is no one's, by which it is found again in the statement; each of another moment."""
    return (1 << 60) + (number << 40)


def _plan_of(queryset: models.QuerySet[Any], marks: list[Any]) -> _Plan:
    compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
    sql, params = compiler.as_sql()
    columns: list[Any] = compiler.select
    info: dict[str, Any] = compiler.klass_info
    own = info["select_fields"]
    converters = compiler.get_converters([column[0] for column in columns])
    names = [_name(place, value, marks) for place, value in enumerate(params)]
    left = iter(names)
    named = _PLACE.sub(lambda found: f"%({next(left)})s" if found[0] == "%s" else found[0], sql)
    return _Plan(
        sql=_squeezed(named),
        values={name: value for name, value in zip(names, params, strict=True) if name.startswith("value")},
        moments=[number for number in range(len(marks)) if f"time{number}" in names],
        model=info["model"],
        names=[columns[place][0].target.attname for place in own],
        own=slice(own[0], own[-1] + 1),
        converters=[(place, *found) for place, found in converters.items()],
        related=get_related_populators(info, columns, DEFAULT_DB_ALIAS),
        annotations=compiler.annotation_col_map,
        columns=[name or f"{column.alias}_{column.target.column}" for column, _, name in columns],
    )


def _squeezed(sql: str) -> str:
    """Psycopg remembers how short statements are cut."""
    return " ".join(sql.split())


def _name(place: int, value: Any, marks: list[Any]) -> str:
    """What a value of the statement is called, the same in all places of an id."""
    for number, mark in enumerate(marks):
        if value == mark:
            return f"id{number}"
        if isinstance(mark, int) and value == id_time(mark):
            return f"time{number}"
    return f"value{place}"
