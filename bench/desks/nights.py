"""A home whose claims are all denied, its nights with the mock clearinghouse over SFTP, and what a desk does.

A touch is a denial that a desk takes up: by the queue's own word it is corrected and sent again, or appealed
by letter. What was in vain is written off when the payer's answer is here; that is no touch.
"""

import json
import re
import shutil
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from bench.desks.payers import IDS, PRACTICES, Denied, Payers
from config.connection import write_connection
from config.settings import load
from ledger.books.acts import EVERYBODY
from ledger.queries.money import money
from ledger.queries.proof import of_all
from ledger.queries.work_queue import Asked, Item, items
from mock_clearinghouse import keys
from mock_clearinghouse.program import Clearinghouse
from tasks import nightly_run
from tasks.errors import StepError
from tasks.home.home import Home, open_home
from tasks.operations import accept_ledger, appeal_work, correct_claim, draft_encounter, work_acts
from tasks.operations.money_acts import By
from tasks.work.causes import keep_queue

CHECKOUT = Path(__file__).resolve().parents[2]
FIRST, DAYS = date(2026, 1, 5), 7
BY = By("Pat", "as the queue says")
LONG = 100_000
APPEAL = "APPEAL"
CHANGES = {"197": "prior_authorization=AU774120"}  # by reason; else the note, which is enough of a change

Order = Callable[[list[Item], int], list[Item]]
"""In which order a desk works what is open on a night."""


def day_of(night: int) -> date:
    """The business date of a night, from 1."""
    return FIRST + timedelta(days=DAYS * (night - 1))


def make_home(path: Path, payers: Payers) -> None:
    """A demo home with payers of other limits."""
    shutil.copytree(CHECKOUT / "config" / "demo", path / "partners")
    (path / "cleanclaim.toml").write_text(
        f'demo = true\nsettle_seconds = 0\n[authority]\n"{EVERYBODY}" = 100000000\n', encoding="utf-8"
    )
    for name in IDS:
        file = path / "partners" / "payers" / f"{name}.toml"
        days = f"appeal_limit_days = {payers.payers[name].limit}"
        text = re.sub(r"(?m)^appeal_limit_days = .*$", days, file.read_text("utf-8"))
        file.write_text(text, encoding="utf-8")


@dataclass(slots=True)
class Desk:
    """One home with its nights. `touched`: by claim the night on which it was taken up."""

    path: Path
    payers: Payers
    night: int = 0
    touched: dict[int, int] = field(default_factory=dict)
    read_on: dict[int, date] = field(default_factory=dict)
    _drafted: dict[int, str] = field(default_factory=dict)  # claims and their patient control numbers
    _mailed: dict[int, Path] = field(default_factory=dict)  # work and the payer's letter about it
    _sent: set[int] = field(default_factory=set)  # claims that went again

    def copied(self, path: Path) -> "Desk":
        """The same desk in a copy of its home, whose ledger a person has to accept as one that was moved."""
        shutil.copytree(self.path, path)
        with open_home(load(path)) as home:
            accept_ledger.accept(home, day_of(self.night), "a copy to compare with", nothing_since=True)
        made = copy(self)
        made.path = path
        for name in ("touched", "read_on", "_drafted", "_mailed", "_sent"):
            setattr(made, name, copy(getattr(self, name)))
        return made

    def play(self, come: Sequence[Denied], order: Order, touches: int) -> None:
        """A night: encounters come, the run is made, then the desk works so many denials."""
        self.night += 1
        day = day_of(self.night)
        self._document(come, day)
        mock = self._mock(day)
        try:
            with open_home(load(self.path)) as home:
                nightly_run.walk(home, day)
                self._end(home, day)
                keep_queue(home, day)
                left = [item for item in _denials(home, day) if number_of(item) not in self.touched]
                for item in order(left, self.night)[:touches]:
                    self._touch(home, day, item)
                keep_queue(home, day)
        finally:
            mock.stop()

    def cash(self) -> int:
        """What payers paid, in cents. The books close."""
        with open_home(load(self.path)) as home:
            assert of_all(home.ledger).holds
            return money(home.ledger).cash

    def _document(self, come: Sequence[Denied], day: date) -> None:
        for practice in PRACTICES:
            found = [_encounter(self.path, one, day) for one in come if one.practice == practice]
            if found:
                folder = self.path / "inbox" / practice
                folder.mkdir(parents=True, exist_ok=True)
                (folder / f"{day}.json").write_text(json.dumps(found), encoding="utf-8")

    def _mock(self, day: date) -> Clearinghouse:
        denied_on = {
            one.number: day_of(one.night + 1) for one in self.payers.claims if one.night < self.night
        }
        scenario = self.payers.scenario(day, denied_on, self.read_on)
        mock = Clearinghouse(self.path / "clearinghouse", day, scenario)
        mock.start()
        for file in (self.path / "partners" / "clearinghouses").glob("*.toml"):
            write_connection(
                file,
                host="127.0.0.1",
                port=mock.port,
                host_key=keys.public_line(mock.host_key),
                key_file=Path("clearinghouse/client_key"),
            )
        return mock

    def _touch(self, home: Home, day: date, item: Item) -> None:
        number = number_of(item)
        self.touched[number] = self.night
        if item.way != APPEAL:
            change = CHANGES.get(item.carc, "note=COMPLETED")
            draft_encounter.draft(home, day, BY, item.id, changes=[change], out=None, dry_run=False)
            self._drafted[number] = item.patient_control_number
            return
        try:
            appealed = appeal_work.appeal(
                home, day, BY, item.id, channel="mail", argument="", enclosures=["Note"], dry_run=False
            )
        except StepError:  # its last day is past
            work_acts.write_off(home, day, BY, [item.id], dry_run=False)
            return
        letter = f"{item.payer_claim_control_number}-{item.id}"
        mail = self.path / "clearinghouse" / "mail"
        (mail / "in" / f"{letter}.pdf").write_bytes(appealed.letter)
        self.read_on[number] = day_of(self.night + 1)
        self._mailed[item.id] = mail / "out" / f"{letter}.txt"

    def _end(self, home: Home, day: date) -> None:
        """What was corrected goes, and what is lost is given up."""
        for item, answer in list(self._mailed.items()):
            if answer.exists():
                appeal_work.lose(home, day, BY, item, dry_run=False)
                work_acts.write_off(home, day, BY, [item], dry_run=False)
                del self._mailed[item]
        lost = [one.id for one in _denials(home, day) if number_of(one) in self._sent]
        if lost:
            work_acts.write_off(home, day, BY, lost, dry_run=False)
        for number, control_number in self._drafted.items():
            correct_claim.correct(home, day, BY, control_number, dry_run=False)
            self._sent.add(number)
        self._drafted = {}


def _denials(home: Home, day: date) -> list[Item]:
    return items(home.ledger, day, Asked(kinds=["denial"]), limit=LONG)


def number_of(item: Item) -> int:
    """The number of the claim that a piece of work is about."""
    return int(item.external_id.removeprefix("D-"))


def _encounter(path: Path, one: Denied, day: date) -> dict[str, object]:
    text = (path / "partners" / "practices" / f"{one.practice}.toml").read_text("utf-8")
    rendering = re.search(r'\[\[providers\]\]\nnpi = "(\d+)"', text)
    assert rendering is not None
    return {
        "source": "desks",
        "id": f"D-{one.number}",
        "practice": one.practice,
        "service_date": (day - timedelta(days=3)).isoformat(),
        "place_of_service": "11",
        "patient": {
            "last": "Y" + "".join(chr(97 + int(digit)) for digit in str(one.number)),
            "first": "Ada",
            "birth_date": "1980-02-03",
            "sex": "F",
            "address": {"line1": "7 Orchard Way", "city": "Springfield", "state": "IL", "zip": "627040007"},
        },
        "coverages": [{"order": "P", "payer": one.payer, "member_id": one.member}],
        "rendering": {"npi": rendering[1]},
        "diagnoses": ["J02.9"],
        "lines": [
            {"procedure": "99213", "charge": f"{one.cents // 100}.{one.cents % 100:02d}", "pointers": [1]}
        ],
    }
