"""Claims that are refused before a payer sees them: a whole group by a 999, one claim by a 277CA. They go
again, some with a newer version of their encounter."""

import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import edi
from edi.records import (
    ClaimAcknowledgment,
    ClaimStatus,
    ImplementationAcknowledgment,
    Party,
    ProviderStatus,
    Status,
    TransactionAcknowledgment,
)
from tasks.home.home import Home
from tasks.operations.money_acts import By
from tasks.operations.resubmit_rejected import resubmit
from tests.conftest import WorkingHome
from tests.referees import raw_files
from tests.referees.quarter.parties import PRACTICE_BY_NPI, PRACTICES, PROFESSIONAL
from tests.referees.quarter.remittance_files import Site
from tests.referees.year.stories import Year
from tests.tasks.answering import envelope

US = Party(last="CLEANCLAIM", id="CLEANCLAIM", id_qualifier="46")
CLEARINGHOUSE = Party(last="NORTHGATE CLEARING", id="NORTHGATE", id_qualifier="46")


@dataclass
class Rejecting:
    """`waiting`: what is refused in which week, by the kind of its answer."""

    dice: random.Random
    year: Year
    seen: set[str] = field(default_factory=set)
    waiting: dict[int, list[tuple[str, list[raw_files.Sent]]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    told: Counter[str] = field(default_factory=Counter)

    def refused(self, sent: Sequence[raw_files.Sent], week: int) -> set[str]:
        """Which of the claims that went out now are refused next week; no claim is so twice."""
        groups: dict[str, list[raw_files.Sent]] = defaultdict(list)
        for one in sent if week + 3 < self.year.weeks else ():
            groups[one.group].append(one)
        found: set[str] = set()
        for some in groups.values():
            new = [one for one in some if self._first_time(one)]
            if len(new) == len(some) and self.dice.random() < 0.02:
                chosen = [("999", some)]
            else:
                chosen = [("277CA", [one]) for one in new if self.dice.random() < 0.03]
            self.waiting[week + 1] += chosen
            found |= {one.number for _, its in chosen for one in its}
        self.seen |= {one.number for one in sent}
        return found

    def _first_time(self, one: raw_files.Sent) -> bool:
        return (one.order, one.frequency) == ("P", "1") and one.number not in self.seen

    def files(self, week: int, day: date, site: Site) -> None:
        """Puts the answers where they are collected."""
        for kind, some in self.waiting[week]:
            site.interchange += 1
            made = _group(some) if kind == "999" else _claim(some[0], day)
            data = edi.write_acknowledgments([made], envelope(site.interchange, created=day))
            (site.outbound / f"{day:%Y%m%d}_{site.interchange:09d}.{kind}").write_bytes(data)
            self.told[f"claims refused by a {kind}"] += len(some)

    def again(self, working: WorkingHome, home: Home, week: int, day: date) -> list[str]:
        """What was refused goes again with the next run: as it was, or with what was wrong corrected. The
        claims that a person sent again as they were."""
        sent: list[str] = []
        for kind, some in self.waiting.pop(week, ()):
            corrected = [one for one in some if kind == "277CA" and self._corrects(one)]
            for one in corrected:
                changed = self.year.newer(one)
                working.drop(f"{changed['practice']}/refused-{one.number}.json", changed)
            numbers = {one.number for one in some if one not in corrected}
            by = By("Pat", "the clearinghouse was asked")
            if len(resubmit(home, day, numbers, None, by, really=True)) != len(numbers):
                raise AssertionError(f"{day}: not every claim that was refused goes again")
            sent += sorted(numbers)
            self.told["refused claims corrected"] += len(corrected)
        return sent

    def _corrects(self, one: raw_files.Sent) -> bool:
        return PRACTICE_BY_NPI[one.npi] in PROFESSIONAL and self.dice.random() < 0.5


def _group(some: Sequence[raw_files.Sent]) -> ImplementationAcknowledgment:
    refused = TransactionAcknowledgment(transaction_set="837", control_number="0001", status="R")
    return ImplementationAcknowledgment(
        functional_code="HC",
        group_control_number=some[0].group,
        status="R",
        included=1,
        received=1,
        transactions=(refused,),
    )


def _claim(one: raw_files.Sent, day: date) -> ClaimAcknowledgment:
    status = Status(category="A7", code="164", entity="IL", action="U", effective=day, amount=one.charge)
    practice = Party(last=PRACTICES[PRACTICE_BY_NPI[one.npi]][1], npi=one.npi, tax_id=one.tax_id)
    said = ClaimStatus(patient_control_number=one.number, statuses=(status,))
    taken = Status(category="A1", code="19", entity="PR", effective=day, amount=one.charge)
    return ClaimAcknowledgment(
        source=CLEARINGHOUSE,
        receiver=US,
        batch_reference=one.batch,
        source_trace=f"S{one.number}",
        received=day,
        processed=day,
        statuses=(taken,),
        providers=(ProviderStatus(provider=practice, claims=(said,)),),
    )
