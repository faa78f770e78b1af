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
                judged_as="",
                payers=bindparam("named"),
                charge_cents=bindparam("cents"),
                service_from_on=bindparam("day"),
            )  # fmt: skip
            connection.execute(change, values)


HELD = "held"
MOST_CENTS = 10**15


def documented(payload: str) -> tuple[tuple[str, ...], int, str]:
    """The payers that an encounter names, its charge in cents and the first day of its services; nothing of
    one that was purged or can't be read. A charge that no column holds counts as not known: 0."""
    try:
        document = json.loads(payload)
        lines = document.get("lines", ())
        payers = tuple(_line(payer) for c in document.get("coverages", ()) if (payer := c.get("payer")))
        charge = sum((Decimal(str(line.get("charge") or 0)) for line in lines), Decimal())
        days = [day for of in (document, *lines) for name in _DAYS if (day := of.get(name))]
        cents = int(charge * 100)
        return payers, cents if abs(cents) <= MOST_CENTS else 0, min(days, default="")
    except (ValueError, ArithmeticError, LookupError, TypeError, AttributeError):
        return (), 0, ""


def _line(text: str) -> str:
    """One line that both databases store: what a document says may be anything."""
    return " ".join(text.replace("\0", "\ufffd").splitlines()).encode("utf-8", "replace").decode("utf-8")


_DAYS = ("service_date", "service_from", "statement_from")
