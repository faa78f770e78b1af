"""Money: whether it is where it belongs, with the books' own figures, and the months and days to close."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from config.counted import counted
from config.dollars import dollars
from ledger.payments import days as desk_days
from ledger.payments.days import Taken
from ledger.queries.aging import owed_by_payer
from tasks.errors import StepError
from tasks.operations import close_day, close_month
from tasks.reports.where_money_is import sums, where_money_is
from web.acts import Act, Asked, Field
from web.desk import Desk, Visit
from web.errors import Refused, not_there
from web.figures_now import FiguresNow
from web.pressing import NOTHING, press
from web.routing import Sent, router

WORDS = {
    "remittances": ("Remittances that wait for a person", "/money/remittances?state=waiting"),
    "suspense": ("Payments in suspense", "/money/suspense"),
    "deposits": ("Deposits that nothing explains", "/money/deposits"),
    "undeposited": ("Remittances that are not in the bank", "/money/undeposited"),
}

CLOSED = 31
"""Closed days that the page of a day lists."""


def routes(desk: Desk) -> APIRouter:
    """The first page of money, its months and its days."""
    pages, kept = router(), FiguresNow(16)

    @pages.get("/money")
    def overview(request: Request) -> Response:
        with desk.visit(request, "money") as visit:
            home, seen = visit.home, visit.user.only
            of = kept.of(visit, "sums", seen, lambda: sums(home, seen))
            found = where_money_is(home, visit.day, seen, of)
            owed = kept.of(visit, "owed", seen, lambda: owed_by_payer(home.ledger, seen))
            return visit.page("money.html", found=found, words=WORDS, owed=owed)

    @pages.get("/money/months/{month}")
    def month(request: Request, month: str) -> Response:
        with desk.visit(request, "close") as visit:
            return _month(visit, month)

    @pages.post("/money/months/{month}/{key}")
    def press_month(request: Request, month: str, key: str, form: Sent) -> Response:
        with desk.press(request, form, "close") as visit:
            _of_every_practice(visit, month)
            acts = [_close_month(month)]
            return press(visit, acts, key, form, lambda s, **v: _month(visit, month, s, **v), "/money")

    @pages.get("/money/days/{practice}")
    def day(request: Request, practice: str) -> Response:
        with desk.visit(request, "money") as visit:
            return _day(visit, practice)

    @pages.post("/money/days/{practice}/{key}")
    def press_day(request: Request, practice: str, key: str, form: Sent) -> Response:
        with desk.press(request, form, "bill") as visit:
            act = _close_day(practice, _drawers(visit, practice))
            again = f"/money/days/{practice}"
            return press(visit, [act], key, form, lambda s, **v: _day(visit, practice, s, **v), again)

    return pages


def _of_every_practice(visit: Visit, month: str) -> None:
    if not close_month.is_month(month):
        raise not_there("month")
    if visit.user.only is not None:
        raise Refused(403, "WEB-03", "a month is closed for every practice; only who sees all closes it")


def _month(visit: Visit, month: str, status: int = 200, **shown: object) -> Response:
    _of_every_practice(visit, month)
    act = _close_month(month)
    return visit.page("money_month.html", status, month=month, act=act, **(NOTHING | shown))


def _close_month(month: str) -> Act:
    def do(asked: Asked) -> list[str]:
        if not asked.by.why.strip() and not asked.dry_run:
            raise StepError("LGR-02", "say why it is closed; it stays in the audit trail")
        done = close_month.close_month(
            asked.home, asked.day, month, asked.by.why, who=asked.by.who, dry_run=asked.dry_run
        )
        closed = ", ".join((*done.with_it, done.month))
        transit = (
            f"in transit at its end: {one.kind} {one.number} of {one.payer or 'no payer'}, {one.practice}, "
            f"{one.on}, {dollars(one.cents)}"
            for one in done.transit
        )
        return [f"every check of the package holds; closed: {closed}", *transit]

    return Act("close", f"Close {month}", "close", do)


def _drawers(visit: Visit, practice: str) -> list[Taken]:
    if practice not in visit.home.partners.practices or not visit.user.of(practice):
        raise not_there("practice")
    return close_day.open_sums(visit.home, practice)


def _day(visit: Visit, practice: str, status: int = 200, **shown: object) -> Response:
    drawers = _drawers(visit, practice)
    with visit.home.ledger.read() as connection:
        closed = desk_days.closed(connection, practice, CLOSED)
    values = {"practice": practice, "drawers": drawers, "closed": closed, "day": visit.day}
    act = _close_day(practice, drawers)
    return visit.page("money_day.html", status, act=act, **values, **(NOTHING | shown))


def _close_day(practice: str, drawers: list[Taken]) -> Act:
    """The close of a day, with a field for what each drawer was counted to hold."""
    in_hand = [one for one in drawers if one.method in desk_days.COUNTED]
    fields = [
        Field(f"count {one.name}", f"Counted: {one.drawer or 'at the visit'}, {one.method or 'not said how'}",
              "dollars", hint=f"the books say {dollars(one.cents)}")
        for one in in_hand
    ]  # fmt: skip
    why_off = Field("difference", "Why it is not what the books say", required=False)

    def do(asked: Asked) -> list[str]:
        counts = {
            (one.drawer, one.method): asked.cents(f"count {one.name}")
            for one in in_hand
            if asked.field(f"count {one.name}")
        }
        done = close_day.close_day(
            asked.home, asked.day, asked.by, practice, counts, asked.field("difference"),
            dry_run=asked.dry_run,
        )  # fmt: skip
        return [
            done.done.what,
            *(
                f"{one.drawer or 'at the visit'}, {one.method or 'not said how'}: {dollars(one.counted)} "
                f"counted, {dollars(one.cents)} in the books, {counted(one.payments, 'payment')}"
                for one in done.counts
            ),
        ]

    return Act("close", "Close the day", "bill", do, (*fields, why_off))
