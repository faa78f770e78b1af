"""Migrations of the ledger, run by Alembic from code: no ini file, no environment of its own."""

from pathlib import Path

from alembic import config as alembic_config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from ledger.errors import OtherVersion
from ledger.storage.database import Ledger

FOLDER = Path(__file__).parent


def scripts() -> ScriptDirectory:
    """Every revision, oldest to newest."""
    options = alembic_config.Config()
    options.set_main_option("script_location", str(FOLDER))
    options.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(options)


def revision(ledger: Ledger) -> str | None:
    """The revision that the database is at; None: nothing was made yet."""
    with ledger.read() as connection:
        return revision_of(connection)


def revision_of(connection: Connection) -> str | None:
    """The same inside a transaction."""
    return MigrationContext.configure(connection).get_current_revision()


def revisions() -> set[str]:
    """Every revision that this version knows."""
    return {script.revision for script in scripts().walk_revisions()}


def upgrade(ledger: Ledger, target: str = "head") -> None:
    """Brings the database to `target` in one transaction: a failed migration leaves it as it was.

    Raises OtherVersion: it is at a revision that this version does not know.
    """
    before = revision(ledger)
    if before == (scripts().get_current_head() if target == "head" else target):
        return
    if before is not None and before not in revisions():
        raise OtherVersion
    with ledger.write() as connection:
        ledger.dialect.migrate_alone(connection)
        upgrade_within(connection, target)


def upgrade_within(connection: Connection, target: str = "head") -> None:
    """The same inside the caller's transaction, which nobody else may migrate beside."""
    directory = scripts()

    def steps(current: object, context: object) -> object:
        # Alembic hands the heads on as it has them; its stubs name a narrower type.
        return directory._upgrade_revs(target, current)  # type: ignore[arg-type]

    environment = EnvironmentContext(alembic_config.Config(), directory, fn=steps, destination_rev=target)
    environment.configure(connection=connection, transactional_ddl=False)
    with Operations.context(environment.get_context()):
        environment.run_migrations()
