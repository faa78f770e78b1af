"""Boundaries of the edits: days, providers, payers, sums, and one finding for one fault."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

import coding
from coding import PriorClaim, PriorLine
from coding.codes import Codes
from coding.codes.loaders import load_file
from coding.example import (
    CLEAN,
    INPATIENT,
    OUTPATIENT,
    PAYER,
    SERVICE_DAY,
    SUBSCRIBER,
    Example,
    Line,
    Outpatient,
    Stay,
)
from coding.finding import Finding, Severity
from edi.records import Accident, Party

CODES = coding.codes.load()
DOCTOR, OTHER_DOCTOR = "1679576722", "1245319599"
HOLD, WARN, UNCHECKED = Severity.HOLD, Severity.WARN, Severity.UNCHECKED


def weighty(example: Example) -> list[tuple[str, Severity, int | None]]:
    """Edit, severity and line of every hold and warning."""
    findings = coding.run(example.claim, example.context(CODES))
    return [(f.edit_id, f.severity, f.line) for f in findings if f.severity in (HOLD, WARN)]


def of(example: Example, edit_id: str) -> list[Finding]:
    return [f for f in coding.run(example.claim, example.context(CODES)) if f.edit_id == edit_id]


def severities(example: Example, edit_id: str) -> list[Severity]:
    return [f.severity for f in of(example, edit_id)]


def before(procedure: str = "99213", day: date = SERVICE_DAY, **changes: Any) -> PriorClaim:
    facts: dict[str, Any] = {
        "patient_control_number": "EX0000",
        "payer_id": "EXMPL",
        "tax_id": "123456789",
        "specialty": "207Q00000X",
        "rendering_npi": DOCTOR,
        "billing_npi": "1234567893",
        "lines": (PriorLine(procedure=procedure, service_from=day),),
    }
    return PriorClaim(**{**facts, **changes})


def after(*history: PriorClaim, **changes: Any) -> Example:
    return CLEAN.but(context={"history": history}, **changes)


OTHER_LINE = Party(last="Roe", person=True, npi=OTHER_DOCTOR)
LIMITS = {"mue_practitioner": [("93000", 1, 2), ("J1885", 2, 2), ("00810", 1, 2), ("99213", 2, 3)]}
PAIRS = {"ncci_practitioner": [("29881", "29877", 0), ("11042", "97597", 1)]}
FEES = {"pprrvu": [("27447", "090"), ("11042", "000"), ("11750", "010"), ("99213", "XXX")]}


def test_a_claim_that_went_to_two_payers_is_counted_once() -> None:
    first = before("93000", payer_id="", payer_order="P")
    second = replace(first, payer_order="S")
    limits = {"mue_practitioner": [("93000", 2, 2)]}
    assert (
        of(after(first, second, lines=(Line(procedure="93000", modifiers=("76",)),), codes=limits), "MUE-01")
        == []
    )
    pair = after(
        before("29881", payer_id=""),
        before("29881", payer_id="", payer_order="S"),
        lines=(Line(procedure="29877"),),
        codes=PAIRS,
    )
    assert severities(pair, "NCCI-01") == [HOLD]


def test_what_another_payer_was_billed_counts_neither_for_units_nor_for_pairs() -> None:
    elsewhere = before("93000", payer_id="OTHER")
    assert of(after(elsewhere, lines=(Line(procedure="93000"),), codes=LIMITS), "MUE-01") == []
    elsewhere = before("29881", payer_id="OTHER")
    assert of(after(elsewhere, lines=(Line(procedure="29877"),), codes=PAIRS), "NCCI-01") == []


def test_a_service_billed_twice_before_gives_one_finding_and_the_gravest() -> None:
    history = (
        before(lines=(PriorLine(procedure="99213", service_from=SERVICE_DAY, units="2"),)),
        before(patient_control_number="EX0009"),
    )
    assert severities(after(*history), "DUP-01") == [HOLD]


def test_lines_without_a_procedure_are_no_duplicates_of_each_other() -> None:
    prior = before("", patient_control_number="EX0009")
    assert of(after(prior, kind="I", lines=(Line(procedure="", revenue_code="0250"),)), "DUP-01") == []


def test_the_same_line_by_two_providers_is_no_duplicate() -> None:
    lines = (Line(procedure="73610"), Line(procedure="73610", rendering=OTHER_LINE))
    assert of(CLEAN.but(lines=lines), "DUP-01") == []


def test_modifiers_in_another_order_are_the_same_modifiers() -> None:
    lines = (Line(modifiers=("25", "GC")), Line(modifiers=("GC", "25")))
    assert severities(CLEAN.but(lines=lines), "DUP-01") == [WARN]


def test_pairs_and_limits_go_by_the_provider_of_the_line() -> None:
    theirs = Line(procedure="29877", rendering=OTHER_LINE)
    assert of(CLEAN.but(lines=(Line(procedure="29881"), theirs), codes=PAIRS), "NCCI-01") == []
    twice = (Line(procedure="93000"), Line(procedure="93000", rendering=OTHER_LINE))
    assert of(CLEAN.but(lines=twice, codes=LIMITS), "MUE-01") == []
    mine = after(before("29881", rendering_npi=OTHER_DOCTOR), lines=(theirs,), codes=PAIRS)
    assert severities(mine, "NCCI-01") == [HOLD]


def test_a_pair_deleted_at_once_does_not_hide_the_pair_that_replaced_it(tmp_path: Any) -> None:
    path = tmp_path / "ccipra-v323r0-f1.txt"
    path.write_text(
        "a\nb\nc\nd\ne\nf\n"
        "29881\t29877\t \t20261109\t20261109\t9\tDeleted at once\n"
        "29881\t29877\t \t20261109\t*\t0\tIn force\n"
    )
    (table,) = load_file(path, CODES)[1]
    codes = Codes([*CODES.tables, table])
    assert codes.pair("ncci_practitioner", "29881", "29877", SERVICE_DAY) == 0


def test_units_of_a_span_of_days_are_those_of_one_day() -> None:
    span = Line(procedure="J1885", units="6", service_from=date(2026, 11, 7), service_to=date(2026, 11, 9))
    assert of(CLEAN.but(lines=(span,), codes=LIMITS), "MUE-01") == []
    assert severities(CLEAN.but(lines=(replace(span, units="9"),), codes=LIMITS), "MUE-01") == [HOLD]


def test_minutes_of_anesthesia_are_not_units_of_service() -> None:
    minutes = Line(procedure="00810", units="45", unit_code="MJ")
    assert of(CLEAN.but(lines=(minutes,), codes=LIMITS), "MUE-01") == []
    both = after(before("00810"), lines=(minutes,), codes=LIMITS)
    assert severities(both, "MUE-01") == [HOLD]


def test_glb_01_takes_a_group_and_specialty_for_one_surgeon() -> None:
    surgery = before("27447", day=SERVICE_DAY - timedelta(days=30), rendering_npi=OTHER_DOCTOR)
    assert severities(after(surgery, codes=FEES), "GLB-01") == [WARN]
    for other in ({"specialty": "207X00000X"}, {"tax_id": "987654321"}, {"specialty": ""}):
        assert of(after(replace(surgery, **other), codes=FEES), "GLB-01") == []


def test_glb_01_lets_the_assistant_see_the_patient_and_warns_once_of_two_operations() -> None:
    day = SERVICE_DAY - timedelta(days=30)
    assisted = before(lines=(PriorLine(procedure="27447", service_from=day, modifiers=("80",)),))
    assert of(after(assisted, codes=FEES), "GLB-01") == []
    two = before(lines=tuple(PriorLine(procedure="27447", service_from=day) for _ in range(2)))
    assert severities(after(two, codes=FEES), "GLB-01") == [WARN]


@pytest.mark.parametrize(
    ("modifier", "days_after", "expected"),
    [
        ("24", 90, []),
        ("25", 90, [WARN]),
        ("57", 90, [WARN]),
        ("24", 0, [WARN]),
        ("57", 0, []),
        ("57", -1, []),
        ("", 0, [WARN]),
        ("", -1, [WARN]),
        ("", -2, []),
    ],
)
def test_glb_01_asks_for_the_modifier_of_the_day(
    modifier: str, days_after: int, expected: list[Severity]
) -> None:
    surgery = before("27447", day=SERVICE_DAY - timedelta(days=days_after))
    lines = (Line(modifiers=(modifier,) if modifier else ()),)
    assert severities(after(surgery, lines=lines, codes=FEES), "GLB-01") == expected


@pytest.mark.parametrize(
    ("procedure", "modifiers", "expected"),
    [
        ("99213", (), [WARN]),
        ("G0439", (), [WARN]),
        ("20610", (), [WARN]),
        ("93000", ("26",), []),
        ("93010", (), []),
        ("71046", (), []),
        ("36415", (), []),
        ("90471", (), []),
        ("99453", (), []),
        ("99422", (), []),
        ("J1885", (), []),
    ],
)
def test_px_04_counts_what_was_done_face_to_face(
    procedure: str, modifiers: tuple[str, ...], expected: list[Severity]
) -> None:
    line = PriorLine(procedure=procedure, service_from=date(2025, 3, 3), modifiers=modifiers)
    assert severities(after(before(lines=(line,)), lines=(Line(procedure="99203"),)), "PX-04") == expected


@pytest.mark.parametrize(
    ("seen", "day", "expected"),
    [
        (date(2023, 11, 10), date(2026, 11, 9), [WARN]),
        (date(2023, 11, 9), date(2026, 11, 9), []),
        (date(2023, 11, 8), date(2026, 11, 9), []),
        (date(2024, 2, 29), date(2026, 11, 9), [WARN]),
    ],
)
def test_px_04_counts_three_years_to_the_day(seen: date, day: date, expected: list[Severity]) -> None:
    lines = (Line(procedure="99203", service_from=day),)
    assert severities(after(before(day=seen), lines=lines), "PX-04") == expected


def level(*procedures: str, day: date = SERVICE_DAY, units: str = "1", **documented: Any) -> list[Severity]:
    lines = tuple(
        Line(procedure=p, service_from=day, units=units if n else "1") for n, p in enumerate(procedures)
    )
    context = {"documentation": coding.Documentation(**documented)}
    return severities(CLEAN.but(lines=lines, context=context), "EM-01")


def test_em_01_counts_prolonged_time_from_the_level_it_adds_to() -> None:
    assert level("99215", "99417", minutes=55) == []
    assert level("99215", "99417", minutes=54) == [WARN]
    assert level("99215", "99417", units="2", minutes=69) == [WARN]
    assert level("99205", "99417", minutes=75) == []
    assert level("99205", "G2212", minutes=88) == [WARN]
    assert level("99215", "G2212", minutes=69) == []
    assert level("99223", "99418", minutes=89) == [WARN]
    assert level("99215", "99417", decision_making="high") == [UNCHECKED]


def test_em_01_knows_visits_that_go_by_time_alone() -> None:
    assert level("99239", minutes=30) == [WARN]
    assert level("99239", minutes=31) == []
    assert level("99291", minutes=29, decision_making="high") == [WARN]
    assert level("99291", decision_making="high") == [UNCHECKED]
    assert level("99238", minutes=5) == []


def test_em_01_has_the_levels_of_each_year() -> None:
    assert level("99306", minutes=45, day=date(2023, 12, 31)) == []
    assert level("99306", minutes=45, day=date(2024, 1, 1)) == [WARN]
    assert level("99223", minutes=74) == [WARN]
    assert level("99223", minutes=10, day=date(2022, 12, 31)) == []
    assert level("98003", minutes=59) == [WARN]
    assert level("98003", minutes=59, day=date(2024, 12, 31)) == []


def test_a_claim_over_the_first_of_october_needs_codes_right_on_both_sides() -> None:
    before_it, on_it = date(2026, 9, 30), date(2026, 10, 1)
    lines = (Line(service_from=before_it), Line(procedure="93000", service_from=on_it))
    assert of(CLEAN.but(diagnoses=("A000",), lines=lines), "DX-01") == []
    ended = ended_on(before_it)
    assert severities(CLEAN.but(diagnoses=(ended,), lines=lines), "DX-01") == [HOLD]
    assert (
        of(CLEAN.but(diagnoses=(ended, "J020"), lines=(lines[0], replace(lines[1], pointers=(2,)))), "DX-01")
        == []
    )


def ended_on(day: date) -> str:
    """A code whose last day of use is this one."""
    (table,) = [t for t in CODES.tables if t.header.set == "icd10cm"]
    return next(key for key, _ in table.all() if CODES.diagnosis(key).last_day == day)


@pytest.mark.parametrize(
    ("day", "as_of", "limit", "expected"),
    [
        (date(2024, 2, 29), date(2025, 2, 28), 365, [WARN]),
        (date(2024, 2, 29), date(2025, 3, 1), 365, [HOLD]),
        (date(2027, 3, 1), date(2028, 3, 1), 365, [WARN]),  # 366 days on, the leap day between
        (date(2027, 3, 1), date(2028, 3, 2), 365, [HOLD]),
        (date(2025, 11, 16), date(2026, 11, 16), None, [WARN]),
        (date(2026, 5, 20), date(2026, 11, 16), 180, [WARN]),
        (date(2026, 5, 19), date(2026, 11, 16), 180, [HOLD]),
    ],
)
def test_medicares_limit_is_a_calendar_year_others_count_days(
    day: date, as_of: date, limit: int | None, expected: list[Severity]
) -> None:
    payer = replace(PAYER, medicare=limit != 180, filing_limit_days=limit)
    example = CLEAN.but(lines=(Line(service_from=day),), context={"payer": payer, "as_of": as_of})
    assert severities(example, "TF-01") == expected


def test_a_diagnosis_that_ended_says_when() -> None:
    (found,) = of(CLEAN.but(diagnoses=("T404X1A",)), "DX-01")
    assert "it ended on 2020-09-30" in found.detail
    early = CLEAN.but(diagnoses=("U071",), lines=(Line(service_from=date(2020, 3, 31)),))
    (found,) = of(early, "DX-01")
    assert "it begins on 2020-04-01" in found.detail


def test_dem_01_warns_of_a_perinatal_code_on_an_adult_but_not_of_having_been_born_too_early() -> None:
    assert severities(CLEAN.but(diagnoses=("P599",)), "DEM-01") == [WARN]
    assert of(CLEAN.but(diagnoses=("P0739",)), "DEM-01") == []
    child = replace(SUBSCRIBER, birth_date=date(2012, 5, 17))
    assert of(CLEAN.but(diagnoses=("P599",), subscriber=child), "DEM-01") == []
    assert severities(CLEAN.but(diagnoses=("Z3800",)), "DEM-01") == [WARN]


def test_one_wrong_place_of_the_claim_is_one_finding() -> None:
    lines = (Line(), Line(procedure="93000"))
    found = of(CLEAN.but(place_of_service="", lines=lines), "POS-01")
    assert [(f.line, f.place) for f in found] == [(None, "CLM05-1")]
    found = of(CLEAN.but(lines=(Line(place_of_service="28"), Line(procedure="93000"))), "POS-01")
    assert [(f.line, f.place) for f in found] == [(1, "SV105")]


def test_a_procedure_of_six_characters_is_one_finding() -> None:
    assert weighty(CLEAN.but(lines=(Line(procedure="992133"),))) == [("PX-01", HOLD, 1)]


def test_two_pointers_past_the_list_are_one_finding_of_the_line() -> None:
    assert weighty(CLEAN.but(diagnoses=("J020",), lines=(Line(pointers=(2, 3)),))) == [("PTR-01", HOLD, 1)]


def test_three_modifiers_in_conflict_are_one_finding_of_the_line() -> None:
    example = CLEAN.but(lines=(Line(procedure="20610", modifiers=("50", "LT", "RT")),))
    assert weighty(example) == [("MOD-01", HOLD, 1)]


def test_modifier_25_may_stand_on_a_visit_by_video() -> None:
    assert weighty(CLEAN.but(lines=(Line(procedure="98004", modifiers=("25",)),))) == []


def test_the_lines_of_an_outpatients_single_day_need_no_date_of_their_own() -> None:
    example = OUTPATIENT.but(
        lines=(Line(procedure="99283", revenue_code="0450", pointers=(), service_from=None),)
    )
    for last in (SERVICE_DAY, None):
        assert of(example.but(institutional=Outpatient(statement_to=last)), "DT-01") == []
    two_days = Outpatient(statement_from=SERVICE_DAY - timedelta(days=1))
    assert severities(example.but(institutional=two_days), "DT-01") == [HOLD]


def test_a_birth_after_the_service_is_a_wrong_date_and_no_wrong_age() -> None:
    born_later = replace(SUBSCRIBER, birth_date=SERVICE_DAY + timedelta(days=1))
    assert weighty(CLEAN.but(subscriber=born_later, lines=(Line(procedure="99396"),))) == [("DT-01", HOLD, 1)]


def test_an_illness_of_employment_needs_no_day_but_an_injury_at_work_does() -> None:
    ill = CLEAN.but(accident=Accident(causes=("EM",)), filing_code="WC")
    assert of(ill, "COB-03") == []
    hurt = CLEAN.but(accident=Accident(causes=("EM",)), filing_code="WC", diagnoses=("S93401A",))
    assert severities(hurt, "COB-03") == [HOLD]


def test_an_advance_notice_answers_the_policy_that_does_not_support_the_service() -> None:
    example = coding.EDITS["MN-01"].fails
    payer = example.context(CODES).payer
    assert payer is not None
    medicare = replace(PAYER, medicare=True, policies=payer.policies)
    line = Line(procedure="93000", modifiers=("GA",))
    assert of(example.but(lines=(line,), context={"payer": medicare}), "MN-01") == []
    assert severities(example, "MN-01") == [WARN]


def test_a_notice_modifier_to_a_payer_without_notices_is_one_finding() -> None:
    assert weighty(CLEAN.but(lines=(Line(modifiers=("GZ",)),))) == [("MN-02", WARN, 1)]


def test_empty_diagnoses_are_not_one_diagnosis_listed_twice() -> None:
    example = CLEAN.but(diagnoses=("J020", "", ""))
    assert of(example, "DX-03") == []
    assert len(of(example, "DX-01")) == 2


@pytest.mark.parametrize("procedure", ["0001U", "G0103", "87880"])
def test_clia_01_knows_a_test_by_its_number(procedure: str) -> None:
    assert severities(CLEAN.but(lines=(Line(procedure=procedure),)), "CLIA-01") == [HOLD]


@pytest.mark.parametrize("procedure", ["0001F", "0001A", "99213", "86580", "G0101"])
def test_clia_01_leaves_other_numbers_alone(procedure: str) -> None:
    assert of(CLEAN.but(lines=(Line(procedure=procedure),)), "CLIA-01") == []


def test_after_care_is_reported_at_no_charge() -> None:
    assert of(CLEAN.but(lines=(Line(procedure="99024", charge=0), Line())), "BAL-01") == []
    assert severities(CLEAN.but(lines=(Line(charge=0),)), "BAL-01") == [HOLD]


def test_a_drug_without_a_code_of_its_own_is_described() -> None:
    assert severities(CLEAN.but(lines=(Line(procedure="J1599"),)), "PX-03") == [HOLD]


def test_a_filing_limit_may_start_from_the_last_day_of_service() -> None:
    lines = (Line(service_from=date(2026, 5, 10), service_to=date(2026, 6, 20)),)
    for from_last_day, expected in ((False, [HOLD]), (True, [])):
        payer = replace(PAYER, filing_limit_days=180, filing_limit_from_last_day=from_last_day)
        example = CLEAN.but(lines=lines, context={"payer": payer, "as_of": date(2026, 11, 16)})
        assert severities(example, "TF-01") == expected


def test_a_filing_limit_from_the_last_day_of_a_stay_is_that_of_its_statement() -> None:
    bill = Stay(statement_from=date(2026, 5, 10), statement_to=date(2026, 6, 20))
    for from_last_day, expected in ((False, [HOLD]), (True, [])):
        payer = replace(PAYER, filing_limit_days=180, filing_limit_from_last_day=from_last_day)
        example = INPATIENT.but(
            institutional=bill,
            context={"payer": payer, "as_of": date(2026, 11, 16)},
        )
        assert severities(example, "TF-01") == expected
