"""The order of the queue as SQL makes it: that of each piece of work thought about by itself."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from ledger.adjudication.chance import Chances, priority
from ledger.books import letters, work_items, work_ranks
from ledger.books.letters import APPEAL, FILED
from ledger.books.work_items import EMPTY
from ledger.queries.work_queue import Asked, items, names
from ledger.schema import claim, letter, work_item
from ledger.storage.database import insert_many
from tests.ledger.conftest import NIGHT

DAY = date.fromisoformat(NIGHT)
BEFORE = st.sampled_from([0, 1, 29, 30, 31, 59, 60, 61, 89, 90, 91, 400]).map(lambda n: DAY - timedelta(n))
LEFT = st.sampled_from([None, -400, -1, 0, 3, 4, 7, 8, 14, 15, 30, 31, 300])
CENTS = st.one_of(
    st.sampled_from([0, 1, 2, 10, 15_000, 10**13]), st.integers(0, 100_000), st.integers(-50, 0)
)

work = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["denial", "hold", "takeback", "ünï 'kind'"]),
        "fix_path": st.sampled_from(["APPEAL", "NEXT_PAYER", "WRITE_OFF"]),
        "payer": st.sampled_from(["", "harbor", 'se\'nior \\ "x"']),
        "carc": st.sampled_from(["", "16", "29"]),
        "category": st.sampled_from(["", "CLAIM_DATA"]),
        "cents": CENTS,
        "opened": BEFORE,
        "left": LEFT,
        "appeal": LEFT,
        "snoozed": st.booleans(),
        "over": st.sampled_from([None, None, 0, 30, 95]),
        "won": st.sampled_from([0, 1, 3]),
    }
)


def rows(drawn, first):
    """The rows of pieces of work, and the last days of the appeals of some by work."""
    made, due = [], {}
    for number, one in enumerate(drawn, first):
        about = {name: one[name] for name in ("kind", "fix_path", "payer", "carc", "category", "cents")}
        row = EMPTY | about | {"id": number, "key": str(number), "opened_cents": one["cents"]}
        row |= {"business_on": one["opened"].isoformat(), "due_on": day(one["left"]), "owed": 1}
        row["snoozed_until_on"] = day(1) if one["snoozed"] and number % 4 == 0 else ""
        over = {"outcome": "", "recovered_cents": 0, "resolved_on": ""}
        if one["over"] is not None:
            end = min(one["opened"] + timedelta(one["over"]), DAY)
            over = {"state": "resolved", "outcome": "x", "resolved_on": end.isoformat()}
            over["recovered_cents"] = one["cents"] * one["won"] // 3
        made.append(row | over)
        if one["appeal"] is not None and number % 3 == 0:
            due[number] = day(one["appeal"])
    return made, due


def day(left):
    return "" if left is None else (DAY + timedelta(left)).isoformat()


def appealed(number, due_on):
    said = {"level": 1, "name": "x", "actor": "x", "why": "x", "business_on": NIGHT, "claim_id": 1}
    return {"kind": APPEAL, "work_item_id": number, "event": FILED, "due_on": due_on, **said}


def straightforward(ledger, made, due):
    """Each open piece of work that is not snoozed, thought about by itself, and then sorted."""
    with ledger.read() as connection:
        chances = Chances(work_ranks.outcomes(connection, DAY))
    found = []
    for row in made:
        if row["state"] != "open" or row["snoozed_until_on"]:
            continue
        last = due.get(row["id"]) or row["due_on"]
        left = (date.fromisoformat(last) - DAY).days if last else None
        likely = chances.of(
            kind=row["kind"],
            way=row["fix_path"],
            payer=row["payer"],
            practice=row["practice"],
            reason=work_ranks.reason_of(row["kind"], row["carc"], row["category"]),
            cents=row["cents"],
            days=(DAY - date.fromisoformat(row["business_on"])).days,
        )
        worth = priority(row["cents"], likely.share, left)
        found.append((-worth, row["id"], round(likely.share, 4), likely.basis, last))
    return sorted(found)


def as_sorted(item):
    return (-item.priority_cents, item.id, item.chance, item.basis, item.due_on)


def page_after_page(ledger, asked, limit):
    found = []
    while page := items(ledger, DAY, asked, after=found[-1].id if found else 0, limit=limit):
        found += page
    return found


def filled(ledger, drawn):
    """The ledger with this work alone; the rows, and the last days of appeals by work."""
    with ledger.write() as connection:
        first = connection.execute(select(func.coalesce(func.max(work_item.c.id), 0))).scalar_one() + 1
        if first == 1:
            about = {"source": "x", "external_id": "x", "practice": "x"}
            number = {"id": 1, "patient_control_number": "C", "business_on": NIGHT}
            insert_many(connection, claim, [about | number])
        connection.execute(update(work_item).values(state="gone", resolved_on=""))  # of earlier examples
        made, due = rows(drawn, first)
        insert_many(connection, work_item, made)
        insert_many(connection, letter, [appealed(number, "2020-01-01") for number in due])
        insert_many(connection, letter, [appealed(*one) for one in due.items()])
    return made, due


ALIKE = {"kind": "denial", "fix_path": "APPEAL", "payer": "", "carc": "16", "category": "", "opened": DAY}
NOT = {"appeal": None, "snoozed": False, "over": None, "won": 0}
OF_TIES = [(10, None), (30, None), (50, None), (70, None), (10, 5), (0, None), (0, -1), (150_00, None)]
LARGEST = [ALIKE | NOT | {"cents": 10**13, "left": left} for left in (14, None)]
TIES = [ALIKE | NOT | {"cents": cents, "left": left} for cents, left in OF_TIES]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(work, min_size=1, max_size=40), st.integers(1, 9))
@example(TIES, 3)
@example(LARGEST, 1)
def test_the_order_is_that_of_each_piece_thought_about_by_itself(ledger, drawn, limit):
    made, due = filled(ledger, drawn)
    expected = straightforward(ledger, made, due)
    assert [as_sorted(one) for one in items(ledger, DAY, limit=100)] == expected
    assert [as_sorted(one) for one in page_after_page(ledger, Asked(), limit)] == expected


def thought(ledger, as_of):
    """Each open piece of work of the ledger that is not snoozed, thought about by itself, and then sorted."""
    found, last = [], {}
    with ledger.read() as connection:
        known = work_ranks.chances(connection, as_of)
        for row in connection.execute(select(letter).order_by(letter.c.id)):
            last[row.work_item_id] = row.due_on
        for row in connection.execute(select(work_item).where(work_item.c.state == "open")):
            if row.snoozed_until_on > as_of.isoformat():
                continue
            due = last.get(row.id) or row.due_on
            left = (date.fromisoformat(due) - as_of).days if due else None
            days = (as_of - date.fromisoformat(row.business_on)).days
            reason = work_ranks.reason_of(row.kind, row.carc, row.category)
            asked = {"kind": row.kind, "way": row.fix_path, "payer": row.payer, "practice": row.practice}
            likely = known.of(**asked, reason=reason, cents=row.cents, days=days)
            is_duty = row.kind in work_items.DUTIES
            worth = priority(row.cents, likely.share, left, is_duty=is_duty)
            found.append((-worth, row.id, round(likely.share, 4), likely.basis, due))
    return sorted(found)


def kept(ledger, as_of, *, anew=False):
    with ledger.write() as connection:
        return work_ranks.keep(connection, as_of, anew=anew)


def turned(connection, number, how):
    """One thing that a night or a person does to a piece of work."""
    what, value = how
    if what == "clock":
        work_items.set_clocks(connection, {number: (day(value), "act")})
    elif what == "appeal":
        letters.keep(
            connection,
            letters.Letter(
                work_item_id=number, claim_id=1, event=FILED, level=1, name="x", due_on=day(value), actor="x",
                why="x", business_on=NIGHT,
            ),
        )  # fmt: skip
    elif what == "over":
        won = {"state": "resolved", "outcome": "x", "resolved_on": NIGHT, "recovered_cents": value}
        work_items.change(connection, NIGHT, number, won, "resolved", "x", "x")
    else:
        work_items.change(connection, NIGHT, number, {what: value}, "changed", "x", "x")


TURNS = st.one_of(
    st.tuples(st.just("cents"), CENTS),
    st.tuples(st.sampled_from(["clock", "appeal"]), LEFT),
    st.tuples(st.just("over"), st.integers(0, 10_000)),
    st.tuples(st.just("snoozed_until_on"), st.sampled_from(["", day(1), day(40)])),
    st.tuples(st.just("payer"), st.sampled_from(["harbor", "other"])),
    st.tuples(st.just("kind"), st.sampled_from(["payer_credit", "denial"])),
)


@pytest.mark.slow
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(work, min_size=4, max_size=20),
    st.lists(st.tuples(st.integers(0, 19), TURNS), max_size=12),
    st.sampled_from([-40, -1, 1, 3, 29, 61]),
)
def test_kept_ranks_are_those_of_each_piece_whatever_became_of_it_and_on_any_day(ledger, drawn, turns, other):
    made, _ = filled(ledger, drawn)
    kept(ledger, DAY)
    assert kept(ledger, DAY) == 0, "a rank that holds is not written again"
    with ledger.write() as connection:
        for place, how in turns:
            turned(connection, made[place % len(made)]["id"], how)
    for as_of in (DAY, DAY + timedelta(other)):
        assert [as_sorted(one) for one in items(ledger, as_of, limit=100)] == thought(ledger, as_of)
        kept(ledger, as_of, anew=as_of == DAY)
        assert [as_sorted(one) for one in items(ledger, as_of, limit=100)] == thought(ledger, as_of)


def test_what_is_not_asked_for_is_behind_nothing(ledger):
    filled(ledger, [one | {"payer": "harbor" if n % 2 else ""} for n, one in enumerate(TIES)])
    asked = Asked(payers=["harbor"])
    here = items(ledger, DAY, asked)
    assert len(here) == len(TIES) // 2
    assert items(ledger, DAY, asked, after=here[0].id) == here[1:]
    assert items(ledger, DAY, asked, after=here[0].id - 1) == items(ledger, DAY, asked, after=999) == []
    assert items(ledger, DAY, replace(asked, payers=[])) == []


@given(st.lists(work, max_size=40), st.randoms(use_true_random=False))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_names_of_open_work_are_those_of_its_rows_however_it_is_looked_up(ledger, drawn, draw):
    made, _ = rows(drawn, 1)
    for row in made:
        row |= {
            "practice": draw.choice(["lakeside", "summit", ""]),
            "owner": draw.choice(["CODING", "Éva"]),
            "assignee": draw.choice(["", "ann"]),
        }
    with ledger.write() as connection:
        connection.execute(work_item.delete())
        insert_many(connection, work_item, made)
    for seen in (None, ["lakeside"], []):
        open_ones = [
            one for one in made if one["state"] == "open" and (seen is None or one["practice"] in seen)
        ]
        assert names(ledger, seen) == {
            name: {one[name] for one in open_ones} - ({""} if name == "assignee" else set())
            for name in ("kind", "owner", "payer", "practice", "carc", "category", "assignee")
        }
