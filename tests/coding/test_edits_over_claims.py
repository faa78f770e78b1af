"""Edits that look at other claims and nights, and near misses that must not fire."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

import coding
from coding import CoverageFacts, PriorClaim, PriorLine
from coding.example import AS_OF, CLEAN, PAYER, SERVICE_DAY, Example, Line
from coding.finding import Severity
from edi.records import Party

CODES = coding.codes.load()
DOCTOR = "1679576722"
OTHER_DOCTOR = "1245319599"


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


def found(example: Example, edit_id: str) -> list[Severity]:
    findings = coding.run(example.claim, example.context(CODES))
    return [f.severity for f in findings if f.edit_id == edit_id]


def with_history(*history: PriorClaim, **changes: Any) -> Example:
    return CLEAN.but(context={"history": history}, **changes)


HOLD, WARN, UNCHECKED = [Severity.HOLD], [Severity.WARN], [Severity.UNCHECKED]


@pytest.mark.parametrize(
    ("history", "changes", "expected"),
    [
        ([before()], {}, HOLD),
        (
            [before(lines=(PriorLine(procedure="99213", service_from=SERVICE_DAY, modifiers=("25",)),))],
            {},
            WARN,
        ),
        ([before(lines=(PriorLine(procedure="99213", service_from=SERVICE_DAY, units="2"),))], {}, WARN),
        ([before(day=SERVICE_DAY - timedelta(days=1))], {}, []),
        ([before("99214")], {}, []),
        ([before(rendering_npi=OTHER_DOCTOR)], {}, []),
        ([before(payer_id="OTHER")], {}, []),
        ([before(voided=True)], {}, []),
        ([before(rejected=True)], {}, []),
        ([before(same_claim=True)], {}, []),
        ([before()], {"lines": (Line(modifiers=("76",)),)}, []),
        ([before()], {"frequency": "7", "payer_claim_control_number": "X"}, []),
    ],
)
def test_dup_01_counts_live_claims_of_the_same_service_only(
    history: Iterable[PriorClaim], changes: dict[str, Any], expected: list[Severity]
) -> None:
    assert found(with_history(*history, **changes), "DUP-01") == expected


def test_dup_01_warns_of_the_same_line_twice_but_not_of_two_sides() -> None:
    twice = (Line(procedure="73610"), Line(procedure="73610"))
    assert found(CLEAN.but(lines=twice), "DUP-01") == WARN
    sides = (Line(procedure="73610", modifiers=("LT",)), Line(procedure="73610", modifiers=("RT",)))
    assert found(CLEAN.but(lines=sides), "DUP-01") == []


PAIRS = {"ncci_practitioner": [("29881", "29877", 0), ("11042", "97597", 1), ("11043", "97597", 9)]}


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (Line(procedure="29881"), Line(procedure="29877"), HOLD),
        (Line(procedure="29877"), Line(procedure="29881"), HOLD),
        (Line(procedure="29881"), Line(procedure="29877", modifiers=("59",)), HOLD),
        (Line(procedure="11042"), Line(procedure="97597"), HOLD),
        (Line(procedure="11042"), Line(procedure="97597", modifiers=("59",)), []),
        (Line(procedure="11042", modifiers=("XS",)), Line(procedure="97597"), []),
        (Line(procedure="11042"), Line(procedure="97597", modifiers=("51",)), HOLD),
        (Line(procedure="11043"), Line(procedure="97597"), []),
        (Line(procedure="11042"), Line(procedure="97597", service_from=date(2026, 11, 8)), []),
        (Line(procedure="11042"), Line(procedure="97598"), []),
    ],
)
def test_ncci_01_within_a_claim(first: Any, second: Any, expected: list[Severity]) -> None:
    assert found(CLEAN.but(lines=(first, second), codes=PAIRS), "NCCI-01") == expected


def test_ncci_01_across_claims_of_the_same_provider_and_day() -> None:
    line = (Line(procedure="29877"),)
    assert found(with_history(before("29881"), lines=line, codes=PAIRS), "NCCI-01") == HOLD
    other = before("29881", rendering_npi=OTHER_DOCTOR)
    assert found(with_history(other, lines=line, codes=PAIRS), "NCCI-01") == []
    earlier = before("29881", day=SERVICE_DAY - timedelta(days=1))
    assert found(with_history(earlier, lines=line, codes=PAIRS), "NCCI-01") == []


def test_ncci_01_is_unchecked_without_the_table_and_where_the_day_lies_outside_it() -> None:
    lines = (Line(procedure="29881"), Line(procedure="29877"))
    assert found(CLEAN.but(lines=lines), "NCCI-01") == UNCHECKED
    ended = {"ncci_practitioner": [(None, None, date(2026, 9, 30)), ("29881", "29877", 0)]}
    assert found(CLEAN.but(lines=lines, codes=ended), "NCCI-01") == UNCHECKED


def test_ncci_01_reads_the_table_of_the_claims_kind_and_payer() -> None:
    lines = (Line(procedure="29881"), Line(procedure="29877"))
    medicaid = {"payer": replace(PAYER, medicaid=True)}
    assert found(CLEAN.but(lines=lines, codes=PAIRS, context=medicaid), "NCCI-01") == UNCHECKED
    table = {"ncci_medicaid": PAIRS["ncci_practitioner"]}
    assert found(CLEAN.but(lines=lines, codes=table, context=medicaid), "NCCI-01") == HOLD


LIMITS = {"mue_practitioner": [("97110", 4, 3), ("93000", 1, 2), ("J1885", 8, 1)]}


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ((Line(procedure="93000", units="2"),), HOLD),
        ((Line(procedure="93000"), Line(procedure="93000", modifiers=("76",))), HOLD),
        ((Line(procedure="93000"), Line(procedure="93000", service_from=date(2026, 11, 8))), []),
        ((Line(procedure="97110", units="5"),), WARN),
        ((Line(procedure="97110", units="4"),), []),
        ((Line(procedure="J1885", units="8"), Line(procedure="J1885", units="8", modifiers=("59",))), []),
        ((Line(procedure="J1885", units="9"),), HOLD),
        ((Line(procedure="99213"),), UNCHECKED),
    ],
)
def test_mue_01_sums_the_day_unless_its_indicator_says_by_line(lines: Any, expected: list[Severity]) -> None:
    assert found(CLEAN.but(lines=lines, codes=LIMITS), "MUE-01") == expected


def test_mue_01_sums_the_day_over_claims() -> None:
    line = (Line(procedure="93000"),)
    assert found(with_history(before("93000"), lines=line, codes=LIMITS), "MUE-01") == HOLD
    assert found(with_history(before("93000", rejected=True), lines=line, codes=LIMITS), "MUE-01") == []
    assert (
        found(with_history(before("93000", day=date(2026, 11, 8)), lines=line, codes=LIMITS), "MUE-01") == []
    )


FEES = {"pprrvu": [("27447", "090"), ("11042", "000"), ("11750", "010"), ("93000", "XXX")]}


@pytest.mark.parametrize(
    ("procedure", "days_before", "modifiers", "expected"),
    [
        ("27447", 90, (), WARN),
        ("27447", 91, (), []),
        ("27447", 30, ("24",), []),
        ("27447", -1, (), WARN),
        ("27447", -1, ("57",), []),
        ("11750", 10, (), WARN),
        ("11750", 11, (), []),
        ("11042", 0, (), WARN),
        ("11042", 0, ("25",), []),
        ("11042", 1, (), []),
    ],
)
def test_glb_01_knows_the_days_of_a_surgery(
    procedure: str, days_before: int, modifiers: tuple[str, ...], expected: list[Severity]
) -> None:
    history = before(procedure, day=SERVICE_DAY - timedelta(days=days_before))
    example = with_history(history, lines=(Line(modifiers=modifiers),), codes=FEES)
    assert found(example, "GLB-01") == expected


def test_glb_01_leaves_another_surgeons_patient_alone_and_is_unchecked_without_the_fee_schedule() -> None:
    surgery = before("27447", day=SERVICE_DAY - timedelta(days=30))
    other = replace(surgery, rendering_npi=OTHER_DOCTOR, specialty="207X00000X")
    assert found(with_history(other, codes=FEES), "GLB-01") == []
    assert found(with_history(surgery), "GLB-01") == UNCHECKED
    assert found(with_history(before("80053", day=date(2026, 11, 1))), "GLB-01") == []


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        (before("99213", day=date(2023, 11, 10)), WARN),
        (before("99213", day=date(2023, 11, 9)), []),
        (before("99213", day=date(2025, 1, 1), specialty="208D00000X", rendering_npi=OTHER_DOCTOR), []),
        (before("99213", day=date(2025, 1, 1), specialty="208D00000X"), WARN),
        (before("99213", day=date(2025, 1, 1), tax_id="987654321"), []),
        (before("80053", day=date(2025, 1, 1)), []),
        (before("99213", day=date(2025, 1, 1), voided=True), []),
    ],
)
def test_px_04_asks_for_group_specialty_and_three_years(
    history: PriorClaim, expected: list[Severity]
) -> None:
    assert found(with_history(history, lines=(Line(procedure="99203"),)), "PX-04") == expected


@pytest.mark.parametrize(
    ("days_ago", "changes", "expected"),
    [
        (180, {}, WARN),
        (181, {}, HOLD),
        (181, {"delay_reason": "7"}, WARN),
        (166, {}, WARN),
        (165, {}, []),
        (400, {"frequency": "7", "payer_claim_control_number": "X"}, []),
    ],
)
def test_tf_01_counts_the_days_to_the_filing_limit(
    days_ago: int, changes: dict[str, Any], expected: list[Severity]
) -> None:
    line = (Line(service_from=AS_OF - timedelta(days=days_ago)),)
    assert found(CLEAN.but(lines=line, **changes), "TF-01") == expected


def test_tf_01_takes_medicares_calendar_year_where_no_limit_is_written() -> None:
    medicare = {"payer": replace(PAYER, filing_limit_days=None, medicare=True)}
    assert found(CLEAN.but(lines=(Line(service_from=date(2025, 11, 16)),), context=medicare), "TF-01") == WARN
    assert found(CLEAN.but(lines=(Line(service_from=date(2025, 11, 15)),), context=medicare), "TF-01") == HOLD
    unknown = {"payer": replace(PAYER, filing_limit_days=None)}
    assert found(CLEAN.but(context=unknown), "TF-01") == UNCHECKED


@pytest.mark.parametrize(
    ("coverage", "expected"),
    [
        (CoverageFacts(active_from=SERVICE_DAY, active_to=SERVICE_DAY), []),
        (CoverageFacts(active_from=SERVICE_DAY + timedelta(days=1)), HOLD),
        (CoverageFacts(active_to=SERVICE_DAY - timedelta(days=1)), HOLD),
        (CoverageFacts(), UNCHECKED),
        (None, UNCHECKED),
    ],
)
def test_elig_01_compares_the_day_with_the_coverage(
    coverage: CoverageFacts | None, expected: list[Severity]
) -> None:
    assert found(CLEAN.but(context={"coverage": coverage}), "ELIG-01") == expected


ADD_ONS = {"aoc": [("11045", "11042", 1), ("11045", "11043", 1), ("99100", "CCCCC", 2)]}


def test_aoc_01_finds_the_parent_on_the_day_in_this_claim_or_one_before() -> None:
    alone = (Line(procedure="11045"),)
    assert found(CLEAN.but(lines=alone, codes=ADD_ONS), "AOC-01") == HOLD
    assert found(CLEAN.but(lines=(*alone, Line(procedure="11043")), codes=ADD_ONS), "AOC-01") == []
    assert found(with_history(before("11042"), lines=alone, codes=ADD_ONS), "AOC-01") == []
    other_day = (*alone, Line(procedure="11042", service_from=date(2026, 11, 8)))
    assert found(CLEAN.but(lines=other_day, codes=ADD_ONS), "AOC-01") == HOLD
    assert found(CLEAN.but(lines=(Line(procedure="99100"),), codes=ADD_ONS), "AOC-01") == WARN
    assert found(CLEAN.but(lines=(Line(procedure="99100"), Line()), codes=ADD_ONS), "AOC-01") == []


def test_em_01_takes_time_or_decision_making_whichever_is_enough() -> None:
    def level(procedure: str, **documented: Any) -> list[Severity]:
        context = {"documentation": coding.Documentation(**documented)}
        return found(CLEAN.but(lines=(Line(procedure=procedure),), context=context), "EM-01")

    assert level("99214", minutes=30) == []
    assert level("99214", minutes=29) == WARN
    assert level("99214", minutes=29, decision_making="moderate") == []
    assert level("99214", decision_making="low") == WARN
    assert level("99284", minutes=600) == WARN
    assert level("99211", minutes=1) == []
    assert level("99308", minutes=19) == WARN
    assert level("99308", minutes=20) == []
    assert level("99214") == UNCHECKED


def test_refr_01_is_content_with_an_ordering_provider_on_the_line() -> None:
    medicare = {"payer": replace(PAYER, medicare=True)}
    ordering = Party(last="Roe", person=True, npi=OTHER_DOCTOR)
    assert found(CLEAN.but(lines=(Line(procedure="71046"),), context=medicare), "REFR-01") == HOLD
    ordered = (Line(procedure="71046", ordering=ordering),)
    assert found(CLEAN.but(lines=ordered, context=medicare), "REFR-01") == []
    assert found(CLEAN.but(lines=(Line(procedure="71046"),)), "REFR-01") == []


def test_auth_01_compares_code_units_and_day_with_the_grant() -> None:
    payer = replace(PAYER, authorization_for=frozenset({"97110"}))
    grant = coding.Authorization(
        number="A1",
        procedures=frozenset({"97110"}),
        units=4,
        used=Decimal(2),
        valid_from=SERVICE_DAY,
        valid_to=SERVICE_DAY,
    )

    def held(grants: tuple[coding.Authorization, ...] | None = (grant,), **line: Any) -> bool:
        example = CLEAN.but(
            lines=(Line(procedure="97110", **line),),
            prior_authorization="A1",
            context={"payer": payer, "authorizations": grants},
        )
        return found(example, "AUTH-01") == HOLD

    assert not held(units="2")
    assert held(units="3")
    assert held(service_from=SERVICE_DAY - timedelta(days=1))
    assert held(grants=())
    assert not held(grants=None)


def test_dx_03_wants_the_cause_before_what_follows_from_it() -> None:
    assert found(CLEAN.but(diagnoses=("H42",)), "DX-03") == HOLD  # a manifestation may never stand first
    assert found(CLEAN.but(diagnoses=("F0280", "G309")), "DX-03") == HOLD
    assert found(CLEAN.but(diagnoses=("G309", "F0280")), "DX-03") == []
    assert found(CLEAN.but(diagnoses=("W1839XA", "S93401A")), "DX-03") == HOLD
    assert found(CLEAN.but(diagnoses=("J020", "J020")), "DX-03") == HOLD


def test_bal_01_takes_the_payers_largest_charge_of_a_line_and_of_a_claim() -> None:
    small = {"payer": replace(PAYER, largest_charge=99_999_99)}
    assert found(CLEAN.but(lines=(Line(charge=99_999_99),), context=small), "BAL-01") == []
    assert found(CLEAN.but(lines=(Line(charge=100_000_00),), context=small), "BAL-01") == HOLD * 2
    assert found(CLEAN.but(lines=(Line(charge=60_000_00),) * 2, context=small), "BAL-01") == HOLD
    assert found(CLEAN.but(lines=(Line(charge=100_000_00),)), "BAL-01") == []
