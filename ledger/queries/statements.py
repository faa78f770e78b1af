"""What patients were asked for, by pages."""

from dataclasses import replace

from ledger.patients.statements import COLUMNS, Made
from ledger.queries.listing import Listing, by
from ledger.schema import statement

STATEMENTS = Listing(
    row=Made,
    columns=COLUMNS,
    joined=statement,
    number=statement.c.id,
    practice=by(statement.c.practice),
)
"""Every statement, void ones too, oldest first."""


def of_batch(batch_id: int) -> Listing[Made]:
    """The statements of a batch."""
    return replace(STATEMENTS, where=(statement.c.batch_id == batch_id,))
