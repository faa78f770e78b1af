"""What payers say of claims, and the 835s that they put into their folder."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tests.referees import raw_files
from tests.referees.quarter.parties import IDS, PAYERS, PRACTICES


def cents_text(cents: int) -> str:
    sign = "-" if cents < 0 else ""
    dollars, rest = divmod(abs(cents), 100)
    return f"{sign}{dollars}" + (f".{rest:02d}".rstrip("0") if rest else "")


# ---- what a payer says


@dataclass(frozen=True, kw_only=True)
class Said:
    """A line of an answer; `line` is the place of the claim's line, from 0. What differs from that line may
    be given: its charge, procedure and control number."""

    line: int
    paid: int
    adjustments: Sequence[tuple[str, str, int]] = ()
    charge: int | None = None
    procedure: str = ""
    control: str = ""
    remarks: Sequence[str] = ()

    def charged(self, of: raw_files.Sent) -> int:
        return of.lines[self.line].charge if self.charge is None else self.charge


@dataclass(frozen=True, kw_only=True)
class Word:
    """A claim of an 835. `charge` is that of one without lines, `corrected` an NM1*74."""

    sent: raw_files.Sent
    status: str = "1"
    payer_number: str
    lines: Sequence[Said]
    adjustments: Sequence[tuple[str, str, int]] = ()
    sign: int = 1
    charge: int | None = None
    forwarded_to: str = ""
    remarks: Sequence[str] = ()
    number: str = ""
    member: str = ""
    payee: str = ""
    interest: int = 0
    numbered: bool = True
    corrected: str = ""
    corrected_payer: str = ""

    @property
    def paid(self) -> int:
        if self.status == "25":
            return 0
        total = (self.charge or 0) + sum(line.paid for line in self.lines)
        return self.sign * (total - sum(c for *_, c in self.adjustments))

    def text(self, payer: str) -> list[str]:
        of, sign = self.sent, self.sign
        charge = (self.charge or 0) + sum(s.charged(of) for s in self.lines)
        order = next((o for o, p in of.coverages.items() if p == IDS[payer]), "P")
        member = self.member or of.members.get(order, of.members["P"])
        made = [
            f"CLP*{self.number or of.number}*{'22' if sign < 0 else self.status}*{cents_text(sign * charge)}"
            f"*{cents_text(self.paid)}**12*{self.payer_number}*11*1",
            *(f"CAS*{g}*{r}*{cents_text(sign * c)}" for g, r, c in self.adjustments),
            f"NM1*QC*1*{of.name[0]}*{of.name[1]}****MI*{member}",
        ]
        if self.corrected:
            made.append(self.corrected)
        for entity, named in (("TT", self.forwarded_to), ("PR", self.corrected_payer)):
            if named:
                made.append(f"NM1*{entity}*2*{PAYERS[named][1]}*****PI*{IDS[named]}")
        if self.remarks:
            made.append("MOA***" + "*".join(self.remarks))
        made.append(f"DTM*232*{of.day}")
        if self.interest:
            made.append(f"AMT*I*{cents_text(self.interest)}")
        for said in self.lines:
            line = of.lines[said.line]
            procedure, charge = said.procedure or line.procedure, cents_text(sign * said.charged(of))
            made.append(
                f"SVC*{line.qualifier}:{procedure}*{charge}*{cents_text(sign * said.paid)}*{line.revenue}*1"
            )
            made.append(f"DTM*472*{of.day}")
            made += [f"CAS*{g}*{r}*{cents_text(sign * c)}" for g, r, c in said.adjustments if c]
            if self.numbered:
                made.append(f"REF*6R*{said.control or line.control}")
            made += [f"LQ*HE*{remark}" for remark in said.remarks]
        return made


@dataclass
class Site:
    """Writes 835 files into the partner's folder; every payment is one transaction of a file."""

    outbound: Path
    interchange: int = 1000
    trace: int = 0

    def file(self, day: date, payer: str, sets: Sequence[Sequence[str]]) -> None:
        self.interchange += 1
        number = f"{self.interchange:09d}"
        stamp = f"{day:%y%m%d}"
        out = [
            "ISA*00*          *00*          *ZZ*NORTHGATE      *ZZ*CLEANCLAIM     "
            f"*{stamp}*0400*^*00501*{number}*0*T*:",
            f"GS*HP*NORTHGATE*CLEANCLAIM*{day:%Y%m%d}*0400*{self.interchange}*X*005010X221A1",
        ]
        for n, body in enumerate(sets, 1):
            out += [f"ST*835*{n:04d}", *body, f"SE*{len(body) + 2}*{n:04d}"]
        out += [f"GE*{len(sets)}*{self.interchange}", f"IEA*1*{number}"]
        name = f"{day:%Y%m%d}_{number}.835"
        (self.outbound / name).write_text("".join(s + "~\n" for s in out), encoding="ascii")

    def payment(
        self,
        day: date,
        payer: str,
        practice: str,
        words: Sequence[Word],
        provider: Sequence[tuple[str, str, int]],
    ) -> list[str]:
        self.trace += 1
        number, name = PAYERS[payer]
        amount = sum(w.paid for w in words) - sum(c for *_, c in provider)
        body = [
            f"BPR*I*{cents_text(amount)}*C*{'ACH' if amount else 'NON'}************{day:%Y%m%d}",
            f"TRN*1*{number}{self.trace:07d}*1999999999",
            f"DTM*405*{day:%Y%m%d}",
            f"N1*PR*{name}*XV*{number}",
            "N3*PO BOX 1",
            "N4*HARTFORD*CT*061030001",
            "PER*BL*PROVIDER LINE*TE*2175550199",
            f"N1*PE*{PRACTICES[practice][1]}*XX*{PRACTICES[practice][0]}",
        ]
        if words:
            body.append("LX*1")
        for word in words:
            body += word.text(payer)
        for reason, reference, cents in provider:
            body.append(f"PLB*{PRACTICES[practice][0]}*{day:%Y}1231*{reason}:{reference}*{cents_text(cents)}")
        return body
