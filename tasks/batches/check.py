"""What is written is checked before it is stored: which claims of a file are at fault, and why.

`edi.check` judges the whole file, once. A fault is brought home by its place: to one claim, to all
claims of a patient, subscriber or billing provider, or to the partner's own data above them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import edi
from coding.codes import Codes
from edi.findings import KINDS
from ledger.encounters.encounters import FindingRow

PREFIX = "X12-"
"""Before the codes of `edi` where they stand beside those of the edits."""
OURS = frozenset({"SIT-20"})
"""Only warnings in what others wrote, for these a claim of ours is held: CLM01 twice in a file."""
MOST = 10  # findings listed of one claim

_LEVELS = {"20": 1, "22": 2, "23": 3}
_ADDRESS = {"N301": "line1", "N302": "line2", "N401": "city", "N402": "state", "N403": "zip"}
_PRACTICE = {
    "2000A PRV03": "taxonomy",
    "2010AA NM103": "name",
    "2010AA NM109": "npi",
    "2010AA REF01": "tax_id_type",
    "2010AA REF02": "tax_id",
    "2010AA PER02": "contact_name",
    "2010AA PER04": "contact_phone",
    **{f"2010AA {place}": f"address.{key}" for place, key in _ADDRESS.items()},
    **{f"2010AB {place}": f"pay_to.{key}" for place, key in _ADDRESS.items()},
}
_PAYER = {
    "2000B SBR09": "filing_code",
    "2010BB NM103": "name",
    "2010BB NM108": "payer_id_qualifier",
    "2010BB NM109": "payer_id",
    **{f"2010BB {place}": f"address.{key}" for place, key in _ADDRESS.items()},
}
_CLEARINGHOUSE = {
    "ISA05": "sender_qualifier",
    "ISA06": "sender_id",
    "ISA07": "receiver_qualifier",
    "ISA08": "receiver_id",
    "ISA15": "usage",
    "GS02": "application_sender",
    "GS03": "application_receiver",
    "1000A NM103": "submitter.name",
    "1000A NM109": "submitter.id",
    "1000A PER02": "submitter.contact_name",
    "1000A PER04": "submitter.contact_phone",
    "1000B NM103": "receiver.name",
    "1000B NM109": "receiver.id",
}


@dataclass(frozen=True, slots=True)
class Whose:
    """The keys of the partners' files that a claim was written from."""

    practice: str
    payer: str
    clearinghouse: str


@dataclass(slots=True)
class Faults:
    """What is wrong with a file: of its claims, by their place in it from 0, and of all of it."""

    claims: dict[int, list[tuple[edi.Finding, int | None]]] = field(default_factory=dict)  # with the line
    everyone: list[edi.Finding] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.claims or self.everyone)


class _Tables:
    """The tables that are asked. What may be billed on a day is the edits' question, which know of
    payers' switches and of what a person let pass."""

    def __init__(self, codes: Codes) -> None:
        self._codes = codes

    def known(self, code_set: str, code: str, day: date | None) -> bool | None:
        if code_set != "taxonomy" or day is None:
            return None
        answer = self._codes.taxonomy(code, day)
        return None if answer == "unchecked" else answer == "valid"


def check(data: bytes, codes: Codes) -> Faults:
    """The faults of a claim file that was written from records, so that its structure is sound."""
    refused = [f for f in edi.check(data, _Tables(codes)) if f.severity == "error" or f.code in OURS]
    found = Faults()
    if not refused:
        return found
    sets = {(group, number): one for group, number, one in _sets(data)}
    for finding in refused:
        one = sets.get((finding.group, finding.transaction))
        claims, line = one.claims_of(finding) if one is not None else ((), None)
        if not claims:
            found.everyone.append(finding)
        for claim in claims:
            listed = found.claims.setdefault(claim, [])
            if len(listed) < MOST:
                listed.append((finding, line))
    return found


def row(finding: edi.Finding, line: int | None, whose: Whose) -> FindingRow:
    """A finding as it holds a claim: its code, its place, what is wrong, and which file to correct."""
    where = named_file(finding, whose)
    return FindingRow(
        edit_id=PREFIX + finding.code,
        severity="hold",
        line=line,
        place=place_of(finding),
        detail=finding.message + (f"; correct {where}" if where else ""),
    )


def place_of(finding: edi.Finding) -> str:
    """Loop, segment and element: "2310B NM103"."""
    first, dash, rest = finding.element.partition("-")
    name = f"{finding.segment}{first.zfill(2) if first else ''}{dash}{rest}"
    return f"{finding.loop} {name}".strip()


def named_file(finding: edi.Finding, whose: Whose) -> str:
    """The partner's file and key that a place is written from; "" where that is the encounter's data."""
    place = place_of(finding)
    for folder, owner, keys in (
        ("practices", whose.practice, _PRACTICE),
        ("payers", whose.payer, _PAYER),
        ("clearinghouses", whose.clearinghouse, _CLEARINGHOUSE),
    ):
        key = keys.get(place)
        loops = {one.split()[0] for one in keys if " " in one}
        if key is None and finding.loop in loops and finding.loop != "2000B":
            key = ", ".join(dict.fromkeys(k for p, k in keys.items() if p.startswith(place)))
        elif key is None and (folder != "clearinghouses" or finding.loop):
            continue
        if key is not None:
            return f"partners/{folder}/{owner}.toml" + (f": {key}" if key else "")
    return ""


def words(edit_id: str) -> tuple[str, str] | None:
    """Title and remedy of a finding that came from `edi`; None for all others."""
    from edi.checks import rules

    rules.load()
    kind = KINDS.get(edit_id.removeprefix(PREFIX)) if edit_id.startswith(PREFIX) else None
    return None if kind is None else (kind.title, kind.fix)


@dataclass(slots=True)
class _Set:
    """A transaction set: its segments from ST, at 0, and the place in the file of its first claim."""

    segments: list[list[str]]
    first: int

    def claims_of(self, finding: edi.Finding) -> tuple[Sequence[int], int | None]:
        """The claims that a finding is the fault of, and the service line where it is in one."""
        at = min(finding.position, len(self.segments)) - 1
        if at < 0:
            return (), None
        if self.segments[at][0] != finding.segment:
            at -= 1  # a missing one is reported where it should stand, behind what it belongs to
        line = None
        while at >= 0 and self.segments[at][0] not in ("CLM", "HL"):
            if self.segments[at][0] == "LX" and line is None and finding.loop[:2] == "24":
                number = self.segments[at][1] if len(self.segments[at]) > 1 else ""
                line = int(number) if number.isdecimal() else None
            at -= 1
        if at < 0:
            return (), None
        before = self.first + sum(e[0] == "CLM" for e in self.segments[:at])
        if self.segments[at][0] == "CLM":
            return (before,), line
        level = _LEVELS.get(self.segments[at][3], 0)
        below = 0
        for e in self.segments[at + 1 :]:
            if e[0] == "HL" and _LEVELS.get(e[3], 0) <= level:
                break
            below += e[0] == "CLM"
        return range(before, before + below), None


def _sets(data: bytes) -> Iterator[tuple[str, str, _Set]]:
    """The transaction sets of a file of ours, with GS06 and ST02."""
    text = data.decode("latin-1")
    element, terminator = text[3], text[105]
    group, claims = "", 0
    inside: list[list[str]] = []
    for piece in text.split(terminator):
        e = piece.strip("\r\n").split(element)
        if e[0] == "GS":
            group = e[6]
        elif e[0] == "ST":
            inside = []
        inside.append(e)
        if e[0] == "SE":
            yield group, e[2], _Set(inside, claims)
            claims += sum(s[0] == "CLM" for s in inside)


def in_file_order(kinds: Sequence[str]) -> list[int]:
    """Where in the list of claims each claim of the file stood: one group for each kind, as they came."""
    order: Mapping[str, int] = {kind: n for n, kind in enumerate(dict.fromkeys(kinds))}
    return sorted(range(len(kinds)), key=lambda n: order[kinds[n]])
