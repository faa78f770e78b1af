"""Acts that a page offers on what it shows: each with its form, a preview, and then the operation itself."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from starlette.responses import Response

from config.dollars import dollars
from ledger.books.acts import Done
from ledger.errors import LedgerError
from ledger.queries.work_queue import Item
from tasks.errors import StepError
from tasks.home.home import Home
from web.acts import LONGEST, Act, Asked, CameTo, said_of
from web.desk import Form, Visit
from web.errors import not_there
from web.pressed import by, done, previewed
from web.second_signature import READ, check_read, check_same, refusal, signer
from web.words import worded

NOTHING: dict[str, Any] = {"pressed": None, "form": {}, "lines": [], "refused": ""}
"""What a page shows of an act where none was pressed."""


def press(
    visit: Visit, acts: Sequence[Act], key: str, form: Form, shown: Callable[..., Response], to: str
) -> Response:
    """Without `really` a preview on the page; with it the act, and on to an address.

    `shown` makes the page again, with its status and what `NOTHING` names. Raises Refused WEB-03, WEB-04,
    WEB-07.
    """
    act = next((one for one in acts if one.key == key), None)
    if act is None:
        raise not_there("act")
    visit.needs(act.right)
    do = doing(visit, act, form)
    try:
        if form.get("really") == "1":
            done(visit, do(False))
            return visit.to(to)
        lines = said(previewed(visit, do(True)))
    except (StepError, LedgerError) as error:
        refused = refusal(visit, form, error, lambda: said(previewed(visit, do(True))))
        return shown(409, pressed=act.key, form=form, lines=refused.lines, refused=refused)
    return shown(200, pressed=act.key, form=form, lines=lines, refused="")


def doing(
    visit: Visit, act: Act, form: Form, items: Sequence[Item] = ()
) -> Callable[[bool], Callable[[Home, date], CameTo]]:
    """An act, on pieces of work where it is of work, as a dry run (True) or not; the person signs it, and who
    is named as the second one. That is looked at where it is no dry run, and what was read, by the second one
    too, is compared with what the act comes to: another tab, a colleague or a run may have been faster.
    Raises StepError as `signer`, `check_read` and `check_same`."""

    def do(dry_run: bool) -> Callable[[Home, date], CameTo]:
        second = "" if dry_run else signer(visit, form, act.right)
        signed = by(visit, form.get("why", "")[:LONGEST], second)

        def acted(home: Home, day: date) -> CameTo:
            if not dry_run and (second or form.get(READ)):
                lines = said(act.do(Asked(home, day, signed, items, form, True)))
                if second:
                    check_read(form, lines)
                check_same(form, lines)
            return act.do(Asked(home, day, signed, items, form, dry_run))

        return acted

    return do


def said(done_: CameTo) -> list[str]:
    """What an act came to, in lines: with the claim of each posting."""
    if not isinstance(done_, Done):
        return said_of(done_)
    return [
        done_.what,
        *(
            f"{worded(p.account)}, {p.payer or 'patient'}{f', claim {p.claim}' if p.claim else ''}: "
            f"{dollars(p.cents)}"
            for p in done_.postings
        ),
    ]
