"""What makes a table append-only: the database itself refuses every UPDATE and DELETE."""

from collections.abc import Collection

from alembic import op
from sqlalchemy import inspect


def make_append_only(table: str) -> None:
    """Guards a table by triggers, inside a migration."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER append_only_{table}_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
    else:
        op.execute(
            f"CREATE FUNCTION append_only_{table}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER append_only_{table} BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION append_only_{table}()"
        )


def may_change(table: str, columns: Collection[str]) -> None:
    """Loosens an append-only table, inside a migration: these columns may change, and no other one that the
    table has at this revision. No row is removed as before."""
    bind = op.get_bind()
    quote = bind.dialect.identifier_preparer.quote
    every = [column["name"] for column in inspect(bind).get_columns(table)]
    names = ", ".join(quote(name) for name in every if name not in columns)
    if bind.dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER append_only_{table}_update")
        op.execute(
            f"CREATE TRIGGER append_only_{table}_update BEFORE UPDATE OF {names} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
    else:
        op.execute(f"DROP TRIGGER append_only_{table} ON {table}")
        op.execute(
            f"CREATE TRIGGER append_only_{table} BEFORE DELETE OR UPDATE OF {names} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION append_only_{table}()"
        )
