"""Measures: each with its fraction, a picture of the shares, and the claims behind every number."""

from collections.abc import Sequence
from functools import partial

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ledger.queries.measures.reading import PARTS
from ledger.queries.measures.scope import Scope
from tasks.measures import measured
from tasks.measures.formulas import BY_NAME
from tasks.measures.measured import Listed, Measured
from tasks.measures.words import amount, value_of
from web.bars import Bars, Value, lying
from web.chosen import Chosen, chosen, day_of
from web.desk import Desk, Visit
from web.errors import not_there
from web.kept_figures import Figure
from web.routing import router
from web.words import asked as as_address

PAGE = 50
MEASURES = ("measures", partial(measured.with_claims, limit=PAGE))
DAYS = ("from", "to")


def routes(desk: Desk) -> APIRouter:
    """The measures and the list of each."""
    pages = router()

    @pages.get("/measures")
    def overview(request: Request) -> Response:
        with desk.visit(request, "money") as visit:
            asked, of, given = scope_of(visit)
            figure = desk.figures.of(visit.home, of, *MEASURES)
            if figure is None:
                return visit.being_worked_out("Measures")
            found = [lists[""].measured for lists in figure.found.values()]
            values = {"found": found, "of": of, "asked_for": asked, "given": given, "figure": figure}
            return visit.page("measures.html", 200, picture=_picture(found, given), **values, **WORDS)

    @pages.get("/measures/{name}")
    def one(request: Request, name: str) -> Response:
        with desk.visit(request, "money") as visit:
            if name not in BY_NAME:
                raise not_there("measure")
            asked, of, given = scope_of(visit, part=list(PARTS))
            visit.looked_at("claims of a measure", name)
            figure = _listed(visit, name, of, asked)
            if figure is None:
                return visit.being_worked_out(BY_NAME[name].title)
            values = {"found": figure.found, "of": of, "asked_for": asked, "given": given, "name": name}
            return visit.page("measure.html", 200, figure=figure, **values, **WORDS)

    return pages


def usual(visit: Visit) -> Scope:
    """What these pages show where nothing is asked for."""
    return measured.scope(visit.day, practices=visit.user.only)


def _listed(visit: Visit, name: str, of: Scope, asked: Chosen) -> Figure[Listed] | None:
    """A page of a measure's claims: the first one is worked out with the measures, so that it adds up to
    what they say."""
    figures, part, after = visit.desk.figures, asked.given["part"], asked.after
    if after:
        more = partial(measured.listed, name=name, part=part, after=after, limit=PAGE)
        return figures.of(visit.home, of, f"{name} {part} {after}", more)
    every = figures.of(visit.home, of, *MEASURES)
    return Figure(every.found[name][part], every.at, every.is_newest) if every is not None else None


def scope_of(visit: Visit, **others: list[str]) -> tuple[Chosen, Scope, dict[str, str]]:
    """What an address asks for: its filters, the scope, and everything as the end of another address."""
    asked = chosen(visit, **others)
    since, until = (day_of(visit.request.query_params.get(name, "")) for name in DAYS)
    of = measured.scope(visit.day, since, until, asked.practices, asked.payer)
    given = {**asked.given, "from": of.since.isoformat(), "to": of.until.isoformat()}
    return asked, of, given


def _picture(found: Sequence[Measured], given: dict[str, str]) -> Bars:
    """The shares of 1 as bars; what is in days or counts stands in the table alone."""
    values = [
        Value(
            one.formula.title,
            value_of(one.value, one.formula.unit),
            one.value,
            f"/measures/{one.formula.name}{as_address(given)}",
            "good" if one.formula.better == "more" else "warn",
        )
        for one in found
        if one.formula.unit == "rate" and one.value is not None and "-by-" not in one.formula.name
    ]
    return lying(values, 1.0)


WORDS = {"shown": value_of, "amount": amount}
