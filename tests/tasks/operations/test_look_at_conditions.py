"""Condition categories of patients over two years: supported, reported without support, gone."""

from dataclasses import replace
from datetime import date

import pytest

from coding.risk_evidence import Standing, Verdict
from ledger.trail import audit
from tasks.coding_audits.review import Said
from tasks.coding_audits.sample import Wanted
from tasks.errors import StepError
from tasks.operations import draw_coding_audit, review_coding
from tasks.operations.draw_coding_audit import Plan
from tasks.operations.look_at_conditions import Asked, look, look_at
from tasks.operations.money_acts import By
from tests.tasks.answering import MONDAY, TUESDAY, Partner
from tests.tasks.coding_night import load_sets

RITA = By("Rita Reviewer", "the audit of the month")
LAST_YEAR = date(2025, 11, 17)
CATEGORIES = (
    "E1122,37\nE119,38\nN1830,329\nI5022,226\nF331,155\nC61,23\nG20A1,199\nI480,238\nB20,1\nJ449,280\n"
)
MAPPING = "A title,,\nDiagnosis Code,Description,CMS-HCC Model Category V28\n" + CATEGORIES.replace(
    ",", ",Made up,"
)
RANKS = (
    " %MACRO V28115H1;\n %MACRO SET0( CC=, HIER= );\n %MEND SET0;\n"
    " %SET0(CC=37, HIER=%STR(38 ));\n %MEND V28115H1;\n"
)
NAMES = ' %MACRO V28115L3;\n LABEL\n HCC226 ="A heart of a test "\n ;\n %MEND V28115L3;\n'
PROCEDURES = "HCPCS Code,Text,Eligible\n99213,x,yes\n36415,x,no\n"
SETS = (
    ("2027 Initial ICD-10-CM Mappings.csv", MAPPING),
    ("2026 Final ICD-10-CM Mappings.csv", MAPPING),
    ("V28115H1.TXT", RANKS),
    ("V28115L3.TXT", NAMES),
    ("2026 CPT HCPCS.csv", PROCEDURES),
    ("2025 CPT HCPCS.csv", PROCEDURES),
)
OTHER = {
    "last": "Fennimore", "first": "Ida", "birth_date": "1951-07-09", "sex": "F",
    "address": {"line1": "8 Orchard Way", "city": "Springfield", "state": "IL", "zip": "627040007"},
}  # fmt: skip


def visit(home, number, on, *diagnoses, **changes):
    home.drop(
        f"lakeside/{number}-{changes.get('version', 1)}.json",
        home.encounter(number, service_date=on, diagnoses=list(diagnoses), **changes),
    )


def line(procedure, *modifiers):
    return {"procedure": procedure, "charge": "135.00", "pointers": [1], "modifiers": list(modifiers)}


@pytest.fixture
def seen(either_database, home):
    """A home with a patient of two years, and another one in whom nothing is in a category."""
    partner = Partner(home)
    load_sets(home, *SETS)
    visit(home, "A-1", "2025-11-03", "E11.22", "N18.30")
    visit(home, "A-2", "2025-11-04", "J44.9", lines=[line("36415")])
    partner.collect(LAST_YEAR)
    visit(home, "B-1", "2026-11-01", "E11.9", "E11.22")
    visit(home, "B-2", "2026-11-02", "I50.22", lines=[line("36415")])
    visit(home, "B-3", "2026-11-03", "F33.1", documentation={"signed": False})
    visit(home, "B-4", "2026-11-04", "C61", "I10", patient={**home.encounter()["patient"], "sex": "M"})
    visit(home, "B-5", "2026-11-05", "G20.A1")
    visit(home, "B-6", "2026-11-06", "I48.0", lines=[line("99213", "93")], place_of_service="10")
    visit(home, "B-7", "2026-11-07", "B20", restricted=True)
    visit(home, "X-1", "2026-11-05", "J02.9", patient=OTHER)
    partner.collect(MONDAY)
    visit(home, "B-4", "2026-11-04", "I10", version=2)
    partner.collect(TUESDAY)
    return home


def test_what_is_supported_stands_beside_what_was_reported_without_support(seen):
    asked = Asked(year=2026)
    with seen.opened() as opened:
        found = look(opened, TUESDAY, asked)
        assert (found.model, found.release, found.missing) == ("V28", "PY2027 1 initial", ())
        [patient] = found.patients
        of = {one.category: one for one in patient.conditions}
        assert {category: one.standing for category, one in of.items()} == {
            37: Standing.SUPPORTED, 38: Standing.SUPPORTED, 226: Standing.NOT_SUPPORTED,
            155: Standing.NOT_SUPPORTED, 23: Standing.NOT_SUPPORTED, 199: Standing.SUPPORTED,
            238: Standing.NOT_SUPPORTED, 329: Standing.LAST_YEAR,
        }  # fmt: skip
        assert of[38].below == 37
        assert (patient.counted(Standing.SUPPORTED), patient.unsupported) == (2, 4)
        why = {one.category: [e.why for e in one.unsupported] for one in patient.conditions}
        assert why == {
            37: [], 38: [], 199: [], 329: [],
            226: ["no face-to-face procedure: 36415"],
            155: ["the note is not signed"],
            23: ["version 2 of the document does not have it"],
            238: ["99213 by sound alone"],
        }  # fmt: skip
        [evidence] = of[329].last_year
        assert (evidence.service_on, evidence.document, evidence.document_version) == (
            date(2025, 11, 3), "A-1", 1
        )  # fmt: skip
        assert (evidence.provider, evidence.payer, evidence.why) == (
            "1999001013", "harbor", "99213 on 2025-11-03"
        )  # fmt: skip
        assert of[226].label == "A heart of a test"
        assert look(opened, TUESDAY, replace(asked, practice="lakeside", provider="1999001013")).patients
        assert not look(opened, TUESDAY, replace(asked, provider="1999001021")).patients
        assert not look(opened, TUESDAY, replace(asked, payer="summit")).patients
        # the same patient by any claim, and by the number of the list; the other one has nothing
        shown = look_at(opened, TUESDAY, evidence.claim, asked)
        assert shown.patients[0].conditions == patient.conditions
        assert look_at(opened, TUESDAY, str(patient.number), asked).patients == shown.patients
        assert {e.category for e in look(opened, TUESDAY, Asked(year=2025)).patients[0].conditions} == {
            37, 280, 329
        }  # fmt: skip
        rows = [row for row in audit.rows(opened.ledger) if row.act == "looked at"]
        assert f"condition categories of claim {evidence.claim}" in {row.subject for row in rows}
        assert not any("Zephyrine" in row.subject + row.detail for row in rows)
        reviewed(opened)
        of = {one.category: one for one in look(opened, TUESDAY, asked).patients[0].conditions}
        assert of[199].standing is Standing.NOT_SUPPORTED
        assert of[199].evidence[0].why == "a reviewer of coding audit 1 did not find it documented"
        assert of[37].evidence[0].verdict is Verdict.ACCEPTED


def reviewed(opened):
    """A coding audit of one line, of which the reviewer finds another diagnosis documented."""
    plan = Plan(
        practice="lakeside", from_on=date(2026, 11, 5), to_on=date(2026, 11, 5), method="random", by="",
        providers=(), codes=(), payers=("harbor",), seed=1, wanted=Wanted(lines=2),
    )  # fmt: skip
    done = draw_coding_audit.plan(opened, TUESDAY, RITA, plan, dry_run=False)
    for place in range(1, done.lines + 1):
        said = Said(verdict="disagree", diagnoses="R25.1")
        review_coding.record(opened, TUESDAY, RITA, done.number, place, said, dry_run=False)


def test_what_is_not_loaded_is_named_and_its_conditions_are_unchecked(home):
    partner = Partner(home)
    visit(home, "B-1", "2026-11-01", "E11.9")
    partner.collect(MONDAY)
    with home.opened() as opened:
        found = look(opened, MONDAY, Asked(year=2026))
        assert (found.patients, len(found.missing)) == ((), 1)
        assert "is not loaded for services of 2026" in found.missing[0]
    load_sets(home, SETS[0])
    with home.opened() as opened:
        found = look(opened, MONDAY, Asked(year=2026))
        [one] = found.patients[0].conditions
        assert (one.standing, one.label, one.unsupported) == (Standing.UNCHECKED, "", ())
        assert [said.split(" ")[1] for said in found.missing] == [
            "procedures",
            "mapping",
            "hierarchies",
            "names",
        ]
        with pytest.raises(StepError) as refused:
            look(opened, MONDAY, Asked(year=2026, model="V99"))
        assert refused.value.code == "RSK-01"
        with pytest.raises(StepError) as refused:
            look_at(opened, MONDAY, "C99999999", Asked(year=2026))
        assert refused.value.code == "RSK-02"
