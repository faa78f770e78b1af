"""Accounts out of kept digests and sums are those that the documents themselves say, whatever happened."""

import random
import re
from datetime import date, timedelta

from sqlalchemy import select

from ledger.maintenance import retention
from ledger.queries import patient_balances, patient_claims, standing
from ledger.schema import guarantor_digest, posting
from tasks.operations import claim_money, name_guarantor
from tasks.operations.money_acts import By
from tasks.patients import accounts, guarantors
from tests import seeds
from tests.tasks.answering import TUESDAY
from tests.tasks.patients.answered import Answer, Desk, person, visit
from tests.tasks.patients.test_name_guarantor import ADA

ANN = By("ann", "as the guarantor asked", second="bob")
CLAIMS = 24


def drawn(dice):
    """Encounters of few names, birth dates, record numbers and members, so that many are alike in part."""
    made = []
    for n in range(1, CLAIMS + 1):
        child = dice.random() < 0.3
        born = f"{dice.choice((2015, 2017)) if child else dice.choice((1970, 1980))}-02-03"
        seen = {"last": dice.choice(("Mosswood", "Fernley")), "first": dice.choice(("Wren", "Otto", "Ida"))}
        patient = {**person(n), **seen, "birth_date": born}
        if dice.random() < 0.4:
            patient["medical_record_number"] = f"MR-{dice.randint(1, 3)}"
        one = visit(n, patient=patient, service_date=f"2026-10-{n:02d}")
        if dice.random() < 0.3:
            one["guarantor"] = {**person(90), "first": dice.choice(("Mara", "Jon"))}
        made.append(one)
    return made


def said(connection):
    """By account what the documents say: number, claims, money; those with a mark in common are one."""
    p = posting.c
    touched = select(p.claim_id).where(p.claim_id.is_not(None), patient_balances.is_patients())
    groups = []
    for one in patient_claims.load(connection, set(connection.execute(touched).scalars())):
        on = date.fromisoformat(one.service_from_on)
        of = guarantors.read(one.documents[0], one.practice, on, one.named) if one.documents else None
        marks = set(of.guarantor.marks) if of is not None and of.guarantor is not None else set()
        alike = [group for group in groups if group[0] & marks]
        groups = [group for group in groups if not group[0] & marks]
        groups.append((marks.union(*(m for m, _ in alike)), [*(c for _, cs in alike for c in cs), one]))
    return sorted(_summed(of) for _, of in groups)


def _summed(claims):
    ids = sorted(one.id for one in claims)
    return (ids[0], ids, *(sum(getattr(one, name) for one in claims) for name in MONEY))


MONEY = ("owed", "credit", "prepaid", "given_up")


def agreed(opened):
    """That they are, before the digests of what changed are kept and after; how many were kept."""
    with opened.ledger.read() as connection:
        wanted = said(connection)
        before = accounts.balances(connection)
        for one in before:  # found by themselves, from any claim of theirs
            assert accounts.of_claims(connection, [one.claims[-1]]) == [one]
        paged, after = [], 0
        while more := accounts.page(connection, after=after, limit=4):
            paged += more
            after = more[-1].first_open
        assert paged == sorted((one for one in before if one.first_open), key=lambda one: one.first_open)
    kept = accounts.keep_digests(opened)
    with opened.ledger.read() as connection:
        after = accounts.balances(connection)
        loaded = accounts.load(connection, after)
    assert before == after
    assert [(b.number, list(b.claims), b.owed, b.credit, b.prepaid, b.given_up) for b in after] == wanted
    assert [(a.number, a.practice, a.owed, a.credit) for a in loaded] == [
        (b.number, b.practice, b.owed, b.credit) for b in after
    ]
    assert accounts.keep_digests(opened) == 0
    return kept


def test_accounts_are_those_that_the_documents_say(home, either_database):
    dice = random.Random(f"accounts {seeds.seed()}")
    desk = Desk(home)
    visits = drawn(dice)
    desk.see(*visits)
    with desk.home.opened() as opened:
        sent = {c.external_id for c in standing.claims(opened.ledger)}
    desk.answer({one["id"]: Answer() for one in visits if one["id"] in sent})
    with desk.home.opened() as opened:
        assert agreed(opened) == 0, "the night keeps what is new"
        [first, second, third, *_] = sorted(sent, key=lambda name: int(name[2:]))
        for number, cents in ((first, 25_00), (third, 20_00)):
            claim_money.pay(opened, TUESDAY, ANN, number, cents, dry_run=False)
        assert agreed(opened) == 0, "money is not read out of documents"
    changed = {**desk.visits[second], "version": 2, "guarantor": {**person(91), "first": "Mara"}}
    desk.home.drop("lakeside/changed.json", changed)
    children = [one["id"] for one in visits if one["patient"]["birth_date"] > "2000" and one["id"] in sent]
    with desk.home.opened() as opened:
        for child in children[:1]:
            name_guarantor.name(opened, TUESDAY, ANN, child, ADA, dry_run=False)
            assert agreed(opened) >= 1
    desk.partner.collect(TUESDAY + timedelta(days=1))
    with desk.home.opened() as opened:
        assert agreed(opened) == 0
        with opened.ledger.read() as connection:
            rows = connection.execute(guarantor_digest.select()).all()
        assert len(rows) == len(sent)
        assert all(re.fullmatch("[0-9a-f]{32}", mark) for row in rows for mark in row.marks.split())
        retention.purge(opened.ledger, "2028-01-01", "2027-12-01", really=True)
        agreed(opened)
        with opened.ledger.read() as connection:
            kept = {row.claim_id for row in connection.execute(guarantor_digest.select())}
            claims = patient_claims.load(connection, {row.claim_id for row in rows})
        gone = {one.id for one in claims if not one.documents}
        assert gone
        assert not kept & gone
