"""What each edit about modifiers, time, pairs and coverage holds, and what stands close to it and may go.

One fault of an otherwise clean claim is one finding, of its own edit.
"""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

import coding
from coding import CoveragePolicy, PriorClaim, PriorLine, TelehealthRule
from coding.example import BILLING, CLEAN, PAYER, PRACTICE, RENDERING, SERVICE_DAY, Example, Line
from coding.finding import Severity
from edi.records import Party

CODES = coding.codes.load()
HOLD, WARN = Severity.HOLD, Severity.WARN
HOSPITAL = Party(last="Example Hospital", npi="1245319599", address=BILLING.address)
ANESTHETIST = replace(RENDERING, taxonomy="367500000X")
FEES = {
    "pprrvu": [
        ("20610", "000", "1100"),
        ("27447", "090", "1222"),
        ("11042", "000", "0000"),
        ("45378", "000", "0000"),
        ("58661", "010", "2210"),
        ("70210", "XXX", "3999"),
        ("99213", "XXX", "0999"),
        ("93000", "XXX", "9999"),
        ("33533", "090", "0211"),
    ]
}


def payer(**rules: Any) -> dict[str, Any]:
    return {"payer": replace(PAYER, **rules)}


def medicare(*lines: Any, **changes: Any) -> Example:
    context = {**payer(medicare=True), **changes.pop("context", {})}
    return CLEAN.but(filing_code="MB", lines=lines, context=context, **changes)


def knee(*modifiers: str, diagnosis: str | tuple[str, ...] = "M170", **line: Any) -> Example:
    codes = (diagnosis,) if isinstance(diagnosis, str) else diagnosis
    pointers = tuple(range(1, len(codes) + 1))
    return CLEAN.but(
        diagnoses=codes, lines=(Line(procedure="20610", modifiers=modifiers, pointers=pointers, **line),)
    )


def other(*rules: Any, context: dict[str, Any], **changes: Any) -> Example:
    return CLEAN.but(lines=rules, context=context, **changes)


def room(**line: Any) -> Any:
    facts = {"procedure": "00810", "units": "45", "unit_code": "MJ", "charge": 600_00, **line}
    return Line(**facts)


def drug(*modifiers: str, **line: Any) -> Any:
    facts = {"procedure": "J9271", "units": "200", "charge": 9_000_00, "ndc": "00006302602"}
    return Line(**{**facts, "ndc_quantity": "8", "ndc_unit": "ML", "modifiers": modifiers, **line})


def spent(cents: int, modifier: str, day: date = date(2026, 3, 2)) -> dict[str, Any]:
    line = PriorLine(procedure="97110", service_from=day, modifiers=(modifier,), charge=cents)
    return {"history": (PriorClaim(patient_control_number="EX0000", lines=(line,)),)}


VISIT, EKG = Line(), Line(procedure="93000", charge=30_00)
LONG = Line(procedure="99215", charge=210_00)
BY_VIDEO = payer(
    telehealth=(
        TelehealthRule(places=frozenset({"02", "10"}), modifiers=frozenset({"95"}), since=date(2026, 9, 1)),
        TelehealthRule(places=frozenset({"11"}), modifiers=frozenset({"GT"}), until=date(2026, 8, 31)),
    )
)
OFTEN = CoveragePolicy(name="P1", procedures=frozenset({"93000"}), diagnoses=(), times=2, days=30)
WAIVED = {"clia_waived": [("87880", True), ("81002", False)]}
TEST = {"clia": "14D0123456", "codes": WAIVED}


def waiver(certificate: str) -> dict[str, Any]:
    return {"practice": replace(PRACTICE, clia_certificate=certificate)}


def by_another(**said: Any) -> dict[str, Any]:
    """The note says that another one than the rendering provider did it, and what else."""
    return {**payer(medicare=True), "documentation": coding.Documentation(performed_by="1999001021", **said)}


CASES: dict[str, tuple[Example, list[tuple[str, Severity]]]] = {
    # incident-to
    "done by another, supervised": (
        medicare(VISIT, context=by_another(incident_to=True, supervised=True, new_problem=False)),
        [],
    ),
    "done by another without supervision": (
        medicare(VISIT, context=by_another(incident_to=True, supervised=False)),
        [("INC-01", HOLD)],
    ),
    "incident-to for a new problem": (
        medicare(VISIT, context=by_another(incident_to=True, supervised=True, new_problem=True)),
        [("INC-01", HOLD)],
    ),
    "incident-to on a first visit": (
        medicare(
            Line(procedure="99203"), context={**by_another(incident_to=True, supervised=True), "history": ()}
        ),
        [("INC-01", HOLD)],
    ),
    "incident-to in a hospital": (
        medicare(
            VISIT,
            place_of_service="22",
            service_facility=HOSPITAL,
            context=by_another(incident_to=True, supervised=True),
        ),
        [("INC-01", HOLD)],
    ),
    "incident-to under another than who supervised": (
        medicare(
            VISIT,
            supervising=replace(RENDERING, npi="1245319599"),
            context=by_another(incident_to=True, supervised=True),
        ),
        [("INC-01", HOLD)],
    ),
    "done by another, and nothing says incident-to": (
        medicare(VISIT, context=by_another()),
        [("INC-01", WARN)],
    ),
    "done by another, and not incident-to": (
        medicare(VISIT, context=by_another(incident_to=False)),
        [("INC-01", HOLD)],
    ),
    "done by the one who is billed": (
        medicare(
            VISIT,
            context={
                **payer(medicare=True),
                "documentation": coding.Documentation(performed_by=RENDERING.npi),
            },
        ),
        [],
    ),
    "incident-to to another payer": (
        CLEAN.but(context={"documentation": coding.Documentation(incident_to=True, supervised=False)}),
        [],
    ),
    # sides
    "the other knee": (knee("LT", diagnosis="M1711"), [("LAT-01", HOLD)]),
    "the same knee": (knee("LT", diagnosis="M1712"), []),
    "both knees, one treated": (knee("LT", diagnosis="M170"), []),
    "a side that is not named": (knee("LT", diagnosis="M179"), []),
    "two reasons, one of the side": (knee("LT", diagnosis=("M1711", "M25562")), []),
    "two reasons of the other side": (knee("LT", diagnosis=("M1711", "M25561")), [("LAT-01", HOLD)]),
    "the side that a stroke moves": (knee("LT", diagnosis="G8191"), []),
    "a finger of the other hand": (
        CLEAN.but(diagnoses=("L03012",), lines=(Line(procedure="11740", modifiers=("F7",)),)),
        [("LAT-01", HOLD)],
    ),
    "both sides for a reason of one": (knee("50", diagnosis="M1711"), [("LAT-01", WARN)]),
    # both sides
    "50 with two units": (knee("50", units="2"), [("BIL-01", HOLD)]),
    "50 with one unit": (knee("50"), []),
    "50 with two units of a surgery center": (
        knee("50", units="2").but(billing=replace(BILLING, taxonomy="261QA1903X")),
        [],
    ),
    "50 with one unit where two are wanted": (
        knee("50").but(context=payer(bilateral="two_units")),
        [("BIL-01", HOLD)],
    ),
    "50 where two lines are wanted": (
        knee("50").but(context=payer(bilateral="two_lines")),
        [("BIL-01", HOLD)],
    ),
    "two lines where these are wanted": (
        CLEAN.but(
            diagnoses=("M170",),
            lines=(Line(procedure="20610", modifiers=("LT",)), Line(procedure="20610", modifiers=("RT",))),
            context=payer(bilateral="two_lines"),
        ),
        [],
    ),
    "50 where the schedule allows it": (knee("50").but(codes=FEES), []),
    "50 on an organ without sides": (
        CLEAN.but(lines=(Line(procedure="45378", modifiers=("50",)),), codes=FEES),
        [("BIL-02", WARN)],
    ),
    "50 on what is priced for both, to Medicare": (
        medicare(Line(procedure="58661", modifiers=("50",)), codes=FEES),
        [("BIL-02", HOLD)],
    ),
    "50 on a picture of both": (
        CLEAN.but(lines=(Line(procedure="70210", modifiers=("50",)),), codes=FEES),
        [],
    ),
    # visits that say they are separate
    "59 on a visit": (CLEAN.but(lines=(Line(modifiers=("59",)),)), [("MOD-02", HOLD)]),
    "XU on a visit with 25": (CLEAN.but(lines=(Line(modifiers=("25", "XU")),)), [("MOD-02", HOLD)]),
    "59 on a test": (CLEAN.but(lines=(VISIT, replace(EKG, modifiers=("59",)))), []),
    "59 on an eye visit": (CLEAN.but(lines=(Line(procedure="92012", modifiers=("59",)),)), []),
    "25 beside a major surgery": (
        CLEAN.but(lines=(Line(modifiers=("25",)), Line(procedure="27447")), codes=FEES),
        [("MOD-03", WARN)],
    ),
    "25 the day before one": (
        CLEAN.but(
            lines=(
                Line(modifiers=("25",), service_from=SERVICE_DAY - timedelta(days=1)),
                Line(procedure="27447"),
            ),
            codes=FEES,
        ),
        [("MOD-03", WARN)],
    ),
    "57 beside one": (
        CLEAN.but(lines=(Line(modifiers=("57",)), Line(procedure="27447")), codes=FEES),
        [],
    ),
    "25 beside a minor procedure": (
        CLEAN.but(lines=(Line(modifiers=("25",)), Line(procedure="11042")), codes=FEES),
        [],
    ),
    "57 beside a minor procedure": (
        CLEAN.but(lines=(Line(modifiers=("57",)), Line(procedure="11042")), codes=FEES),
        [("GLB-01", WARN)],
    ),
    # drugs of single doses
    "a single dose without a word": (medicare(drug()), [("JZW-01", HOLD)]),
    "a single dose, nothing left": (medicare(drug("JZ")), []),
    "given and discarded": (medicare(drug(), drug("JW", units="50")), []),
    "discarded and never given": (medicare(drug("JW")), [("JZW-01", WARN)]),
    "nothing and something left": (medicare(drug("JZ"), drug("JW", units="50")), [("JZW-01", HOLD)]),
    "a single dose to another payer": (CLEAN.but(lines=(drug(),)), []),
    "a drug of many doses": (medicare(drug(procedure="J1815")), []),
    "a drug that the payer's file names": (
        other(drug(procedure="J1815"), context=payer(single_dose_for=frozenset({"J1815"}))),
        [("JZW-01", HOLD)],
    ),
    # prolonged time
    "99417 to Medicare": (medicare(LONG, Line(procedure="99417")), [("PLG-01", HOLD)]),
    "G2212 to Medicare": (medicare(LONG, Line(procedure="G2212")), []),
    "G2212 beside a lower level": (medicare(VISIT, Line(procedure="G2212")), [("PLG-01", HOLD)]),
    "99417 to another payer": (CLEAN.but(lines=(LONG, Line(procedure="99417"))), []),
    "99417 beside a lower level": (CLEAN.but(lines=(VISIT, Line(procedure="99417"))), [("PLG-01", HOLD)]),
    "G2212 to another payer": (CLEAN.but(lines=(LONG, Line(procedure="G2212"))), [("PLG-01", WARN)]),
    "G2212 where the file names it": (
        other(LONG, Line(procedure="G2212"), context=payer(prolonged="G2212")),
        [],
    ),
    "99417 where the file names G2212": (
        other(LONG, Line(procedure="99417"), context=payer(prolonged="G2212")),
        [("PLG-01", HOLD)],
    ),
    # anesthesia
    "anesthesia in units": (
        CLEAN.but(lines=(room(unit_code="UN", units="3"),)),
        [("ANE-01", HOLD)],
    ),
    "anesthesia in minutes": (CLEAN.but(lines=(room(),)), []),
    "anesthesia in units where the file says so": (
        other(room(unit_code="UN", units="3"), context=payer(anesthesia_units="units")),
        [],
    ),
    "anesthesia in minutes where the file says units": (
        other(room(), context=payer(anesthesia_units="units")),
        [("ANE-01", HOLD)],
    ),
    "minutes on a visit": (CLEAN.but(lines=(Line(unit_code="MJ", units="25"),)), [("ANE-01", HOLD)]),
    "daily care of a catheter": (CLEAN.but(lines=(room(procedure="01996", unit_code="UN", units="1"),)), []),
    "nobody said who gave it": (medicare(room()), [("ANE-02", HOLD)]),
    "a physician alone": (medicare(room(modifiers=("AA",))), []),
    "an anesthetist alone": (medicare(room(modifiers=("QZ",)), rendering=ANESTHETIST), []),
    "an anesthetist as a physician": (
        medicare(room(modifiers=("QK",)), rendering=ANESTHETIST),
        [("ANE-02", HOLD)],
    ),
    "a physician as an anesthetist": (medicare(room(modifiers=("QX",))), [("ANE-02", HOLD)]),
    "two parts on one line": (medicare(room(modifiers=("AA", "QY"))), [("ANE-02", HOLD)]),
    "two parts that contradict": (medicare(room(modifiers=("AA", "QK"))), [("MOD-01", HOLD)]),
    "a teaching physician": (medicare(room(modifiers=("AA", "GC"))), []),
    # units
    "a part of a unit": (
        CLEAN.but(lines=(Line(procedure="97110", units="1.5", modifiers=("GP",)),)),
        [("UNT-03", HOLD)],
    ),
    "a whole unit with its point": (
        CLEAN.but(lines=(Line(procedure="97110", units="2.0", modifiers=("GP",)),)),
        [],
    ),
    "a part where the file takes it": (
        other(
            Line(procedure="97110", units="1.5", modifiers=("GP",)),
            context=payer(fractional_units_for=frozenset({"97110"})),
        ),
        [],
    ),
    # surgeons
    "an assistant who is paid": (
        CLEAN.but(lines=(Line(procedure="27447", modifiers=("80",)),), codes=FEES),
        [],
    ),
    "an assistant who never is": (
        CLEAN.but(lines=(Line(procedure="20610", modifiers=("80",)),), codes=FEES),
        [("SRG-01", WARN)],
    ),
    "an assistant who never is, to Medicare": (
        medicare(Line(procedure="20610", modifiers=("AS",)), codes=FEES),
        [("SRG-01", HOLD)],
    ),
    "two surgeons on documentation": (
        CLEAN.but(lines=(Line(procedure="33533", modifiers=("62",)),), codes=FEES),
        [("SRG-01", WARN)],
    ),
    "two surgeons with a note": (
        CLEAN.but(lines=(Line(procedure="33533", modifiers=("62",), note="see report"),), codes=FEES),
        [],
    ),
    "a team for a test": (
        CLEAN.but(lines=(replace(EKG, modifiers=("66",)),), codes=FEES),
        [("SRG-01", WARN)],
    ),
    # telehealth
    "by video as the payer takes it": (
        other(Line(modifiers=("95",)), context=BY_VIDEO, place_of_service="10"),
        [],
    ),
    "by video as it took it before": (
        other(Line(modifiers=("GT",)), context=BY_VIDEO),
        [("TEL-01", HOLD)],
    ),
    "by video on a day of the older rule": (
        other(Line(modifiers=("GT",), service_from=date(2026, 8, 31)), context=BY_VIDEO),
        [],
    ),
    "by video without its modifier": (
        other(VISIT, context=BY_VIDEO, place_of_service="10"),
        [("TEL-01", HOLD)],
    ),
    "in the office": (other(VISIT, context=BY_VIDEO), []),
    "a video visit's own code to Medicare": (
        medicare(Line(procedure="98004"), place_of_service="10"),
        [("TEL-01", HOLD)],
    ),
    "an office visit by video to Medicare": (medicare(VISIT, place_of_service="10"), []),
    # shared visits
    "shared in the office": (medicare(Line(modifiers=("FS",))), [("SPL-01", HOLD)]),
    "shared in a hospital": (
        medicare(Line(modifiers=("FS",)), place_of_service="22", service_facility=HOSPITAL),
        [],
    ),
    "shared on a test": (CLEAN.but(lines=(replace(EKG, modifiers=("FS",)),)), [("SPL-01", HOLD)]),
    # therapy
    "therapy of no discipline": (medicare(Line(procedure="97110")), [("THR-01", HOLD)]),
    "therapy to another payer": (CLEAN.but(lines=(Line(procedure="97110"),)), []),
    "therapy where the file asks": (
        other(Line(procedure="97110"), context=payer(therapy_modifiers=True)),
        [("THR-01", HOLD)],
    ),
    "occupational therapy as physical": (
        medicare(Line(procedure="97165", modifiers=("GP",))),
        [("THR-01", HOLD)],
    ),
    "two plans of care": (medicare(Line(procedure="97110", modifiers=("GP", "GO"))), [("THR-01", HOLD)]),
    "therapy at the threshold": (
        medicare(Line(procedure="97110", modifiers=("GP",)), context=spent(2_480_00 - 125_00, "GN")),
        [],
    ),
    "therapy a cent beyond it": (
        medicare(Line(procedure="97110", modifiers=("GP",)), context=spent(2_480_01 - 125_00, "GN")),
        [("THR-02", WARN)],
    ),
    "therapy of the other pot": (
        medicare(Line(procedure="97110", modifiers=("GP",)), context=spent(3_000_00, "GO")),
        [],
    ),
    "therapy of last year": (
        medicare(Line(procedure="97110", modifiers=("GP",)), context=spent(3_000_00, "GP", date(2025, 9, 1))),
        [],
    ),
    # vaccines
    "a vaccine that nobody gave": (CLEAN.but(lines=(Line(procedure="90715"),)), [("IMM-01", WARN)]),
    "a vaccine of the state's": (CLEAN.but(lines=(Line(procedure="90715", modifiers=("SL",)),)), []),
    "a shot at home": (
        CLEAN.but(lines=tuple(Line(procedure=code) for code in ("91320", "90480", "M0201"))),
        [],
    ),
    "a shot of nothing": (CLEAN.but(lines=(Line(procedure="90471"),)), [("IMM-01", WARN)]),
    "two vaccines, two shots": (
        CLEAN.but(lines=tuple(Line(procedure=code) for code in ("90715", "90686", "90471", "90472"))),
        [],
    ),
    "one vaccine, two shots": (
        CLEAN.but(lines=tuple(Line(procedure=code) for code in ("90715", "90471", "90472"))),
        [("IMM-01", WARN)],
    ),
    "Medicare's flu shot": (medicare(Line(procedure="90662"), Line(procedure="G0008")), []),
    "a flu shot to Medicare as others take it": (
        medicare(Line(procedure="90662"), Line(procedure="90471")),
        [("IMM-01", HOLD)],
    ),
    "counseling of an adult": (
        CLEAN.but(lines=(Line(procedure="90715"), Line(procedure="90460"))),
        [("IMM-01", WARN)],
    ),
    # screening
    "a screening that became a treatment": (
        CLEAN.but(diagnoses=("Z1211", "K635"), lines=(Line(procedure="45385"),)),
        [("SCR-01", WARN)],
    ),
    "the same with 33": (
        CLEAN.but(diagnoses=("Z1211", "K635"), lines=(Line(procedure="45385", modifiers=("33",)),)),
        [],
    ),
    "the same to Medicare with PT": (
        medicare(Line(procedure="45385", modifiers=("PT",)), diagnoses=("Z1211", "K635")),
        [],
    ),
    "a screening of Medicare's in the other code": (
        medicare(Line(procedure="45378"), diagnoses=("Z1211",)),
        [("SCR-01", WARN)],
    ),
    "a diagnostic one": (CLEAN.but(diagnoses=("K625",), lines=(Line(procedure="45378"),)), []),
    "33 for a sore throat": (CLEAN.but(lines=(replace(EKG, modifiers=("33",)),)), [("SCR-01", WARN)]),
    # how often
    "the second within the month": (
        other(EKG, context={**payer(policies=(OFTEN,)), "history": spent(1, "GP")["history"]}),
        [],
    ),
    "three of a day": (
        other(replace(EKG, units="3"), context=payer(policies=(OFTEN,))),
        [("MN-03", WARN)],
    ),
    "three with a notice": (
        medicare(replace(EKG, units="3", modifiers=("GA",)), context=payer(policies=(OFTEN,), medicare=True)),
        [],
    ),
    "a loaded policy that another reason supports": (
        medicare(EKG, codes={"coverage_policies": [("L1", "93000", "I", 0, 0)]}),
        [("MN-01", WARN)],
    ),
    "a loaded policy of another payer": (
        CLEAN.but(lines=(EKG,), codes={"coverage_policies": [("L1", "93000", "I", 0, 0)]}),
        [],
    ),
    # waived tests
    "a waived test without QW": (CLEAN.but(lines=(Line(procedure="87880"),), **TEST), [("CLIA-01", WARN)]),
    "the same under a certificate of waiver": (
        CLEAN.but(lines=(Line(procedure="87880"),), context=waiver("waiver"), **TEST),
        [("CLIA-01", HOLD)],
    ),
    "the same in a full laboratory": (
        CLEAN.but(lines=(Line(procedure="87880"),), context=waiver("full"), **TEST),
        [],
    ),
    "a test that is waived without it": (CLEAN.but(lines=(Line(procedure="81002"),), **TEST), []),
    "QW on a test that is not waived": (
        CLEAN.but(lines=(Line(procedure="85025", modifiers=("QW",)),), **TEST),
        [("CLIA-01", WARN)],
    ),
    "a test beyond a certificate of waiver": (
        CLEAN.but(lines=(Line(procedure="85025"),), context=waiver("waiver"), **TEST),
        [("CLIA-01", HOLD)],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_one_fault_is_one_finding_of_its_edit_and_what_stands_beside_it_is_none(case: str) -> None:
    example, expected = CASES[case]
    found = coding.run(example.claim, example.context(CODES))
    assert [(f.edit_id, f.severity) for f in found if f.severity in (HOLD, WARN)] == expected


def test_a_new_patient_is_unchecked_while_the_claims_do_not_reach_back_three_years() -> None:
    for since, expected in (
        (None, [Severity.UNCHECKED]),
        (SERVICE_DAY - timedelta(days=1000), [Severity.UNCHECKED]),
        (date(2023, 11, 9), []),
    ):
        practice = replace(PRACTICE, claims_since=since)
        example = CLEAN.but(lines=(Line(procedure="99203"),), context={"practice": practice})
        found = coding.run(example.claim, example.context(CODES))
        assert [f.severity for f in found if f.edit_id == "PX-04"] == expected


def test_jz_is_asked_for_since_july_2023() -> None:
    for day, expected in ((date(2023, 6, 30), []), (date(2023, 7, 1), [HOLD])):
        example = medicare(drug(service_from=day))
        found = coding.run(example.claim, example.context(CODES))
        assert [f.severity for f in found if f.edit_id == "JZW-01"] == expected


def test_a_schedule_of_the_years_before_its_indicators_were_kept_is_unchecked() -> None:
    example = knee("50")
    assert [
        f.severity for f in coding.run(example.claim, example.context(CODES)) if f.edit_id == "BIL-02"
    ] == [Severity.UNCHECKED]


def test_units_that_are_no_finite_number_are_said_and_stop_no_edit() -> None:
    for text in ("nan", "inf", "1e400", "-inf"):
        days = Line(procedure="93000", units=text, service_to=SERVICE_DAY + timedelta(days=2))
        example = CLEAN.but(lines=(days,), codes={"mue_practitioner": [("93000", 1, 2)]})
        found = coding.run(example.claim, example.context(CODES))
        assert "UNT-01" in {f.edit_id for f in found if f.severity is HOLD}, text


def test_an_edit_that_is_gated_says_the_same_without_its_gate() -> None:
    for example, _ in CASES.values():
        claim, context = example.claim, example.context(CODES)
        gated = {f.edit_id for f in coding.run(claim, context)}
        for edit in coding.EDITS.values():
            if edit.carries is not None and edit.id not in gated:
                assert list(edit.check(claim, context)) == [], edit.id
