"""Records that a payer needs for a claim: written as one packet, kept with what was sent, when and how."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from config.counted import counted
from ledger.books import letters, work_items
from ledger.books.acts import named
from ledger.books.letters import RECORDS, SENT, WITHDRAWN, Letter
from ledger.errors import StateConflict
from ledger.queries import information_requests, work_queue
from ledger.queries.information_requests import Asked
from ledger.queries.work_queue import Item
from ledger.sending import inquiries, packets
from ledger.sending.inquiries import Inquiry
from ledger.storage import documents
from ledger.storage.documents import Document
from tasks.batches.sent_claim import last_filed, sent_claim
from tasks.errors import StepError
from tasks.home.home import Home, keep_copy
from tasks.inquiries import records
from tasks.letters.records import Enclosed, packet
from tasks.operations.money_acts import By, signed
from tasks.work.letters import as_before, letter_file
from tasks.work.requests import asked_for

CHANNELS: Final = ("mail", "fax", "portal", packets.KIND)
LONGEST: Final = 100  # letters of a title: the cover letter's table has room for them


@dataclass(frozen=True, slots=True)
class RecordsSent:
    """What was sent, or in a dry run would be. `due_on`: the day the work is back; `packet`: its bytes;
    `clearinghouse`: whom it goes to as 275 with the next run, "" it went another way."""

    work: int
    titles: tuple[str, ...]
    pages: int
    control_numbers: tuple[str, ...]
    due_on: str
    file: Path
    packet: bytes
    dry_run: bool
    clearinghouse: str = ""


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
    """Writes the packet, keeps it, and puts the work off until the payer's answer may be expected. As 275 it
    goes with the next run.

    Raises StepError WRK-01, no such work; WRK-02, nothing is enclosed, no such channel or title; WRK-04, it
    is over, its claim never went out from here, the same packet went already, or can't go as 275; REC-01, a
    document can't be read; REC-02, too large.
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
    request = _request(home, item)
    control_numbers = (request.control_number,) if request else records.control_numbers(claim)
    data, pages = packet(
        claim,
        practice,
        enclosed,
        number=item.payer_claim_control_number,
        control_numbers=control_numbers,
        answered=" ".join(part for part in (item.group, item.carc, item.rarcs) if part),
        asked_for=asked_for(request) if request else "",
        payer=payer.name if payer is not None else claim.payer.last,
        address=payer.address if payer is not None else None,
        on=as_of,
    )
    document = Document("letter", data)
    titles = tuple(one.title for one in enclosed)
    due = as_of + timedelta(days=payer.answer_days if payer is not None else 45)
    last = date.fromisoformat(item.due_on) if item.due_on else due
    due_on = (min(due, last) if last > as_of else due).isoformat()
    business_on = as_of.isoformat()
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
        business_on=business_on,
    )
    with home.ledger.read() as connection:
        rows = letters.records(connection, claim_id)
    before = _standing(rows, number)
    if before is not None and before.sha256 == row.sha256 and not _came_back(home, before):
        raise StepError("WRK-04", f"this packet went on {before.business_on} by {before.channel} already")
    file = letter_file(home, row)
    done = RecordsSent(number, titles, pages, control_numbers, due_on, file, data, dry_run)
    if channel == packets.KIND:
        way = records.way(
            home, item.payer, filed.submission_id, claim, data, request.control_number if request else ""
        )
        done = replace(done, clearinghouse=way.clearinghouse)
    if dry_run:
        return done
    with home.ledger.write() as connection:
        as_before(connection, item, letters.records, claim_id, rows)
        documents.store(connection, business_on, [document])
        letters.keep(connection, row)
        if done.clearinghouse:
            _want(connection, business_on, row, item, done.clearinghouse, request)
        words = f"{row.name} by {channel}, answer expected by {due_on}: {why}"
        work_items.change(
            connection, business_on, number, {"snoozed_until_on": due_on}, "records sent", words, who
        )
    keep_copy(home, file, data)
    return done


def withdraw(home: Home, as_of: date, by: By, number: int, *, dry_run: bool) -> str:
    """Records that were kept as sent never went: the work is back. A 275 that no file has yet does not go.

    Raises StepError WRK-01, no such work; WRK-04, none were sent for it, or a file has them.
    """
    who, why = named(signed(home, by, preview=dry_run))
    item = work_queue.item(home.ledger, as_of, number)
    if item is None:
        raise StepError("WRK-01", f"there is no work {number}; see `cleanclaim work list`")
    with home.ledger.read() as connection:
        rows = letters.records(connection, item.claim_id) if item.claim_id is not None else []
    before = _standing(rows, number)
    if before is None:
        raise StepError("WRK-04", f"no records were sent for work {number}")
    on_its_way = _on_its_way(home, before)
    words = f"the records of {before.business_on} did not go"
    if dry_run:
        return words
    business_on = as_of.isoformat()
    row = Letter(
        kind=RECORDS,
        work_item_id=number,
        claim_id=before.claim_id,
        submission_id=before.submission_id,
        event=WITHDRAWN,
        name=before.name,
        actor=who,
        why=why,
        business_on=business_on,
    )
    with home.ledger.write() as connection:
        as_before(connection, item, letters.records, before.claim_id, rows)
        letters.keep(connection, row)
        if on_its_way is not None and not packets.take_back(connection, business_on, on_its_way):
            raise StateConflict(f"the records of work {number} were written into a file meanwhile")
        work_items.change(
            connection,
            business_on,
            number,
            {"snoozed_until_on": ""},
            "records withdrawn",
            f"{words}: {why}",
            who,
        )
    return words


def _standing(rows: Sequence[Letter], number: int) -> Letter | None:
    """The newest records of a work item, None where they were withdrawn or never sent."""
    newest = next((row for row in reversed(rows) if row.work_item_id == number), None)
    return newest if newest is not None and newest.event == SENT else None


def _request(home: Home, item: Item) -> Asked | None:
    """The payer's request that a piece of work is; None: it is another kind."""
    if item.kind != information_requests.KIND:
        return None
    return information_requests.request(home.ledger, int(item.reference))


def _want(
    connection: Connection,
    business_on: str,
    row: Letter,
    item: Item,
    clearinghouse: str,
    request: Asked | None,
) -> None:
    """The 275 is wanted: the next run writes and sends it."""
    need = packets.wanted(
        connection,
        row.submission_id or 0,
        row.sha256,
        clearinghouse=clearinghouse,
        payer=item.payer,
        practice=item.practice,
        actor=row.actor,
        why=row.why,
        request=request.number if request else 0,
    )
    inquiries.want(connection, business_on, [need])


def _newest(home: Home, sent: Letter) -> Inquiry | None:
    """The 275 of records that were sent so; None: they went another way."""
    if sent.channel != packets.KIND or sent.submission_id is None:
        return None
    with home.ledger.read() as connection:
        return packets.newest(connection, sent.submission_id)


def _came_back(home: Home, sent: Letter) -> bool:
    """Whether records that went as 275 were refused, or could not be written."""
    newest = _newest(home, sent)
    return newest is not None and newest.state in ("refused", "dropped")


def _on_its_way(home: Home, sent: Letter) -> Inquiry | None:
    """The 275 that waits to be written. Raises StepError WRK-04 where a file has it that is out or may be."""
    newest = _newest(home, sent)
    if newest is None or newest.state in ("refused", "dropped"):
        return None
    if newest.state == "written":
        raise StepError(
            "WRK-04",
            f"the records stand in batch {newest.batch_id}, which is not out: give that up first "
            f"(`cleanclaim batches abandon {newest.batch_id}`)",
        )
    if newest.state != "wanted":
        raise StepError("WRK-04", f"the records went in batch {newest.batch_id}; they can't be taken back")
    return newest


def _open_item(home: Home, as_of: date, number: int) -> Item:
    found = work_queue.item(home.ledger, as_of, number)
    if found is None:
        raise StepError("WRK-01", f"there is no work {number}; see `cleanclaim work list`")
    if found.state != work_items.OPEN or found.claim_id is None:
        raise StepError("WRK-04", f"work {number} is over or about no claim; no records go for it")
    return found
