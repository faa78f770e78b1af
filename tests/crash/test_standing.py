"""What the crash test counts as money that arrived."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

from config.settings import load
from ledger import Ledger
from ledger.queries.money import money
from ledger.queries.night import problems
from ledger.runs import settling
from tests.crash import documents, partner_books, processes, troubles
from tests.crash.partner import Partner
from tests.crash.standing import Person, finished
from tests.crash.tally import Tally

FIRST = date(2026, 11, 16)
DAMAGED = next(a for a in troubles.ANSWERS if '"corrupt"' in a and '"835"' in a)
NEVER = next(a for a in troubles.ANSWERS if '"no_answer"' in a and '"835"' in a)


def test_a_damaged_remittance_counts_as_arrived_only_while_the_quarantine_names_it(tmp_path):
    home = documents.make_home(tmp_path / "home")
    people = [Person(n, story) for n, story in enumerate(("W71", "W2", "W63"), 1)]
    documents.drop(home, "0000.json", [person.documented(clean=True) for person in people])
    for day, trouble in enumerate(("", DAMAGED, "")):
        night(home, FIRST + timedelta(days=day), trouble)

    books = partner_books.read(home / "clearinghouse")
    ledger = Ledger(load(home).database_url)
    posted = money(ledger).cash
    (named,) = problems(ledger, open_only=True)
    (quarantined,) = (p.cents for p in books.damaged.values() if named.name in p.files)
    assert named.code == "RMT-FORM"
    assert posted + quarantined == books.paid
    assert finished(home, people, Tally(), Counter()) == []

    settling.say(ledger, named.subject, "2026-11-19", "tester", "lost", settled=True)
    ledger.close()
    assert finished(home, people, Tally(), Counter()) == [
        f"{posted} cents posted and 0 quarantined, the partner paid {books.paid}"
    ]


def test_what_is_taken_back_of_a_payment_that_never_came_is_known_from_both_sides(tmp_path):
    home = documents.make_home(tmp_path / "home")
    people = [Person(1, "W61")]  # paid, then reversed and corrected
    documents.drop(home, "0000.json", [people[0].documented(clean=True)])
    for day, trouble in enumerate(("", NEVER, "")):
        night(home, FIRST + timedelta(days=day), trouble)

    books = partner_books.read(home / "clearinghouse")
    ledger = Ledger(load(home).database_url)
    found = money(ledger)
    ledger.close()
    assert (found.reversed_unknown, found.applied, found.receivable) == (148_50, -33_00, 0)
    assert (books.reversed, books.reversed_unknown()) == (148_50, 148_50)
    assert finished(home, people, Tally(), Counter()) == []

    for file in (home / "clearinghouse" / "sftp" / "outbound").glob("*_835.x12"):
        file.unlink()
    assert finished(home, people, Tally(), Counter()) == [
        "14850 cents taken back, the partner took back 0",
        "14850 cents taken back of payments that are not here, the partner took back 0 of payments that did "
        "not come",
    ]


def night(home: Path, day: date, trouble: str) -> None:
    with Partner(home, day, trouble):
        assert processes.wait(processes.start(home, lambda: processes.run(home, day))) == 0
