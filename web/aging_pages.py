"""Aging: how old what payers owe is, by payer and by practice; each figure leads to its claims."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ledger.queries.aging import Receivable, owed_claims, owed_figure, receivable
from ledger.queries.month.aging import BUCKETS
from web.chosen import chosen
from web.desk import Desk
from web.figures_now import FiguresNow
from web.routing import router

PAGE = 50
BY = ["payer", "practice"]
AGES = [name.replace(" to ", "-").replace("over ", ">") for name in BUCKETS]
"""The buckets as the address and the head of a column have them: 0-30 and so on, days."""


def routes(desk: Desk) -> APIRouter:
    """The aging and its lists."""
    pages, kept = router(), FiguresNow(64)

    @pages.get("/money/aging")
    def aging(request: Request) -> Response:
        with desk.visit(request, "money") as visit:
            asked = chosen(visit, by=BY)
            owed = kept.of(
                visit,
                "receivable",
                asked.practices,
                lambda: receivable(visit.home.ledger, visit.day, asked.practices),
            )
            by = asked.given["by"] or "payer"
            if asked.payer:
                owed = _of_payer(owed, asked.payer)
            rows = rows_of(owed, by)
            return visit.page("money_aging.html", by=by, rows=rows, ages=AGES, owed=owed, asked_for=asked)

    @pages.get("/money/aging/claims")
    def claims(request: Request) -> Response:
        with desk.visit(request, "money") as visit:
            asked = chosen(visit, age=AGES)
            age = asked.given["age"]
            visit.looked_at("list of claims owed", ", ".join(filter(None, asked.given.values())))
            bucket = AGES.index(age) if age else None
            count, cents = kept.of(
                visit,
                f"owed {asked.payer} {age}",
                asked.practices,
                lambda: owed_figure(
                    visit.home.ledger,
                    visit.day,
                    practices=asked.practices,
                    payer=asked.payer,
                    bucket=bucket,
                ),
            )
            found = owed_claims(
                visit.home.ledger,
                visit.day,
                practices=asked.practices,
                payer=asked.payer,
                bucket=bucket,
                after=asked.after,
                limit=PAGE,
            )
            return visit.page(
                "money_owed.html", found=found, count=count, cents=cents, asked_for=asked, day=visit.day
            )

    return pages


@dataclass(frozen=True, slots=True)
class Row:
    """A payer, or a practice: what is owed by age, in cents."""

    name: str
    claims: int
    cents: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.cents)


def rows_of(owed: Receivable, by: str) -> list[Row]:
    """The aging by payer or by practice, the largest first."""
    of: dict[str, list[tuple[int, Sequence[int]]]] = {}
    for one in owed.aged:
        of.setdefault(one.payer if by == "payer" else one.practice, []).append((one.claims, one.cents))
    rows = [
        Row(name, sum(n for n, _ in parts), tuple(map(sum, zip(*(cents for _, cents in parts), strict=True))))
        for name, parts in of.items()
    ]
    return sorted(rows, key=lambda row: (-row.total, row.name))


def _of_payer(owed: Receivable, payer: str) -> Receivable:
    """Of one payer alone: what patients owe is not its."""
    aged = tuple(one for one in owed.aged if one.payer == payer)
    return Receivable(aged, {"": sum(one.total for one in aged)}, {})
