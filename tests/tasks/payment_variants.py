"""Plays answers of payers to claims, each situation on a claim of its own, all in one home.

An answer's lines are `paid; adjustments`, and after a bar what else differs from the claim's line, as in
`50.00; CO 45 15.00 | charge=65.00 remark=MA18`. "" is a line that the answer does not name.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from tasks import nightly_run
from tests.conftest import WorkingHome
from tests.referees import raw_files
from tests.referees.quarter.parties import IDS
from tests.referees.quarter.remittance_files import Said, Site, Word
from tests.tasks.payment_scenarios import Played

FIRST = date(2026, 11, 16)
CENTS = {"99213": 135_00, "36415": 18_00, "85025": 35_00, "93000": 65_00}


class Says(NamedTuple):
    """An answer: the night, the payer, its lines, and what else a `Word` has."""

    night: int
    payer: str
    lines: tuple[str, ...]
    more: dict[str, Any]


class Variant(NamedTuple):
    """A claim by its procedures (`99213`, `85025-91`, `93000/2` for two units) and payers, and what comes."""

    codes: tuple[str, ...]
    payers: tuple[str, ...]
    says: tuple[Says, ...]
    right: tuple[Any, ...]
    copay: str = ""
    plb: tuple[tuple[int, str, str, int], ...] = ()  # night, reason, reference, cents


def says(night: int, payer: str, *lines: str, **more: Any) -> Says:
    return Says(night, payer, lines, more)


def numbers(variants: Mapping[str, Variant]) -> dict[str, str]:
    """The encounter of each."""
    return {name: f"V-{n}" for n, name in enumerate(variants, 1)}


def _adjustments(text: str) -> list[tuple[str, str, int]]:
    made = []
    for one in filter(None, (part.strip() for part in text.split(","))):
        group, reason, dollars = one.split()
        made.append((group, reason, raw_files.cents(dollars)))
    return made


def _said(place: int, text: str) -> Said:
    amounts, _, differs = text.partition("|")
    dollars, _, adjusted = amounts.partition(";")
    more = dict(part.split("=") for part in differs.split())
    return Said(
        line=int(more.get("line", place)),
        paid=raw_files.cents(dollars.strip()),
        adjustments=_adjustments(adjusted),
        charge=raw_files.cents(more["charge"]) if "charge" in more else None,
        procedure=more.get("procedure", ""),
        control=more.get("control", ""),
        remarks=(more["remark"],) if "remark" in more else (),
    )


def word(sent: raw_files.Sent, said: Says) -> Word:
    more = dict(said.more)
    if more.pop("stranger", False):
        sent = raw_files.Sent(**{**vars(sent), "name": ("STRANGER", "SAM"), "day": "20260302"})
    negative = more.pop("negative", "")
    facts = {
        "sent": sent,
        "payer_number": more.pop("icn", f"N{sent.number}{said.night}{said.payer}"),
        "lines": [_said(n, text) for n, text in enumerate(said.lines) if text],
        "adjustments": _adjustments(more.pop("claim", "")),
        "sign": -1 if negative else 1,
        "status": more.pop("status", "1"),
    }
    made = Word(**facts, **{k: v for k, v in more.items() if k not in ("payee", "trace")})
    return made if negative != "1" else NegativeStatusOne(**vars(made))


class NegativeStatusOne(Word):
    """A takeback that a payer sends under CLP02 1, with negative amounts."""

    def text(self, payer: str) -> list[str]:
        first, *rest = super().text(payer)
        return [first.replace("*22*", "*1*", 1), *rest]


def play(home: WorkingHome, variants: Mapping[str, Variant], *, turned: bool = False) -> Played:
    """Plays all of them, each file delivered twice. `turned`: what came last comes first, dated as ever.

    With the last night comes money for claims that are none of ours.
    """
    site = Site(home.use_folder() / "outbound")
    for n, (name, variant) in enumerate(variants.items(), 1):
        home.drop(f"lakeside/{n:02d}.json", _encounter(home, numbers(variants)[name], n, variant))
    last = max(night for v in variants.values() for night, *_ in (*v.says, *v.plb))
    with home.opened() as opened:
        nightly_run.walk(opened, FIRST)
        sent = {
            one.members["P"]: one
            for file in (home.path / "edi" / "sent").rglob("*.837")
            for one in raw_files.claims_sent(file.read_text("ascii"))
        }
        for night in range(2, last + 1):
            day = FIRST + timedelta(days=night - 1)
            dated = last + 2 - night if turned else night
            _answer(site, day, variants, sent, dated, stranger=dated == last)
            nightly_run.walk(opened, day)
    return Played(home)


def _encounter(home: WorkingHome, number: str, n: int, variant: Variant) -> dict[str, Any]:
    lines = []
    for code in variant.codes:
        named, _, units = code.partition("/")
        procedure, *modifiers = named.split("-")
        cents = CENTS[procedure] * int(units or 1)
        line = {"procedure": procedure, "charge": cents / 100, "pointers": [1], "units": int(units or 1)}
        lines.append({**line, "modifiers": modifiers})
    encounter = home.encounter(
        number,
        service_date="2026-11-02",
        lines=lines,
        coverages=[
            {"order": "PST"[k], "payer": payer, "member_id": f"W{k}{n:07d}"}
            for k, payer in enumerate(variant.payers)
        ],
    )
    encounter["patient"] = {**encounter["patient"], "last": f"V{chr(64 + n // 26 + 1)}{chr(65 + n % 26)}"}
    if variant.copay:
        encounter["patient_paid"] = variant.copay
    return encounter


def _answer(
    site: Site,
    day: date,
    variants: Mapping[str, Variant],
    sent: Mapping[str, raw_files.Sent],
    night: int,
    *,
    stranger: bool,
) -> None:
    """The files of a night: one remittance a payer, practice and trace."""
    groups: dict[tuple[str, str, str], list[Word]] = defaultdict(list)
    provider: list[tuple[str, str, int]] = []
    for n, variant in enumerate(variants.values(), 1):
        one = sent[f"W0{n:07d}"]
        for k, payer in enumerate(variant.payers):
            one.coverages["PST"[k]], one.members["PST"[k]] = IDS[payer], f"W{k}{n:07d}"
        for said in variant.says:
            if said.night == night:
                key = said.payer, said.more.get("payee", "lakeside"), said.more.get("trace", "")
                groups[key].append(word(one, said))
        provider += [(r, f, c) for when, r, f, c in variant.plb if when == night]
    if stranger:
        first = word(sent["W00000001"], says(night, "harbor", "100.00; CO 45 35.00", stranger=True))
        groups["harbor", "lakeside", ""] += [
            Word(**{**vars(first), "number": "LEGACY1", "member": f"Z{k}"}) for k in range(4)
        ]
    dated = FIRST + timedelta(days=night - 1)
    for (payer, practice, trace), words in sorted(groups.items()):
        its = provider if (payer, practice, trace) == ("harbor", "lakeside", "") else []
        body = site.payment(dated, payer, practice, words, its)
        if trace:
            body = [f"TRN*1*{trace}*1999999999" if s.startswith("TRN*") else s for s in body]
        site.file(day, payer, [body])
        site.file(day, payer, [body])  # resent, in another interchange
