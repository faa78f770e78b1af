"""A person names who answers for a child: used everywhere, undone, purged; nobody else is ever asked."""

import re
from datetime import date, timedelta

import pytest

from intake.parties import Address, Person
from ledger.errors import ActRefused
from ledger.queries.proof import of_all as proof
from ledger.schema import guarantor, patient
from ledger.storage import documents
from ledger.trail import audit
from tasks.errors import StepError
from tasks.home import audit_trail
from tasks.operations import claim_money, name_guarantor, purge, statements
from tasks.operations.money_acts import By
from tasks.patients import accounts
from tests.tasks.patients.answered import Answer, Desk, person, visit
from tests.tasks.patients.test_statements import ANN, DAY

CHILD = person(9, birth_date="2012-01-01", medical_record_number="R9")
ADA = Person(last="Fernbrook", first="Ada", birth_date=date(1984, 5, 31))
ELSEWHERE = Address(line1="4 Elm Street", city="Albany", state="ny", zip="12207-1234")
BEN = Person(last="Fernbrook", first="Ben", birth_date=date(1980, 1, 2), address=ELSEWHERE)


def asked(opened):
    found = statements.preview(opened, DAY)
    return {c.encounter: one.account.name for one in found for c in one.claims}


def name(opened, who, number="V-9", dry_run=False):
    return name_guarantor.name(opened, DAY, ANN, number, who, dry_run=dry_run)


def opened_desk(home):
    desk = Desk(home)
    grown = person(9, birth_date="2012-01-01", medical_record_number="R9")
    desk.see(visit(1), visit(9, patient=CHILD), visit(19, patient=grown, service_date="2026-11-03"))
    desk.answer({"V-1": Answer(), "V-9": Answer(), "V-19": Answer()})
    return desk


def test_an_adult_who_is_named_is_asked_for_every_claim_of_the_child_until_another_one_is(
    home, either_database
):
    desk = opened_desk(home)
    with desk.home.opened() as opened:
        assert set(asked(opened)) == {"V-1"}
        would = name(opened, ADA, dry_run=True)
        assert (would.child, would.guarantor, len(would.claims)) == ("Wren Mosswoodaaj", "Ada Fernbrook", 2)
        assert set(asked(opened)) == {"V-1"}
        name(opened, ADA)
        assert asked(opened) == {"V-1": "Wren Mosswoodaab", "V-9": "Ada Fernbrook", "V-19": "Ada Fernbrook"}
        account = accounts.of_number(opened, "V-9")
        assert {c.encounter for c in account.claims} == {"V-9", "V-19"}
        assert account.guarantor.address.line1 == "9 Orchard Way", "she lives where the child does"
        with pytest.raises(StepError, match="PAT-08"):
            name(opened, ADA, "V-19")
        refused(opened)
        name(opened, BEN)
        assert asked(opened)["V-9"] == "Ben Fernbrook"
        assert accounts.of_number(opened, "V-9").guarantor.address.zip == "122071234"
    desk.see(visit(29, patient=CHILD, service_date="2026-11-04"), day=DAY)
    desk.answer({"V-29": Answer()}, day=DAY)
    with desk.home.opened() as opened:
        assert asked(opened)["V-29"] == "Ben Fernbrook", "and for the claims that come later"
        name_guarantor.withdraw(opened, DAY, ANN, "V-29", dry_run=False)
        assert set(asked(opened)) == {"V-1"}
        with pytest.raises(StepError, match="PAT-08"):
            name_guarantor.withdraw(opened, DAY, ANN, "V-9", dry_run=False)
        assert proof(opened.ledger).holds
        assert audit_trail.verify(opened).holds
        _names_nobody(opened)


def refused(opened):
    """Who can't be named: nothing is kept of it."""
    for who in (
        Person(),
        ADA.model_copy(update={"first": " "}),
        ADA.model_copy(update={"birth_date": None}),
        ADA.model_copy(update={"birth_date": DAY + timedelta(days=1)}),
        ADA.model_copy(update={"birth_date": date(1884, 5, 31)}),
        ADA.model_copy(update={"birth_date": DAY.replace(year=2008) + timedelta(days=1)}),
        ADA.model_copy(update={"last": "F" * 61}),
        BEN.model_copy(update={"address": Address(line1="4 Elm Street")}),
        BEN.model_copy(update={"address": ELSEWHERE.model_copy(update={"state": "XX"})}),
        BEN.model_copy(update={"address": ELSEWHERE.model_copy(update={"zip": "1220"})}),
    ):
        with pytest.raises(StepError, match="PAT-07"):
            name(opened, who)
    with pytest.raises(StepError, match=r"PAT-08 the patient of claim V-1 was of age"):
        name(opened, ADA, "V-1")
    with pytest.raises(StepError, match="CLM-01"):
        name(opened, ADA, "V-77")
    with pytest.raises(ActRefused):
        name_guarantor.name(opened, DAY, By("ann", ""), "V-9", BEN, dry_run=False)
    with opened.ledger.read() as connection:
        assert len(connection.execute(guarantor.select()).all()) == 1


def _names_nobody(opened):
    with opened.ledger.read() as connection:
        rows = [row for t in (guarantor, patient) for row in connection.execute(t.select())]
    trail = [f"{row.subject} {row.act} {row.detail}" for row in audit.rows(opened.ledger)]
    assert any("guarantor named" in row for row in trail)
    said = "\n".join(str(value).lower() for row in (*rows, trail) for value in row)
    said = re.sub(r"[0-9a-f]{8,}", "", said)  # a hash holds any four digits, now and then
    for word in ("fernbrook", "ada ", "elm", "1984"):
        assert word not in said, word


def test_who_was_named_goes_with_the_childs_claims_and_not_before_they_are_settled(home):
    desk = opened_desk(home)
    settings = "demo = true\nsettle_seconds = 0\nretention_days = 90\n"
    (desk.home.path / "cleanclaim.toml").write_text(settings, encoding="utf-8")
    later = DAY + timedelta(days=400)
    with desk.home.opened() as opened:
        name(opened, ADA)
        with opened.ledger.read() as connection:
            [kept] = connection.execute(guarantor.select()).all()
        purge.purge(opened, later, ANN, really=True)
        assert asked(opened)["V-9"] == "Ada Fernbrook", "it still owes"
        for number in ("V-9", "V-19"):
            claim_money.write_off(opened, DAY, ANN, number, "", dry_run=False)
        purge.purge(opened, later, ANN, really=True)
        assert kept.sha256 in documents.purged(opened.ledger)
        assert accounts.of_number(opened, "V-9").name == ""


def test_a_child_of_age_on_the_day_of_service_answers_for_that_claim_alone(home):
    desk = Desk(home)
    soon = person(9, birth_date="2008-11-03", medical_record_number="R9")
    desk.see(visit(9, patient=soon), visit(19, patient=soon, service_date="2026-11-03"))
    desk.answer({"V-9": Answer(), "V-19": Answer()})
    with desk.home.opened() as opened:
        assert asked(opened) == {"V-19": "Wren Mosswoodaaj"}
        assert len(name(opened, ADA, "V-19").claims) == 1
        assert asked(opened) == {"V-9": "Ada Fernbrook", "V-19": "Wren Mosswoodaaj"}
