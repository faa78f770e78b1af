"""Causes: why claims are denied and rejected, as a Pareto; each with its months, its claims and what an edit
of it would have held."""

from collections.abc import Sequence
from datetime import timedelta

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ledger.queries.measures.scope import Scope
from tasks.errors import StepError
from tasks.measures.causes import BY, Cause, Sum, causes, claims_of, sums
from tasks.measures.tried import Tried, payer_edit, tried
from tasks.measures.words import named, percent
from web.bars import Bars, Value, lying, standing
from web.desk import Desk, Visit
from web.errors import not_there
from web.kept_figures import KeptFigures
from web.measure_pages import scope_of
from web.routing import router
from web.words import asked as as_address
from web.words import dollars

PAGE = 50
MOST = 50
"""Rows of the Pareto; what is behind them is added up."""
DRAWN = 12


def routes(desk: Desk) -> APIRouter:
    """The Pareto and the page of each cause."""
    pages, kept = router(), KeptFigures(16)

    @pages.get("/causes")
    def pareto(request: Request) -> Response:
        with desk.visit(request, "money") as visit:
            asked, of, given = scope_of(visit, by=list(BY))
            found = kept.of(visit, "causes", of, lambda: causes(visit.home, of))
            by = asked.given["by"]
            rows: Sequence[Cause | Sum] = sums(found, by) if by else found
            values = {"found": rows[:MOST], "rest": rows[MOST:], "of": of, "asked_for": asked}
            total = {"cents": sum(one.cents for one in found), "count": sum(one.count for one in found)}
            return visit.page(
                "causes.html", 200, picture=_picture(rows, by, given), by=by, given=given, total=total,
                named=named, percent=percent, **values,
            )  # fmt: skip

    @pages.get("/causes/{name}")
    def one(request: Request, name: str) -> Response:
        with desk.visit(request, "money") as visit:
            asked, of, given = scope_of(visit)
            found = kept.of(visit, "causes", of, lambda: causes(visit.home, of))
            cause = next((each for each in found if each.id == name), None)
            if cause is None:
                raise not_there("cause")
            visit.looked_at("claims of a cause", cause.id)
            claims = [row for row in claims_of(cause) if row.claim_id > asked.after]
            would = kept.of(visit, f"tried {name}", of, lambda: _tried(visit, cause, of))
            values = {"cause": cause, "claims": claims[:PAGE], "of": of, "given": given, "would": would}
            more = claims[PAGE - 1].claim_id if len(claims) > PAGE else None
            return visit.page(
                "cause.html", 200, picture=_months(cause), more=more, named=named, percent=percent, **values
            )

    return pages


def _tried(visit: Visit, cause: Cause, of: Scope) -> Tried | None:
    """What an edit of it would have held; None where it can be none."""
    try:
        edit = payer_edit(cause, visit.day + timedelta(days=1))
    except StepError:
        return None
    return tried(visit.home, edit, of)


def _picture(rows: Sequence[Cause | Sum], by: str, given: dict[str, str]) -> Bars:
    """The first bars of the Pareto with the line of what they come to together."""
    drawn = rows[:DRAWN]
    values = [
        Value(
            _short(_label(one)),
            dollars(one.cents),
            one.share,
            f"/causes/{one.id}{as_address(given)}" if isinstance(one, Cause) else "",
            "bad",
        )
        for one in drawn
    ]
    return lying(values, 1.0, [one.cumulative for one in drawn])


def _months(cause: Cause) -> Bars:
    return standing(
        [Value(one.month[2:], f"${one.cents // 100:,}", one.cents, tone="bad") for one in cause.months[-12:]]
    )


def _label(one: Cause | Sum) -> str:
    """What a bar is of: a cause's code and the values of its facts."""
    if isinstance(one, Sum):
        return one.name or "none"
    return f"{one.label}: {', '.join(value or f'no {name}' for name, value in one.facts)}"


def _short(text: str, most: int = 27) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
