"""A home with claims of many people, and payers that answer each of them as a test says."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from edi.records import Adjustment, ClaimPayment, Party, Person, ServicePayment
from ledger.queries import standing
from tasks.operations import accept_ledger
from tests.conftest import CLEAN, WorkingHome
from tests.tasks.answering import HARBOR, MONDAY, TUESDAY, Partner, paid, remitted

BEACON = replace(HARBOR, last="BEACON SUPPLEMENTAL", id="BCN05")
SENIOR = replace(HARBOR, last="SENIOR ADVANTAGE TRUST", id="SNR04")
EVERGREEN = replace(HARBOR, last="EVERGREEN COMMUNITY CARE", id="EVG03")
PAYERS: Mapping[str, Party] = {"harbor": HARBOR, "beacon": BEACON, "senior": SENIOR, "evergreen": EVERGREEN}
ADDRESS = CLEAN["patient"]["address"]


@dataclass(frozen=True)
class Answer:
    """What a payer says of a claim of 135.00: paid, the patient's by CARC, the rest contractual or denied."""

    paid: int = 90_00
    shares: tuple[tuple[str, int], ...] = (("2", 20_00),)
    payer: str = "harbor"
    status: str = "1"
    rest: tuple[str, str] = ("CO", "45")
    remarks: tuple[str, ...] = ()
    charge: int = 135_00


def person(number: int, **changes: Any) -> dict[str, Any]:
    """An adult of a name of its own."""
    letters = "".join(chr(97 + int(digit)) for digit in f"{number:03d}")
    made = {"last": f"Mosswood{letters}", "first": "Wren", "birth_date": "1980-02-03", "sex": "F"}
    return {**made, "address": {**ADDRESS, "line1": f"{number} Orchard Way"}, **changes}


def visit(number: int, **changes: Any) -> dict[str, Any]:
    """An encounter of a patient of its own, with harbor."""
    coverages = [{"order": "P", "payer": "harbor", "member_id": f"W1777{number:04d}"}]
    made = {**CLEAN, "id": f"V-{number}", "patient": person(number), "coverages": coverages}
    return {**made, **changes}


def claim_payment(number: str, member: str, seen: Mapping[str, Any], answer: Answer) -> ClaimPayment:
    """An answer as a payer writes it."""
    patient = seen["patient"]
    rest = answer.charge - answer.paid - sum(cents for _, cents in answer.shares)
    cut = [("PR", carc, cents) for carc, cents in answer.shares]
    cut += [(*answer.rest, rest)] if rest else []
    made = paid(number, answer.charge, answer.paid)
    line: ServicePayment = replace(
        made.lines[0],
        adjustments=tuple(Adjustment(group=g, reason=r, amount=c) for g, r, c in cut),
        remarks=answer.remarks,
        service_from=date.fromisoformat(seen["service_date"]),
    )
    return replace(
        made,
        status=answer.status,
        patient_owes=sum(cents for _, cents in answer.shares),
        payer_claim_control_number=f"ICN{number[-6:]}{answer.payer[:2].upper()}",
        patient=Person(last=patient["last"].upper(), first=patient["first"].upper(), member_id=member),
        lines=(line,),
    )


class Desk:
    """The home. `visits` by encounter number."""

    def __init__(self, home: Any) -> None:
        self.partner = Partner(home)
        self.home = home
        self.visits: dict[str, Mapping[str, Any]] = {}
        self.traces = 0

    def copied(self, folder: Path) -> "Desk":
        """The same, in a home of its own."""
        shutil.copytree(self.home.path, folder)
        settings = (folder / "cleanclaim.toml").read_text("utf-8")
        made = Desk(WorkingHome(folder))
        (folder / "cleanclaim.toml").write_text(settings, encoding="utf-8")
        with made.home.opened() as opened:
            accept_ledger.accept(opened, MONDAY, "a copy to work on", nothing_since=True)
        made.visits, made.traces, made.partner.number = dict(self.visits), self.traces, self.partner.number
        return made

    def see(self, *visits: Mapping[str, Any], day: date = MONDAY) -> None:
        """Encounters that go out as claims."""
        for one in visits:
            self.visits[one["id"]] = one
            name = f"{one['practice']}/{one['id']}-{one.get('version', 1)}.json"
            self.home.drop(name, one)
        self.partner.collect(day)

    def number(self, encounter: str) -> str:
        with self.home.opened() as opened:
            return next(
                c.patient_control_number for c in standing.claims(opened.ledger) if c.external_id == encounter
            )

    def answer(self, answers: Mapping[str, Answer], day: date = TUESDAY) -> None:
        """Each payer's answers in a remittance of its own."""
        with self.home.opened() as opened:
            numbers = {c.external_id: c.patient_control_number for c in standing.claims(opened.ledger)}
        for payer in sorted({a.payer for a in answers.values()}):
            claims: Sequence[ClaimPayment] = [
                claim_payment(numbers[e], self._member(e, payer), self.visits[e], a)
                for e, a in answers.items()
                if a.payer == payer
            ]
            self.traces += 1
            made = remitted(*claims, trace=f"P{self.traces}")
            self.partner.pay(
                f"p{self.traces}.835", replace(made, payer=PAYERS[payer], paid_on=day, production_date=day)
            )
        self.partner.collect(day)

    def _member(self, encounter: str, payer: str) -> str:
        coverages = self.visits[encounter]["coverages"]
        return str(next(c["member_id"] for c in coverages if c["payer"] == payer))
