"""Running the edits: switches, raised severities, overrides, dates in force, odd content."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import coding
from coding.example import AS_OF, CLEAN, PAYER, Line
from coding.finding import Severity
from edi.records import Claim, Party, Person, ServiceLine

CODES = coding.codes.load()
WARNED = coding.EDITS["PX-04"].fails


def ids(findings: list[coding.Finding], *severities: Severity) -> list[str]:
    return [f.edit_id for f in findings if f.severity in (severities or tuple(Severity))]


def test_a_payer_raises_a_warning_to_a_hold_until_its_day() -> None:
    context = WARNED.context(CODES)
    raised = coding.Switch(edit_id="PX-04", reason="the payer denies it outright", until=AS_OF)
    findings = coding.run(WARNED.claim, replace(context, payer=replace(PAYER, edits_raised=(raised,))))
    assert ids(findings, Severity.HOLD) == ["PX-04"]
    past = replace(raised, until=AS_OF - timedelta(days=1))
    findings = coding.run(WARNED.claim, replace(context, payer=replace(PAYER, edits_raised=(past,))))
    assert ids(findings, Severity.HOLD) == []
    assert ids(findings, Severity.WARN) == ["PX-04"]


def test_what_is_unchecked_is_never_raised() -> None:
    raised = coding.Switch(edit_id="PX-01", reason="wants it", until=AS_OF)
    context = replace(CLEAN.context(CODES), payer=replace(PAYER, edits_raised=(raised,)))
    found = [f for f in coding.run(CLEAN.claim, context) if f.edit_id == "PX-01"]
    assert [f.severity for f in found] == [Severity.UNCHECKED]


def test_an_override_lets_the_claim_go_and_stays_on_the_finding() -> None:
    example = coding.EDITS["PTR-01"].fails
    override = coding.Override(
        edit_id="PTR-01", who="A. Coder", why="checked with the payer", until=AS_OF, line=1
    )
    findings = coding.run(example.claim, replace(example.context(CODES), overrides=(override,)))
    found = next(f for f in findings if f.edit_id == "PTR-01")
    assert found.severity is Severity.INFO
    assert found.override == override
    assert not any(f.holds for f in findings)


def test_an_override_of_another_line_or_past_its_day_does_nothing() -> None:
    example = coding.EDITS["PTR-01"].fails
    for override in (
        coding.Override(edit_id="PTR-01", who="A. Coder", why="checked", until=AS_OF, line=2),
        coding.Override(edit_id="PTR-01", who="A. Coder", why="checked", until=AS_OF - timedelta(days=1)),
        coding.Override(edit_id="BAL-01", who="A. Coder", why="checked", until=AS_OF),
    ):
        findings = coding.run(example.claim, replace(example.context(CODES), overrides=(override,)))
        assert any(f.holds for f in findings)


def test_an_override_needs_who_and_why() -> None:
    with pytest.raises(ValueError, match="who and why"):
        coding.Override(edit_id="PTR-01", who="", why="because", until=AS_OF)


def test_an_edit_is_silent_for_services_before_it_was_in_force() -> None:
    example = coding.EDITS["EM-01"].fails
    early = example.but(lines=(Line(procedure="99215", service_from=date(2020, 12, 31)),))
    assert "EM-01" not in ids(coding.run(early.claim, early.context(CODES)))
    assert "EM-01" in ids(coding.run(example.claim, example.context(CODES)))


def test_however_old_a_service_is_the_claim_is_held_to_the_format_and_its_codes_are_not_passed() -> None:
    old = (Line(service_from=date(2009, 4, 15)), Line(procedure="", service_from=date(2009, 4, 15)))
    nobody = {"payer": None}
    example = CLEAN.but(lines=old, context=nobody)
    findings = coding.run(example.claim, example.context(CODES))
    assert {"REQ-01", "ELIG-02"} <= set(ids(findings, Severity.HOLD))
    assert "DX-01" in ids(findings, Severity.UNCHECKED)


def test_an_edit_looks_only_at_its_kinds_of_claim() -> None:
    example = CLEAN.but(kind="I", lines=(Line(revenue_code="0450", pointers=()),))
    assert "PTR-01" not in ids(coding.run(example.claim, example.context(CODES)))


def test_running_changes_nothing_of_the_claim() -> None:
    claim = CLEAN.claim
    coding.run(claim, CLEAN.context(CODES))
    assert claim == CLEAN.claim


def test_no_detail_holds_the_patients_name_member_id_or_birth_date() -> None:
    for edit in coding.EDITS.values():
        for example in (edit.passes, edit.fails):
            for finding in coding.run(example.claim, example.context(CODES)):
                for private in ("Sample", "EX123456789", "1980-05-17"):
                    assert private not in finding.detail + finding.place


text = st.text(max_size=12)
days = st.none() | st.dates(date(1900, 1, 1), date(2100, 1, 1))
odd_lines = st.builds(
    ServiceLine,
    number=st.integers(-1, 60),
    procedure=text,
    charge=st.integers(-10_000, 10_000),
    service_from=days,
    service_to=days,
    units=text,
    modifiers=st.lists(text, max_size=6).map(tuple),
    pointers=st.lists(st.integers(-3, 20), max_size=6).map(tuple),
    place_of_service=text,
    ndc=text,
    prior_authorization=text,
)
odd_claims = st.builds(
    Claim,
    patient_control_number=text,
    charge=st.integers(-10_000, 10_000),
    billing=st.builds(Party, last=text, npi=text, taxonomy=text),
    payer=st.builds(Party, id=text),
    subscriber=st.builds(Person, last=text, birth_date=days, death_date=days, sex=text, member_id=text),
    kind=st.sampled_from("PID"),
    payer_order=text,
    place_of_service=text,
    frequency=text,
    diagnoses=st.lists(text | st.sampled_from(["J020", "W1839XA", "E11", "S93401A"]), max_size=5).map(tuple),
    lines=st.lists(odd_lines, max_size=4).map(tuple),
    prior_authorization=text,
)


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(claim=odd_claims)
def test_no_content_makes_an_edit_raise(claim: Claim) -> None:
    for payer in (
        None,
        replace(PAYER, medicare=True, medicaid=True, authorization_for=frozenset({"", "97110"})),
    ):
        coding.run(claim, replace(CLEAN.context(CODES), payer=payer))
