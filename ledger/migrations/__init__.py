"""Migrations of the ledger. `running` runs them by Alembic, and is imported where one is to run."""

from sqlalchemy import Connection, inspect, text

from ledger.errors import OtherVersion
from ledger.storage.database import Ledger

HEAD = "0001"
"""The newest revision that this version knows."""


def revision(ledger: Ledger) -> str | None:
    """The revision that the database is at; None: nothing was made yet."""
    with ledger.read() as connection:
        return revision_of(connection)


def revision_of(connection: Connection) -> str | None:
    """The same inside a transaction."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return None if found is None else str(found)


def revisions() -> set[str]:
    """Every revision that this version knows."""
    from ledger.migrations.running import scripts

    return {script.revision for script in scripts().walk_revisions()}


def upgrade(ledger: Ledger, target: str = "head") -> None:
    """Brings the database to `target` in one transaction: a failed migration leaves it as it was.

    Raises OtherVersion: it is at a revision that this version does not know.
    """
    before = revision(ledger)
    if before == (HEAD if target == "head" else target):
        return
    if before is not None and before not in revisions():
        raise OtherVersion
    with ledger.write() as connection:
        ledger.dialect.migrate_alone(connection)
        upgrade_within(connection, target)


def upgrade_within(connection: Connection, target: str = "head") -> None:
    """The same inside the caller's transaction, which nobody else may migrate beside."""
    from ledger.migrations import running

    running.upgrade_within(connection, target)
