"""The period, practice and payer that a figure is asked of: `--from`, `--to`, for measures as for causes."""

from datetime import datetime
from typing import Annotated, Any

import typer

from console.chosen import Chosen
from console.days import looked_at
from ledger.queries.measures.scope import Scope
from tasks.home.home import Home
from tasks.measures import measured

DAY = ["%Y-%m-%d"]
FromOption = Annotated[
    datetime | None,
    typer.Option(
        "--from",
        formats=DAY,
        help="First business date. Default: 89 days before the last.",
        show_default=False,
    ),
]
ToOption = Annotated[
    datetime | None,
    typer.Option("--to", formats=DAY, help="Last business date. Default: today.", show_default=False),
]


def asked(
    opened: Home, from_: datetime | None, until: datetime | None, practice: str | None, payer: str | None
) -> Scope:
    """What is asked for. Raises CommandError LST-01 for a practice or payer that nobody knows."""
    payer, practice = Chosen(payer=payer, practice=practice, partners=opened.partners).keys()
    return measured.scope(
        looked_at(opened),
        from_.date() if from_ else None,
        until.date() if until else None,
        [practice] if practice else None,
        payer,
    )


def period_of(of: Scope) -> dict[str, Any]:
    """The days that were asked for, for a program."""
    return {"from": str(of.since), "to": str(of.until), "days": of.days, "as_of": str(of.as_of)}
