"""Past claims under today's edits: what would have been stopped, and what that would have spared."""

import pytest

import coding
from ledger.adjudication.facts import Adjustment
from ledger.payments import remittances
from ledger.payments.remittance_facts import LineFacts, PaymentFacts, RemittanceFacts
from ledger.queries import standing
from ledger.queries.coding import PastDenial
from ledger.sending import responses
from tasks.operations.replay_claims import prevents, replay
from tasks.steps import write_batches
from tests.tasks.coding_night import MONDAY, TUESDAY, coded


def out(home, opened, day):
    coded(opened, day)
    for piece in write_batches.pieces(opened, day):
        write_batches.do(opened, day, piece)


def answered(opened, external_id, carc="", rarcs=""):
    """The payer's answer to a claim: paid, or denied with this CARC."""
    claim = next(c for c in standing.claims(opened.ledger) if c.external_id == external_id)
    response = responses.store(
        opened.ledger,
        "2026-11-17",
        "northgate",
        external_id,
        external_id.encode(),
        size=1,
        mtime=1,
        kinds="835",
    )
    denied = bool(carc)
    line = LineFacts(
        procedure="29881" if external_id in ("DENIED", "PAID") else "99213",
        charge=claim.charge,
        paid=0 if denied else claim.charge,
        adjustments=(Adjustment("CO", carc, claim.charge),) if denied else (),
        remarks=rarcs,
    )
    payment = PaymentFacts(
        position=1,
        patient_control_number=claim.patient_control_number,
        status="4" if denied else "1",
        charge=claim.charge,
        paid=line.paid,
        member_id="W17770001",
        lines=(line,),
    )
    paid = payment.paid
    remittances.post(
        opened.ledger,
        "2026-11-17",
        RemittanceFacts(
            response_id=response,
            payer="harbor",
            payee="1234567893",
            practice="lakeside",
            trace=external_id,
            amount=paid,
            paid_on="2026-11-17",
            method="ACH",
            content=external_id,
            difference=0,
            payments=(payment,),
        ),
    )


@pytest.fixture
def past(home):
    """Four claims of one night: two of a surgery (one denied, one paid) and two visits."""
    for number, day, procedure in (
        ("DENIED", "2026-11-02", "29881"),
        ("PAID", "2026-11-03", "29881"),
        ("VISIT", "2026-11-04", "99213"),
        ("OTHER", "2026-11-05", "99213"),
    ):
        lines = [{"procedure": procedure, "charge": "100.00", "pointers": [1]}]
        home.drop(f"lakeside/{number}.json", home.encounter(number, service_date=day, lines=lines))
    with home.opened() as opened:
        out(home, opened, MONDAY)
        answered(opened, "DENIED", "197")
        answered(opened, "PAID")
        answered(opened, "OTHER", "50")
    return home


def test_under_the_rules_of_the_time_nothing_would_have_been_stopped(past):
    with past.opened() as opened:
        counts = replay(opened, MONDAY)
    assert (counts.claims, counts.denials, counts.denied_cents) == (4, 2, 200_00)
    assert (counts.stopped, counts.spared, counts.edits) == ([], 0, {})


def test_a_rule_written_today_counts_what_it_would_have_spared_and_what_it_would_have_stopped_wrongly(past):
    file = past.path / "partners" / "payers" / "harbor.toml"
    file.write_text(f'authorization_for = ["29881"]\n{file.read_text("utf-8")}', encoding="utf-8")
    with past.opened() as opened:
        counts = replay(opened, MONDAY)
        assert replay(opened, TUESDAY).claims == 0
    assert {s.external_id: (s.edits, s.denied, s.spared) for s in counts.stopped} == {
        "DENIED": (("AUTH-01",), 1, 1),
        "PAID": (("AUTH-01",), 0, 0),
    }
    assert (counts.spared, counts.spared_cents) == (1, 100_00)
    score = counts.edits["AUTH-01"]
    assert (score.stopped, score.denials, score.cents, score.paid) == (2, 1, 100_00, 1)


def test_replay_counts_what_it_could_not_decide(past):
    with past.opened() as opened:
        counts = replay(opened, MONDAY)
    assert counts.unchecked["PX-01"] == counts.claims > 0  # no CPT is loaded


def test_replay_changes_nothing(past):
    with past.opened() as opened:
        before = standing.claims(opened.ledger)
        replay(opened, MONDAY, warnings=True)
        assert standing.claims(opened.ledger) == before


def finding(edit_id, line=None):
    return coding.Finding(edit_id, coding.Severity.HOLD, line, "", "")


@pytest.mark.parametrize(
    ("edit_id", "line", "denial", "spared"),
    [
        ("AUTH-01", None, PastDenial(1, "197", "", 1), True),
        ("AUTH-01", 2, PastDenial(1, "197", "", 1), False),  # another line
        ("AUTH-01", 2, PastDenial(0, "197", "", 1), True),  # the whole claim was denied
        ("AUTH-01", None, PastDenial(1, "50", "", 1), False),
        ("CLIA-01", None, PastDenial(1, "16", "MA120", 1), True),
        ("CLIA-01", None, PastDenial(1, "16", "N290", 1), False),  # 16 says it with another remark
        ("NPI-01", None, PastDenial(1, "16", "N290", 1), True),  # the table of codes says so
    ],
)
def test_an_edit_spares_the_denials_that_name_its_fault(edit_id, line, denial, spared):
    assert prevents(finding(edit_id, line), denial) is spared
