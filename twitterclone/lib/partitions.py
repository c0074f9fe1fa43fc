"""Migration operations for partitioned tables and the foreign keys that point at them."""

from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.operations import NotInTransactionMixin
from django.db import migrations

_PARTS = """
    SELECT c.oid::regclass::text, c.relname, part.indexrelid::regclass::text FROM pg_inherits i
    JOIN pg_class c ON c.oid = i.inhrelid
    LEFT JOIN (pg_inherits above JOIN pg_index part ON part.indexrelid = above.inhrelid)
        ON above.inhparent = to_regclass(%s) AND part.indrelid = c.oid
    WHERE i.inhparent = %s::regclass ORDER BY 1
"""
_UNFINISHED = "SELECT 1 FROM pg_index WHERE indexrelid = to_regclass(%s) AND NOT indisvalid"


class CreatePartitionedModel(migrations.CreateModel):
    """CreateModel for a table PARTITION BY something, with a primary key that holds the partition key.

    Only the CREATE TABLE statement differs: Django's model keeps `id` as its primary key, which a
    check or the id generator makes unique.
    """

    def __init__(self, *args: Any, partition_by: str, primary_key: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.partition_by = partition_by
        self.primary_key = primary_key

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        plain_table_sql = schema_editor.table_sql

        def partitioned_table_sql(model: Any) -> tuple[str, list[Any]]:
            sql, params = plain_table_sql(model)
            if model._meta.model_name != self.name_lower:
                return sql, params
            sql = sql.replace(" PRIMARY KEY", "", 1).rstrip()
            columns = ", ".join(f'"{column}"' for column in self.primary_key)
            return f"{sql[:-1]}, PRIMARY KEY ({columns})) PARTITION BY {self.partition_by}", params

        schema_editor.table_sql = partitioned_table_sql
        try:
            super().database_forwards(app_label, schema_editor, from_state, to_state)
        finally:
            del schema_editor.table_sql


class AddIndexByParts(NotInTransactionMixin, migrations.AddIndex):
    """AddIndex for a partitioned table that lets everybody write meanwhile.

    PostgreSQL refuses CONCURRENTLY there, so the index begins empty, each part gets its own concurrently, and
    the last one attached makes it whole. Broken off, it goes on where it was when run again. Its migration is
    not atomic.
    """

    atomic = False
    by_parts = True

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.collect_sql:
            schema_editor.collected_sql.append(f"-- {self.describe()}, part by part")
            return
        self._ensure_not_in_transaction(schema_editor)
        model = to_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        quote = schema_editor.quote_name
        name, table = quote(self.index.name), quote(model._meta.db_table)
        create = str(self.index.create_sql(model, schema_editor)).replace(
            f" ON {table} ", f" ON ONLY {table} ", 1
        )
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(create.replace("CREATE INDEX", "CREATE INDEX IF NOT EXISTS", 1))
            cursor.execute(_PARTS, [name, table])
            for part, short, done in cursor.fetchall():
                if not done:
                    own = f"{short}_{self.index.name.removeprefix(model._meta.db_table + '_')}"[:63]
                    statement = create.replace(f" ON ONLY {table} ", f" ON {part} ", 1).replace(
                        name, "{name}", 1
                    )
                    self._make_part(cursor, part, quote(own), statement)
                    cursor.execute(f"ALTER INDEX {name} ATTACH PARTITION {self._beside(part, quote(own))}")

    @staticmethod
    def _beside(part: str, name: str) -> str:
        """An index lies in the schema of its table."""
        schema = part.rpartition(".")[0]
        return f"{schema}.{name}" if schema else name

    def _make_part(self, cursor: Any, part: str, name: str, statement: str) -> None:
        """Waits as long as it takes: nobody waits behind it."""
        placed = self._beside(part, name)
        cursor.execute(_UNFINISHED, [placed])
        if cursor.fetchone():
            cursor.execute(f"DROP INDEX CONCURRENTLY {placed}")
        cursor.execute("SHOW lock_timeout")
        before = cursor.fetchone()[0]
        cursor.execute("SET lock_timeout = 0")
        try:
            cursor.execute(
                statement.replace("CREATE INDEX", "CREATE INDEX CONCURRENTLY IF NOT EXISTS", 1).format(
                    name=name
                )
            )
        finally:
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [before])

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = from_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            schema_editor.execute(f"DROP INDEX IF EXISTS {schema_editor.quote_name(self.index.name)}")


def link_to_partitioned(
    table: str, field: str, parent: str = "tweets", *, null: bool = False, on_delete: str = "CASCADE"
) -> migrations.RunSQL:
    """The real foreign key (field_id, field_created_at) → parent (id, created_at).

    The companion column is made NOT NULL when the field is: under MATCH SIMPLE a null half would
    silently skip the check. ON DELETE SET NULL is refused by PostgreSQL on generated columns, so
    optional links use NO ACTION and Django's SET_NULL.
    """
    name = f"{table}_{field}_fk"
    not_null = "" if null else f'ALTER TABLE "{table}" ALTER COLUMN "{field}_created_at" SET NOT NULL;'
    return migrations.RunSQL(
        f"""{not_null}
        ALTER TABLE "{table}" ADD CONSTRAINT "{name}"
            FOREIGN KEY ("{field}_id", "{field}_created_at") REFERENCES "{parent}" ("id", "created_at")
            ON DELETE {on_delete} DEFERRABLE INITIALLY DEFERRED;""",
        f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}";',
    )
