"""Asked is what nobody else can pay and nothing forbids, once a cycle; everything else has its reason."""

import csv
import io
from datetime import date, timedelta

import pypdf
import pytest

from ledger.errors import LedgerInDoubt
from ledger.patients import statements as kept
from ledger.queries import claim_story, patient_claims
from ledger.queries.proof import of_all as proof
from ledger.schema import statement, statement_batch, statement_claim, statement_hold, statement_void
from ledger.trail import audit
from tasks.errors import StepError
from tasks.operations import claim_money, purge, seal_archive, statements
from tasks.operations.money_acts import By
from tasks.patients import accounts, mailing
from tasks.patients.kept import keep_copies
from tests.tasks.patients.answered import ADDRESS, Answer, Desk, person, visit

DAY = date(2026, 11, 18)
ANN = By("ann", "the month's statements")
SECOND = {"order": "S", "payer": "beacon", "member_id": "W27770001"}


def covered(number, *payers):
    return [
        {
            "order": order,
            "payer": payer,
            "member_id": f"W1777{number:04d}" if payer != "senior" else "1EG4TE5MK73",
        }
        for order, payer in zip("PST", payers, strict=False)
    ]


MOTHER = person(60)
CHILD = person(61, birth_date="2015-06-01")
INSURED = {"relationship": "19", "subscriber": MOTHER}
SECRET = {"procedure": "86703", "charge": "71.37", "pointers": [1], "restricted": True}
VISITS = {
    "plain": (visit(1), Answer()),
    "same guarantor, later": (
        visit(2, patient=person(1), service_date="2026-11-03"),
        Answer(shares=(("1", 15_00),)),
    ),
    "secondary owes": (visit(3, coverages=covered(3, "harbor", "beacon")), Answer()),
    "unanswered": (visit(4), None),
    "denied": (visit(5), Answer(paid=0, shares=(), status="4", rest=("CO", "197"))),
    "part denied": (visit(6), Answer(paid=50_00, rest=("CO", "197"))),
    "QMB": (visit(7), Answer(remarks=("N782",))),
    "QMB, and a second payer leaves a share": (
        visit(17, coverages=covered(17, "harbor", "beacon")),
        Answer(remarks=("N782",)),
    ),
    "child of a subscriber": (
        visit(8, patient=CHILD, coverages=[{**covered(8, "harbor")[0], **INSURED}]),
        Answer(),
    ),
    "child alone": (visit(9, patient=person(9, birth_date="2012-01-01")), Answer()),
    "child with a guarantor": (
        visit(10, patient=person(10, birth_date="2012-01-01"), guarantor=person(11, birth_date="1979-01-01")),
        Answer(),
    ),
    "dead": (visit(12, patient=person(12, death_date="2026-11-10")), Answer()),
    "no address": (visit(13, guarantor=person(13, address=None)), Answer()),
    "little": (visit(14), Answer(shares=(("2", 4_99),))),
    "restricted in part": (
        visit(15, lines=[*visit(15)["lines"], SECRET]),
        Answer(),
    ),
    "medicaid": (
        visit(16, coverages=covered(16, "evergreen")),
        Answer(payer="evergreen", shares=(("3", 6_00),)),
    ),
}
ASKED = {"plain", "same guarantor, later", "child of a subscriber", "child with a guarantor"}
REASONS = {
    "secondary owes": "",
    "QMB, and a second payer leaves a share": "protected",
    "part denied": "payer_may_pay",
    "child alone": "no_guarantor",
    "dead": "hold_deceased",
    "no address": "no_address",
    "little": "below_minimum",
    "restricted in part": "restricted",
    "medicaid": "protected",
}


def answered(home):
    """A home with every kind of claim, answered."""
    made = Desk(home)
    made.see(*(one for one, _ in VISITS.values()))
    made.answer({one["id"]: answer for one, answer in VISITS.values() if answer is not None})
    later = Answer(paid=0, payer="beacon", status="2", rest=("OA", "23"))
    made.answer({"V-17": later}, day=DAY)
    return made


@pytest.fixture(scope="module")
def once(make_home):
    return answered(make_home("patients"))


@pytest.fixture
def desk(once, tmp_path):
    return once.copied(tmp_path / "home")


def named(opened):
    """Names of the kinds by claim id."""
    kinds = {one["id"]: kind for kind, (one, _) in VISITS.items()}
    with opened.ledger.read() as connection:
        found = accounts.load(connection, accounts.balances(connection))
    return {c.id: kinds[c.encounter] for account in found for c in account.claims}


def test_only_what_nobody_else_can_pay_is_asked_once_a_cycle_and_every_other_cent_has_its_reason(
    home, either_database
):
    desk = answered(home)
    with desk.home.opened() as opened:
        kinds = named(opened)
        found = statements.preview(opened, DAY)
        assert {kinds[c.id] for one in found for c in one.claims} == ASKED
        left = {kinds[out.claim.id]: out.reason for one in found for out in one.left_out}
        for kind, reason in REASONS.items():
            assert left.get(kind, "") == reason, kind
        for one in found:
            assert one.cents + sum(out.cents for out in one.left_out) == one.account.owed
        would = statements.make(opened, DAY, ANN, dry_run=True)
        assert (would.batch, would.statements, would.cents) == (0, 3, 75_00)
        assert not list(opened.statements.glob("*"))
        made = statements.make(opened, DAY, ANN, dry_run=False)
        assert (made.batch, made.statements, made.cents) == (1, 3, 75_00)
        assert made.by_reason == would.by_reason
        again = statements.make(opened, DAY, ANN, dry_run=False)
        assert (again.batch, again.statements) == (0, 0)
        assert again.by_reason["not_due"] == (4, 75_00)
        assert statements.make(opened, DAY + timedelta(days=29), ANN, dry_run=False).batch == 0
        assert statements.make(opened, DAY + timedelta(days=30), ANN, dry_run=False).statements == 3
        assert proof(opened.ledger).holds
        _looks_right(opened)
        statements.hold(opened, DAY, ANN, "V-1", "dispute", dry_run=False)
        statements.void(opened, DAY, ANN, [1], dry_run=False)
        _names_nobody(opened)


def _looks_right(opened):
    """The pages and the file say the same, the file is whole, a file cut anywhere is refused by its line."""
    pages = sorted(opened.statements.glob("*-statement*_*.pdf"))
    assert len(pages) == 6
    text = "".join(page.extract_text() for page in pypdf.PdfReader(pages[0]).pages)
    for word in (
        "Lakeside Family Medicine",
        "Wren Mosswoodaab",
        "1 ORCHARD WAY",
        "$35.00",
        "12/09/2026",
        "11/03/2026",
    ):
        assert word in text, word
    assert "99213" not in text
    data = statements.file_of(opened, 1)
    rows = list(csv.reader(io.StringIO(data.decode())))
    assert [row[0] for row in rows] == ["S", "D", "D", "S", "D", "S", "D", "T"]
    assert {row[10]: int(row[18]) for row in rows if row[0] == "S"} == {
        "Wren Mosswoodaab": 35_00,
        "Wren Mosswoodaga": 20_00,
        "Wren Mosswoodabb": 20_00,
    }
    assert mailing.read(data).cents == 75_00
    path = opened.path / "cut.csv"
    path.write_bytes(data)
    assert statements.check(opened, path).statements == 3
    lines = data.split(b"\r\n")
    for at in range(1, len(data), 97):
        path.write_bytes(data[:at])
        line = data[:at].count(b"\n") + 1
        with pytest.raises(StepError, match=f"line {line}: "):
            statements.check(opened, path)
    for wrong, line in (
        (data.replace(b"2000", b"2001", 1), None),
        (b"\r\n".join([*lines[:2], *lines[3:]]), None),
        (data + b"S,1\r\n", 9),
        (data.replace(b"Wren", b"Ivan", 1), 8),
        (data.replace(lines[1], b"X" + lines[1], 1), 2),
        (data.replace(lines[3] + b"\r\n", lines[3] + b",1\r\n", 1), 4),
    ):
        path.write_bytes(wrong)
        with pytest.raises(StepError) as refused:
            statements.check(opened, path)
        assert refused.value.code == "STM-03"
        assert line is None or f"line {line}:" in refused.value.message


def _names_nobody(opened):
    with opened.ledger.read() as connection:
        tables = (statement, statement_batch, statement_claim, statement_hold, statement_void)
        rows = [row for table in tables for row in connection.execute(table.select())]
    trail = [f"{row.subject} {row.act} {row.detail}" for row in audit.rows(opened.ledger)]
    names = [path.name for path in opened.statements.glob("*")]
    for word in ("mosswood", "wren", "orchard", "w1777"):
        assert not any(word in str(value).lower() for row in (*rows, trail, names) for value in row), word


def test_holds_void_and_a_ledger_in_doubt_keep_statements_back(desk):
    with desk.home.opened() as opened:
        first = statements.make(opened, DAY, ANN, dry_run=False)
        with opened.ledger.read() as connection:
            ids = [one.id for one in kept.all_of(connection)]
        assert first.statements == len(ids) == 3
        statements.void(opened, DAY, ANN, ids[:1], dry_run=True)
        statements.void(opened, DAY, ANN, ids[:1], dry_run=False)
        for numbers in (ids[:1], [999]):
            with pytest.raises(StepError, match="STM-02"):
                statements.void(opened, DAY, ANN, numbers, dry_run=False)
        with pytest.raises(StepError, match="would mail them"):
            statements.file_of(opened, 1)
        due = statements.make(opened, DAY, ANN, dry_run=True)
        assert due.cents == 35_00
        account, held = statements.hold(opened, DAY, ANN, "V-2", "bankruptcy", dry_run=False)
        assert (account.owed, held.whole) == (35_00, True)
        assert statements.make(opened, DAY, ANN, dry_run=True).statements == 0
        with pytest.raises(StepError, match="STM-04"):
            statements.hold(opened, DAY, ANN, "V-1", "bankruptcy", dry_run=False)
        with pytest.raises(StepError, match="STM-04"):
            statements.hold(opened, DAY, ANN, "V-1", "tired", dry_run=False)
        with pytest.raises(StepError, match="STM-04 2036-11-18 is more than a year ahead"):
            statements.hold(opened, DAY, ANN, "V-1", "dispute", from_on=date(2036, 11, 18), dry_run=False)
        with pytest.raises(StepError, match="STM-05 2036-11-18 is more than a year ahead"):
            statements.release(opened, DAY, ANN, 1, from_on=date(2036, 11, 18), dry_run=False)
        with pytest.raises(StepError, match="PAT-01"):
            statements.hold(opened, DAY, ANN, "V-4", "dispute", dry_run=False)
        statements.release(opened, DAY, ANN, 1, from_on=DAY + timedelta(days=5), dry_run=False)
        assert statements.make(opened, DAY + timedelta(days=4), ANN, dry_run=True).statements == 0
        assert statements.make(opened, DAY + timedelta(days=5), ANN, dry_run=True).cents == 35_00
        for number in (1, 7):
            with pytest.raises(StepError, match="STM-05"):
                statements.release(opened, DAY, ANN, number, dry_run=False)
        statements.hold(opened, DAY, ANN, "V-2", "dispute", claim_alone=True, dry_run=False)
        assert statements.make(opened, DAY + timedelta(days=5), ANN, dry_run=True).cents == 20_00
        statements.void(opened, DAY, ANN, [], batch=1, dry_run=False)
        opened.doubt = "it was restored"
        with pytest.raises(LedgerInDoubt):
            statements.make(opened, DAY, ANN, dry_run=False)


def test_a_new_name_is_the_same_account_and_a_hold_stays(desk):
    wed = replace_person(person(1), last="Fernbrook", address={**ADDRESS, "line1": "9 Elm Street"})
    desk.see(visit(30, patient=wed, coverages=covered(1, "harbor"), service_date="2026-11-09"), day=DAY)
    desk.answer({"V-30": Answer()}, day=DAY + timedelta(days=1))
    with desk.home.opened() as opened:
        account = accounts.of_number(opened, "V-1")
        assert [c.encounter for c in account.claims] == ["V-1", "V-2", "V-30"]
        assert (account.name, account.guarantor.address.line1) == ("Wren Fernbrook", "9 Elm Street")
        statements.hold(opened, DAY, ANN, "V-1", "assistance", dry_run=False)
        kinds = {
            out.claim.encounter: out.reason for one in statements.preview(opened, DAY) for out in one.left_out
        }
        assert kinds["V-30"] == "hold_assistance"


def test_a_payment_in_suspense_that_names_a_claim_keeps_it_from_being_asked(desk):
    desk.visits["V-1"] = {**desk.visits["V-1"], "patient": person(77), "coverages": covered(77, "harbor")}
    desk.answer({"V-1": Answer(paid=20_00, shares=(), status="1")}, day=DAY)
    with desk.home.opened() as opened:
        asked = {c.encounter for one in statements.preview(opened, DAY) for c in one.claims}
        assert asked == {"V-2", "V-8", "V-10"}
        with opened.ledger.read() as connection:
            ids = claim_story.find(opened.ledger, "V-1")
            [claim] = patient_claims.load(connection, ids)
        assert claim.awaits == "a payment in suspense names it"


def test_a_hold_stays_with_each_claim_of_its_account_whoever_answers_for_it_now(desk):
    with desk.home.opened() as opened:
        statements.hold(opened, DAY, ANN, "V-2", "bankruptcy", dry_run=False)
    desk.home.drop("lakeside/V-1-2.json", {**desk.visits["V-1"], "version": 2, "guarantor": person(88)})
    desk.partner.collect(DAY)
    with desk.home.opened() as opened:
        first, second = accounts.of_number(opened, "V-1"), accounts.of_number(opened, "V-2")
        assert (first.name, second.name) == ("Wren Mosswoodaii", "Wren Mosswoodaab")
        left = {
            out.claim.encounter: out.reason for one in statements.preview(opened, DAY) for out in one.left_out
        }
        assert (left["V-1"], left["V-2"]) == ("payer_may_pay", "hold_bankruptcy")


def replace_person(of, **changes):
    return {**of, **changes}


def test_what_a_payer_takes_back_after_a_statement_is_asked_no_more(desk):
    with desk.home.opened() as opened:
        assert statements.make(opened, DAY, ANN, dry_run=False).cents == 75_00
    back = Answer(paid=-90_00, shares=(("2", -20_00),), status="22", charge=-135_00)
    desk.answer({"V-1": back}, day=DAY)
    with desk.home.opened() as opened:
        later = DAY + timedelta(days=31)
        found = statements.preview(opened, later)
        assert {c.encounter for one in found for c in one.claims} == {"V-2", "V-8", "V-10"}
        assert proof(opened.ledger).holds


def test_money_of_the_guarantor_is_used_before_anything_is_asked(desk):
    with desk.home.opened() as opened:
        claim_money.pay(opened, DAY, ANN, "V-1", 30_00, dry_run=False)
        left = [
            out
            for one in statements.preview(opened, DAY)
            for out in one.left_out
            if out.claim.encounter == "V-2"
        ]
        assert [(out.reason, out.cents) for out in left] == [("credit", 15_00)]


def test_pages_go_with_their_claims_and_never_before_what_is_owed_is_settled(desk):
    (desk.home.path / "cleanclaim.toml").write_text("demo = true\nsettle_seconds = 0\nretention_days = 90\n")
    with desk.home.opened() as opened:
        statements.make(opened, DAY, ANN, dry_run=False)
        later = DAY + timedelta(days=400)
        purge.purge(opened, later, ANN, really=True)
        assert accounts.of_number(opened, "V-1").name == "Wren Mosswoodaab", "it still owes"
        for number in ("V-1", "V-2", "V-8", "V-10"):
            owed = accounts.of_number(opened, number).owed
            assert owed
            claim_money.write_off(opened, DAY, ANN, number, "", dry_run=False)
        assert len(list(opened.statements.glob("*"))) == 4
        purge.purge(opened, later, ANN, really=True)
        assert list(opened.statements.glob("*")) == []
        assert accounts.of_number(opened, "V-1").name == ""
        statements.make(opened, later, ANN, dry_run=False)
        assert list(opened.statements.glob("*")) == []


def test_the_first_key_seals_the_copies_of_statements_too(desk):
    with desk.home.opened() as opened:
        statements.make(opened, DAY, ANN, dry_run=False)
        plain = sorted(file.name for file in opened.statements.glob("*"))
        assert len(plain) == 4
        seal_archive.first_key(opened, DAY, ANN)
        keep_copies(opened)
        assert sorted(file.name for file in opened.statements.glob("*")) == [f"{name}.age" for name in plain]
