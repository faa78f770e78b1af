"""Work that is appealed: the letter is written, the level and its days are kept, and the work waits for them.

A payer's decision is seen in its remittance: paid, the work is over. A letter that says no is entered by a
person; then the next level is open. The first level's last day is the work's own; each later one counts from
the day on which the level before it was lost.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from config.adjustment_codes import find
from config.appeal_levels import Level, levels_of
from edi.records import Claim
from ledger.adjudication.price_check import UNKNOWN_PRICE
from ledger.adjudication.work import PRICES, REFUNDED_TOO, TAKEBACK
from ledger.books import letters, work_items
from ledger.books.acts import named
from ledger.books.letters import FILED, LOST, WITHDRAWN, Letter
from ledger.queries import work_queue
from ledger.queries.work_queue import Item
from ledger.storage import documents
from ledger.storage.documents import Document
from tasks.batches.sent_claim import last_filed, sent_claim
from tasks.errors import StepError
from tasks.home.home import Home, keep_copy
from tasks.letters.appeal import Denied, letter
from tasks.operations.money_acts import By, signed
from tasks.work.letters import as_before, letter_file

CHANNELS: Final = ("mail", "fax", "portal")


@dataclass(frozen=True, slots=True)
class Appealed:
    """What was filed, or in a dry run would be. `due_on`: the last day of the answer; `letter`: its bytes."""

    work: int
    level: int
    name: str
    due_on: str
    file: Path
    letter: bytes
    dry_run: bool


def appeal(
    home: Home,
    as_of: date,
    by: By,
    number: int,
    *,
    channel: str,
    argument: str,
    enclosures: Sequence[str],
    dry_run: bool,
) -> Appealed:
    """Writes the letter of the next level, and puts the work off until its answer is due.

    Raises StepError WRK-01, no such work; WRK-04, it can't be appealed: no payer owes under it, its appeal is
    under way, there is no further level, its last day is past, or its claim never went out from here.
    """
    who, why = named(signed(home, by, preview=dry_run))
    if channel not in CHANNELS:
        raise StepError("WRK-02", f"--sent is one of {', '.join(CHANNELS)}")
    item = _open_item(home, as_of, number)
    payer = home.partners.payers.get(item.payer)
    with home.ledger.read() as connection:
        before = letters.appeals(connection, number)
    level = _next_level(levels_of(payer), before, number)
    last = item.due_on
    if last and as_of.isoformat() > last:
        raise StepError(
            "WRK-04",
            f"the last day of work {number}'s {level.name} was {last}; ask for an extension with good cause, "
            f"or cleanclaim work write-off {number}",
        )
    practice = home.partners.practices.get(item.practice)
    if practice is None:
        raise StepError("WRK-04", f"practice {item.practice} of work {number} is not among the partners")
    claim = _claim(home, item)
    enclosures = [words for one in enclosures if (words := " ".join(one.split()))]
    meaning = find("CARC", item.carc)
    data = letter(
        claim,
        practice,
        Denied(
            line=item.line,
            reason=" ".join(part for part in (item.group, item.carc, item.rarcs) if part),
            meaning=meaning.meaning if meaning and item.carc else "",
            taken_back=item.kind in (TAKEBACK, REFUNDED_TOO),
            category=item.category,
            price=_price(item) if item.kind in PRICES else "",
            cents=item.cents,
            decided_on=item.decided_on,
            payer_claim_control_number=item.payer_claim_control_number,
        ),
        level=level.name,
        earlier=[
            f"{row.name.lower()} of {_filed_on(before, row.level)}" for row in before if row.event == LOST
        ],
        argument=argument,
        enclosures=enclosures,
        payer=payer.name if payer is not None else claim.payer.last,
        address=payer.address if payer is not None else None,
        on=as_of,
    )
    due = (as_of + timedelta(days=level.days_to_answer)).isoformat() if level.days_to_answer else ""
    document = Document("letter", data)
    business_on = as_of.isoformat()
    row = Letter(
        work_item_id=number,
        claim_id=_claim_id(item),
        event=FILED,
        level=level.number,
        name=level.name,
        channel=channel,
        enclosures="\n".join(enclosures),
        due_on=due,
        sha256=document.sha256,
        actor=who,
        why=why,
        business_on=business_on,
    )
    file = letter_file(home, row)
    done = Appealed(number, level.number, level.name, due, file, data, dry_run)
    if dry_run:
        return done
    with home.ledger.write() as connection:
        as_before(connection, item, letters.appeals, number, before)
        documents.store(connection, business_on, [document])
        letters.keep(connection, row)
        words = f"{level.name} by {channel}, answer due {due or 'on no set day'}: {why}"
        values = {"snoozed_until_on": due}
        work_items.change(connection, business_on, number, values, "appealed", words, who)
    keep_copy(home, file, data)
    return done


def _price(item: Item) -> str:
    """What was expected and allowed, as the payer may read it: without our numbers, and what we lack."""
    words = item.action.rpartition(": ")[0].removesuffix(f". {UNKNOWN_PRICE}")
    return re.sub(r", contract \d+ line \d+", "", words)


def lose(home: Home, as_of: date, by: By, number: int, *, dry_run: bool) -> str:
    """A payer said no by letter: the work is back, and its next level is open. Raises StepError WRK-01,
    WRK-04 where no appeal is under way."""
    return _end(home, as_of, by, number, LOST, dry_run)


def withdraw(home: Home, as_of: date, by: By, number: int, *, dry_run: bool) -> str:
    """An appeal is taken back, or was never sent: its level is open again. Raises as `lose`."""
    return _end(home, as_of, by, number, WITHDRAWN, dry_run)


def _end(home: Home, as_of: date, by: By, number: int, event: str, dry_run: bool) -> str:
    who, why = named(signed(home, by, preview=dry_run))
    item = _open_item(home, as_of, number)
    with home.ledger.read() as connection:
        before = letters.appeals(connection, number)
    if not before or before[-1].event != FILED:
        raise StepError(
            "WRK-04", f"no appeal of work {number} is under way; see `cleanclaim work show {number}`"
        )
    level = before[-1]
    if event == LOST:
        levels = levels_of(home.partners.payers.get(item.payer))
        following = next((one for one in levels if one.number == level.level + 1), None)
        due = (as_of + timedelta(days=following.days_to_file)).isoformat() if following else ""
        then = f"next: {following.name} until {due}" if following else "no further level"
    else:
        due = before[-2].due_on if len(before) > 1 else ""  # the work's own
        then = f"{level.name} is open again"
    words = f"{level.name} {event}; {then}"
    if dry_run:
        return words
    business_on = as_of.isoformat()
    row = Letter(
        work_item_id=number,
        claim_id=_claim_id(item),
        event=event,
        level=level.level,
        name=level.name,
        due_on=due,
        actor=who,
        why=why,
        business_on=business_on,
    )
    with home.ledger.write() as connection:
        as_before(connection, item, letters.appeals, number, before)
        letters.keep(connection, row)
        work_items.change(
            connection,
            business_on,
            number,
            {"snoozed_until_on": ""},
            f"appeal {event}",
            f"{words}: {why}",
            who,
        )
    return words


def _next_level(levels: Sequence[Level], before: Sequence[Letter], number: int) -> Level:
    if before and before[-1].event == FILED:
        raise StepError(
            "WRK-04",
            f"the {before[-1].name} of work {number} is under way since {before[-1].business_on}; "
            f"when the payer says no: cleanclaim work appeal-lost {number}",
        )
    lost = max((row.level for row in before if row.event == LOST), default=0)
    found = next((level for level in levels if level.number == lost + 1), None)
    if found is None:
        raise StepError("WRK-04", f"work {number} has no further level; cleanclaim work write-off {number}")
    return found


def _filed_on(before: Sequence[Letter], level: int) -> str:
    return next(row.business_on for row in reversed(before) if row.event == FILED and row.level == level)


def _open_item(home: Home, as_of: date, number: int) -> Item:
    found = work_queue.item(home.ledger, as_of, number)
    if found is None:
        raise StepError("WRK-01", f"there is no work {number}; see `cleanclaim work list`")
    if found.state != work_items.OPEN or not found.owed or found.claim_id is None:
        raise StepError("WRK-04", f"under work {number} no payer owes anything; there is nothing to appeal")
    if found.claim_payment_id is None:
        raise StepError("WRK-04", f"no payer decided on work {number}; there is nothing to appeal yet")
    return found


def _claim_id(item: Item) -> int:
    assert item.claim_id is not None
    return item.claim_id


def _claim(home: Home, item: Item) -> Claim:
    """The claim as it last went to the payer. Raises StepError WRK-04 where it never went from here."""
    filed = last_filed(home, _claim_id(item), item.payer)
    if filed is None:
        raise StepError(
            "WRK-04", f"the claim of work {item.id} did not go to {item.payer} from here; write by hand"
        )
    return sent_claim(home, filed.sha256, item.patient_control_number)
