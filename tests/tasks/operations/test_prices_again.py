"""Claims are compared anew chunk by chunk: broken off between two it goes on, and nothing is done twice."""

from datetime import date

import pytest

from ledger.agreed import contracts
from ledger.books import repricing
from ledger.books.acts import Signature
from ledger.queries.money import money
from ledger.queries.proof import of_all as proof
from ledger.queries.work_queue import Asked, items
from ledger.schema import repricing as table
from tasks.errors import StepError
from tasks.operations import agree_prices
from tasks.operations.agree_prices import Whose
from tasks.operations.money_acts import By
from tasks.steps import queue_denials
from tests.tasks.patients.answered import Answer, Desk, visit

DAY = date(2026, 11, 18)
NIGHT = DAY.isoformat()
SIGNATURE = Signature(who="ann", why="of January")
ANN = By("ann", "the contract of January")
HARBOR = Whose(payer="harbor", from_on="2026-01-01")


@pytest.fixture
def opened(home, either_database):
    desk = Desk(home)
    desk.see(*(visit(n) for n in range(1, 6)))
    desk.answer({f"V-{n}": Answer() for n in range(1, 6)})
    (home.path.parent / "fees.csv").write_text("rule,rate\npercent_of_charge,90\n", encoding="utf-8")
    with desk.home.opened() as found:
        yield found


def imported(opened, *, dry_run=False):
    file = opened.path.parent / "fees.csv"
    return agree_prices.import_file(opened, DAY, ANN, file, HARBOR, dry_run=dry_run)


def short(opened):
    return sorted((w.claim_id, w.cents) for w in items(opened.ledger, DAY, Asked(kinds=["underpaid"])))


def left(opened):
    with opened.ledger.read() as connection:
        return connection.execute(table.select()).all()


def test_what_is_left_to_be_compared_is_done_by_the_night_or_the_next_act(opened):
    would = imported(opened, dry_run=True)
    assert (would.claims, would.after.cents, short(opened), left(opened)) == (5, 5 * 11_50, [], [])
    assert imported(opened).effect == would.effect
    whole = short(opened)
    assert [cents for _, cents in whole] == [11_50] * 5

    for goes_on in (
        lambda: queue_denials.do(opened, DAY, "queues"),
        lambda: agree_prices.end(opened, DAY, ANN, 3, date(2027, 6, 30), dry_run=False),
    ):
        agree_prices.withdraw(opened, DAY, ANN, contracts.of(opened.ledger)[-1].number, dry_run=False)
        assert short(opened) == []
        with opened.ledger.write() as connection:  # as an import that dies after its second chunk
            one = contracts.standing(connection)[0]
            rates = contracts.rows_of(opened.ledger, one)
            newest = contracts.newest(opened.ledger)
            said = agree_prices.replace(one, number=0, state=contracts.IN_FORCE)
            change, _ = contracts.add(connection, NIGHT, SIGNATURE, newest, said, rates)
            repricing.begin(connection, NIGHT, change, "harbor")
            assert len(repricing.step(connection, NIGHT, change, 2)) == 2
        assert (len(short(opened)), len(left(opened))) == (2, 1)
        goes_on()
        assert (short(opened), left(opened)) == (whole, [])
        assert money(opened.ledger).closes
        assert proof(opened.ledger).holds


def test_what_was_judged_by_contracts_that_changed_since_is_refused(opened):
    imported(opened)
    for size in (1, 2, 5, 6):  # whatever the chunk, each claim is compared once
        with opened.ledger.write() as connection:
            repricing.begin(connection, NIGHT, 1, "harbor")
        assert repricing.finish(opened.ledger, NIGHT, size) == 5
    [one] = contracts.of(opened.ledger)
    newest = contracts.newest(opened.ledger)

    def withdrawn(connection, after):
        said = agree_prices.replace(one, state=contracts.WITHDRAWN)
        change, _ = contracts.add(connection, NIGHT, SIGNATURE, newest, said)
        repricing.begin(connection, NIGHT, change, "harbor", after)
        return change

    for size in (1, 2, 5, 6):
        claims, before, after = agree_prices._previewed(opened, NIGHT, "harbor", withdrawn, size)
        assert (claims, before.cents, after.cents) == (5, 5 * 11_50, 0)
        assert contracts.newest(opened.ledger) == newest
    for dry_run in (True, False):  # judged by what was there before this contract was
        with pytest.raises(StepError, match="CTR-05"):
            agree_prices._kept(opened, DAY, ANN, 0, [(one, ())], dry_run=dry_run)
    assert len(contracts.history(opened.ledger, 1)) == 1
    assert (len(short(opened)), left(opened)) == (5, [])
