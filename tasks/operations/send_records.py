"""Records that a payer needs for a claim: written as one packet, kept with what was sent, when and how."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from config.counted import counted
from ledger.books import letters, work_items
from ledger.books.acts import named
from ledger.books.letters import RECORDS, SENT, WITHDRAWN, Letter
from ledger.queries import work_queue
from ledger.queries.attachments import ON_REQUEST
from ledger.queries.work_queue import Item
from ledger.storage import documents
from ledger.storage.documents import Document
from tasks.batches.sent_claim import last_filed, sent_claim
from tasks.errors import StepError
from tasks.home.home import Home, keep_copy
from tasks.letters.records import Enclosed, packet
from tasks.operations.money_acts import By, signed
from tasks.work.letters import as_before, letter_file

CHANNELS: Final = ("mail", "fax", "portal")
LONGEST: Final = 100  # letters of a title: the cover letter's table has room for them


@dataclass(frozen=True, slots=True)
class RecordsSent:
    """What was sent, or in a dry run would be. `due_on`: the day the work is back; `packet`: its bytes."""

    work: int
    titles: tuple[str, ...]
    pages: int
    control_numbers: tuple[str, ...]
    due_on: str
    file: Path
    packet: bytes
    dry_run: bool


def send(
    home: Home,
    as_of: date,
    by: By,
    number: int,
    *,
    channel: str,
    enclosed: Sequence[Enclosed],
    dry_run: bool,
) -> RecordsSent:
    """Writes the packet, keeps it, and puts the work off until the payer's answer may be expected.

    Raises StepError WRK-01, no such work; WRK-02, nothing is enclosed, no such channel or title; WRK-04, it
    is over, its claim never went out from here, or the same packet went already; REC-01, a document can't be
    read; REC-02, too large.
    """
    who, why = named(signed(home, by, preview=dry_run))
    if channel not in CHANNELS:
        raise StepError("WRK-02", f"--sent is one of {', '.join(CHANNELS)}")
    if not enclosed:
        raise StepError("WRK-02", "say what is sent: --document 'Office note=note.pdf'")
    if any(
        not one.title.strip() or len(one.title) > LONGEST or not one.title.isprintable() for one in enclosed
    ):
        raise StepError("WRK-02", f"a document's title has 1 to {LONGEST} letters, in one line")
    item = _open_item(home, as_of, number)
    claim_id = item.claim_id or 0
    filed = last_filed(home, claim_id, item.payer)
    if filed is None:
        raise StepError(
            "WRK-04", f"the claim of work {number} did not go to {item.payer} from here; send them by hand"
        )
    practice = home.partners.practices.get(item.practice)
    if practice is None:
        raise StepError("WRK-04", f"practice {item.practice} of work {number} is not among the partners")
    payer = home.partners.payers.get(item.payer)
    claim = sent_claim(home, filed.sha256, item.patient_control_number)
    control_numbers = tuple(
        one.control_number
        for one in claim.attachments
        if one.control_number and one.transmission != ON_REQUEST
    )
    data, pages = packet(
        claim,
        practice,
        enclosed,
        number=item.payer_claim_control_number,
        control_numbers=control_numbers,
        asked_for=" ".join(part for part in (item.group, item.carc, item.rarcs) if part),
        payer=payer.name if payer is not None else claim.payer.last,
        address=payer.address if payer is not None else None,
        on=as_of,
    )
    document = Document("letter", data)
    titles = tuple(one.title for one in enclosed)
    due = as_of + timedelta(days=payer.answer_days if payer is not None else 45)
    last = date.fromisoformat(item.due_on) if item.due_on else due
    due_on = (min(due, last) if last > as_of else due).isoformat()
    night = as_of.isoformat()
    row = Letter(
        kind=RECORDS,
        work_item_id=number,
        claim_id=claim_id,
        submission_id=filed.submission_id,
        event=SENT,
        name=f"{counted(len(titles), 'document')}, {counted(pages, 'page')}",  # no title: it stays for ever
        channel=channel,
        enclosures="\n".join(titles),
        due_on=due_on,
        sha256=document.sha256,
        actor=who,
        why=why,
        business_on=night,
    )
    with home.ledger.read() as connection:
        rows = letters.records(connection, claim_id)
    before = _standing(rows, number)
    if before is not None and before.sha256 == row.sha256:
        raise StepError("WRK-04", f"this packet went on {before.business_on} by {before.channel} already")
    file = letter_file(home, row)
    done = RecordsSent(number, titles, pages, control_numbers, due_on, file, data, dry_run)
    if dry_run:
        return done
    with home.ledger.write() as connection:
        as_before(connection, item, letters.records, claim_id, rows)
        documents.store(connection, night, [document])
        letters.keep(connection, row)
        words = f"{row.name} by {channel}, answer expected by {due_on}: {why}"
        work_items.change(connection, night, number, {"snoozed_until_on": due_on}, "records sent", words, who)
    keep_copy(home, file, data)
    return done


def withdraw(home: Home, as_of: date, by: By, number: int, *, dry_run: bool) -> str:
    """Records that were kept as sent never went: the work is back. Raises StepError WRK-01, no such work;
    WRK-04, none were sent for it."""
    who, why = named(signed(home, by, preview=dry_run))
    item = work_queue.item(home.ledger, as_of, number)
    if item is None:
        raise StepError("WRK-01", f"there is no work {number}; see `cleanclaim work list`")
    with home.ledger.read() as connection:
        rows = letters.records(connection, item.claim_id) if item.claim_id is not None else []
    before = _standing(rows, number)
    if before is None:
        raise StepError("WRK-04", f"no records were sent for work {number}")
    words = f"the records of {before.business_on} did not go"
    if dry_run:
        return words
    night = as_of.isoformat()
    row = Letter(
        kind=RECORDS,
        work_item_id=number,
        claim_id=before.claim_id,
        submission_id=before.submission_id,
        event=WITHDRAWN,
        name=before.name,
        actor=who,
        why=why,
        business_on=night,
    )
    with home.ledger.write() as connection:
        as_before(connection, item, letters.records, before.claim_id, rows)
        letters.keep(connection, row)
        work_items.change(
            connection, night, number, {"snoozed_until_on": ""}, "records withdrawn", f"{words}: {why}", who
        )
    return words


def _standing(rows: Sequence[Letter], number: int) -> Letter | None:
    """The newest records of a work item, None where they were withdrawn or never sent."""
    newest = next((row for row in reversed(rows) if row.work_item_id == number), None)
    return newest if newest is not None and newest.event == SENT else None


def _open_item(home: Home, as_of: date, number: int) -> Item:
    found = work_queue.item(home.ledger, as_of, number)
    if found is None:
        raise StepError("WRK-01", f"there is no work {number}; see `cleanclaim work list`")
    if found.state != work_items.OPEN or found.claim_id is None:
        raise StepError("WRK-04", f"work {number} is over or about no claim; no records go for it")
    return found
