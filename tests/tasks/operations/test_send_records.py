"""Records for a payer: one packet, kept with what was sent, when and how; announced ones are work before."""

import io
import json
from datetime import date, timedelta

import pytest
from fpdf import FPDF
from pypdf import PdfReader, PdfWriter
from sqlalchemy import update

from ledger.books import letters
from ledger.errors import ActRefused
from ledger.queries.attachments import announced
from ledger.queries.claim_story import find, show
from ledger.queries.work_queue import Asked, events, item, items
from ledger.schema import submission
from ledger.storage import documents
from tasks import nightly_run
from tasks.batches.sent_claim import last_filed, sent_claim
from tasks.errors import StepError
from tasks.inquiries import records
from tasks.letters.records import Enclosed
from tasks.operations import send_records
from tasks.operations.money_acts import By
from tasks.work.causes import keep_queue
from tasks.work.commands import commands_of
from tests.conftest import CLEAN
from tests.tasks.later_payers import PAID, remittance
from tests.tasks.operations.conftest import DAY
from tests.tasks.payment_scenarios import FIRST, play

ANN = By("ann", "the payer asked for them")
LATER = FIRST + timedelta(days=3)


def pdf(*pages):
    made = FPDF()
    made.set_font("Helvetica", size=12)
    for text in pages:
        made.add_page()
        made.cell(text=text)
    return bytes(made.output())


NOTE = Enclosed("Office note", pdf("seen and examined", "and more"))


def send(opened, work, day=DAY, dry_run=False, enclosed=(NOTE,), channel="fax"):
    return send_records.send(opened, day, ANN, work.id, channel=channel, enclosed=enclosed, dry_run=dry_run)


def texts(data):
    return [page.extract_text() for page in PdfReader(io.BytesIO(data)).pages]


def kept(opened, work):
    with opened.ledger.read() as connection:
        return letters.records(connection, work.claim_id)


def test_a_packet_is_a_cover_letter_and_every_page_marked_with_its_claim(denied):
    opened, work = denied
    done = send(opened, work)
    cover, first, second = texts(done.packet)
    assert "CO 197" in cover
    sent = sent_claim(opened, last_filed(opened, work.claim_id, "harbor").sha256, work.patient_control_number)
    assert sent.rendering.npi != sent.billing.npi
    assert f"{sent.rendering.last.title()}, NPI {sent.rendering.npi}" in cover
    assert "Office note" in cover
    assert "Claim I9: page 1 of 2" in first
    assert "seen and examined" in first
    assert "Claim I9: page 2 of 2" in second
    assert done.pages == 3


def test_a_preview_writes_nothing_and_the_act_keeps_what_was_sent_when_and_how(denied):
    opened, work = denied
    shown = send(opened, work, dry_run=True)
    assert (kept(opened, work), shown.file.exists(), item(opened.ledger, DAY, work.id)) == ([], False, work)
    done = send(opened, work)
    assert done.packet == shown.packet, "the same facts are the same bytes"
    [row] = kept(opened, work)
    assert (row.event, row.channel, row.enclosures, row.actor) == ("sent", "fax", "Office note", "ann")
    assert documents.read(opened.ledger, row.sha256) == done.packet == done.file.read_bytes()
    assert items(opened.ledger, DAY, Asked(ids=[work.id])) == [], "it waits for the answer"
    assert items(opened.ledger, date.fromisoformat(done.due_on), Asked(ids=[work.id])) != []
    assert [e.event for e in events(opened.ledger, work.id)] == ["opened", "records sent"]
    [claim] = find(opened.ledger, "T-1")
    assert [s.what for s in show(opened.ledger, claim).steps if s.who == "ann"] == [
        "records sent: 1 document, 3 pages by fax"
    ]


def test_the_same_packet_goes_once_and_what_never_went_is_taken_back_and_goes_again(denied):
    opened, work = denied
    send(opened, work)
    with pytest.raises(StepError, match="went on 2026-11-18 by fax already"):
        send(opened, work)
    assert len(kept(opened, work)) == 1
    assert "did not go" in send_records.withdraw(opened, DAY, ANN, work.id, dry_run=False)
    assert items(opened.ledger, DAY, Asked(ids=[work.id])) != []
    with pytest.raises(StepError, match="no records were sent"):
        send_records.withdraw(opened, DAY, ANN, work.id, dry_run=False)
    send(opened, work)
    assert [row.event for row in kept(opened, work)] == ["sent", "withdrawn", "sent"]


def encrypted():
    writer = PdfWriter(clone_from=io.BytesIO(NOTE.data))
    writer.encrypt("secret")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [b"", b"not a document", NOTE.data[:400], b"\x89PNG\r\n\x1a\nrubbish", encrypted()],
    ids=["empty", "text", "cut", "broken picture", "with a password"],
)
def test_a_document_that_can_not_be_read_is_refused_by_its_number_and_nothing_is_kept(denied, data):
    opened, work = denied
    with pytest.raises(StepError, match=r"REC-01.*document 2"):
        send(opened, work, enclosed=(NOTE, Enclosed("Second", data)))
    assert kept(opened, work) == []
    assert list(opened.letters.glob("*")) == []


def test_of_a_document_that_is_damaged_nothing_is_quoted_anywhere(denied, caplog, capfd):
    opened, work = denied
    for data in (b"Zephyrine", b"%PDF-1.7\nZephyrine", b"Zephyrine" + NOTE.data[:400]):
        with pytest.raises(StepError) as refused:
            send(opened, work, enclosed=(Enclosed("Note", data),), dry_run=True)
        assert "Zephy" not in str(refused.value)
    out, err = capfd.readouterr()
    assert "Zephy" not in out + err + caplog.text


def test_a_picture_fills_a_page_and_a_turned_page_keeps_its_mark_upright(denied):
    opened, work = denied
    from PIL import Image

    picture = io.BytesIO()
    Image.new("L", (600, 900), 200).save(picture, "PNG")
    writer = PdfWriter(clone_from=io.BytesIO(pdf("turned")))
    writer.pages[0].rotate(90)
    turned = io.BytesIO()
    writer.write(turned)
    enclosed = (Enclosed("X-ray", picture.getvalue()), Enclosed("Fax", turned.getvalue()))
    done = send(opened, work, enclosed=enclosed)
    _, first, second = texts(done.packet)
    assert "page 1 of 2" in first
    assert "page 2 of 2" in second
    page = PdfReader(io.BytesIO(done.packet)).pages[2]
    assert page.rotation == 0
    assert page.mediabox.width > page.mediabox.height


def test_every_page_of_a_fax_goes(denied):
    opened, work = denied
    from PIL import Image

    first, *others = (Image.new("1", (200, 300), n % 2) for n in range(3))
    fax = io.BytesIO()
    first.save(fax, "TIFF", save_all=True, append_images=others, compression="group4")
    assert send(opened, work, enclosed=(Enclosed("Fax", fax.getvalue()),)).pages == 4


@pytest.mark.parametrize(
    ("sound", "damaged"),
    [
        (b" 612 792 ]", b"         ]"),
        (b"/Rotate 90", b"/Rotate(x)"),
        (b"(seen) Tj", b"(seen  Tj"),
    ],
)
def test_a_page_that_fails_only_when_it_is_marked_is_refused_by_its_number(denied, sound, damaged):
    opened, work = denied
    from pypdf.generic import DecodedStreamObject, NameObject

    content = DecodedStreamObject()
    content.set_data(b"BT /F1 12 Tf (seen) Tj ET")
    writer = PdfWriter()
    page = writer.add_blank_page(612, 792)
    page.rotate(90)
    page[NameObject("/Contents")] = writer._add_object(content)
    out = io.BytesIO()
    writer.write(out)
    data = out.getvalue()
    assert sound in data
    with pytest.raises(StepError, match=r"REC-01.*document 2"):
        send(opened, work, enclosed=(NOTE, Enclosed("Second", data.replace(sound, damaged))))
    assert kept(opened, work) == []


def test_a_title_is_one_line_that_the_cover_letter_has_room_for(denied):
    opened, work = denied
    for title in ("", "  ", "two\nlines", "a\x1b[31m", "N" * 10_000):
        with pytest.raises(StepError, match="WRK-02"):
            send(opened, work, enclosed=(Enclosed(title, NOTE.data),))
    assert kept(opened, work) == []
    assert send(opened, work, enclosed=(Enclosed("W" * 100, NOTE.data),)).pages == 3


def test_what_an_act_needs_is_asked_for_and_nothing_is_written(denied):
    opened, work = denied
    for wrong, code in (({"channel": "pigeon"}, "WRK-02"), ({"enclosed": ()}, "WRK-02")):
        with pytest.raises(StepError, match=code):
            send(opened, work, **wrong)
    for by in (By("", "why"), By("ann", "")):
        with pytest.raises(ActRefused):
            send_records.send(opened, DAY, by, work.id, channel="fax", enclosed=(NOTE,), dry_run=False)
    with pytest.raises(StepError, match="WRK-01"):
        send_records.send(opened, DAY, ANN, 987_654, channel="fax", enclosed=(NOTE,), dry_run=False)
    assert kept(opened, work) == []


@pytest.fixture
def announcing(home, tmp_path):
    """A claim that is out and announced one document by fax, and one that is kept until it is asked for."""
    attachments = [
        {"report_type": "OZ", "transmission": "FX", "control_number": "DOC7"},
        {"report_type": "OZ", "transmission": "AA"},
    ]
    folder = tmp_path / "announcing"
    folder.mkdir()
    (folder / "lakeside_e0.json").write_text(json.dumps({**CLEAN, "attachments": attachments}), "utf-8")
    with play(home, folder).opened() as opened:
        yield opened


def waiting(opened, day=LATER):
    keep_queue(opened, day)
    return items(opened.ledger, day, Asked(kinds=["attachment"]))


def test_what_a_payer_asked_for_goes_by_its_own_claim_number_and_not_without_one(denied):
    opened, work = denied
    [claim_id] = find(opened.ledger, "T-1")
    submission_id = show(opened.ledger, claim_id).submissions[0].id
    filed = last_filed(opened, claim_id, "harbor")
    sent = sent_claim(opened, filed.sha256, work.patient_control_number)
    made = records.information(sent, b"%PDF", "I9")
    assert (made.asked, made.payer_claim_control_number) == (True, "I9")
    assert [one.trace for one in made.documents] == ["I9"]
    with opened.ledger.write() as connection:
        connection.execute(update(submission).values(payer_claim_control_number=""))
    payers = opened.partners.payers
    payers["harbor"] = payers["harbor"].model_copy(update={"records_275_mb": 1})
    with pytest.raises(StepError, match="nothing would say"):
        records.way(opened, "harbor", submission_id, sent, b"%PDF")


def test_documents_that_a_claim_announced_are_work_until_they_are_sent(announcing, home):
    [work] = waiting(announcing)
    assert (work.owner, work.due_on) == ("RECORDS", "2026-11-23")
    assert "DOC7, by fax" in work.action
    assert [c.typed.split()[:3] for c in commands_of(work)] == [["cleanclaim", "work", "records"]]
    done = send(announcing, work, LATER)
    assert done.control_numbers == ("DOC7",)
    cover, first, _ = texts(done.packet)
    assert "DOC7" in cover
    assert "attachment DOC7: page 1 of 2" in first
    assert waiting(announcing) == []
    assert item(announcing.ledger, LATER, work.id).state == "resolved"
    send_records.withdraw(announcing, LATER, ANN, work.id, dry_run=False)
    assert [again.id for again in waiting(announcing)] == [work.id]


def test_a_payers_answer_ends_the_wait_for_documents(announcing, home):
    [work] = waiting(announcing)
    [claim] = find(announcing.ledger, "T-1")
    number = show(announcing.ledger, claim).patient_control_number
    answer = PAID.replace("{T-1}", number).replace("HC:99213*100*70", "HC:99213*135*110")
    answer = (
        answer[: answer.index("SVC*HC:87880")]
        .replace("*135*90*20*", "*135*110*20*")
        .replace("CAS*CO*45*10~", "CAS*CO*45*5~")
    )
    (home.path / "site" / "outbound" / "n.835").write_text(remittance(101, answer, 110), "utf-8")
    nightly_run.walk(announcing, LATER)
    assert list(announced(announcing.ledger)) == []
    assert waiting(announcing) == []
    assert item(announcing.ledger, LATER, work.id).state == "resolved"


def test_only_what_is_announced_and_out_is_work(home, tmp_path):
    folder = tmp_path / "on_request"
    folder.mkdir()
    kept_here = [{"report_type": "OZ", "transmission": "AA"}]
    (folder / "lakeside_e0.json").write_text(json.dumps({**CLEAN, "attachments": kept_here}), "utf-8")
    with play(home, folder).opened() as opened:
        assert waiting(opened) == []
