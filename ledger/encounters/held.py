"""What a list shows of an encounter that is held, read from its document once: when it is held."""

import json
from collections.abc import Iterable
from decimal import Decimal

from sqlalchemy import Connection, bindparam, select, update

from ledger.schema import encounter
from ledger.storage.database import bounded


def keep(connection: Connection, encounter_ids: Iterable[int]) -> None:
    """Marks these encounters as held, and keeps beside those that were not what their documents say."""
    e = encounter.c
    for piece in bounded(list(encounter_ids)):
        query = select(e.id, e.payload).where(e.id.in_(piece), e.state != HELD)
        values = []
        for number, payload in connection.execute(query).all():
            payers, cents, day = documented(payload)
            values.append({"of": number, "named": "\n".join(payers), "cents": cents, "day": day})
        if values:
            change = update(encounter).where(e.id == bindparam("of")).values(
                state=HELD,
                patient="",
                payers=bindparam("named"),
                charge_cents=bindparam("cents"),
                service_from_on=bindparam("day"),
            )  # fmt: skip
            connection.execute(change, values)


HELD = "held"


def documented(payload: str) -> tuple[tuple[str, ...], int, str]:
    """The payers that an encounter names, its charge in cents and the first day of its services; nothing of
    one that was purged or can't be read."""
    try:
        document = json.loads(payload)
        lines = document.get("lines", ())
        payers = tuple(payer for c in document.get("coverages", ()) if (payer := c.get("payer")))
        charge = sum((Decimal(str(line.get("charge") or 0)) for line in lines), Decimal())
        days = [day for of in (document, *lines) for name in _DAYS if (day := of.get(name))]
        return payers, int(charge * 100), min(days, default="")
    except (ValueError, ArithmeticError, LookupError, TypeError, AttributeError):
        return (), 0, ""


_DAYS = ("service_date", "service_from", "statement_from")
