"""277 by which a payer asks for documents: work of its claim, answered under the payer's number, in any
order."""

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from pypdf import PdfReader
from sqlalchemy import select

import edi
from edi.records import Adjustment, ClaimAcknowledgment, ClaimStatus, Party, ProviderStatus, Status
from ledger.queries import claim_story
from ledger.queries.night import problems
from ledger.queries.proof import of_all as proof
from ledger.queries.work_queue import Asked, items
from ledger.schema import status_answer
from tasks.letters.records import Enclosed
from tasks.operations import send_records
from tasks.operations.money_acts import By
from tasks.work.causes import keep_queue
from tasks.work.commands import commands_of
from tests.tasks.answering import LAKESIDE, MONDAY, Partner, paid, remitted
from tests.tasks.inquiring import night
from tests.tasks.later_payers import CLAIM
from tests.tasks.operations.test_send_records import NOTE

pytestmark = pytest.mark.usefixtures("either_database")

ANN = By("Ann", "the payer asked for them")
DAYS = [MONDAY + timedelta(days=n) for n in range(10)]
PAYER = "NM1*PR*2*HARBOR HEALTH PLAN*****PI*HRB01"
DUE = "DTP*106*D8*20261231~"
DOCUMENTS = "STC*R4:11506-3::LOI*{on}**135******R4:18842-5::LOI~"


@pytest.fixture
def out(home):
    """A home whose one claim is at its payer."""
    home.partner = Partner(home)
    home.drop("lakeside/one.json", home.encounter())
    night(home, MONDAY)
    home.number = story(home).patient_control_number
    return home


def request(
    home, number=None, *, trace="DCN900000017", on="20261117", payer=PAYER, due=DUE, lines="", more=""
):
    """The file of a request as a payer writes it. `number`: the patient control number that it names."""
    named = home.number if number is None else number
    body = f"""ST*277*0001*005010X213~
BHT*0085*48*RFI1*20261117*0130*RQ~
HL*1**20*1~
{payer}~
HL*2*1*21*1~
NM1*41*2*LAKESIDE FAMILY MEDICINE*****46*CCDEMO01~
HL*3*2*19*1~
NM1*1P*2*LAKESIDE FAMILY MEDICINE*****XX*1999000015~
HL*4*3*PT~
NM1*QC*1*ZEPHYRINE*QUILL****MI*W17770001~
TRN*1*{trace}~
{DOCUMENTS.format(on=on)}
{more}{f"REF*EJ*{named}~" if named else ""}
DTP*472*D8*20261102~
{due}{lines}"""
    body = body.replace("\n", "")
    head = home.partner.envelope()
    isa = head.control_number
    return (
        f"ISA*00*          *00*          *ZZ*NORTHGATE      *ZZ*CLEANCLAIM     *261117*0130*^*00501*{isa:09}"
        f"*0*T*:~GS*HN*NORTHGATE*CLEANCLAIM*20261117*0130*{isa}*X*005010X213~{body}"
        f"SE*{body.count('~') + 1}*0001~GE*1*{isa}~IEA*1*{isa:09}~"
    ).encode()


def put(home, data, name="r.277", day=DAYS[1]):
    home.partner.put(name, data)
    night(home, day)


def accepted(home):
    """The 277CA that takes the claim."""
    return edi.write_acknowledgments(
        [
            ClaimAcknowledgment(
                source=Party(last="NORTHGATE", id="NORTHGATE"),
                receiver=Party(last="CLEANCLAIM", id="CCDEMO01"),
                batch_reference="000000001",
                providers=(
                    ProviderStatus(
                        provider=LAKESIDE,
                        claims=(
                            ClaimStatus(
                                patient_control_number=home.number,
                                statuses=(Status(category="A2", code="20", entity="PR"),),
                            ),
                        ),
                    ),
                ),
            )
        ],
        home.partner.envelope(receiver=Party(last="US", id="CCDEMO01")),
    )


def story(home):
    with home.opened() as opened:
        assert proof(opened.ledger).holds
        return claim_story.show(opened.ledger, 1)


def waiting(home, day=DAYS[1]):
    with home.opened() as opened:
        keep_queue(opened, day)
        return items(opened.ledger, day, Asked(kinds=["information_request"]))


def kept(home):
    with home.opened() as opened, opened.ledger.read() as connection:
        return connection.execute(select(status_answer)).all()


def troubles(home):
    with home.opened() as opened:
        return [one.code for one in problems(opened.ledger, open_only=True)]


def test_a_request_is_work_of_its_claim_with_what_is_asked_the_payers_number_and_its_last_day(out):
    line = "SVC*HC:99213*135*****1~STC*R4:28570-0::LOI*20261117~REF*FJ*1~DTP*472*D8*20261102~"
    before = story(out)
    put(out, request(out, lines=line))
    [work] = waiting(out)
    assert work.patient_control_number == out.number
    assert (work.payer, work.owner, work.category) == ("harbor", "RECORDS", "ATTACHMENT")
    assert (work.due_on, work.cents, work.owed) == ("2026-12-31", 135_00, False)
    assert "LOINC 11506-3, LOINC 18842-5, LOINC 28570-0 (line 1)" in work.action
    assert "DCN900000017" in work.action
    after = story(out)
    assert [one.state for one in after.submissions] == [one.state for one in before.submissions]
    assert after.payers[0].waiting_until == before.payers[0].waiting_until
    assert any("harbor asks for documents (277): LOINC" in step.what for step in after.steps)
    typed = [command.typed for command in commands_of(work)]
    assert any(one.startswith(f"cleanclaim work records {work.id} --document") for one in typed)
    assert troubles(out) == []


def test_without_a_day_of_the_payer_its_days_for_documents_count_from_when_it_came(out):
    put(out, request(out, due=""))
    [work] = waiting(out)
    assert work.due_on == (DAYS[1] + timedelta(days=7)).isoformat()


def test_the_same_request_again_in_whatever_file_changes_nothing(out):
    data = request(out)
    put(out, data)
    [work] = waiting(out)
    put(out, data, "again.277", DAYS[2])
    put(out, request(out), "reissued.277", DAYS[3])
    assert len(kept(out)) == 1
    assert [one.id for one in waiting(out, DAYS[3])] == [work.id]
    assert troubles(out) == []


def test_a_reminder_is_the_same_work_with_the_newer_day_and_opens_it_again_after_records_went(out):
    put(out, request(out))
    [work] = waiting(out)
    with out.opened() as opened:
        send_records.send(opened, DAYS[1], ANN, work.id, channel="fax", enclosed=[NOTE], dry_run=False)
    assert waiting(out) == []
    put(out, request(out, on="20261119", due="DTP*106*D8*20270115~"), "reminder.277", DAYS[3])
    [again] = waiting(out, DAYS[3])
    assert (again.id, again.due_on) == (work.id, "2027-01-15")


@pytest.mark.parametrize("first", ["request", "277CA"])
def test_a_request_and_the_277ca_come_in_either_order(out, first):
    files = {"request": request(out), "277CA": accepted(out)}
    for day, name in zip(DAYS[1:], sorted(files, key=lambda name: name != first), strict=False):
        put(out, files[name], f"{name}.277", day)
    assert [one.state for one in story(out).submissions] == ["accepted"]
    assert len(waiting(out, DAYS[2])) == 1
    assert troubles(out) == []


@pytest.mark.parametrize("first", ["request", "835"])
@pytest.mark.parametrize(("on", "over"), [("20261117", True), ("20261118", False)])
def test_a_decision_of_its_day_or_later_ends_a_request_and_what_is_asked_after_it_is_work(
    out, first, on, over
):
    """Whichever of the two came first: a request after the payment is a review of it."""
    for day, what in zip(
        DAYS[1:], ["request", "835"] if first == "request" else ["835", "request"], strict=False
    ):
        if what == "835":
            out.partner.pay("p.835", remitted(paid(out.number)))
            night(out, day)
        else:
            put(out, request(out, on=on), day=day)
    assert [one.state for one in story(out).submissions] == ["paid"]
    assert (waiting(out, DAYS[3]) == []) is over
    assert troubles(out) == []


def test_the_payers_number_names_the_claim_where_ours_is_missing(out):
    out.partner.pay("p.835", remitted(paid(out.number)))
    night(out, DAYS[1])
    put(out, request(out, "", trace="ICN1", on="20261118"), "trace.277", DAYS[2])
    [work] = waiting(out, DAYS[2])
    assert work.patient_control_number == out.number
    put(out, request(out, "", trace="X2", on="20261118", more="REF*1K*ICN1~"), "reference.277", DAYS[3])
    assert len(waiting(out, DAYS[3])) == 2


def test_a_request_that_fits_no_claim_is_a_finding_and_the_others_of_its_file_are_taken(out):
    another = "TRN*1*OTHER~STC*R4:11506-3::LOI*20261117~REF*EJ*NOBODY~"
    put(out, request(out, lines=another))
    assert troubles(out) == ["RFI-UNKNOWN"]
    assert len(waiting(out)) == 1
    meridian = "NM1*PR*2*MERIDIAN*****PI*MRD02"
    put(out, request(out, trace="B", payer=meridian), "other payer.277", DAYS[2])
    assert troubles(out) == ["RFI-UNKNOWN", "RFI-UNKNOWN"]
    assert len(kept(out)) == 1


def test_a_request_of_two_claims_numbers_is_a_finding(out):
    out.drop("lakeside/two.json", out.encounter("T-2", service_date="2026-11-03"))
    out.partner.pay("p.835", remitted(paid(out.number)))
    night(out, DAYS[1])
    with out.opened() as opened:
        other = claim_story.show(opened.ledger, 2).patient_control_number
    put(out, request(out, other, more="REF*1K*ICN1~"), day=DAYS[2])
    assert troubles(out) == ["RFI-CLAIM"]
    assert kept(out) == []


def test_of_several_payers_the_one_that_asks_gets_the_documents(home):
    home.partner = Partner(home)
    home.drop("lakeside/one.json", home.encounter(coverages=CLAIM["coverages"]))
    night(home, MONDAY)
    home.number = story(home).patient_control_number
    one = paid(home.number, patient_owes=35_00)
    share = (Adjustment(group="PR", reason="2", amount=35_00),)
    home.partner.pay("p.835", remitted(replace(one, lines=(replace(one.lines[0], adjustments=share),))))
    night(home, DAYS[1], DAYS[2])
    assert [one.payer for one in story(home).submissions] == ["harbor", "beacon"]
    put(home, request(home, on="20261119"), day=DAYS[3])
    [work] = waiting(home, DAYS[3])
    assert work.payer == "harbor"
    stranger = "NM1*PR*2*SOME PLAN*****PI*ZZZ99"
    put(home, request(home, on="20261119", trace="Y", payer=stranger), "stranger.277", DAYS[4])
    assert troubles(home) == ["RFI-PAYER"]
    assert len(waiting(home, DAYS[4])) == 1


def test_the_packet_names_what_was_asked_and_the_275_gives_the_payers_number_back(out):
    file = out.path / "partners" / "payers" / "harbor.toml"
    file.write_text("records_275_mb = 1\n" + file.read_text("utf-8"), "utf-8")
    put(out, request(out))
    [work] = waiting(out)
    with out.opened() as opened:
        done = send_records.send(opened, DAYS[1], ANN, work.id, channel="275", enclosed=[NOTE], dry_run=False)
    assert done.control_numbers == ("DCN900000017",)
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(done.packet)).pages]
    assert "You asked for LOINC 11506-3, LOINC 18842-5. We enclose" in " ".join(pages[0].split())
    assert "attachment DCN900000017: page 1 of 2" in pages[1]
    assert waiting(out) == []
    night(out, DAYS[2])
    [sent] = (out.partner.site / "inbound").glob("*.275")
    [got] = edi.read_patient_information(sent.read_bytes())
    assert got.asked
    assert [(one.trace, one.data) for one in got.documents] == [("DCN900000017", done.packet)]
    assert got.patient_control_number == out.number


def test_records_answer_the_request_that_they_were_sent_for_and_no_other(out):
    put(out, request(out))
    put(out, request(out, trace="DCN900000018"), "second.277", DAYS[2])
    first, second = sorted(waiting(out, DAYS[2]), key=lambda work: work.id)
    assert ("DCN900000017" in first.action, "DCN900000018" in second.action) == (True, True)
    with out.opened() as opened:
        send_records.send(opened, DAYS[2], ANN, second.id, channel="fax", enclosed=[NOTE], dry_run=False)
    assert [work.id for work in waiting(out, DAYS[2])] == [first.id]
    with out.opened() as opened:
        send_records.send(opened, DAYS[2], ANN, first.id, channel="fax", enclosed=[NOTE], dry_run=False)
    assert waiting(out, DAYS[2]) == []


def test_records_that_never_went_leave_the_request_open_again(out):
    put(out, request(out))
    [work] = waiting(out)
    with out.opened() as opened:
        sent = {"channel": "mail", "enclosed": [Enclosed("Note", NOTE.data)]}
        send_records.send(opened, DAYS[1], ANN, work.id, dry_run=True, **sent)
        assert [one.id for one in waiting(out)] == [work.id]
        send_records.send(opened, DAYS[1], ANN, work.id, dry_run=False, **sent)
        assert waiting(out) == []
        send_records.withdraw(opened, DAYS[1], ANN, work.id, dry_run=False)
    assert [one.id for one in waiting(out)] == [work.id]
