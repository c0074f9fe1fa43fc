"""Migration operations for partitioned tables and the foreign keys that point at them."""

from collections.abc import Sequence
from typing import Any

from django.db import migrations


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
