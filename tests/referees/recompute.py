"""Recomputes what every claim's payers and patients owe, and the open work, from raw X12 files alone.

A referee for the ledger: it imports nothing of this project, only `raw_files.py` beside it, and was written
from the rules, not from the code. `python recompute.py FOLDER` reads `FOLDER/sent/*.837`,
`FOLDER/received/*.835` and `FOLDER/given.json` (paper remittances, money taken at the desk, the patients'
other coverages as they were registered, the day of the last night) and prints one JSON object. Amounts are
integer cents.
"""

import json
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from raw_files import PaidLine, day, read

ORDERS = "PST"
CONTRACTUAL = {"253", "144", "237", "161", "A5", "P12", "246"}  # whatever the line says, either sign
WITHHELD = {"104", "105", "245"}
PATIENT = {"1", "2", "3", "66", "85", "122", "142", "241", "247", "248"}  # under PR
PENDING = {"133", "101", "277", "257"}
FORWARDING = {"19", "20", "21"}
FORWARDING_REMARKS = {"MA07", "MA18", "N89"}
QMB = {"N781", "N782", "N783"}
ANSWER_DAYS = timedelta(days=45)  # the payers' settings
FORWARDING_DAYS = timedelta(days=30)
CLOSED_BY_THEMSELVES = {"L6"}  # interest explains itself


# ---- whose it is


def finds(payment, claims):
    """The claim of our number, where the facts agree; None is suspense."""
    claim = claims.get(payment.number)
    if claim is None or claim.npi != payment.payee:
        return None
    same_person = payment.member in claim.members.values() or (
        payment.name == claim.name and payment.day == claim.day
    )
    same_amount = abs(payment.charge) == claim.charge or all(
        placed(line, claim) is not None for line in payment.lines
    )
    return claim if same_person and same_amount else None


def placed(line, claim):
    """The service line that a payer speaks of: its number, its code, its code and charge."""
    by_number = [one for one in claim.lines if line.control and one.control == line.control]
    by_code = [one for one in claim.lines if one.procedure == line.procedure]
    exact = [one for one in by_code if one.charge == abs(line.charge)]
    for some in (by_number, exact, by_code):
        if len(some) >= 1:
            return some[0]
    return None


# ---- what one payer says of one claim


@dataclass
class Said:
    """What a payer's standing decision of one line comes to."""

    paid: int = 0
    written_off: int = 0
    share: int = 0  # the patient's, unless another payer is next
    open: dict = field(default_factory=dict)  # cents by (group, reason)
    others: int = 0  # OA 23: what earlier payers took over
    pending: bool = False

    def decided(self):
        return self.paid + self.written_off + self.share + sum(self.open.values())


def judged(paid, adjustments, bundled=()):
    """`bundled`: the amounts that a negative 94 of this claim takes over."""
    said = Said(paid=paid)
    shared = any(group == "PR" and reason in PATIENT for group, reason, _ in adjustments)
    for group, reason, amount in adjustments:
        if group == "OA" and reason == "23":
            said.others += amount
        elif reason in PENDING:
            said.pending = True
        elif (
            reason in CONTRACTUAL
            or reason in WITHHELD
            or (reason == "45" and group == "CO" and (paid > 0 or shared))
            or (reason == "94" and amount < 0)
            or (reason == "97" and amount in bundled)
        ):
            said.written_off += amount
        elif group == "PR" and reason in PATIENT:
            said.share += amount
        elif amount:
            said.open[group, reason] = said.open.get((group, reason), 0) + amount
    return said


def standing(payments):
    """Payments after each reversal has taken its original with it; and reversals of nothing known."""
    left = [p for p in payments if not p.takes_back()]
    alone, taken_back = [], []
    for back in (p for p in payments if p.takes_back()):
        match = [p for p in left if p.signature() == back.signature(-1)]
        match.sort(key=lambda p: (p.payer_number != back.payer_number, p.paid_on))
        if match:
            left.remove(match[0])
            taken_back.append(back)
        else:
            alone.append(back)
    return left, alone, taken_back


class Payer:
    """One payer of one claim: its standing words, by line."""

    def __init__(self, claim, payments):
        payments = [p for p in payments if p.status not in ("25", "23")]
        self.left, self.alone, self.taken_back = standing(payments)
        if claim.void:  # nothing is asked for: what was paid is to go back
            self.left = [without_adjustments(p) for p in self.left]
        duplicates = [p for p in self.left if self._reasons(p) == {"18"}]
        decisions = [p for p in self.left if p not in duplicates]
        self.deciding = []  # as they came
        self.lines, self.of_claim, self.missing, self.contradicted = {}, [], 0, 0
        bundled = {-c for p in decisions for _, r, c in p.adjusted() if r == "94" and c < 0}
        if not decisions and duplicates:
            self.missing = sum(c for _, r, c in duplicates[0].adjusted() if r == "18")
        pairs = defaultdict(list)
        for payment in sorted(decisions, key=lambda p: (p.paid_on, p.trace)):
            for line in payment.lines:
                pairs[placed(line, claim).number].append((payment, line))
        for number, some in pairs.items():
            said = [judged(line.paid, line.adjustments, bundled) for _, line in some]
            said = [one for one in said if not one.pending]
            pays = [one for one in said if one.paid]  # a later denial takes no money back
            charge = next(line.charge for line in claim.lines if line.number == number)
            if len(pays) > 1 and sum(one.decided() for one in pays) > charge:
                for one in pays[:-1]:  # decided twice: the last word counts, both payments stand
                    one.written_off = one.share = 0
                    one.open = {}
            if said:
                self.lines[number] = pays or said[-1:]
                deciding = [(p, line) for p, line in some if (line.paid > 0) == bool(pays)][-1:]
                self.deciding += [line for _, line in deciding]
                self.contradicted += bool(pays) and said[-1] not in pays
        for payment in decisions:
            if payment.adjustments:
                said = judged(payment.paid, payment.adjustments)
                said.paid = payment.paid - sum(line.paid for line in payment.lines)
                self.of_claim.append(said)
                self.deciding.append(PaidLine("", (), 0, said.paid, adjustments=payment.adjustments))
        self.decisions = decisions

    def _reasons(self, payment):
        return {reason for _, reason, _ in payment.adjusted()}

    def all(self):
        return [*(one for some in self.lines.values() for one in some), *self.of_claim]

    def total(self, name):
        return sum(getattr(one, name) for one in self.all())

    def open(self):
        summed = defaultdict(int)
        for number, some in self.lines.items():
            for one in some:
                for (group, reason), amount in one.open.items():
                    summed[number, f"{group} {reason}"] += amount
        return summed


def without_adjustments(payment):
    lines = [replace(line, adjustments=[]) for line in payment.lines]
    return replace(payment, adjustments=[], lines=lines)


# ---- what a claim owes


def divided(claim):
    """What a claim asks of its payers, and what is its patient's before they say anything."""
    asked = sum(line.charge for line in claim.lines if not line.patients) * (not claim.void)
    return asked, claim.charge * (not claim.void) - asked + claim.restricted


def owed(claim, payments, desk, acts, today):
    """{"payers": {id: cents}, "patient": cents, "credit": cents, "work": [...], "waiting": {id: cents}}"""
    by_payer = defaultdict(list)
    for payment in payments:
        by_payer[payment.payer].append(payment)
    order = [claim.coverages[o] for o in ORDERS if o in claim.coverages]
    order += [p for p in by_payer if p not in order]
    payers, waiting, work = {}, {}, []
    asked, patient = divided(claim)
    since = day(claim.sent_on)
    credits, before, crosses = defaultdict(int), [], False
    adjusted = defaultdict(int)
    settled = False  # nobody else is asked before the patient
    for n, payer in enumerate(order):
        said = Payer(claim, by_payer[payer])
        answered = bool(said.lines) or bool(said.of_claim)
        left = asked - said.total("paid") - said.total("written_off") - said.total("share")
        left += sum(act["cents"] for act in acts if (act["kind"], act["payer"]) == ("credit_refund", payer))
        if left < 0:  # paid more than once
            credits[payer] -= left
            work.append([payer, "payer_credit", -left])
            left = 0
        adjusted[payer] += said.total("written_off") - sum(back.paid for back in said.alone)
        for act in acts:
            if act["payer"] == payer and act["kind"] != "credit_refund":
                left -= act["cents"]
                adjusted[payer] += act["cents"] * (act["kind"] == "write_off")
                patient += act["cents"] * (act["kind"] == "to_patient")
        payers[payer] = left
        for (_, code), amount in sorted(said.open().items()):
            amount = min(amount, left)
            if amount > 0:
                work.append([payer, code, amount])
                left -= amount
        work += [[payer, "denied after payment", 0]] * said.contradicted
        for back in said.alone:
            work.append([payer, "REV alone", -back.paid or -back.charge])
        cause = ""
        if not answered:
            if said.missing:
                cause = "18 missing"
            elif said.taken_back:
                cause = "REV"
            elif any(p.status == "23" for p in by_payer[payer]):
                cause = "verify"
        if (later := claim.later.get(payer)) and not told_still(later, before):
            work.append([payer, "earlier answer changed", said.total("paid")])
        before += said.deciding
        if payer in claim.later:
            since = day(claim.later[payer].sent_on)
        last = [day(p.paid_on) for p in by_payer[payer] if p.status not in ("25", "22")]
        allowed = FORWARDING_DAYS if crosses and payer not in claim.later and not last else ANSWER_DAYS
        if left and not cause and max([since, *last]) + allowed < today:
            cause = "WAIT"
        if left and cause:
            work.append([payer, cause, left])
        elif left:
            waiting[payer] = left
        share = said.total("share")
        if n + 1 == len(order) and not_the_patients(said.decisions):
            adjusted[payer] += share
            share = 0
        if not share:
            settled = answered or not left
            break
        forwarded = [p for p in said.decisions if p.status in FORWARDING or FORWARDING_REMARKS & p.remarks]
        crosses = bool(forwarded)
        if n + 1 == len(order) and forwarded:
            order.append(forwarded[-1].forwarded_to or "?")
        if n + 1 == len(order):
            patient += share
            settled = True
            break
        asked = share
        since = max(day(p.paid_on) for p in said.decisions)
    for payer in order[n + 1 :]:
        early = Payer(claim, by_payer[payer]).total("paid")
        told = early or any(payers.values())  # it asks for nothing where all is paid: nothing is to be told
        if told and (later := claim.later.get(payer)) and not told_still(later, before):
            work.append([payer, "earlier answer changed", early])
        if early:  # before those in front of it
            credits[payer] += early
            work.append([payer, "secondary first", early])
    over = desk - patient
    if over > 0 and settled and not any(payers.values()):
        work.append(["", "patient_credit", over])
    credits[""] += max(over, 0)
    return {
        "payers": {p: c for p, c in payers.items() if c},
        "patient": max(-over, 0),
        "credit": sum(credits.values()),
        "credits": {p: c for p, c in credits.items() if c},
        "adjusted": {p: c for p, c in adjusted.items() if c},
        "work": sorted(work),
        "waiting": waiting,
    }


def not_the_patients(payments):
    """Whether a payer says that its patient is a qualified Medicare beneficiary, who owes nothing."""
    return any(QMB & p.remarks.union(*(line.remarks for line in p.lines)) for p in payments)


def told_still(later, before):
    """Whether what a later payer's claim says of the payers before it is what they say now."""
    said = Counter()
    for payment in before:
        for group, reason, amount in payment.adjustments:
            said[group, reason] += amount
    paid = sum(payment.paid for payment in before)
    return paid == later.told_paid and +said == +later.told and -said == -later.told


def claims_until(raw, until):
    """The claims that were out on a day, by number, each with what the desk knew of its visit."""
    claims = {}
    for sent_on, one in raw.sent:
        if sent_on > until:
            continue
        claim = replace(
            one, coverages=dict(one.coverages), members=dict(one.members), name=one.name, later={}
        )
        if claim.order != "P":
            claims[claim.number].later[claim.coverages[claim.order]] = claim
            continue
        for order, (payer, member) in raw.given["coverages"].get(claim.members["P"], {}).items():
            claim.coverages.setdefault(order, payer)
            claim.members.setdefault(order, member)
        visit = raw.given.get("visits", {}).get(f"{claim.members['P']} {claim.day}", {})
        claim.void = claim.frequency == "8"
        claim.restricted = visit.get("restricted", 0)
        claim.desk += visit.get("paid", 0) if claim.restricted else 0
        claims[claim.number] = claim
    return claims


def known_until(raw, until):
    """The remittances that were there on a day, each once, and those that contradict one before."""
    keyed, conflicts = {}, []
    for came_on, one in raw.received:
        if came_on <= until:
            one.came_on = one.came_on or came_on
            key = one.key() if one.amount else (*one.key(), one.content())
            first = keyed.setdefault(key, one)
            if first.content() != one.content():
                conflicts.append([one.trace, one.amount])
    return list(keyed.values()), conflicts


def whose(raw, payment, claims, until):
    """The claim of a payment: by its facts, else where a person has put it by then."""
    found = finds(payment, claims)
    if found is None:
        placed = [one for one in acted(raw, "placed", until) if one["payer_number"] == payment.payer_number]
        found = claims[placed[0]["number"]] if placed else None
    return found


def matched(raw, until, claims):
    """The payments that were there on a day, by the number of their claim; and those that have none."""
    of, suspense = defaultdict(list), []
    for remittance in known_until(raw, until)[0]:
        for payment in remittance.claims:
            claim = whose(raw, payment, claims, until)
            if claim is None:
                suspense.append(payment)
            else:
                of[claim.number].append(payment)
    return of, suspense


def acted(raw, name, until):
    """What people did up to a day; the quarter's acts have none and are all of it."""
    return [one for one in raw.given.get(name, ()) if one.get("day", "") <= until]


def state(raw, until):
    """What every claim, payer and patient owes on a day, from what was there then."""
    claims = claims_until(raw, until)
    remittances, conflicts = known_until(raw, until)
    acts, desk = acted(raw, "acts", until), defaultdict(int)
    for one in acted(raw, "desk", until):
        desk[one["number"]] += one["cents"]
    payments, suspense = matched(raw, until, claims)
    chains = defaultdict(int)
    for one in remittances:
        for reason, reference, amount in one.provider:
            if reason not in CLOSED_BY_THEMSELVES:
                chains[one.payer, one.payee, reference] += amount
    of_claim = defaultdict(list)
    for act in acts:
        if act["kind"] == "refund":
            chains[act["payer"], act["payee"], act["reference"]] += act["cents"]
        else:
            of_claim[act["number"]].append(act)
    result = {
        number: owed(claim, payments[number], claim.desk + desk[number], of_claim[number], day(until))
        for number, claim in claims.items()
    }
    by_payer, by_patient = defaultdict(int), defaultdict(int)
    for number, found in result.items():
        for payer, amount in found["payers"].items():
            by_payer[payer] += amount
        by_patient[claims[number].members["P"]] += found["patient"]
    return {
        "claims": result,
        "payers": {k: v for k, v in sorted(by_payer.items()) if v},
        "patients": {k: v for k, v in sorted(by_patient.items()) if v},
        "suspense": sorted([p.payer, p.payer_number, p.paid] for p in suspense),
        "conflicts": sorted(conflicts),
        "chains": sorted([*k, v] for k, v in chains.items() if v),
    }


def main(folder):
    raw = read(folder)
    print(json.dumps(state(raw, raw.given["as_of"])))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
