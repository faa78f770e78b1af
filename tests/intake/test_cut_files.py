"""Every format, cut at every byte: nothing is read, or what is read is the whole's, or a person must look.

A cut between two records (rows, lines, messages) does not show in the bytes. There what was missing comes
with the whole file later: none of it is lost, and none is billed twice, or a person must look. What was sent
by then waits as late, with an alert.
"""

import hashlib
import json
from pathlib import Path

import pytest

import intake
from ledger import Ledger
from ledger.encounters import inbox
from ledger.encounters.taken import TakenFile
from ledger.migrations import upgrade
from ledger.queries import night, work
from tasks.inbox.read_file import _taken
from tests.ledger.conftest import NIGHT, Office

SAMPLES = Path(__file__).resolve().parents[2] / "sample_inbox"
PID = "PID|1||LK1^^^LAKESIDE^MR||QUILL^MARIAN||19840312|F|||18 Maple St^^Springfield^IL^62704"
PV1 = "PV1|1|O|MAIN||||1999001013^OKAFOR^RUTH^^^^MD^^NPI||||||||||||V77"
IN1 = "IN1|1|PPO|HRB01|Harbor||||||||||||QUILL^MARIAN|SEL||||||||||||||||||||W10000101"


def charge(number: int, code: str, amount: str, modifier: str = "") -> str:
    return f"FT1|{number}|T{number}||20261109||CG|{code}|||1|{amount}||||||||||||||{code}^^C4|{modifier}"


def message(control: str, *charges: str) -> str:
    head = f"MSH|^~\\&|EHR|LAKESIDE|CC|CC|20261109173000||DFT^P03|{control}|P|2.5"
    return "\r".join([head, PID, PV1, *charges, "DG1|1||J02.9^^I10", IN1]) + "\r"


MESSAGES = message("M1", charge(9, "99213", "1350.00", "25")) + message(
    "M2", charge(10, "87880", "38.50"), charge(11, "20610", "250", "RT")
)
FHIR = json.loads((SAMPLES / "first_visits" / "visit.fhir.json").read_text("utf-8"))
LINES = "".join(json.dumps(entry["resource"]) + "\n" for entry in FHIR["entry"])
ROWS = (SAMPLES / "monday" / "summit" / "orders.csv").read_text("utf-8").splitlines(keepends=True)
WHOLE = {
    "visit.json": (SAMPLES / "first_visits" / "visit.json").read_bytes(),
    "walk_ins.ndjson": (SAMPLES / "monday" / "lakeside" / "walk_ins.ndjson").read_bytes(),
    "orders.csv": "".join(ROWS[:7]).encode(),
    "quoted.csv": "".join(ROWS[:3]).replace(",1,", ',"1",').encode(),
    "visit.xml": (SAMPLES / "first_visits" / "visit.xml").read_bytes(),
    "visit.fhir.json": (SAMPLES / "first_visits" / "visit.fhir.json").read_bytes(),
    "resources.ndjson": LINES.encode(),
    "messages.hl7": MESSAGES.encode(),
    "framed.hl7": b"".join(b"\x0b" + m.encode() + b"\x1c\r" for m in MESSAGES.split("\x00")),
    "batch.hl7": f"BHS|^~\\&|EHR\r{MESSAGES}BTS|2\r".encode(),
}

SHORT_UNSEEN = {"orders.csv", "quoted.csv", "resources.ndjson", "messages.hl7"}
"""Those of which a cut between records can leave less of an encounter."""


def between(data: bytes, at: int) -> bool:
    """Whether a cut falls between records, where it does not show: at the end of a line, or after the charges
    of an HL7 message (many systems do not end a file's last segment)."""
    return (
        data[at - 1 : at] in (b"\n", b"\r")
        or data[at : at + 1] == b"\n"
        or (data[:at].replace(b"\r", b"\n").rpartition(b"\n")[2].startswith(b"IN1|"))
    )


def billed(encounter: intake.Encounter) -> list[tuple[object, ...]]:
    return [
        (line.procedure, line.modifiers, line.units, line.charge, line.service_from or encounter.service_date)
        for line in encounter.lines
    ]


def differs(found: intake.Read, whole: dict[str, intake.Encounter]) -> list[str]:
    """The encounters that would go out otherwise than documented, with nothing that holds them."""
    return [
        e.id
        for e in found.encounters
        if not e.doubts and (e.id not in whole or billed(e) != billed(whole[e.id]))
    ]


@pytest.mark.slow
@pytest.mark.parametrize("name", WHOLE)
def test_a_file_cut_anywhere_never_bills_less_unseen(name):
    data = WHOLE[name]
    whole = {e.id: e for e in intake.read(name, data).encounters}
    assert whole
    assert all(line.charge != 0 for e in whole.values() for line in e.lines)
    assert not any(e.doubts for e in whole.values())
    unseen = []
    for at in range(len(data)):
        found = intake.read(name, data[:at])
        assert found.encounters or found.problems, at
        if (wrong := differs(found, whole)) and not between(data, at):
            unseen.append((at, wrong))
    assert unseen == []


@pytest.mark.slow
@pytest.mark.parametrize("name", WHOLE)
def test_what_a_cut_between_records_leaves_out_comes_with_the_whole_file(name, tmp_path):
    data = WHOLE[name]
    whole = {e.id: e for e in intake.read(name, data).encounters}
    for at, found in cuts_of(name, 12).items():
        ledger = Ledger(f"sqlite:///{tmp_path}/{at}.db")
        upgrade(ledger)
        for content in (data[:at], data):
            inbox.take(ledger, "2026-11-16", [file_of(name, content)])
        with ledger.read() as connection:
            rows = connection.exec_driver_sql(
                "SELECT external_id, payload, doubt FROM encounter WHERE state <> 'replaced' ORDER BY id"
            ).all()
        ledger.close()
        current = {
            number: (intake.Encounter.model_validate_json(payload), doubt) for number, payload, doubt in rows
        }
        assert (len(current), set(current)) == (len(rows), set(whole)), at
        before = {e.id: e for e in found}
        for number, (encounter, doubt) in current.items():
            assert billed(encounter) == billed(whole[number])
            changed = number in before and billed(before[number]) != billed(encounter)
            assert doubt or not changed or encounter.version > before[number].version, (at, number)


@pytest.mark.slow
@pytest.mark.parametrize("name", WHOLE)
def test_what_was_sent_of_a_cut_file_is_late_and_told_when_the_whole_file_comes(name, tmp_path):
    data = WHOLE[name]
    whole = {e.id: e for e in intake.read(name, data).encounters}
    changed_in_all = 0
    for at, found in cuts_of(name, 6).items():
        ledger = Ledger(f"sqlite:///{tmp_path}/{at}.db")
        upgrade(ledger)
        office = Office(ledger)
        inbox.take(ledger, NIGHT, [file_of(name, data[:at])])
        office.build()
        office.send(office.batch())
        inbox.take(ledger, NIGHT, [file_of(name, data)])
        with ledger.read() as connection:
            rows = connection.exec_driver_sql(
                "SELECT external_id, state, version, payload FROM encounter"
            ).all()
        told = {p.code for p in night.problems(ledger)}, {a.code for a in work.alerts(ledger)}
        waiting = work.waiting(ledger).late
        ledger.close()
        before = {e.id: e for e in found}
        changed = {number for number, e in before.items() if content(e) != content(whole[number])}
        states = {(row.external_id, row.state) for row in rows}
        assert states == {
            *((number, "claimed") for number in before),
            *((number, "late") for number in changed),
            *((number, "picked_up") for number in whole.keys() - before.keys()),
        }, at
        for row in rows:
            if row.state != "claimed":
                assert content(intake.Encounter.model_validate_json(row.payload)) == content(
                    whole[row.external_id]
                )
        assert waiting == len(changed)
        assert told == (({"INB-VERSION"},) * 2 if changed else (set(), set())), at
        changed_in_all += len(changed)
    assert bool(changed_in_all) == (name in SHORT_UNSEEN)


def content(encounter: intake.Encounter) -> str:
    return encounter.model_dump_json(exclude_defaults=True)


def cuts_of(name: str, count: int) -> dict[int, list[intake.Encounter]]:
    """About so many of the cuts between records that leave an encounter, by the bytes that are left."""
    data = WHOLE[name]
    cuts = {at: intake.read(name, data[:at]).encounters for at in range(1, len(data)) if between(data, at)}
    ends = [at for at, found in cuts.items() if found]
    step = max(1, len(ends) // count)  # inside an IN1 they are all alike
    return {at: cuts[at] for at in ends[::step]}


def file_of(name: str, data: bytes) -> TakenFile:
    read = intake.read(name, data)
    return TakenFile(
        name=name,
        data=data,
        sha256=hashlib.sha256(data).hexdigest(),
        format=read.format,
        encounters=[_taken(e, "lakeside", read.format) for e in read.encounters],
    )
