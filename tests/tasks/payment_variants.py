"""Plays answers of payers to claims, each situation on a claim of its own, all in one home.

An answer's lines are `paid; adjustments`, and after a bar what else differs from the claim's line, as in
`50.00; CO 45 15.00 | charge=65.00 remark=MA18`. "" is a line that the answer does not name.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from tasks import nightly_run
from tasks.home.home import Home
from tests.conftest import WorkingHome
from tests.referees import raw_files
from tests.referees.quarter.parties import IDS, PAYERS
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


@dataclass(frozen=True)
class Stage:
    """Where a person acts on a claim: the home, opened, the business date, the encounter as it was dropped,
    and the claim as it went out."""

    home: WorkingHome
    opened: Home
    day: date
    document: dict[str, Any]
    sent: raw_files.Sent

    @property
    def encounter(self) -> str:
        return str(self.document["id"])


Act = Callable[[Stage], object]


class Plb(NamedTuple):
    """A provider-level adjustment and the night of its remittance; cents."""

    night: int
    reason: str
    reference: str
    cents: int
    payer: str = "harbor"
    practice: str = "lakeside"


class Variant(NamedTuple):
    """A claim by its procedures (`99213`, `85025-91`, `93000/2` for two units) and payers, and what comes.

    `acts` are done before what comes in their night. `ordered`: what comes does not change its nights, since
    a person acts on it. `more` is the encounter's, in place of what it would have.
    """

    codes: tuple[str, ...]
    payers: tuple[str, ...]
    says: tuple[Says, ...]
    right: tuple[Any, ...]
    copay: str = ""
    plb: tuple[Sequence[Any], ...] = ()  # the members of a `Plb`
    acts: tuple[tuple[int, Act], ...] = ()
    more: Mapping[str, Any] = {}
    ordered: bool = False


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
    for code, cents in more.pop("extra", ()):  # what a newer version of the claim has besides
        line = raw_files.Line(str(len(sent.lines) + 1), "", code, (), cents)
        sent = raw_files.Sent(**{**vars(sent), "lines": [*sent.lines, line]})
    if more.pop("second", False):  # of a payer that has the claim twice
        more["member"] = sent.members["S"]
    negative = more.pop("negative", "")
    facts = {
        "sent": sent,
        "payer_number": more.pop("icn", f"N{sent.number}{said.night}{said.payer}"),
        "lines": [_said(n, text) for n, text in enumerate(said.lines) if text],
        "adjustments": _adjustments(more.pop("claim", "")),
        "sign": -1 if negative else 1,
        "status": more.pop("status", "1"),
    }
    made = Word(**facts, **{k: v for k, v in more.items() if k not in ENVELOPE})
    return made if negative != "1" else NegativeStatusOne(**vars(made))


class NegativeStatusOne(Word):
    """A takeback that a payer sends under CLP02 1, with negative amounts."""

    def text(self, payer: str) -> list[str]:
        first, *rest = super().text(payer)
        return [first.replace("*22*", "*1*", 1), *rest]


ENVELOPE = ("payee", "trace", "originator", "payer_name")
"""What of an answer is its remittance's."""


class Order:
    """On which night each thing comes: its own, the other way round, or, with a seed, any."""

    def __init__(self, last: int, *, turned: bool = False, seed: int | None = None) -> None:
        self._last, self._turned = last, turned
        self._dice = random.Random(seed) if seed is not None else None

    def of(self, night: int) -> int:
        if self._dice is not None:
            return self._dice.randint(2, self._last)
        return self._last + 2 - night if self._turned else night


def play(
    home: WorkingHome, variants: Mapping[str, Variant], *, turned: bool = False, seed: int | None = None
) -> Played:
    """Plays all of them, each file delivered twice. `turned`: what came last comes first, dated as ever;
    `seed`: whenever. One night more looks at what it came to.

    With the last night comes money for claims that are none of ours.
    """
    site = Site(home.use_folder() / "outbound")
    documents = [
        _encounter(home, numbers(variants)[name], n, variant)
        for n, (name, variant) in enumerate(variants.items(), 1)
    ]
    for n, document in enumerate(documents, 1):
        home.drop(f"{document['practice']}/{n:02d}.json", document)
    last = max(night for v in variants.values() for night, *_ in (*v.says, *v.plb, *v.acts))
    with home.opened() as opened:
        nightly_run.walk(opened, FIRST)
        sent = _sent(home)
        coming = _coming(variants, sent, Order(last, turned=turned, seed=seed), last)
        acts = [
            (night, act, Stage(home, opened, _day(night), document, sent[f"W0{n:07d}"]))
            for n, (document, variant) in enumerate(zip(documents, variants.values(), strict=True), 1)
            for night, act in variant.acts
        ]
        for night in sorted({*coming, *(night for night, *_ in acts), last + 1}):
            for when, act, stage in acts:
                if when == night:
                    act(stage)
            for (dated, payer, *envelope), (words, provider) in sorted(coming.get(night, {}).items()):
                _answer(site, _day(night), dated, payer, envelope, words, provider)
            nightly_run.walk(opened, _day(night))
    return Played(home)


def _day(night: int) -> date:
    return FIRST + timedelta(days=night - 1)


def _sent(home: WorkingHome) -> dict[str, raw_files.Sent]:
    """The claims that went out, by the member id of their first payer."""
    return {
        one.members["P"]: one
        for file in (home.path / "edi" / "sent").rglob("*.837")
        for one in raw_files.claims_sent(file.read_text("ascii"))
    }


Remitted = tuple[list[Word], list[tuple[str, str, int]]]


def _coming(
    variants: Mapping[str, Variant], sent: Mapping[str, raw_files.Sent], order: Order, last: int
) -> dict[int, dict[tuple[Any, ...], Remitted]]:
    """By the night that they come, the remittances: by the night that they are of, payer and envelope."""
    found: dict[int, dict[tuple[Any, ...], Remitted]] = defaultdict(lambda: defaultdict(lambda: ([], [])))
    for n, variant in enumerate(variants.values(), 1):
        one = sent[f"W0{n:07d}"]
        for k, payer in enumerate(variant.payers):
            one.coverages["PST"[k]], one.members["PST"[k]] = IDS[payer], f"W{k}{n:07d}"
        nights = [said.night for said in variant.says] + [night for night, *_ in variant.plb]
        comes = {night: night if variant.ordered else order.of(night) for night in sorted(set(nights))}
        for said in variant.says:
            envelope = {"payee": "lakeside", **said.more}
            key = said.night, said.payer, *(envelope.get(name, "") for name in ENVELOPE)
            found[comes[said.night]][key][0].append(word(one, said))
        for row in variant.plb:
            plb = Plb(*row)
            key = plb.night, plb.payer, plb.practice, "", "", ""
            found[comes[plb.night]][key][1].append(
                (plb.reason, plb.reference.format(number=one.number), plb.cents)
            )
    first = word(sent["W00000001"], says(last, "harbor", "100.00; CO 45 35.00", stranger=True))
    strangers = [Word(**{**vars(first), "number": "LEGACY1", "member": f"Z{k}"}) for k in range(4)]
    found[order.of(last)][last, "harbor", "lakeside", "", "", ""][0].extend(strangers)
    return found


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
    return {**encounter, **variant.more}


def _answer(
    site: Site,
    day: date,
    dated: int,
    payer: str,
    envelope: Sequence[str],
    words: Sequence[Word],
    provider: Sequence[tuple[str, str, int]],
) -> None:
    """A remittance, and the same again in another interchange."""
    practice, trace, originator, name = envelope
    body = site.payment(_day(dated), payer, practice, words, provider)
    for n, segment in enumerate(body):
        if segment.startswith("TRN*"):
            _, _, number, whose = segment.split("*")
            body[n] = f"TRN*1*{trace or number}*{originator or whose}"
        elif segment.startswith("N1*PR*") and name:
            body[n] = segment.replace(PAYERS[payer][1], name)
    site.file(day, payer, [body])
    site.file(day, payer, [body])
