"""Runs revisions by Alembic from code: no ini file, no environment of its own.

Apart from the rest since Alembic is imported with it, and a ledger that is up to date needs none of it.
"""

from pathlib import Path

from alembic import config as alembic_config
from alembic.operations import Operations
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

FOLDER = Path(__file__).parent


def scripts() -> ScriptDirectory:
    """Every revision, oldest to newest."""
    options = alembic_config.Config()
    options.set_main_option("script_location", str(FOLDER))
    options.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(options)


def upgrade_within(connection: Connection, target: str = "head") -> None:
    """Brings it to `target` inside the caller's transaction, which nobody else may migrate beside."""
    directory = scripts()

    def steps(current: object, context: object) -> object:
        # Alembic hands the heads on as it has them; its stubs name a narrower type.
        return directory._upgrade_revs(target, current)  # type: ignore[arg-type]

    environment = EnvironmentContext(alembic_config.Config(), directory, fn=steps, destination_rev=target)
    environment.configure(connection=connection, transactional_ddl=False)
    with Operations.context(environment.get_context()):
        environment.run_migrations()
