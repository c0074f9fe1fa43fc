"""Model fields for time-ordered ids and for tables partitioned by the time inside them.

A model that sets `partition_time_column` lives in a table PARTITION BY RANGE of that column, and the
column is a function of the primary key: `CHECK (created_at = tid_time(id))`. So every condition on the
id implies one on the time; the lookups below say both, and the planner opens one partition instead
of all. `PartitionedForeignKey` does the same for joins and prefetches from child tables, which hold
the parent's time in a stored generated column `<field>_created_at` under a composite foreign key.
"""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar, cast

from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db import models
from django.db.models import lookups
from django.db.models.expressions import Col, Expression, Func
from django.db.models.fields.related_descriptors import ForwardManyToOneDescriptor
from django.db.models.sql.where import AND, WhereNode

from twitterclone.lib.ids import id_time, next_id

BIGGEST_ID = (1 << 63) - 1
_ST = TypeVar("_ST")
_GT = TypeVar("_GT")


class TidTime(Func):
    """SQL's tid_time(id): the moment of an id."""

    function = "tid_time"
    output_field = models.DateTimeField()


class SnowflakeField(models.BigIntegerField):
    """A time-ordered id, made by this process when the row is written (not when the object is made)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def has_default(self) -> bool:
        """Tells Django that a new row without an id is an INSERT, with no UPDATE tried first."""
        return True

    def get_default(self) -> None:
        return None

    def get_pk_value_on_save(self, instance: models.Model) -> int:
        return next_id()


class SnowflakeTimeField(models.DateTimeField):
    """created_at of a partitioned table: always the moment of the row's id."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        moment = id_time(model_instance.pk)
        setattr(model_instance, self.attname, moment)
        return moment


def _time_column(lhs: Any) -> str | None:
    """The partition column beside this id column, if its table is partitioned by the id's time."""
    if not isinstance(lhs, Col) or not lhs.target.primary_key:
        return None
    return getattr(lhs.target.model, "partition_time_column", None)


def _quoted(compiler: Any, connection: Any, alias: str, column: str) -> str:
    """A column as Django writes it: an alias it made up (T3) stays without quotes."""
    quote_alias = getattr(compiler, "quote_name_unless_alias", None) or compiler.quote_name
    return f"{quote_alias(alias)}.{connection.ops.quote_name(column)}"


class _Pruned(lookups.Lookup):
    """Adds `AND created_at <same comparison> tid_time(id)` to a comparison of a partitioned id."""

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        self.refuse_what_no_row_has()
        sql, params = super().as_sql(compiler, connection)
        column = _time_column(self.lhs)
        if column is None or hasattr(self.rhs, "as_sql") or hasattr(self.rhs, "resolve_expression"):
            return sql, params
        quoted = _quoted(compiler, connection, self.lhs.alias, column)
        extra, moments = self.time_sql(quoted)
        return f"({sql} AND {extra})", [*params, *moments]

    def refuse_what_no_row_has(self) -> None:
        """Ids come from addresses too: one that no row can have is no row, not an error of the database."""
        if isinstance(self.rhs, int) and not 0 <= self.rhs <= BIGGEST_ID:
            is_above = self.rhs > BIGGEST_ID
            holds_for_all = self.lookup_name in (("lt", "lte") if is_above else ("gt", "gte"))
            raise FullResultSet if holds_for_all else EmptyResultSet

    def time_sql(self, column: str) -> tuple[str, list[Any]]:
        operator = {"exact": "="}.get(self.lookup_name, self.operators.get(self.lookup_name))
        return f"{column} {operator} %s", [id_time(int(self.rhs))]

    # ids of one millisecond share a moment, so a strict bound on the id is an inclusive one on time
    operators = {"lt": "<=", "lte": "<=", "gt": ">=", "gte": ">="}


@SnowflakeField.register_lookup
class SnowflakeExact(_Pruned, lookups.Exact):
    pass


@SnowflakeField.register_lookup
class SnowflakeLessThan(_Pruned, lookups.LessThan):
    pass


@SnowflakeField.register_lookup
class SnowflakeLessThanOrEqual(_Pruned, lookups.LessThanOrEqual):
    pass


@SnowflakeField.register_lookup
class SnowflakeGreaterThan(_Pruned, lookups.GreaterThan):
    pass


@SnowflakeField.register_lookup
class SnowflakeGreaterThanOrEqual(_Pruned, lookups.GreaterThanOrEqual):
    pass


@SnowflakeField.register_lookup
class SnowflakeIn(_Pruned, lookups.In):
    def get_prep_lookup(self) -> Any:
        prepared = super().get_prep_lookup()
        if not isinstance(prepared, list):
            return prepared
        return [value for value in prepared if value is None or 0 <= value <= BIGGEST_ID]

    def time_sql(self, column: str) -> tuple[str, list[Any]]:
        moments = sorted({id_time(int(value)) for value in self.rhs if value is not None})
        return f"{column} IN ({', '.join(['%s'] * len(moments))})", list(moments)


class _SameColumn(Expression):
    """`child.<time> = parent.<time>`, given to a join; each side is (alias, column)."""

    contains_aggregate = False
    contains_over_clause = False

    def __init__(self, left: tuple[str, str], right: tuple[str, str]) -> None:
        super().__init__()
        self.left, self.right = left, right

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        return " = ".join(_quoted(compiler, connection, alias, name) for alias, name in self._sides), []

    @property
    def _sides(self) -> tuple[tuple[str, str], tuple[str, str]]:
        return self.left, self.right

    def relabeled_clone(self, change_map: Mapping[str, str]) -> "_SameColumn":
        left, right = ((change_map.get(alias, alias), name) for alias, name in self._sides)
        return _SameColumn(left, right)


class _PrunedForwardDescriptor(ForwardManyToOneDescriptor):
    """Fetches the parent, alone or in a prefetch, through the pruning lookup of its primary key."""

    def get_prefetch_querysets(
        self, instances: Iterable[Any], querysets: Any = None
    ) -> tuple[Any, Any, Any, bool, str, bool]:
        instances = list(instances)
        result = super().get_prefetch_querysets(instances, querysets)
        ids = {getattr(instance, self.field.attname) for instance in instances}
        times = sorted({id_time(value) for value in ids if value is not None})
        column = self.field.related_model.partition_time_column
        return (result[0].filter(**{f"{column}__in": times}), *result[1:])


class PartitionedForeignKey(models.ForeignKey[_ST, _GT]):
    """A foreign key to a partitioned table.

    The database's own composite constraint (field, <field>_created_at) is made by the migration
    (`partitions.link_to_partitioned`), since Django cannot say it; joins and prefetches name the
    time as well, so that they open one partition.
    """

    forward_related_accessor_class = _PrunedForwardDescriptor

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["db_constraint"] = False
        super().__init__(*args, **kwargs)

    def get_extra_restriction(self, alias: str | None, related_alias: str | None) -> Any:
        if alias is None or related_alias is None:
            return None
        time = getattr(self.remote_field.model, "partition_time_column")  # noqa: B009 -- not on every model
        # called from either end of the join, always as (partitioned table, child table)
        same = _SameColumn((related_alias, f"{self.name}_{time}"), (alias, time))
        return WhereNode([cast("Any", same)], AND)


def parent_time(field: str) -> models.GeneratedField:
    """The companion column of a PartitionedForeignKey: the parent's created_at, computed by PostgreSQL."""
    return models.GeneratedField(
        expression=TidTime(models.F(field)), output_field=models.DateTimeField(), db_persist=True
    )
