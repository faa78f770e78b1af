"""What makes a table append-only: the database itself refuses every UPDATE and DELETE."""

from alembic import op


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


def keep_columns(table: str, columns: tuple[str, ...]) -> None:
    """Loosens an append-only table, inside a migration: only these columns are never changed. No row
    is removed as before."""
    names = ", ".join(columns)
    if op.get_bind().dialect.name == "sqlite":
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
