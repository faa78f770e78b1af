"""Which rows of a list a person wants to see: `--owner`, `--payer`, `--practice`, the same on every list.

A name that stands in no row and in no partner's file is refused: an empty list must mean that nothing
waits, never that a name was mistyped.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Annotated, TypeVar

import typer

from config.adjustment_codes import load as adjustment_codes
from config.partners import Partners
from console.answer import WRONG_USE, CommandError
from tasks.work.owners import DESKS

OwnerOption = Annotated[
    str | None, typer.Option("--owner", help="Only what this desk works, like CODING.", show_default=False)
]
PayerOption = Annotated[
    str | None, typer.Option("--payer", help="Only of this payer, by its key.", show_default=False)
]
PracticeOption = Annotated[
    str | None, typer.Option("--practice", help="Only of this practice, by its key.", show_default=False)
]

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was asked for, and the partners whose keys may be asked for."""

    owner: str | None = None
    payer: str | None = None
    practice: str | None = None
    partners: Partners = field(default_factory=Partners)

    def of(
        self,
        rows: Iterable[Row],
        *,
        owner: Callable[[Row], str] | None = None,
        payer: Callable[[Row], str | Collection[str]] | None = None,
        practice: Callable[[Row], str | Collection[str]] | None = None,
    ) -> list[Row]:
        """The rows that were asked for. A property that a list does not have is not asked of it.

        Raises CommandError LST-01 for a name that nothing has.
        """
        kept = list(rows)
        for what, asked, property_of, known in (
            ("owner", self.owner, owner, _owners()),
            ("payer", self.payer, payer, self.partners.payers),
            ("practice", self.practice, practice, self.partners.practices),
        ):
            if asked is None or property_of is None:
                continue
            of_row = [_names(property_of(row)) for row in kept]
            there = {name for names in of_row for name in names if name} | set(known)
            if asked.casefold() not in {name.casefold() for name in there}:
                raise CommandError(
                    "LST-01",
                    f"no {what} is called {asked!r}; there are: {', '.join(sorted(there)) or 'none'}",
                    exit_code=WRONG_USE,
                )
            wanted = asked.casefold()
            kept = [
                row
                for row, names in zip(kept, of_row, strict=True)
                if wanted in {name.casefold() for name in names}
            ]
        return kept

    @property
    def words(self) -> str:
        """What is shown, for a title: ", owner CODING"; "" where everything is."""
        asked = (("owner", self.owner), ("payer", self.payer), ("practice", self.practice))
        return "".join(f", {name} {value}" for name, value in asked if value)


def _owners() -> set[str]:
    return {*DESKS, *(code.owner_queue for code in adjustment_codes().values())}


def _names(found: str | Collection[str]) -> Collection[str]:
    return (found,) if isinstance(found, str) else found
