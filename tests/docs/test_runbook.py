"""The runbook's commands end the demo's work: typed as they stand there, night after night, to the cent."""

import json
import re
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from console.command import app
from console.demo import demo_home
from tests.conftest import CHECKOUT
from tests.docs.typed import typed

BLOCKS = {block.title: block.commands.splitlines() for block in typed(CHECKOUT / "docs" / "runbook.md")}
NIGHT = "cleanclaim run"
BILLER = "dana"
_TO_FILL_IN = re.compile(
    r"PLACE=VALUE|\.\.\."
    r"|(?<![A-Z])(?:ID|CLAIM|NUMBER|PAYMENT|PAYER|LINE|REASON|DEPOSIT|REMITTANCES)(?![A-Z])"
)


@dataclass(frozen=True, kw_only=True)
class Case:
    """A piece of the demo's work, and the part of the runbook that ends it.

    At the end payers have paid `paid` cents on its claim, owe `payers_owe`, and the patient owes `patient`;
    `outcome` and `recovered` are those of the work.
    """

    under: str
    encounter: str = ""
    kind: str = "denial"
    line: int | None = None
    changes: tuple[str, ...] = ()
    reason: str = ""
    why: str
    paid: int = 0
    patient: int = 0
    payers_owe: int = 0
    outcome: str
    recovered: int = 0

    @property
    def name(self) -> str:
        return " ".join(filter(None, (self.encounter or self.kind, f"line {self.line}" if self.line else "")))


ENROLLED = ("rendering.npi=1999001021", "rendering.last=Lindqvist", "rendering.first=Anders")
CASES = (
    Case(
        under="Corrected and paid", encounter="S-2003", changes=("prior_authorization=AU774120",),
        why="the surgery center found the authorization",
        paid=1920_00, outcome="part_recovered", recovered=1920_00,
    ),
    Case(
        under="Corrected and paid", encounter="S-2004", changes=("lines[2].modifiers[2]=59",),
        why="the injection was a service of its own",
        paid=320_58, outcome="part_recovered", recovered=144_30,
    ),
    Case(
        under="Corrected and paid", encounter="L-1005", line=1, changes=ENROLLED,
        why="the supervising physician is enrolled",
        paid=120_00, outcome="part_recovered", recovered=120_00,
    ),
    Case(
        under="Corrected and paid", encounter="L-1016", changes=("note=COMPLETED AS ASKED",),
        why="completed as the payer asks",
        paid=108_00, outcome="part_recovered", recovered=108_00,
    ),
    Case(
        under="Appealed and won", encounter="B-3012", why="the echocardiogram's report says why",
        paid=585_00, outcome="part_recovered", recovered=585_00,
    ),
    Case(
        under="Denied as late, and it was not", encounter="L-1006", why="accepted within the limit",
        paid=108_00, outcome="part_recovered", recovered=108_00,
    ),
    Case(
        under="Appealed and lost, then written off", encounter="S-2014", line=1,
        why="the records support it", outcome="not_recovered",
    ),
    Case(
        under="Appealed and lost, then written off", encounter="S-2014", line=2,
        why="the records support it", outcome="not_recovered",
    ),
    Case(
        under="A cut that stands", encounter="S-2002", why="the order of the procedures is right",
        paid=216_00, outcome="not_recovered",
    ),
    Case(
        under="A cut that stands", encounter="B-3001", line=1, why="the contract pays nothing for it",
        outcome="not_recovered",
    ),
    Case(
        under="A cut that stands", encounter="B-3001", line=2, why="the contract pays nothing for it",
        outcome="not_recovered",
    ),
    Case(
        under="Billed to the secondary", encounter="L-1025", why="Beacon goes first",
        paid=108_00, outcome="part_recovered", recovered=108_00,
    ),
    Case(
        under="Billed to the patient", encounter="B-3002", reason="WAIVER", why="the waiver is on file",
        patient=60_00, outcome="not_recovered",
    ),
    Case(
        under="A rejection with an error of ours", encounter="L-1007", kind="rejection",
        changes=("coverages[1].member_id=W10000177",), why="read again from the card",
        paid=108_00, outcome="cause_gone",
    ),
    Case(
        under="A rejection whose cause lay elsewhere", encounter="B-3004", kind="rejection",
        why="the clearinghouse mended its route", paid=35_20, outcome="cause_gone",
    ),
    Case(
        under="A payment in suspense that is nobody's here", kind="suspense", why="no such patient",
        outcome="cause_gone",
    ),
    Case(
        under="A payment that the payer took back", encounter="L-1023", kind="takeback",
        why="the service was covered on its day",
        paid=108_00, outcome="part_recovered", recovered=108_00,
    ),
    Case(
        under="Money kept back beside the claims", encounter="S-2005", kind="provider_level",
        why="the payer's letter: another plan covered it", paid=199_75, outcome="handled",
    ),
    Case(
        under="A credit of a payer", encounter="L-1024", kind="payer_credit", why="it paid twice",
        paid=108_00, outcome="not_recovered",
    ),
    Case(
        under="A credit of a patient", encounter="L-1026", kind="patient_credit", why="nothing was owed",
        paid=68_00, outcome="not_recovered",
    ),
)  # fmt: skip
DEPOSITED = Case(
    under="A deposit that no remittance explains", kind="deposit", why="the lockbox's check is for both",
    outcome="cause_gone",
)  # fmt: skip
"""Worked when the others are: the bank's file comes last."""
ALL = (*CASES, DEPOSITED)
ACCOUNT = "4321"


@dataclass
class Desk:
    """The demo's home as a biller has it, and what was typed there."""

    home: Path
    found: dict[Case, dict[str, Any]] = field(default_factory=dict)
    typed: dict[Case, int] = field(default_factory=dict)
    before: list[dict[str, Any]] = field(default_factory=list)
    unadvised: list[str] = field(default_factory=list)
    nights: int = 0
    of_deposit: list[str] = field(default_factory=list)

    def ask(self, *words: str) -> dict[str, Any]:
        """What a command says as JSON."""
        done = CliRunner().invoke(app, [*words, "--json"])
        assert done.exit_code in (0, 3), (words, done.output, done.exception)
        answer: dict[str, Any] = json.loads(done.output)
        return answer

    def work(self) -> list[dict[str, Any]]:
        return list(self.ask("work", "list", "--snoozed", "--limit", "500")["work"])

    def type(self, case: Case, line: str) -> None:
        """Types a line of the runbook for a piece of work. What it says must be among its own advice."""
        filled = self.fill_in(case, line)
        words = shlex.split(filled)
        if words[0] != "cleanclaim":
            subprocess.run(["bash", "-e", "-c", filled], cwd=self.home, check=True, capture_output=True)
            return
        if words[1:3] != ["work", "show"] and len(words) > 2:
            advised = self.ask("work", "show", str(self.found[case]["id"]))["commands"]
            if words[:4] not in [shlex.split(one["typed"])[:4] for one in advised]:
                self.unadvised.append(f"{case.name}: {filled}")
        self.typed[case] = self.typed.get(case, 0) + 1
        done = CliRunner().invoke(app, words[1:])
        lists = len(words) == 2 or words[2:] == ["list"]
        assert done.exit_code in ((0, 3) if lists else (0,)), (filled, done.output, done.exception)

    def fill_in(self, case: Case, line: str) -> str:
        item = self.found[case]
        values = {
            "ID": str(item["id"]),
            "CLAIM": item["patient_control_number"],
            "NUMBER": item["payer_claim_control_number"],
            "PAYMENT": item["reference"],
            "DEPOSIT": item["reference"],
            "REMITTANCES": " ".join(self.of_deposit),
            "PAYER": item["payer"],
            "LINE": str(item["line"]),
            "REASON": case.reason,
            "PLACE=VALUE": " --set ".join(map(shlex.quote, case.changes)),
            "...": case.why,
        }
        return _TO_FILL_IN.sub(lambda match: values[match[0]], line)

    def night(self) -> None:
        done = CliRunner().invoke(app, ["run", "--home", str(self.home)])
        assert done.exit_code in (0, 3), (done.output, done.exception)
        self.nights += 1


def bank_file(desk: Desk) -> None:
    """The bank's file of one practice: a line for each remittance, but for two of the first day, which came
    as one check. `of_deposit` are those."""
    practice = desk.home / "partners" / "practices" / "lakeside.toml"
    practice.write_text(f'bank_accounts = ["{ACCOUNT}"]\n{practice.read_text("utf-8")}', encoding="utf-8")
    rows = desk.ask("remittances", "list", "--limit", "500")["remittances"]
    paid = [row for row in rows if row["practice"] == "lakeside" and row["paid_cents"] > 0]
    first = min(row["paid_on"] for row in paid)
    both = sorted((row for row in paid if row["paid_on"] == first), key=lambda row: -row["paid_cents"])[:2]
    desk.of_deposit = [str(row["id"]) for row in both]
    lines = [(first, sum(row["paid_cents"] for row in both), "")]
    lines += [(row["paid_on"], row["paid_cents"], row["trace"]) for row in paid if row not in both]
    text = "".join(
        f"{ACCOUNT},{on},{cents / 100:.2f},{trace},B{n}\n" for n, (on, cents, trace) in enumerate(lines)
    )
    (desk.home / "bank.csv").write_text(f"account,date,amount,trace,reference\n{text}", encoding="utf-8")


def deposited(desk: Desk) -> None:
    """The bank's file is imported, and what it does not explain is worked."""
    first, *rest = BLOCKS[DEPOSITED.under]
    bank_file(desk)
    done = CliRunner().invoke(app, shlex.split(first.replace("...", DEPOSITED.why))[1:])
    assert done.exit_code == 0, (done.output, done.exception)
    desk.typed[DEPOSITED] = 1
    [desk.found[DEPOSITED]] = [item for item in desk.work() if item["kind"] == DEPOSITED.kind]
    for line in rest:
        desk.type(DEPOSITED, line)


def nights_apart(lines: list[str]) -> list[list[str]]:
    """The lines of a block, from one nightly run to the next."""
    parts: list[list[str]] = [[]]
    for line in lines:
        if line == NIGHT:
            parts.append([])
        else:
            parts[-1].append(line)
    return parts


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, prefect_server: None) -> Iterator[Desk]:
    """The demo played, and all of `CASES` worked side by side, with the nightly runs that they wait for."""
    home = demo_home(tmp_path_factory.mktemp("biller") / "home", None).home
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOGNAME", BILLER)
        patch.setenv("CLEANCLAIM_HOME", str(home))
        patch.setenv("COLUMNS", "200")
        played = CliRunner().invoke(app, ["demo", "--home", str(home)])
        assert played.exit_code == 0, (played.output, played.exception)
        patch.chdir(home)
        one = Desk(home)
        one.before = one.work()
        for case in CASES:
            [one.found[case]] = [
                item
                for item in one.before
                if (item["kind"], item["external_id"]) == (case.kind, case.encounter)
                and case.line in (None, item["line"])
            ]
        parts = {case: nights_apart(BLOCKS[case.under]) for case in CASES}
        for n in range(max(map(len, parts.values()))):
            if n:
                one.night()
            for case, lines in parts.items():
                for line in lines[n] if n < len(lines) else ():
                    one.type(case, line)
        deposited(one)
        yield one


@pytest.mark.slow
@pytest.mark.parametrize("case", ALL, ids=lambda case: f"{case.under}: {case.name}")
def test_what_the_runbook_has_typed_ends_the_work_to_the_cent(desk, case):
    item = desk.ask("work", "show", str(desk.found[case]["id"]))["work"]
    assert item["state"] != "open"
    assert (item["outcome"], item["recovered_cents"]) == (case.outcome, case.recovered)
    if not case.encounter:
        assert desk.ask("suspense")["cents"] == 0
        bank = desk.ask("deposits", "list")
        assert (bank["deposits"], bank["undeposited"]) == ([], [])
        return
    claim = desk.ask("claims", "show", case.encounter)
    assert claim["paid_cents"] == case.paid
    assert sum(payer["receivable_cents"] for payer in claim["payers"]) == case.payers_owe
    assert claim["patient_receivable_cents"] == case.patient
    assert claim["credit_cents"] == 0
    assert [w for w in claim["work"] if w["state"] == "open"] == []


@pytest.mark.slow
def test_the_ten_dearest_denials_and_every_other_one_are_worked(desk):
    denials = [item for item in desk.before if item["kind"] == "denial"]
    assert len({item["external_id"] for item in denials}) >= 10
    left = {"hold", "quarantined", "unanswered"}
    assert [item for item in desk.work() if item["kind"] not in left] == []


@pytest.mark.slow
def test_the_works_own_advice_names_what_the_runbook_names_ready_to_be_typed(desk):
    assert desk.unadvised == []


@pytest.mark.slow
@pytest.mark.parametrize("case", ALL, ids=lambda case: f"{case.under}: {case.name}")
def test_the_trail_names_the_person(desk, case):
    number = desk.found[case]["id"]
    events = desk.ask("work", "show", str(number))["events"]
    assert BILLER in {event["actor"] for event in events}, events


@pytest.mark.slow
def test_the_books_are_proven_and_the_trail_is_whole(desk):
    for words in (("ledger", "prove"), ("audit", "verify")):
        done = CliRunner().invoke(app, list(words))
        assert done.exit_code == 0, done.output


@pytest.mark.slow
def test_how_many_commands_each_takes_is_printed(desk, capsys):
    with capsys.disabled():
        print(f"\ncommands  nights  what ({desk.nights} nights in all)")
        for case in ALL:
            nights = BLOCKS[case.under].count(NIGHT)
            print(f"{desk.typed[case]:>8}  {nights:>6}  {case.under}: {case.name}")
    assert max(desk.typed.values()) <= 6


def test_every_block_of_the_runbook_is_typed():
    assert {case.under for case in ALL} == set(BLOCKS)
