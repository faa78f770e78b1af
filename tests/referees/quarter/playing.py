"""Plays a quarter through the nightly run, with the paper and the desk, and keeps its raw files."""

import json
import random
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from config.settings import load
from tasks import nightly_run
from tasks.home.home import Home, open_home
from tasks.operations import claim_money, enter_payment
from tasks.operations.money_acts import By
from tests.conftest import WorkingHome
from tests.referees import raw_files
from tests.referees.quarter.parties import FIRST, IDS, KEYS, PRACTICE_BY_NPI, WEEKS
from tests.referees.quarter.remittance_files import Site, Word
from tests.referees.quarter.stories import Quarter


def enter_paper(home: Home, day: date, folder: Path, one: dict[str, Any], number: int) -> dict[str, Any]:
    """Enters a paper remittance, and says it to the referee."""
    word: Word = one["word"]
    of, trace = word.sent, f"PAPER{number:05d}"
    lines = [
        {
            "procedure": of.lines[said.line].procedure,
            "charge": of.lines[said.line].charge / 100,
            "paid": said.paid / 100,
            "service_date": f"{of.day[:4]}-{of.day[4:6]}-{of.day[6:]}",
            "adjustments": "; ".join(f"{g} {r} {c / 100:.2f}" for g, r, c in said.adjustments if c),
        }
        for said in word.lines
    ]
    facts = {
        "payer": one["payer"],
        "practice": one["practice"],
        "trace": trace,
        "date": day.isoformat(),
        "amount": word.paid / 100,
        "claims": [
            {
                "number": of.number,
                "charge": of.charge / 100,
                "paid": word.paid / 100,
                "member_id": of.members["P"],
                "lines": lines,
            }
        ],
    }
    file = folder / f"{trace}.json"
    file.write_text(json.dumps(facts), encoding="utf-8")
    enter_payment.enter(home, day, By("Pat", "came by mail"), file, dry_run=False)
    return {
        "payer": IDS[one["payer"]],
        "payee": of.npi,
        "cents": word.paid,
        "paid_on": f"{day:%Y%m%d}",
        "trace": trace,
        "claims": [
            {
                "number": of.number,
                "charge": of.charge,
                "paid": word.paid,
                "member": of.members["P"],
                "lines": [
                    {
                        "procedure": of.lines[said.line].procedure,
                        "charge": of.lines[said.line].charge,
                        "paid": said.paid,
                        "adjustments": [[g, r, c] for g, r, c in said.adjustments if c],
                    }
                    for said in word.lines
                ],
            }
        ],
    }


def perform(home: Home, day: date, act: dict[str, Any]) -> None:
    """What a person decides about money, as the referee is told it."""
    by, payer, cents = By("Pat", "decided", second="Sam"), KEYS[act["payer"]], act["cents"]
    if act["kind"] == "write_off":
        claim_money.write_off(home, day, by, act["number"], payer, cents, dry_run=False)
    elif act["kind"] == "to_patient":
        claim_money.to_patient(home, day, by, act["number"], payer, "27", cents, dry_run=False)
    elif act["kind"] == "credit_refund":
        claim_money.refund(home, day, by, act["number"], payer, cents, dry_run=False)
    else:
        practice = PRACTICE_BY_NPI[act["payee"]]
        claim_money.pay_refund(home, day, by, payer, practice, act["reference"], cents, dry_run=False)


def claims_out(home: WorkingHome, known: set[str]) -> Iterator[raw_files.Sent]:
    """The claims of the files that went out and are not `known`; they are afterwards."""
    for file in sorted((home.path / "edi" / "sent").rglob("*.837")):
        if file.name not in known:
            known.add(file.name)
            yield from raw_files.claims_sent(file.read_text("ascii"))


def keep(home: WorkingHome, site: Site, raw: Path, given: dict[str, Any]) -> None:
    """The raw files for a referee: what went out, what came, and what it is given beside them."""
    (raw / "given.json").write_text(json.dumps(given), encoding="utf-8")
    (raw / "sent").mkdir()
    for file in (home.path / "edi" / "sent").rglob("*.837"):
        shutil.copy(file, raw / "sent" / file.name)
    shutil.copytree(site.outbound, raw / "received")


def play(home: WorkingHome, claims: int, seed: int) -> tuple[Quarter, Path]:
    """Plays a quarter in a home; gives it, and the folder of the raw files for the referee."""
    site = Site(home.use_folder() / "outbound")
    quarter = Quarter(random.Random(seed), claims)
    raw = home.path / "raw"
    (raw / "paper").mkdir(parents=True)
    given: dict[str, Any] = {"paper": [], "desk": [], "acts": [], "coverages": quarter.coverages}
    known: set[str] = set()
    day = FIRST
    with open_home(load(home.path)) as opened:
        for week in range(WEEKS):
            day = FIRST + timedelta(weeks=week)
            for practice, encounters in quarter.encounters(week).items():
                home.drop(f"{practice}/{week:02d}.json", encounters)
            quarter.files(week, day, site)
            nightly_run.walk(opened, day)
            for one in quarter.paper[week]:
                given["paper"].append(enter_paper(opened, day, raw / "paper", one, len(given["paper"])))
            for number, cents in quarter.desk[week]:
                claim_money.pay(opened, day, By("Pat", "at the desk"), number, cents, dry_run=False)
                given["desk"].append({"number": number, "cents": cents})
            for act in quarter.acts[week]:
                perform(opened, day, act)
                given["acts"].append(act)
            for sent in claims_out(home, known):
                if sent.order == "P":  # what is said of a claim is planned once
                    quarter.plan(sent, week)
        nightly_run.walk(opened, day + timedelta(days=1))
    given["as_of"] = f"{day + timedelta(days=1):%Y%m%d}"
    keep(home, site, raw, given)
    return quarter, raw
