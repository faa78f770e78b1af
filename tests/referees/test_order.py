"""Whatever order the answers come in, split over however many remittances, delivered however often, posted
together or one by one: the books, the states and the open work are the same."""

import shutil
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from ledger import Ledger
from ledger.payments import placements, remittances
from ledger.queries.money import money
from ledger.queries.proof import of_all as proof
from ledger.queries.suspense import suspense
from ledger.schema import posting, submission, work_item
from ledger.sending import responses
from tests.referees import histories, population
from tests.seeds import chance

HISTORIES = 60
SHUFFLES = 3


def picture(ledger: Ledger) -> dict[str, object]:
    """Balances, submissions, open work and suspense, by our numbers alone."""
    numbers: dict[int | None, str] = {None: "", **population.ids(ledger)}
    with ledger.read() as connection:
        p = posting.c
        balances = {
            (numbers[claim], account, payer, practice): int(cents)
            for claim, account, payer, practice, cents in connection.execute(
                select(p.claim_id, p.account, p.payer, p.practice, func.sum(p.cents)).group_by(
                    p.claim_id, p.account, p.payer, p.practice
                )
            )
            if cents
        }
        s = submission.c
        states = sorted(
            (numbers[claim], *rest)
            for claim, *rest in connection.execute(
                select(s.claim_id, s.payer, s.payer_order, s.number, s.state, s.payer_claim_control_number)
            )
        )
        w = work_item.c
        work = sorted(
            (numbers[claim], *rest)
            for claim, *rest in connection.execute(
                select(w.claim_id, w.kind, w.payer, w.line, w.carc, w.cents).where(w.state == "open")
            )
        )
    waiting = Counter(
        (row.patient_control_number, row.payer, row.cents) for row in suspense(ledger, date(2027, 1, 1))
    )
    return {"balances": balances, "states": states, "work": work, "suspense": waiting}


def play(
    template: Path, path: Path, sent: list[histories.RemittanceFacts], *, together: bool = False
) -> dict[str, object]:
    shutil.copy(template, path)
    ledger = Ledger(f"sqlite:///{path}")
    for some in [sent] if together else [[one] for one in sent]:
        done = remittances.post_each(ledger, population.NIGHT, some)
        assert {one.state for one in done} <= {"posted", "known"}
    placements.again(ledger, population.NIGHT)  # as each night does behind its remittances
    assert money(ledger).closes
    assert proof(ledger).holds
    found = picture(ledger)
    ledger.close()
    return found


@pytest.mark.parametrize("number", range(HISTORIES))
def test_every_shuffle_of_a_history_ends_in_the_same_books_states_and_work(number, tmp_path):
    dice = chance("history", number)
    template = tmp_path / "ledger.db"
    ledger = population.open_ledger(template)
    billed = histories.people_and_claims(dice, dice.choice((1, 2, 3, 6)))
    population.bill(ledger, billed)
    responses.store(ledger, population.NIGHT, "northgate", "f", b"f", size=1, mtime=1, kinds="835")
    ledger.close()
    sent = histories.History(dice, billed).remittances()
    right = play(template, tmp_path / "right.db", sent)
    for n in range(SHUFFLES):
        other = list(histories.shuffled(dice, sent))
        assert play(template, tmp_path / f"{n}.db", other, together=n == 0) == right
