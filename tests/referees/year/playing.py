"""Plays the year: the nightly run once a week, with what the desk, the patients and the bank do, and the
closes of its months."""

import csv
import io
import random
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from config.settings import load
from ledger.queries import patient_claims
from ledger.queries.claim_story import find
from ledger.queries.deposits import open_deposits
from ledger.queries.money import money
from ledger.queries.month.facts import MonthFacts
from ledger.queries.proof import of_all as proof
from ledger.schema import claim_payment
from tasks import nightly_run
from tasks.home.home import Home, open_home
from tasks.operations import (
    claim_money,
    correct_claim,
    patient_money,
    place_deposit,
    place_payment,
    print_month,
    statements,
)
from tasks.operations.close_day import close_day
from tasks.operations.close_month import close_month
from tasks.operations.import_deposits import import_deposits
from tasks.operations.import_payments import import_payments
from tasks.reports.month import package
from tests.conftest import WorkingHome
from tests.referees.quarter.parties import PRACTICE_BY_NPI, PRACTICES
from tests.referees.quarter.playing import claims_out, enter_paper, keep, perform
from tests.referees.year import deciding
from tests.referees.year.bank import Bank, BankedSite, with_accounts
from tests.referees.year.deciding import PAT
from tests.referees.year.rejecting import Rejecting
from tests.referees.year.stories import Year

HOLDS = ("bankruptcy", "returned_mail", "assistance", "dispute")


@dataclass
class Played:
    """What the year came to. `months` are the facts that each month was closed with."""

    year: Year
    raw: Path
    months: dict[str, MonthFacts] = field(default_factory=dict)
    seen: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


class Playing:
    """One year in one home, with a night each week or after so many `days`. `bounded`: the whole proof after
    each night, not only at a month's end, and the packages are printed for the first month and the last."""

    def __init__(
        self, home: WorkingHome, claims: int, seed: int, *, days: int = 7, bounded: bool = False
    ) -> None:
        dice = random.Random(seed)
        self.home, self.bounded = home, bounded
        self.bank = Bank(random.Random(f"bank {seed}"))
        self.dice = random.Random(f"patients {seed}")
        self.site = BankedSite(home.use_folder() / "outbound", bank=self.bank)
        self.year = Year(dice, claims, days=days)
        self.raw = home.path / "raw"
        for name in ("paper", "bank", "statements", "lockbox", "packages"):
            (self.raw / name).mkdir(parents=True)
        self.given: dict[str, Any] = {
            **{name: [] for name in ("paper", "desk", "acts", "holds", "months", "placed", "plans", "done")},
            "coverages": self.year.coverages,
            "visits": self.year.visits,
        }
        self.done = Played(self.year, self.raw)
        self.papers, self.looked_at = random.Random(f"records {seed}"), set[str]()  # claims by number
        self.known: set[str] = set()
        self.practices: dict[str, str] = {}  # by patient control number
        self.mailed: dict[int, list[tuple[str, int]]] = defaultdict(list)
        self.drawers: Counter[tuple[str, str]] = Counter()
        self.bounced: list[tuple[int, str]] = []
        self.agreed: set[str] = set()  # statements that are held, or paid by instalments
        self.rejecting = Rejecting(random.Random(f"rejecting {seed}"), self.year)

    def play(self) -> Played:
        with_accounts(self.home.path / "partners")
        for practice in PRACTICES:
            self.bank.clear(practice, self.year.day(0), 1_00, "cash", f"OPEN{practice.upper()}")
        with open_home(load(self.home.path)) as opened:
            for week in range(self.year.weeks):
                self.week(opened, week)
            day = self.year.day(self.year.weeks)
            self.ends(opened, day)
            nightly_run.walk(opened, day)
            self.prove(opened, day)
            for month in self.done.months:
                self.print_again(opened, day, month)
        self.done.seen.update(self.rejecting.told)
        self.given["practices"] = {key: facts[0] for key, facts in PRACTICES.items()}
        self.given["as_of"] = f"{day:%Y%m%d}"
        keep(self.home, self.site, self.raw, self.given)
        return self.done

    def week(self, home: Home, week: int) -> None:
        day = self.year.day(week)
        if week and day.month != self.year.day(week - 1).month:
            self.ends(home, day)
        for practice, encounters in self.year.encounters(week).items():
            self.home.drop(f"{practice}/{week:02d}.json", encounters)
        for number, changed in self.year.corrected[week]:
            self.home.drop(f"{changed['practice']}/{number}-{week:02d}.json", changed)
        self.year.files(week, day, self.site)
        self.rejecting.files(week, day, self.site)
        nightly_run.walk(home, day)
        self.did(day, "sent again", self.rejecting.again(self.home, home, week, day))
        self.correct(home, week, day)
        self.at_desk(home, week, day)
        self.by_mail(home, week, day)
        self.close_days(home, week, day)
        self.new_claims(week)
        if self.bounded:
            self.prove(home, day)
        if self.year.day(week + 1).month != day.month:
            self.end_of_month(home, week, last_of(day))

    # ---- a week

    def did(self, day: date, what: str, numbers: Iterable[str]) -> None:
        """What people did about claims and no other list of the referee's says."""
        self.given["done"] += [{"number": one, "what": what, "day": f"{day:%Y%m%d}"} for one in numbers]

    def correct(self, home: Home, week: int, day: date) -> None:
        """What a person decides about corrections, voids and payments in suspense."""
        for number, _ in self.year.corrected[week]:
            correct_claim.correct(home, day, PAT, number, dry_run=False)
            self.did(day, "corrected", [number])
            self.done.seen["claims corrected"] += 1
        for number in self.year.voided[week]:
            correct_claim.void(home, day, PAT, number, dry_run=False)
            self.did(day, "corrected", [number])
            self.done.seen["claims voided"] += 1
        for payer_number, number in self.year.found[week]:
            p = claim_payment.c
            query = select(p.id).where(p.payer_claim_control_number == payer_number, p.claim_id.is_(None))
            with home.ledger.read() as connection:
                payment = connection.execute(query).scalar_one()
            place_payment.match(home, day, PAT, payment, number, dry_run=False)
            self.given["placed"].append(
                {"payer_number": payer_number, "number": number, "day": f"{day:%Y%m%d}"}
            )
            self.done.seen["matched by hand"] += 1

    def at_desk(self, home: Home, week: int, day: date) -> None:
        year = self.year
        for one in year.paper[week]:
            made = enter_paper(home, day, self.raw / "paper", one, len(self.given["paper"]))
            self.given["paper"].append(made)
            self.bank.pays(day, one["practice"], one["payer"], made["cents"], made["trace"], "check")
        for number, cents in year.desk[week]:
            self.pay_at_desk(home, day, day, number, cents)
        denied = deciding.denials(home, day) if year.appealed[week] else {}
        for number, files in year.appealed[week]:
            if number in denied:
                deciding.appeal(home, day, denied[number], files=files)
                self.did(day, "appealed" if files else "appeal lost", [number])
            self.done.seen["appeals filed" if files else "appeals lost"] += 1
        sent = deciding.records(home, day, self.papers, self.looked_at)
        self.did(day, "records sent", sent)
        self.done.seen["records sent"] += len(sent)
        for act in year.acts[week]:
            perform(home, day, act)
            self.given["acts"].append({**act, "day": f"{day:%Y%m%d}"})
            self.done.seen["acts"] += 1

    def pay_at_desk(self, home: Home, as_of: date, day: date, number: str, cents: int) -> None:
        claim_money.pay(home, as_of, PAT, number, cents, dry_run=False)
        paid = {"number": number, "cents": cents, "day": f"{day:%Y%m%d}", "on": f"{as_of:%Y%m%d}"}
        self.given["desk"].append(paid)
        self.drawers[self.practices[number], "Pat"] += cents

    def by_mail(self, home: Home, week: int, day: date) -> None:
        """What patients send for their statements, through the lockbox; some checks come back."""
        for act, number in self.bounced:
            patient_money.unpay(home, day, PAT, [act], dry_run=False)
            cents = next(-d["cents"] for d in self.given["desk"] if d.get("act") == act)
            self.given["desk"].append({"number": number, "cents": cents, "day": f"{day:%Y%m%d}"})
            self.bank.clear(self.practices[number], day, cents, "returned", f"RET{act}")
        self.bounced = []
        paid = self.mailed[week]
        if not paid:
            return
        text = "claim,amount,reference\n" + "".join(
            f"{number},{cents // 100}.{cents % 100:02d},{week:03d}{n:04d}\n"
            for n, (number, cents) in enumerate(paid)
        )
        file = self.raw / "lockbox" / f"{day:%Y%m%d}.csv"
        file.write_text(text, encoding="utf-8")
        import_payments(home, day, PAT, file, "lockbox", dry_run=False)
        of: Counter[str] = Counter()
        for number, cents in paid:
            self.given["desk"].append({"number": number, "cents": cents, "day": f"{day:%Y%m%d}"})
            of[self.practices[number]] += cents
            if self.dice.random() < 0.03:
                self.bounces(home, number)
        for practice, cents in sorted(of.items()):
            self.bank.clear(practice, day, cents, "cash", f"DESKL{week}{practice.upper()}")
        self.done.seen["patient payments"] += len(paid)
        self.done.seen["patient cents"] += sum(cents for _, cents in paid)

    def bounces(self, home: Home, number: str) -> None:
        with home.ledger.read() as connection:
            act = patient_claims.payments(connection, find(home.ledger, number))[-1].act
        self.given["desk"][-1]["act"] = act
        self.bounced.append((act, number))

    def close_days(self, home: Home, week: int, day: date) -> None:
        for practice in sorted(PRACTICES):
            visit, drawer = self.year.at_visit[week, practice], self.drawers.pop((practice, "Pat"), 0)
            counted = {place: cents for place, cents in ((("", ""), visit), (("Pat", ""), drawer)) if cents}
            if not counted:
                continue
            close_day(home, day, PAT, practice, counted, "", dry_run=False)
            self.done.seen["days closed"] += 1
            trace = f"DESK{week}{practice.upper()}"
            self.bank.clear(practice, day + timedelta(days=1), visit + drawer, "cash", trace)

    def take_bank(self, home: Home, day: date) -> None:
        for practice in sorted(PRACTICES):
            data = self.bank.file(practice, day)
            if data is None:
                continue
            file = self.raw / "bank" / f"{day:%Y%m%d}_{practice}.txt"
            file.write_bytes(data)
            import_deposits(home, day, PAT, file, dry_run=False)
        for one in open_deposits(home.ledger):
            meaning = {"DESK": "patient", "OPEN": "other", "RET": "patient"}
            said = next((m for start, m in meaning.items() if one.trace.startswith(start)), "")
            if said:
                place_deposit.settle(home, day, PAT, one.id, said, dry_run=False)

    def new_claims(self, week: int) -> None:
        """What their payers will say of the claims that went out is planned once."""
        out = list(claims_out(self.home, self.known))
        refused = self.rejecting.refused(out, week)
        for sent in out:
            self.done.seen["claims sent"] += 1
            if sent.order == "P":
                self.practices[sent.number] = PRACTICE_BY_NPI[sent.npi]
                if sent.number not in refused:
                    self.year.plan(sent, week)

    def prove(self, home: Home, day: date) -> None:
        proven, books = proof(home.ledger), money(home.ledger)
        self.done.seen["proofs"] += 1
        self.done.faults += [f"{day}: {fault}" for fault in proven.faults]
        if not books.closes:
            self.done.faults.append(f"{day}: the books do not close")

    # ---- a month

    def end_of_month(self, home: Home, week: int, day: date) -> None:
        """The evening of its last day: proof, statements, and what patients will do about them."""
        if not self.bounded:
            self.prove(home, day)
        run = statements.make(home, day, PAT, dry_run=False)
        if run.file is None:
            return
        data = run.file.read_bytes()
        (self.raw / "statements" / f"{day:%Y%m%d}.csv").write_bytes(data)
        self.done.seen["statements"] += run.statements
        self.done.seen["statement cents"] += run.cents
        for row in csv.reader(io.StringIO(data.decode("utf-8"))):
            if row[0] == "D" and row[1] not in self.agreed:
                self.decides(home, week, day, (row[1], row[4]), int(row[9]))
        refunds = deciding.refund_patients(home, day, self.dice)
        self.given["desk"] += refunds
        self.done.seen["refunds to patients"] += len(refunds)

    def decides(self, home: Home, week: int, day: date, asked: tuple[str, str], cents: int) -> None:
        """A patient pays, pays in part, is held, pays by instalments, or does nothing. `asked`: the statement
        and the claim."""
        statement, number = asked
        chance, when = self.dice.random(), week + self.dice.randint(1, 4)
        if chance < 0.45:
            self.mailed[when].append((number, cents))
        elif chance < 0.6 and cents > 5_00:
            self.mailed[when].append((number, self.dice.randint(1_00, cents)))
        elif chance < 0.65:
            _, hold = statements.hold(
                home,
                day,
                PAT,
                number,
                self.dice.choice(HOLDS),
                from_on=day + timedelta(days=1),
                dry_run=False,
            )
            self.given["holds"].append({"number": number, "from": hold.from_on.replace("-", "")})
            self.agreed.add(statement)
            self.done.seen["holds"] += 1
        elif chance < 0.75 and cents > 5_00:
            self.agreed.add(statement)
            self.by_instalments(home, week, day, number)

    def by_instalments(self, home: Home, week: int, day: date, number: str) -> None:
        """A plan, of which each instalment is paid through the lockbox, or the last ones are not."""
        owed = deciding.plan(home, day, number)
        plan = {"claims": sorted(owed), "cents": sum(owed.values()), "from": f"{day:%Y%m%d}"}
        self.given["plans"].append(plan)
        self.done.seen["payment plans"] += 1
        paid = deciding.INSTALMENTS if self.dice.random() < 0.7 else 1
        for n in range(1, paid + 1):
            for name, cents in owed.items():
                each = cents // deciding.INSTALMENTS
                part = cents - each * (n - 1) if n == deciding.INSTALMENTS else each
                self.mailed[week + n * 28 // self.year.days].append((name, part))

    def ends(self, home: Home, day: date) -> None:
        """The month before is closed, printed, and printed again after something late was entered."""
        self.take_bank(home, day)
        month = f"{day.replace(day=1) - timedelta(days=1):%Y-%m}"
        close_month(home, day, month, "reconciled")
        self.done.months[month] = print_month.load(home, day, month).facts
        self.given["months"].append({"month": month, "closed_on": f"{day:%Y%m%d}"})
        self.done.seen["months closed"] += 1
        for name, data in self.printed(home, day, month).items():
            (self.raw / "packages" / name).write_bytes(data)
        if self.practices:
            number = self.dice.choice(sorted(self.practices))
            self.pay_at_desk(home, day.replace(day=1) - timedelta(days=1), day, number, 3_00)
            self.done.seen["late entries"] += 1
        self.print_again(home, day, month)

    def printed(self, home: Home, day: date, month: str) -> dict[str, bytes]:
        """A package as it is kept, and as PDF and workbook."""
        made = {f"{month}.json": package.to_bytes(print_month.load(home, day, month))}
        if not self.bounded or month.endswith(("01", "12")):
            files = print_month.print_month(home, day, month, self.home.path / "printed").files
            made |= {file.name: file.read_bytes() for file in files}
        return made

    def print_again(self, home: Home, day: date, month: str) -> None:
        for name, data in self.printed(home, day, month).items():
            self.done.seen["packages printed again"] += 1
            if data != (self.raw / "packages" / name).read_bytes():
                self.done.faults.append(f"{name} printed again on {day} is another package")


def last_of(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
