"""Reads raw X12 files, 837s that were sent and 835s that came, for the referees that recompute from them.

It imports nothing of this project and was written from the standard, not from the code. Amounts are integer
cents; days are text as the files have them, YYYYMMDD.
"""

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


def cents(text):
    return int((Decimal(text or "0") * 100).to_integral_exact())


def day(text):
    return date(int(text[:4]), int(text[4:6]), int(text[6:8])) if len(text) >= 8 else None


def segments(data):
    element, terminator = data[3], data[105]
    for text in data.split(terminator):
        if text.strip():
            yield text.strip().split(element)


def at(segment, place):
    return segment[place] if len(segment) > place else ""


# ---- what was sent


@dataclass
class Line:
    number: str
    control: str
    procedure: str
    modifiers: tuple
    charge: int
    patients: bool = False
    qualifier: str = "HC"
    revenue: str = ""


@dataclass
class Sent:
    number: str
    npi: str
    tax_id: str
    charge: int
    frequency: str
    order: str
    coverages: dict = field(default_factory=dict)  # payer id by order
    members: dict = field(default_factory=dict)  # member id by order
    name: tuple = ()
    lines: list = field(default_factory=list)
    day: str = ""
    desk: int = 0
    void: bool = False  # taken back with frequency 8
    restricted: int = 0  # services of the visit that no payer is told of
    sent_on: str = ""
    told_paid: int = 0  # of a later payer's claim: what it says that those before it decided
    told: Counter = field(default_factory=Counter)
    later: dict = field(default_factory=dict)  # the claims that went to later payers, by payer
    group: str = ""  # GS06
    batch: str = ""  # BHT03


def claims_sent(data):
    """Each claim of an 837: a small walk over the loops, by what opens them."""
    npi = tax_id = loop = group = batch = ""
    made, subscriber, found, sent_on = [], {}, None, ""
    component = data[104]
    for s in segments(data):
        tag = s[0]
        if tag == "GS":
            sent_on, group = at(s, 4), at(s, 6)
        elif tag == "BHT":
            batch = at(s, 3)
        elif tag == "HL":
            loop = {"20": "billing", "22": "subscriber", "23": "patient"}.get(at(s, 3), "")
            found = None
        elif tag == "SBR" and loop == "subscriber":
            subscriber = {"order": at(s, 1)}
        elif tag == "NM1" and at(s, 1) == "85":
            npi = at(s, 9)
        elif tag == "REF" and at(s, 1) in ("EI", "SY") and loop == "billing":
            tax_id = at(s, 2)
        elif tag == "NM1" and at(s, 1) == "IL" and loop == "subscriber":
            subscriber |= {"member": at(s, 9), "name": (at(s, 3), at(s, 4))}
        elif tag == "NM1" and at(s, 1) == "PR" and loop == "subscriber":
            subscriber["payer"] = at(s, 9)
        elif tag == "NM1" and at(s, 1) == "QC" and loop == "patient":
            subscriber["name"] = (at(s, 3), at(s, 4))
        elif tag == "CLM":
            loop = "claim"
            order = subscriber["order"]
            found = Sent(at(s, 1), npi, tax_id, cents(at(s, 2)), at(s, 5).split(component)[2], order)
            found.coverages[order], found.members[order] = subscriber["payer"], subscriber["member"]
            found.name, found.sent_on = subscriber["name"], sent_on
            found.group, found.batch = group, batch
            made.append(found)
        elif found is None:
            continue
        elif tag == "SBR":
            loop, other = "other", at(s, 1)
        elif tag == "NM1" and at(s, 1) == "IL" and loop == "other":
            found.members[other] = at(s, 9)
        elif tag == "NM1" and at(s, 1) == "PR" and loop == "other":
            found.coverages[other] = at(s, 9)
        elif tag == "AMT" and at(s, 1) == "D" and loop == "other":
            found.told_paid += cents(at(s, 2))
        elif tag == "CAS":
            for n in range(2, len(s), 3):
                found.told[at(s, 1), s[n]] += cents(at(s, n + 1))
        elif tag == "AMT" and at(s, 1) == "F5":
            found.desk = cents(at(s, 2))
        elif tag == "LX":
            loop, lx = "line", at(s, 1)
        elif tag == "SV1":
            code = at(s, 1).split(component)
            found.lines.append(
                Line(lx, "", code[1], tuple(code[2:6]), cents(at(s, 2)), patients="GY" in code[2:6])
            )
        elif tag == "SV2":  # a hospital's
            qualifier, *code = at(s, 2).split(component) if at(s, 2) else ("NU", at(s, 1))
            line = Line(
                lx, "", code[0], tuple(code[1:5]), cents(at(s, 3)), qualifier=qualifier, revenue=at(s, 1)
            )
            found.lines.append(line)
        elif tag == "SV3":  # a dentist's
            code = at(s, 1).split(component)
            found.lines.append(Line(lx, "", code[1], tuple(code[2:6]), cents(at(s, 2)), qualifier="AD"))
        elif tag == "DTP" and at(s, 1) in ("434", "472") and not found.day:
            found.day = at(s, 3)[:8]
        elif tag == "REF" and at(s, 1) == "6R" and loop == "line":
            found.lines[-1].control = at(s, 2)
    return made


# ---- what came back


@dataclass
class Paid:
    number: str
    status: str
    charge: int
    paid: int
    payer_number: str
    payer: str = ""
    payee: str = ""
    paid_on: str = ""
    trace: str = ""
    name: tuple = ()
    member: str = ""
    forwarded_to: str = ""
    remarks: set = field(default_factory=set)
    day: str = ""
    adjustments: list = field(default_factory=list)  # (group, reason, cents)
    lines: list = field(default_factory=list)

    def adjusted(self):
        return [*self.adjustments, *(a for line in self.lines for a in line.adjustments)]

    def takes_back(self):
        return self.status == "22" or self.charge < 0 or self.paid < 0

    def signature(self, sign=1):
        """What a reversal must mirror: the amounts, line by line."""
        return (
            sign * self.charge,
            sign * self.paid,
            tuple(sorted((line.procedure, sign * line.charge, sign * line.paid) for line in self.lines)),
        )


@dataclass
class PaidLine:
    procedure: str
    modifiers: tuple
    charge: int
    paid: int
    control: str = ""
    remarks: set = field(default_factory=set)
    adjustments: list = field(default_factory=list)


@dataclass
class Remittance:
    payer: str = ""
    payee: str = ""
    amount: int = 0
    paid_on: str = ""
    trace: str = ""
    originator: str = ""
    came_on: str = ""
    claims: list = field(default_factory=list)
    provider: list = field(default_factory=list)  # (reason, reference, cents)

    def key(self):
        return self.payer, self.trace, self.originator

    def content(self):
        return (
            self.amount,
            tuple(
                (c.number, c.payer_number, c.status, c.charge, c.paid, tuple(c.adjusted()))
                for c in self.claims
            ),
            tuple(self.provider),
        )


def remittances_received(data):
    component = data[104]
    found = claim = line = None
    for s in segments(data):
        tag = s[0]
        if tag == "ST":
            found, claim, line = Remittance(), None, None
        elif tag == "SE":
            for one in found.claims:
                one.payer, one.payee = found.payer, found.payee
                one.paid_on, one.trace = found.paid_on, found.trace
            yield found
            found = None
        elif found is None:
            continue
        elif tag == "BPR":
            found.amount, found.paid_on = cents(at(s, 2)), at(s, 16)
        elif tag == "TRN":
            found.trace, found.originator = at(s, 2), at(s, 3)
        elif tag == "N1" and at(s, 1) == "PR":
            found.payer = at(s, 4)
        elif tag == "N1" and at(s, 1) == "PE":
            found.payee = at(s, 4)
        elif tag == "CLP":
            claim, line = Paid(at(s, 1), at(s, 2), cents(at(s, 3)), cents(at(s, 4)), at(s, 7)), None
            found.claims.append(claim)
        elif tag == "PLB":
            for n in range(3, len(s) - 1, 2):
                reason, _, reference = s[n].partition(component)
                found.provider.append((reason, reference, cents(s[n + 1])))
        elif tag == "NM1" and at(s, 1) == "QC":
            claim.name, claim.member = (at(s, 3), at(s, 4)), at(s, 9)
        elif tag == "NM1" and at(s, 1) == "TT":
            claim.forwarded_to = at(s, 9)
        elif tag in ("MOA", "MIA"):
            claim.remarks |= set(s[1:])
        elif tag == "DTM" and at(s, 1) in ("232", "472") and claim and not claim.day:
            claim.day = at(s, 2)
        elif tag == "SVC":
            code = at(s, 1).split(component)
            line = PaidLine(code[1], tuple(code[2:6]), cents(at(s, 2)), cents(at(s, 3)))
            claim.lines.append(line)
        elif tag == "CAS":
            where = line or claim
            for n in range(2, len(s), 3):
                if s[n]:
                    where.adjustments.append((at(s, 1), s[n], cents(at(s, n + 1))))
        elif tag == "REF" and at(s, 1) == "6R" and line:
            line.control = at(s, 2)
        elif tag == "LQ" and line:
            line.remarks.add(at(s, 2))


def on_paper(given):
    """A paper remittance: the same as an 835 says it, in JSON."""
    made = Remittance(given["payer"], given["payee"], given["cents"], given["paid_on"], given["trace"])
    for one in given["claims"]:
        paid = Paid(one["number"], "1", one["charge"], one["paid"], one.get("payer_number", ""))
        paid.payer, paid.payee = made.payer, made.payee
        paid.paid_on, paid.trace, paid.member = made.paid_on, made.trace, one["member"]
        for each in one["lines"]:
            line = PaidLine(each["procedure"], (), each["charge"], each["paid"])
            line.adjustments = [(g, r, c) for g, r, c in each["adjustments"]]
            paid.lines.append(line)
        made.claims.append(paid)
    return made


# ---- a folder of them


@dataclass
class Raw:
    """The raw files of a folder, read once; each with the day on which it was there, as YYYYMMDD."""

    given: dict
    sent: list  # (day, claim), in the order of the files
    received: list  # (day, remittance)


def read(folder):
    given = json.loads((folder / "given.json").read_text())
    sent = [
        (claim.sent_on, claim)
        for file in sorted((folder / "sent").glob("*.837"))
        for claim in claims_sent(file.read_text())
    ]
    received = [
        (file.name[:8], r)
        for file in sorted((folder / "received").glob("*.835"))
        for r in remittances_received(file.read_text())
    ]
    received += [(one["paid_on"], on_paper(one)) for one in given["paper"]]
    return Raw(given, sent, received)
