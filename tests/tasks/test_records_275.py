"""Records as 275 over SFTP: from a person's act to the 999, refused, taken back, sent again."""

import io
import random
from datetime import timedelta
from hashlib import sha256

import pytest
from PIL import Image
from pypdf import PdfReader
from sqlalchemy import update

import edi
from ledger.queries.batches import all_batches
from ledger.queries.claim_story import find, show
from ledger.queries.proof import of_all as proof
from ledger.queries.work_queue import Asked, item, items
from ledger.schema import document
from ledger.sending import inquiries
from ledger.storage.archive import PURGED
from tasks import nightly_run
from tasks.errors import StepError
from tasks.letters.records import Enclosed
from tasks.operations import send_records
from tasks.operations.money_acts import By
from tasks.work.causes import keep_queue
from tasks.work.commands import commands_of
from tests.tasks.answering import MONDAY
from tests.tasks.operations.test_send_records import NOTE

ANN = By("ann", "the claim announced them")
DAYS = [MONDAY + timedelta(days=n) for n in range(1, 6)]
REFUSES = '[[interchange]]\nisa13 = "*"\nnth = {n}\nta1 = "A"\nsyntax = "R"\n'
DENIES = '[[rule]]\nname = "late"\nmember_id = "W17770001"\nremit = []\n'


def run(home, day, more=""):
    with home.clearinghouse(day, DENIES + more), home.opened() as opened:
        return nightly_run.walk(opened, day)


def takes_275(home, megabytes=1):
    file = home.path / "partners" / "payers" / "harbor.toml"
    file.write_text(f"records_275_mb = {megabytes}\n" + file.read_text("utf-8"), "utf-8")


@pytest.fixture
def announced(home):
    """A claim that announced two documents, over SFTP, and the work to send them."""
    numbers = [{"report_type": "OZ", "transmission": "EL", "control_number": f"DOC{n}"} for n in (7, 8)]
    home.drop("lakeside/T.json", home.encounter("T-1", attachments=numbers))
    run(home, MONDAY)
    return home


def work_of(opened, day, kind="attachment"):
    keep_queue(opened, day)
    return items(opened.ledger, day, Asked(kinds=[kind]))


def send(opened, day, work, *, dry_run=False, enclosed=(NOTE,), channel="275"):
    return send_records.send(opened, day, ANN, work.id, channel=channel, enclosed=enclosed, dry_run=dry_run)


def standing(opened):
    with opened.ledger.read() as connection:
        return [one.state for one in inquiries.listed(connection)]


def received(home):
    """The 275 files that the partner has, as it reads them."""
    files = sorted((home.path / "clearinghouse").rglob("*.275"))
    return [one for file in files for one in edi.read_patient_information(file.read_bytes())]


def test_records_go_as_275_once_and_a_999_ends_it(announced):
    day, night = DAYS[0], DAYS[1]
    with announced.opened() as opened:
        [work] = work_of(opened, day)
        with pytest.raises(StepError, match=r"WRK-04.*records_275_mb"):
            send(opened, day, work)
    takes_275(announced)
    with announced.opened() as opened:
        seen = send(opened, day, work, dry_run=True)
        assert standing(opened) == []
        done = send(opened, day, work)
        assert (done.packet, done.clearinghouse) == (seen.packet, "northgate")
        with pytest.raises(StepError, match=r"WRK-04"):
            send(opened, day, work)
        assert standing(opened) == ["wanted"]
        assert work_of(opened, day) == []
    run(announced, night)
    [got] = received(announced)
    assert [one.trace for one in got.documents] == ["DOC7", "DOC8"]
    assert {one.data for one in got.documents} == {done.packet}
    assert len(PdfReader(io.BytesIO(got.documents[0].data)).pages) == done.pages
    assert not got.asked
    with announced.opened() as opened:
        assert standing(opened) == ["answered"]
        [file] = [one for one in all_batches(opened.ledger) if one.kind == "275"]
        assert (file.state, file.claims, file.contents) == ("accepted", 1, "packets")
        assert file.name.endswith(".275")
        [claim] = find(opened.ledger, "T-1")
        said = [step.what for step in show(opened.ledger, claim).steps]
        assert "records to go to harbor: the claim announced them" in said
        assert "records taken for harbor (999)" in said
        assert proof(opened.ledger).holds
        with pytest.raises(StepError, match="can't be taken back"):
            send_records.withdraw(opened, night, ANN, work.id, dry_run=False)
    run(announced, DAYS[2])
    assert len(received(announced)) == 1


def test_what_the_partner_refuses_is_work_until_they_go_again_or_another_way(announced):
    takes_275(announced)
    with announced.opened() as opened:
        [work] = work_of(opened, DAYS[0])
        send(opened, DAYS[0], work)
    run(announced, DAYS[1], REFUSES.format(n=2))
    with announced.opened() as opened:
        assert standing(opened) == ["refused"]
        [again] = work_of(opened, DAYS[1], "inquiry_refused")
        assert (again.owner, again.claim_id) == ("RECORDS", work.claim_id)
        assert "batch 2" in again.action
        typed = [one.typed for one in commands_of(again)]
        assert [one.split()[1] for one in typed] == ["claims", "work", "work"]
        send(opened, DAYS[1], again)
        assert work_of(opened, DAYS[1], "inquiry_refused") == []
    run(announced, DAYS[2], REFUSES.format(n=3))
    with announced.opened() as opened:
        assert standing(opened) == ["refused", "refused"]
        [third] = work_of(opened, DAYS[2], "inquiry_refused")
        send(opened, DAYS[2], third, channel="fax")
        assert work_of(opened, DAYS[2], "inquiry_refused") == []
        assert proof(opened.ledger).holds


def test_before_a_file_has_them_they_are_taken_back_and_go_no_more(announced):
    takes_275(announced)
    with announced.opened() as opened:
        [work] = work_of(opened, DAYS[0])
        send(opened, DAYS[0], work)
        send_records.withdraw(opened, DAYS[0], ANN, work.id, dry_run=True)
        assert standing(opened) == ["wanted"]
        send_records.withdraw(opened, DAYS[0], ANN, work.id, dry_run=False)
        assert standing(opened) == ["dropped"]
        with pytest.raises(StepError, match="WRK-04"):
            send_records.withdraw(opened, DAYS[0], ANN, work.id, dry_run=False)
        assert work_of(opened, DAYS[0], "inquiry_refused") == []
        [back] = work_of(opened, DAYS[0])
        assert back.id == work.id
    run(announced, DAYS[1])
    assert received(announced) == []


def test_a_packet_that_is_too_large_is_refused_and_nothing_is_kept(announced):
    takes_275(announced)
    with announced.opened() as opened:
        [work] = work_of(opened, DAYS[0])
        with pytest.raises(StepError, match="REC-02"):
            send(opened, DAYS[0], work, enclosed=(Enclosed("Scan", _picture()),))
        assert standing(opened) == []
        assert item(opened.ledger, DAYS[0], work.id).state == "open"


def test_records_that_cannot_be_read_any_more_are_work_and_not_forgotten(announced):
    takes_275(announced)
    with announced.opened() as opened:
        [work] = work_of(opened, DAYS[0])
        done = send(opened, DAYS[0], work)
        with opened.ledger.write() as connection:
            connection.execute(
                update(document)
                .where(document.c.sha256 == sha256(done.packet).hexdigest())
                .values(bytes=b"", key_id=PURGED)
            )
    run(announced, DAYS[1])
    with announced.opened() as opened:
        assert standing(opened) == ["dropped"]
        [again] = work_of(opened, DAYS[1], "inquiry_refused")
        assert "could not be written" in again.action
        send(opened, DAYS[1], again)
        assert work_of(opened, DAYS[1], "inquiry_refused") == []
    run(announced, DAYS[2])
    assert len(received(announced)) == 1


def _picture() -> bytes:
    """A picture of a megabyte that does not compress."""
    noise = random.Random(7).randbytes(700 * 700 * 3)
    made = io.BytesIO()
    Image.frombytes("RGB", (700, 700), noise).save(made, "PNG")
    return made.getvalue()
