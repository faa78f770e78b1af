"""Which rows of a list a person wants to see: `--owner`, `--payer`, `--practice`, the same on every list.

A name that stands in no row and in no partner's file is refused: an empty list must mean that nothing
waits, never that a name was mistyped.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, TypeVar

import typer

from config.adjustment_codes import load as adjustment_codes
from config.partners import Partners
from console.answer import WRONG_USE, CommandError, console
from ledger.queries.listing import Listing, Page, Property
from ledger.storage.database import Ledger
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
OnlyOption = Annotated[
    str | None, typer.Option("--only", help="Only this one of the lists that are shown.", show_default=False)
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
            meant = self._known(what, asked, {*known, *(n for names in of_row for n in names if n)})
            kept = [row for row, names in zip(kept, of_row, strict=True) if not meant.isdisjoint(names)]
        return kept

    def page(
        self,
        ledger: Ledger,
        listing: Listing[Any],
        *,
        owner: Callable[[str], str] | None = None,
        after: int = 0,
        limit: int | None = None,
    ) -> Page:
        """What was asked for as a page of a list; `owner` says whose work a row with this code is.

        Raises CommandError LST-01 for a name that nothing has.
        """
        codes = None
        if self.owner is not None and owner is not None:
            there = {code: owner(code) for code in listing.names(ledger, listing.code) or ("",)}
            wanted = self._known("owner", self.owner, {*there.values(), *_owners()})
            codes = {code for code, desk in there.items() if desk in wanted}
            if codes and listing.code is None:
                codes = None  # one desk works all of it
        return Page(
            payers=self._names("payer", self.payer, ledger, listing, listing.payer, self.partners.payers),
            practices=self._names(
                "practice", self.practice, ledger, listing, listing.practice, self.partners.practices
            ),
            codes=codes,
            after=after,
            limit=limit,
        )

    def keys(self) -> tuple[str | None, str | None]:
        """The payer and the practice that were asked for, by their keys; None: not asked.

        Raises CommandError LST-01 for a name that no partner's file has.
        """
        payer, practice = (
            None if asked is None else self._known(what, asked, known).pop()
            for what, asked, known in (
                ("payer", self.payer, self.partners.payers),
                ("practice", self.practice, self.partners.practices),
            )
        )
        return payer, practice

    def _names(
        self,
        what: str,
        asked: str | None,
        ledger: Ledger,
        listing: Listing[Any],
        of: Property | None,
        known: Collection[str],
    ) -> Collection[str] | None:
        if asked is None:
            return None
        return self._known(what, asked, {*known, *listing.names(ledger, of)})

    def _known(self, what: str, asked: str, there: Collection[str]) -> set[str]:
        """The names that are meant, whatever their case."""
        meant = {name for name in there if name.casefold() == asked.casefold()}
        if not meant:
            raise CommandError(
                "LST-01",
                f"no {what} is called {asked!r}; "
                f"there are: {', '.join(sorted(filter(None, there))) or 'none'}",
                exit_code=WRONG_USE,
            )
        return meant

    @property
    def words(self) -> str:
        """What is shown, for a title: ", owner CODING"; "" where everything is."""
        asked = (("owner", self.owner), ("payer", self.payer), ("practice", self.practice))
        return "".join(f", {name} {value}" for name, value in asked if value)


def next_after(found: Sequence[Row], limit: int, number: Callable[[Row], int]) -> int | None:
    """The id behind which a list goes on; None where this was the last of it."""
    return number(found[-1]) if len(found) == limit else None


def page_of(
    rows: Iterable[Row], number: Callable[[Row], int], *, after: int, limit: int
) -> tuple[list[Row], int | None]:
    """A page of a list that is read whole, in the order of its ids: its rows, and where it goes on."""
    shown = [row for row in rows if number(row) > after][:limit]
    return shown, next_after(shown, limit, number)


def show_more(after: int | None, only: str = "") -> None:
    """How to see what comes behind this page."""
    if after is not None:
        console.print(f"More: {only}--after {after}")


@dataclass(frozen=True, slots=True)
class Part:
    """A page of a command that shows several lists (`parts`): of each, or of `only` one, with a cursor."""

    only: str | None
    limit: int
    after: int
    parts: Sequence[str]

    def __post_init__(self) -> None:
        if self.only is not None and self.only not in self.parts:
            raise CommandError("LST-02", f"--only is one of {', '.join(self.parts)}", exit_code=WRONG_USE)
        if self.after and self.only is None:
            raise CommandError(
                "LST-02", f"--after goes with --only ({', '.join(self.parts)})", exit_code=WRONG_USE
            )

    def shows(self, part: str) -> bool:
        return self.only in (None, part)

    def of(self, part: str, page: Page) -> Page:
        """The page of one of the lists."""
        return replace(page, after=self.after if part == self.only else 0, limit=self.limit)

    def read(
        self, ledger: Ledger, chosen: Chosen, part: str, listing: Listing[Row], owner: Callable[[str], str]
    ) -> list[Row]:
        """The rows of one of the lists; none where another one was asked for."""
        if not self.shows(part):
            return []
        return listing.read(ledger, self.of(part, chosen.page(ledger, listing, owner=owner)))

    def next_after(self, **ids: Sequence[int]) -> dict[str, int | None]:
        """By list, the id behind which it goes on."""
        return {part: next_after(of, self.limit, lambda number: number) for part, of in ids.items()}

    def show_more(self, **ids: Sequence[int]) -> None:
        for part, number in self.next_after(**ids).items():
            show_more(number, f"--only {part} ")


def _owners() -> set[str]:
    return {*DESKS, *(code.owner_queue for code in adjustment_codes().values())}


def _names(found: str | Collection[str]) -> Collection[str]:
    return (found,) if isinstance(found, str) else found


def payer_key(partners: Partners, payer: str | None) -> str | None:
    """The key of a payer that is named by it or by its id. Raises CommandError LST-01: there is none."""
    if payer is None:
        return None
    found = partners.payer(payer)
    if found is None:
        listed = ", ".join(sorted(partners.payers)) or "none"
        raise CommandError(
            "LST-01", f"no payer is called {payer!r}; there are: {listed}", exit_code=WRONG_USE
        )
    return found.key
