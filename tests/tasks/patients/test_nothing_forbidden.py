"""Generated claims of all kinds: what the mailing house's files ask for, counted from the files alone.

Beside what the generator knows of each claim: no cent that a payer could still pay, that the law forbids,
that is kept from the plan or held is in them, and no other cent is missing."""

import csv
import io
import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tasks.operations import patient_money, statements
from tests import seeds
from tests.tasks.patients.answered import ADDRESS, Answer, Desk, person, visit
from tests.tasks.patients.test_patient_money import ANN

COUNT = 48
FIRST = date(2026, 11, 19)
KINDS = ("bankruptcy", "deceased", "minor", "returned_mail", "assistance", "dispute")
SECRET = {"procedure": "86703", "charge": "71.37", "pointers": [1], "restricted": True}


@dataclass
class Told:
    """What the generator knows of a claim: what is left to the patient in the end, and why nobody may ask."""

    encounter: dict[str, Any]
    answers: list[Answer]
    late: list[Answer]
    share: int
    person: int
    forbidden: str = ""
    later: str = ""
    hold: str = ""
    paid: int = 0


def generated(draw: random.Random, n: int) -> Told:
    who = n if draw.random() < 0.7 or n < 2 else n - 1
    share = draw.choice((1_00, 12_00, 25_00, 40_00))
    made = visit(n, patient=person(who), service_date=f"2026-11-{n % 12 + 1:02d}")
    told = Told(made, [Answer(paid=135_00 - 45_00 - share, shares=(("2", share),))], [], share, who)
    what = draw.choice(
        (*["plain"] * 6, "silent", "denied", "part denied", "QMB", "second", "second silent",
         "second QMB", "medicaid", "restricted", "no address", "child", "taken back")
    )  # fmt: skip
    _varied(told, what, draw, n)
    if draw.random() < 0.15:
        told.hold = draw.choice(KINDS)
    if draw.random() < 0.2:
        told.paid = draw.randint(1, share)
    return told


def _varied(told: Told, what: str, draw: random.Random, n: int) -> None:
    share, [answer] = told.share, told.answers
    member = told.encounter["coverages"][0]["member_id"]
    if what == "silent":
        told.answers, told.forbidden = [], "no answer"
    elif what == "denied":
        told.answers = [Answer(paid=0, shares=(), status="4", rest=("CO", "197"))]
        told.forbidden = "a payer owes"
    elif what == "part denied":
        told.answers = [Answer(paid=answer.paid, shares=answer.shares, rest=("CO", "197"))]
        told.forbidden = "a payer owes"
    elif what == "QMB":
        told.answers = [Answer(paid=answer.paid, shares=answer.shares, remarks=("N783",))]
        told.forbidden = "QMB"
    elif what.startswith("second"):
        second = {"order": "S", "payer": "beacon", "member_id": f"W2777{n:04d}"}
        told.encounter["coverages"] = [*told.encounter["coverages"], second]
        took = draw.randint(0, share)
        rest = (("2", share - took),) if took < share else ()
        beacon = Answer(paid=took, payer="beacon", status="2", rest=("OA", "23"), shares=rest)
        told.later = "the second payer is silent"
        if what == "second":
            told.late, told.share = [beacon], share - took
        elif what == "second QMB":
            told.answers = [Answer(paid=answer.paid, shares=answer.shares, remarks=("N781",))]
            told.late, told.forbidden = [beacon], "QMB"
        else:
            told.forbidden = "the second payer is silent"
    elif what == "medicaid":
        told.encounter["coverages"] = [{"order": "P", "payer": "evergreen", "member_id": member}]
        told.answers = [Answer(paid=answer.paid, shares=answer.shares, payer="evergreen")]
        told.forbidden = "Medicaid"
    elif what == "restricted":
        told.encounter["lines"] = [*told.encounter["lines"], SECRET]
        told.forbidden = "restricted"
    elif what == "no address":
        told.encounter["guarantor"] = person(500 + n, address={**ADDRESS, "city": ""})
        told.person, told.forbidden = 500 + n, "no address"
    elif what == "child":
        told.encounter["patient"] = person(600 + n, birth_date="2014-05-05")
        told.person, told.forbidden = 600 + n, "nobody of age"
    elif what == "taken back":
        told.late = [Answer(paid=-answer.paid, shares=(("2", -share),), status="22", charge=-135_00)]


def expected(every: list[Told], late: bool) -> dict[str, int]:
    """What may be asked, by encounter: counted by guarantor, since a hold is of all and so is the minimum."""
    of: dict[int, list[Told]] = {}
    for one in every:
        of.setdefault(one.person, []).append(one)
    found: dict[str, int] = {}
    for claims in of.values():
        if any(one.hold for one in claims):
            continue
        asked = {
            one.encounter["id"]: one.share - one.paid
            for one in claims
            if not one.forbidden
            and not (one.later and not late)
            and not (late and one.late and one.late[0].status == "22")
            and one.share > one.paid
        }
        if sum(asked.values()) >= 5_00:
            found |= asked
    return found


def files_ask(opened: Any, batch: int, numbers: dict[str, str]) -> dict[str, int]:
    """What a mailing house's file asks for, by encounter."""
    if not batch:
        return {}
    rows = list(csv.reader(io.StringIO(statements.file_of(opened, batch).decode())))
    found = {numbers[row[4]]: int(row[9]) for row in rows if row[0] == "D"}
    assert sum(int(row[18]) for row in rows if row[0] == "S") == sum(found.values())
    return found


def test_no_cent_is_asked_that_nobody_may_ask_and_no_other_is_missing(home):
    draw = random.Random(seeds.seed())
    every = [generated(draw, n) for n in range(1, COUNT + 1)]
    desk = Desk(home)
    desk.see(*(one.encounter for one in every))
    desk.answer({one.encounter["id"]: answer for one in every for answer in one.answers})
    numbers = {desk.number(one.encounter["id"]): one.encounter["id"] for one in every}
    with desk.home.opened() as opened:
        for one in every:
            touched = bool(one.answers) and one.forbidden != "QMB" and one.answers[0].status != "4"
            one.hold = one.hold if touched and not one.later else ""
            one.paid = one.paid if touched and not one.later and not one.forbidden and not one.late else 0
            number = one.encounter["id"]
            if one.hold:
                statements.hold(opened, FIRST, ANN, number, one.hold, dry_run=False)
            if one.paid:
                patient_money.pay(
                    opened, FIRST, ANN, number, one.paid, "cash", claims=[number], dry_run=False
                )
        first = statements.make(opened, FIRST, ANN, dry_run=False)
        asked = files_ask(opened, first.batch, numbers)
        assert asked == expected(every, late=False)
        assert len(asked) >= 3, "it must ask for some"
    desk.answer({one.encounter["id"]: answer for one in every for answer in one.late}, day=FIRST)
    with desk.home.opened() as opened:
        second = statements.make(opened, FIRST + timedelta(days=30), ANN, dry_run=False)
        assert files_ask(opened, second.batch, numbers) == expected(every, late=True)
