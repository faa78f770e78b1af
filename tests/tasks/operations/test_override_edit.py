"""A person lets a finding pass: who, why, until when; it stays on the finding and on the audit trail."""

from datetime import date, timedelta

import pytest

import coding
import edi
from coding.example import CLEAN
from edi.records import Envelope, Party
from ledger.encounters import overrides
from ledger.queries import standing
from tasks.claims.overrides import STRUCTURAL
from tasks.errors import StepError
from tasks.operations.override_edit import override
from tests.tasks.coding_night import MONDAY, TUESDAY, WEDNESDAY, coded, held

WORD = {"who": "A. Coder", "why": "the chart shows two separate visits", "until": date(2026, 12, 31)}


@pytest.fixture
def doubled(home):
    """Two equal encounters: the second is held as a duplicate."""
    home.drop("lakeside/one.json", home.encounter("T-1"))
    home.drop("lakeside/two.json", home.encounter("T-2"))
    with home.opened() as opened:
        coded(opened, MONDAY)
        assert held(opened) == {"T-2": {"DUP-01"}}
        yield opened


def test_an_override_lets_the_claim_go_the_next_night_and_is_reported_with_the_finding(doubled):
    override(doubled, "T-2", "DUP-01", as_of=MONDAY, **WORD)
    coded(doubled, TUESDAY)
    assert held(doubled) == {}
    assert {c.external_id for c in standing.claims(doubled.ledger)} == {"T-1", "T-2"}
    with doubled.ledger.read() as connection:
        rows = connection.exec_driver_sql(
            "SELECT severity, detail FROM finding WHERE edit_id = 'DUP-01'"
        ).all()
    ((severity, detail),) = rows
    assert severity == "info"
    assert "let pass until 2026-12-31 by A. Coder: the chart shows" in detail
    (kept,) = overrides.every(doubled.ledger)
    assert (kept.external_id, kept.override.who, kept.override.business_on) == (
        "T-2",
        "A. Coder",
        "2026-11-16",
    )


def test_past_its_day_and_for_a_newer_version_it_no_longer_counts(doubled, home):
    override(doubled, "T-2", "DUP-01", as_of=MONDAY, **{**WORD, "until": MONDAY})
    coded(doubled, TUESDAY)
    assert held(doubled) == {"T-2": {"DUP-01"}}
    override(doubled, "T-2", "DUP-01", as_of=TUESDAY, **WORD)
    home.drop("lakeside/three.json", home.encounter("T-2", version=2))
    coded(doubled, WEDNESDAY)
    assert held(doubled) == {"T-2": {"DUP-01"}}


def test_a_later_override_withdraws_an_earlier_one(doubled):
    override(doubled, "T-2", "DUP-01", as_of=MONDAY, **WORD)
    override(
        doubled,
        "T-2",
        "DUP-01",
        as_of=MONDAY,
        **{**WORD, "until": MONDAY - timedelta(days=1), "why": "mistaken"},
    )
    coded(doubled, TUESDAY)
    assert held(doubled) == {"T-2": {"DUP-01"}}
    assert len(overrides.every(doubled.ledger)) == 2


@pytest.mark.parametrize(
    ("encounter", "edit", "changes", "code"),
    [
        ("T-2", "ABC-99", {}, "OVR-01"),
        ("T-2", "REQ-01", {}, "OVR-02"),
        ("T-9", "DUP-01", {}, "OVR-03"),
        ("T-1", "DUP-01", {}, "OVR-03"),  # it is out
        ("T-2", "NCCI-01", {}, "OVR-04"),
        ("T-2", "DUP-01", {"line": 7}, "OVR-04"),
        ("T-2", "DUP-01", {"who": " "}, "OVR-05"),
        ("T-2", "DUP-01", {"why": "ok"}, "OVR-05"),
        ("T-2", "DUP-01", {"until": date(2028, 1, 1)}, "OVR-05"),
        ("T-2", "DUP-01", {"until": date(2026, 11, 15)}, "OVR-05"),  # past, and nothing to withdraw
    ],
)
def test_what_is_no_valid_override_is_refused_and_nothing_is_kept(doubled, encounter, edit, changes, code):
    with pytest.raises(StepError) as refused:
        override(doubled, encounter, edit, as_of=MONDAY, **{**WORD, **changes})
    assert refused.value.code == code
    assert overrides.every(doubled.ledger) == []


def test_our_own_number_names_an_encounter_too(doubled):
    (waiting,) = overrides.waiting(doubled.ledger, "T-2")
    override(doubled, str(waiting.id), "DUP-01", as_of=MONDAY, **WORD)
    coded(doubled, TUESDAY)
    assert held(doubled) == {}


def test_every_edit_that_may_be_overridden_leaves_an_837_that_can_be_read():
    codes = coding.codes.load()
    envelope = Envelope(
        sender_id="CLEANCLAIM",
        receiver_id="NORTHGATE",
        application_sender="CLEANCLAIM",
        application_receiver="NORTHGATE",
        control_number=1,
        created=MONDAY,
        usage="T",
        submitter=Party(last="Example", id="CLEANCLAIM", contact_name="Office", contact_phone="2175550101"),
        receiver=Party(last="Northgate", id="NORTHGATE"),
    )

    def faults(example) -> list[str]:
        return [
            f"{f.code} {f.segment}"
            for f in edi.check(edi.write_claims([example.claim], envelope))
            if f.severity == "error" and not f.code.startswith("COD")  # a code is a coder's to answer for
        ]

    assert faults(CLEAN) == []
    for edit in coding.EDITS.values():
        holds = any(f.holds for f in coding.run(edit.fails.claim, edit.fails.context(codes)))
        if holds and edit.id not in STRUCTURAL:
            assert faults(edit.fails) == [], edit.id


def test_the_trail_is_append_only(doubled):
    override(doubled, "T-2", "DUP-01", as_of=MONDAY, **WORD)
    for change in ("UPDATE edit_override SET why = 'x'", "DELETE FROM edit_override"):
        with pytest.raises(Exception, match="append-only"), doubled.ledger.write() as connection:
            connection.exec_driver_sql(change)
