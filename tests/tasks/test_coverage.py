"""Coverage is asked about before a claim goes, over SFTP: from need to effect."""

import logging
import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

import edi
from edi.records import Adjustment, Eligibility, Envelope, Party
from edi.records.eligibility import Benefit
from ledger.agreed import coverages
from ledger.errors import ActRefused
from ledger.queries import claims, standing
from ledger.queries.batches import all_batches
from ledger.queries.claims import holds
from ledger.queries.night import problems
from ledger.queries.work_queue import Asked, items
from ledger.schema import coverage_answer, inquiry
from ledger.trail import audit
from tasks import nightly_run
from tasks.errors import StepError
from tasks.home.home import forget
from tasks.operations import claim_money, verify_coverage
from tasks.operations.money_acts import By
from tasks.operations.override_edit import override
from tasks.work.causes import keep_queue
from tasks.work.commands import commands_of
from tests.tasks.answering import Partner, books, paid, remitted
from tests.tasks.coding_night import MONDAY, TUESDAY, WEDNESDAY, held, warned

ANN = By("Ann", "the patient changed plans")
THURSDAY = WEDNESDAY + timedelta(days=1)
MEMBER = "W17770001"


def asks(home, payer="harbor", days=1, verify=True):
    """The payer answers 270s, and is asked before a claim goes."""
    file = home.path / "partners/payers" / f"{payer}.toml"
    top = f'inquiries = ["270"]\nverify_coverage = {str(verify).lower()}\nverify_days = {days}\n'
    file.write_text(top + file.read_text("utf-8"), "utf-8")


def night(home, day, rule=""):
    """A whole nightly run with the mock, which answers 270s by the rule; the counts of its steps."""
    extra = f"\n[[coverage]]\n{rule}\n" if rule else ""
    with home.clearinghouse(day, extra), home.opened() as opened:
        return nightly_run.walk(opened, day)


def details(home):
    with home.opened() as opened:
        return {h.external_id: (h.edit_id, h.detail) for h in holds(opened.ledger)}


def states(home):
    with home.opened() as opened:
        return claims.by_state(opened.ledger)


def count(home, table):
    with home.opened() as opened, opened.ledger.read() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


@pytest.fixture
def asking(home):
    asks(home)
    home.drop("lakeside/one.json", home.encounter("T-1"))
    return home


def test_an_encounter_waits_one_night_and_goes_once_its_coverage_is_active(asking):
    counts = night(asking, MONDAY)
    assert (counts["ask_coverage.asked"], counts["acknowledge.coverages"]) == (1, 1)
    assert details(asking) == {
        "T-1": ("ELIG-01", "the payer is asked about the coverage (270); its answer is awaited")
    }
    counts = night(asking, TUESDAY)
    assert "ask_coverage.asked" not in counts or counts["ask_coverage.asked"] == 0
    assert states(asking) == {"accepted": 1}
    assert count(asking, inquiry) == 1


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ('answer = "inactive"', "the payer said on 2026-11-16 that the coverage is not active"),
        ("end = 2026-11-01", "the payer said on 2026-11-16 that the coverage is not active"),
        ("start = 2026-11-03", "the payer said on 2026-11-16 that the coverage is not active"),
        ('answer = "not_found"', "that it does not know this person as a member (AAA 75)"),
    ],
)
def test_coverage_that_ended_or_is_not_known_holds_the_claim_before_it_is_sent(asking, rule, words):
    night(asking, MONDAY, rule)
    night(asking, TUESDAY, rule)
    [(edit, said)] = details(asking).values()
    assert edit == "ELIG-01"
    assert words in said
    assert states(asking) == {}
    assert count(asking, inquiry) == 1, "it is not asked again by itself"
    with asking.opened() as opened:
        override(
            opened, "T-1", "ELIG-01", who="Ann", why="the card was shown", until=THURSDAY, as_of=WEDNESDAY
        )
    night(asking, WEDNESDAY, rule)
    assert states(asking) == {"accepted": 1}


def test_coverage_that_ends_between_two_lines_holds_the_later_one(home):
    asks(home)
    line = {"procedure": "99213", "charge": "135.00", "pointers": [1]}
    lines = [{**line, "service_from": day} for day in ("2026-11-02", "2026-11-04")]
    home.drop("lakeside/one.json", home.encounter("T-1", lines=lines))
    night(home, MONDAY, "end = 2026-11-03")
    night(home, TUESDAY)
    assert details(home)["T-1"] == ("ELIG-01", "service on 2026-11-04, the coverage ended on 2026-11-03")


def test_a_payer_that_does_not_answer_is_waited_for_as_long_as_its_file_says_and_no_longer(home):
    asks(home, days=2)
    home.drop("lakeside/one.json", home.encounter("T-1"))
    silent = 'answer = "silence"'
    night(home, MONDAY, silent)
    night(home, TUESDAY, silent)
    assert details(home)["T-1"][1].endswith("its answer is awaited")
    night(home, WEDNESDAY, silent)
    assert states(home) == {"accepted": 1}
    with home.opened() as opened:
        assert warned(opened, "ELIG-01") == {"T-1"}


def test_a_payer_that_cannot_answer_now_is_asked_once_more_the_day_after(asking):
    night(asking, MONDAY, 'answer = "unavailable"\nuntil = 2026-11-16')
    night(asking, TUESDAY, 'answer = "unavailable"\nuntil = 2026-11-16')
    assert details(asking)["T-1"][1].endswith("its answer is awaited")
    assert count(asking, inquiry) == 2
    night(asking, WEDNESDAY)
    assert states(asking) == {"accepted": 1}
    with asking.opened() as opened:
        assert warned(opened, "ELIG-01") == set()


def test_one_that_never_can_answer_lets_the_claim_go_with_a_warning(asking):
    for day in (MONDAY, TUESDAY, WEDNESDAY):
        night(asking, day, 'answer = "unavailable"')
    assert states(asking) == {"accepted": 1}
    with asking.opened() as opened:
        assert warned(opened, "ELIG-01") == {"T-1"}


def test_limits_and_another_member_id_are_reported_with_the_claim(home):
    asks(home)
    line = {"procedure": "99213", "charge": "405.00", "pointers": [1], "units": "3"}
    home.drop("lakeside/one.json", home.encounter("T-1", lines=[line]))
    night(home, MONDAY, 'limits = [["99213", 20, 2]]\nmember_id_known = "W99990001"')
    night(home, TUESDAY)
    with home.opened() as opened:
        assert warned(opened, "ELIG-03") == {"T-1"}
        assert warned(opened, "ELIG-02") == {"T-1"}


def test_two_encounters_of_one_person_and_day_share_one_inquiry_and_another_day_has_its_own(home):
    asks(home)
    home.drop("lakeside/1.json", home.encounter("T-1"))
    home.drop("lakeside/2.json", home.encounter("T-2", lines=[
        {"procedure": "87880", "charge": "38.00", "pointers": [1], "modifiers": ["QW"]}]))  # fmt: skip
    home.drop("lakeside/3.json", home.encounter("T-3", service_date="2026-11-04"))
    night(home, MONDAY)
    assert count(home, inquiry) == 2
    night(home, TUESDAY)
    assert states(home) == {"accepted": 3}
    assert count(home, inquiry) == 2


def test_an_answer_that_is_delivered_twice_changes_nothing(home):
    site = home.use_folder()
    asks(home)
    home.drop("lakeside/one.json", home.encounter("T-1"))
    with home.opened() as opened:
        nightly_run.walk(opened, MONDAY)
    [question] = (site / "inbound").glob("*.270")
    answer = answer_to(question.read_bytes())
    for name in ("first", "again"):
        (site / "outbound" / f"{name}.271").write_bytes(answer if name == "first" else answer + b"\n")
        with home.opened() as opened:
            nightly_run.walk(opened, TUESDAY)
    assert count(home, coverage_answer) == 1
    with home.opened() as opened:
        answers = [r for r in audit.rows(opened.ledger) if r.act == "inquiry wanted"]
        assert len(answers) == 1
        assert not any(MEMBER in row.detail or "Zephyrine" in row.detail for row in audit.rows(opened.ledger))


QMB = Benefit(information="1", insurance_type="QM", service_types=("30",))


def answer_to(data, active="1", more=(), number=77):
    """A 271 of the folder's partner to a 270."""
    said = [
        Eligibility(payer=q.payer, provider=q.provider, subscriber=q.subscriber, patient=q.patient,
                    traces=(q.trace,), benefits=(Benefit(information=active, service_types=("30",)), *more))
        for q in edi.read_eligibility_inquiries(data)
    ]  # fmt: skip
    [head] = edi.read_envelopes(data)
    envelope = Envelope(
        sender_id=head.receiver_id.strip(), receiver_id=head.sender_id.strip(),
        sender_qualifier=head.receiver_qualifier, receiver_qualifier=head.sender_qualifier,
        control_number=number, created=date(2026, 11, 16), usage="T", submitter=Party(), receiver=Party(),
    )  # fmt: skip
    return edi.write_eligibility(said, envelope)


@pytest.mark.parametrize("late", [False, True], ids=["known before the payment", "known after it"])
def test_what_is_left_to_a_patient_whom_a_271_alone_calls_a_qmb_is_nobodys(home, late):
    partner, site = Partner(home), home.path / "site"
    asks(home)
    home.drop("lakeside/one.json", home.encounter("T-1"))
    partner.collect(MONDAY)
    [question] = (site / "inbound").glob("*.270")
    plain = answer_to(question.read_bytes())
    beneficiary = answer_to(question.read_bytes(), more=(QMB,), number=78)
    partner.put("first.271", plain if late else beneficiary)
    partner.collect()
    with home.opened() as opened:
        [number] = (row.patient_control_number for row in standing.claims(opened.ledger))
    line = replace(
        paid(number).lines[0],
        adjustments=tuple(
            Adjustment(group=g, reason=r, amount=a) for g, r, a in (("CO", "45", 35_00), ("PR", "2", 20_00))
        ),
        paid=80_00,
    )
    partner.pay("pay.835", remitted(replace(paid(number), paid=80_00, patient_owes=20_00, lines=(line,))))
    partner.collect(WEDNESDAY)
    if late:
        assert books(home)[0].receivable_patients == 20_00
        partner.put("second.271", beneficiary)
        partner.collect(THURSDAY)
    now = books(home)[0]
    assert (now.receivable_patients, now.receivable_payers) == (0, 0)
    with home.opened() as opened, pytest.raises(ActRefused, match="qualified Medicare beneficiary"):
        claim_money.to_patient(opened, THURSDAY, ANN, number, "harbor", "GA", dry_run=True)


def test_an_answer_to_nothing_that_was_asked_is_quarantined_and_the_rest_is_taken(home):
    site = home.use_folder()
    asks(home)
    home.drop("lakeside/one.json", home.encounter("T-1"))
    with home.opened() as opened:
        nightly_run.walk(opened, MONDAY)
    [question] = (site / "inbound").glob("*.270")
    with home.opened() as opened, opened.ledger.read() as connection:
        trace = connection.execute(select(inquiry.c.trace)).scalar_one().encode()
    stranger = answer_to(question.read_bytes()).replace(trace, b"9" * len(trace))
    (site / "outbound" / "stranger.271").write_bytes(stranger)
    with home.opened() as opened:
        counts = nightly_run.walk(opened, MONDAY)
        assert counts["acknowledge.unknown"] == 1
    assert count(home, coverage_answer) == 0


def refused_by_a_271(home, days=1):
    """An encounter of which the payer refuses who asked about its coverage."""
    site = home.use_folder()
    asks(home, days=days)
    home.drop("lakeside/one.json", home.encounter("T-1"))
    with home.opened() as opened:
        nightly_run.walk(opened, MONDAY)
    [question] = (site / "inbound").glob("*.270")
    parts = answer_to(question.read_bytes()).decode().split("~")
    hl = next(n for n, part in enumerate(parts) if part.strip().startswith("HL*3*"))
    end = next(n for n, part in enumerate(parts) if part.strip().startswith("SE*"))
    bht = next(n for n, part in enumerate(parts) if part.strip().startswith("BHT*"))
    with home.opened() as opened, opened.ledger.read() as connection:
        trace = connection.execute(select(inquiry.c.trace)).scalar_one()
    parts[bht] = f"BHT*0022*11*{trace[:9]}*20261116*0130"
    kept = [*parts[:hl], "AAA*N**41*C"]
    parts[end] = f"SE*{len(kept) - 1}*{parts[end].strip().split('*')[2]}"
    (site / "outbound" / "refused.271").write_bytes("~".join([*kept, *parts[end:]]).encode())


def test_what_was_refused_is_asked_again_by_a_person_or_with_another_version_and_not_by_the_night(home):
    refused_by_a_271(home, days=5)
    with home.opened() as opened:
        for day in (MONDAY, TUESDAY, WEDNESDAY):
            nightly_run.walk(opened, day)
            assert len(items(opened.ledger, day, Asked(kinds=["inquiry_refused"]))) == 1
    assert count(home, inquiry) == 1
    home.drop("lakeside/two.json", {**home.encounter("T-1"), "version": 2, "diagnoses": ["J02.0"]})
    with home.opened() as opened:
        nightly_run.walk(opened, WEDNESDAY)
    assert count(home, inquiry) == 2


def test_a_271_that_refuses_who_asked_is_work_until_a_person_asks_again(home):
    refused_by_a_271(home)
    with home.opened() as opened:
        nightly_run.walk(opened, MONDAY)
        assert problems(opened.ledger, open_only=True) == []
        [work] = items(opened.ledger, MONDAY, Asked(kinds=["inquiry_refused"]))
        assert (work.claim_id, work.owner) == (None, "ELIGIBILITY")
        typed = [one.typed for one in commands_of(work)]
        assert typed == [
            f"cleanclaim coverage show {work.reference}",
            f'cleanclaim coverage verify {work.reference} --why "..."',
        ]
        again = verify_coverage.verify(opened, MONDAY, ANN, work.reference, dry_run=False)
        assert "goes with the next run" in again.what
        same = verify_coverage.verify(opened, MONDAY, ANN, work.reference, dry_run=False)
        assert (same.inquiry, "already" in same.what) == (again.inquiry, True)
        keep_queue(opened, MONDAY)
        assert items(opened.ledger, MONDAY, Asked(kinds=["inquiry_refused"])) == []
    assert count(home, coverage_answer) == 0


def test_a_person_asks_and_sees_what_the_payer_says_with_the_patients_part(home):
    asks(home, verify=False)
    home.drop("lakeside/one.json", home.encounter("T-1"))
    night(home, MONDAY)
    assert states(home) == {"accepted": 1}
    assert count(home, inquiry) == 0, "its file does not say that it is asked by itself"
    with home.opened() as opened:
        before = audit.head(opened.ledger)
        assert verify_coverage.verify(opened, TUESDAY, ANN, "T-1", dry_run=True).inquiry == 0
        assert audit.head(opened.ledger) == before
        made = verify_coverage.verify(opened, TUESDAY, ANN, "T-1", dry_run=False)
        again = verify_coverage.verify(opened, TUESDAY, ANN, "T-1", dry_run=False)
        assert made.inquiry == again.inquiry > 0
        [row] = audit.rows(opened.ledger, act="inquiry wanted")
        assert "the patient changed plans" in row.detail
    night(home, TUESDAY, 'copay = "25.00"\ndeductible = "500.00"\nend = 2026-12-31')
    with home.opened() as opened:
        found = verify_coverage.show(opened, "T-1")
    assert found.answer is not None
    assert (found.answer.state, found.answer.active_to_on) == ("active", "2026-12-31")
    assert [(s.kind, s.cents) for s in found.shares] == [("co-payment", 25_00), ("deductible", 500_00)]
    assert [i.state for i in found.inquiries] == ["answered"]


def test_what_cannot_be_asked_is_refused(home):
    home.drop("lakeside/one.json", home.encounter("T-1"))
    night(home, MONDAY)
    with home.opened() as opened:
        for number, code in (("T-9", "COV-01"), ("T-1", "COV-02")):
            with pytest.raises(StepError) as refused:
                verify_coverage.verify(opened, TUESDAY, ANN, number, dry_run=False)
            assert refused.value.code == code
        assert verify_coverage.show(opened, "T-1").answer is None


def test_a_corrected_encounter_that_names_another_coverage_is_asked_about_anew(asking):
    night(asking, MONDAY, 'member_id = "W17770001"\nanswer = "not_found"')
    coverage = {"order": "P", "payer": "harbor", "member_id": "W17770002"}
    asking.drop("lakeside/two.json", asking.encounter("T-1", version=2, coverages=[coverage]))
    night(asking, TUESDAY, 'member_id = "W17770001"\nanswer = "not_found"')
    assert details(asking)["T-1"][1].endswith("its answer is awaited")
    night(asking, WEDNESDAY)
    assert held_now(asking) == {}
    assert states(asking) == {"accepted": 1}
    assert count(asking, inquiry) == 2


def held_now(home):
    with home.opened() as opened:
        return held(opened)


def test_the_ledgers_own_tables_name_nobody(asking):
    night(asking, MONDAY, 'member_id_known = "W99990001"')
    with asking.opened() as opened, opened.ledger.read() as connection:
        kept = [*connection.execute(select(coverage_answer)), *connection.execute(select(inquiry))]
        said = " ".join(value for row in kept for value in row if isinstance(value, str))
        said = re.sub(r"[0-9a-f]{8,}", "", said)  # a hash holds any four digits, now and then
        for word in (MEMBER, "W99990001", "Zephyrine", "ZEPHYRINE", "1980"):
            assert word not in said, word
        assert coverages.newest(opened.ledger, [row.whose for row in kept[:1]])


def test_nothing_of_the_patient_is_in_the_log_the_trail_or_the_names_of_files(asking, caplog):
    caplog.set_level(logging.INFO)
    with asking.clearinghouse(MONDAY):
        for step in nightly_run.NIGHT:
            for piece in nightly_run.pieces(str(asking.path), str(asking.inbox), MONDAY, step.name):
                nightly_run.do(str(asking.path), str(asking.inbox), MONDAY, step.name, piece)
        forget(str(asking.path), str(asking.inbox))
    with asking.opened() as opened:
        trail = " ".join(f"{row.subject} {row.act} {row.detail}" for row in audit.rows(opened.ledger))
        names = " ".join(batch.name for batch in all_batches(opened.ledger))
    assert "ask_coverage 1-1: asked 1" in caplog.text
    assert "inquiry wanted" in trail
    assert ".270" in names
    for secret in ("zephyrine", "quill", MEMBER.lower(), "1980-02-03", "19800203"):
        assert secret not in (caplog.text + trail + names).lower()
