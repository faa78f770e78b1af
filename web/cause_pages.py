"""Causes: why claims are denied and rejected, as a Pareto; each with its months, its claims and what an edit
of it would have held."""

from collections.abc import Sequence
from functools import partial

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from coding.denied_lines import in_words
from config.counted import counted
from config.dollars import dollars
from ledger.queries.measures.scope import Scope
from tasks.errors import StepError
from tasks.measures.causes import BY, Cause, Sum, causes, claims_of, sums
from tasks.measures.tried import PayerEdit, Tried, payer_edit, tried
from tasks.measures.words import named, percent
from tasks.operations.make_payer_edit import last_day, make_edit_of, standing_in
from web.acts import Act, Asked, CameTo, Field
from web.bars import Bars, Value, lying, standing
from web.desk import Desk, Visit
from web.errors import Refused, not_there
from web.kept_figures import Figure
from web.measure_pages import scope_of
from web.pressing import NOTHING, press
from web.routing import Sent, router
from web.words import asked as as_address

CAUSES = ("causes", causes)
PAGE = 50
MOST = 50
"""Rows of the Pareto; what is behind them is added up."""
DRAWN = 12


def routes(desk: Desk) -> APIRouter:
    """The Pareto and the page of each cause."""
    pages = router()

    @pages.get("/causes")
    def pareto(request: Request) -> Response:
        with desk.visit(request, "money") as visit:
            asked, of, given = scope_of(visit, by=list(BY))
            figure = desk.figures.of(visit.home, of, *CAUSES)
            if figure is None:
                return visit.being_worked_out("Causes")
            found = figure.found
            by = asked.given["by"]
            rows: Sequence[Cause | Sum] = sums(found, by) if by else found
            values = {
                "found": rows[:MOST],
                "rest": rows[MOST:],
                "of": of,
                "asked_for": asked,
                "figure": figure,
            }
            total = {"cents": sum(one.cents for one in found), "count": sum(one.count for one in found)}
            return visit.page(
                "causes.html", 200, picture=_picture(rows, by, given), by=by, given=given, total=total,
                named=named, percent=percent, **values,
            )  # fmt: skip

    @pages.get("/causes/{name}")
    def one(request: Request, name: str) -> Response:
        with desk.visit(request, "money") as visit:
            return _one(visit, name)

    @pages.post("/causes/{name}/{key}")
    def press_one(request: Request, name: str, key: str, form: Sent) -> Response:
        with desk.press(request, form, "rule") as visit:
            _, of, given = scope_of(visit)
            if visit.user.only is not None:
                raise Refused(
                    403, "WEB-03", "a payer's rule is for all practices; only who sees all makes it"
                )
            to = f"/causes/{name}{as_address(given)}"
            looked = _looked(visit, name, of)
            if looked is None:
                return visit.to(to)
            _, cause, would = looked
            acts = [_act(visit, cause, of, would)] if would is not None and of.practices is None else []
            return press(visit, acts, key, form, lambda s, **v: _one(visit, name, s, **v), to)

    return pages


Looked = tuple[Figure[list[Cause]], Cause, Tried | None]


def _looked(visit: Visit, name: str, of: Scope) -> Looked | None:
    """The causes, one of them, and what an edit of it would have held, None where it can be none. None: it is
    being worked out."""
    figure = visit.desk.figures.of(visit.home, of, *CAUSES)
    if figure is None:
        return None
    cause = next((each for each in figure.found if each.id == name), None)
    if cause is None:
        raise not_there("cause")
    edit = _edit(visit, cause)
    if edit is None:
        return figure, cause, None
    would = visit.desk.figures.of(visit.home, of, f"tried {name}", partial(tried, edit=edit))
    return (figure, cause, would.found) if would is not None else None


def _edit(visit: Visit, cause: Cause) -> PayerEdit | None:
    """The rule that a cause becomes; None where it can be none."""
    try:
        return payer_edit(cause, last_day(visit.day))
    except StepError:
        return None


def _one(visit: Visit, name: str, status: int = 200, **shown: object) -> Response:
    asked, of, given = scope_of(visit)
    looked = _looked(visit, name, of)
    if looked is None:
        return visit.being_worked_out("Cause")
    figure, cause, would = looked
    visit.looked_at("claims of a cause", cause.id)
    claims = [row for row in claims_of(cause) if row.claim_id > asked.after]
    edit = _edit(visit, cause)
    standing = standing_in(visit.home, edit) if edit is not None else ()
    is_left = edit is not None and len(standing) < len(edit.payers)
    act = _act(visit, cause, of, would) if would and is_left and visit.user.only is None else None
    return visit.page(
        "cause.html", status, figure=figure, cause=cause, claims=claims[:PAGE], of=of, given=given,
        would=would, picture=_months(cause), more=claims[PAGE - 1].claim_id if len(claims) > PAGE else None,
        standing=standing, act=act, named=named, percent=percent, **(NOTHING | shown),
    )  # fmt: skip


def _act(visit: Visit, cause: Cause, of: Scope, would: Tried) -> Act:
    """The act that makes an edit of a cause: what is pressed is what was shown."""

    def do(asked: Asked) -> CameTo:
        last = asked.on("until")
        made = make_edit_of(asked.home, asked.day, asked.by, cause, of, last, would, dry_run=asked.dry_run)
        if not made.dry_run:
            visit.desk.homes.renew()
        rule = made.edit.rule
        return [
            f"PAY-01 rule {rule.name}, {rule.code}: {in_words(rule.facts)}",
            f"services {rule.since} to {rule.until}, in {', '.join(made.files)}",
            f"of {counted(would.such, 'claim')} denied so it would have held {would.held:,} "
            f"({percent(would.rightly) or '-'}), {dollars(would.cents)}",
            f"of {counted(would.clean, 'clean claim')} it would have held {would.clean_held:,} "
            f"({percent(would.wrongly) or '-'})",
        ]

    until = Field("until", "Its last day of service", "day", value=last_day(visit.day).isoformat())
    return Act("edit", "Make an edit of it", "rule", do, (until,))


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
