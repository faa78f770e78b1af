"""The frame of a coding audit: every line that could be drawn, with its stratum and weight, as it was then.

It is kept as one document, so that whatever becomes of the claims the sample counts back to what it was drawn
from. It names no patient: claims by their number, providers by NPI.

Weights are small on purpose: at most 3 to 1 keeps an interval within 1.2 times that of a random sample even
where the weights foretell nothing (`size.effect_of_weights` is 1.33 at most).
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, fields, replace
from itertools import accumulate
from typing import Final

RANDOM, WEIGHTED, STRATA, CLAIMS = "random", "weighted", "strata", "claims"
METHODS: Final = {
    RANDOM: "every line has the same chance",
    WEIGHTED: "a high charge, or a code that is often denied, has twice the chance; both, thrice",
    STRATA: "each provider, payer or code gives lines, by how many it has",
    CLAIMS: "every claim has the same chance, and all its lines are judged",
}
PROVIDER, PAYER, CODE = "provider", "payer", "code"
BY: Final = (PROVIDER, PAYER, CODE)
HIGHEST: Final = 10
"""A charge is high where at most one line in so many has a higher or the same one."""
LAYOUT: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the frame. `weight` is 1 to 3; `risks` says why it is more than 1; `denied`: a payer denied
    it. Days are ISO text."""

    claim: str
    version_id: int
    number: int
    provider: str
    payer: str
    procedure: str
    modifiers: str
    units: str
    charge_cents: int
    service_on: str
    unit_code: str = "UN"
    place_of_service: str = ""
    plan: str = ""
    denied: bool = False
    stratum: str = ""
    weight: int = 1
    risks: str = ""

    @property
    def place(self) -> tuple[int, int]:
        """What names it: the version of its claim and its number there."""
        return self.version_id, self.number

    @property
    def code(self) -> str:
        """What was billed with its modifiers, as people write it: 99213-25."""
        return "-".join((self.procedure, *self.modifiers.split()))


Units = dict[str, dict[tuple[str, int], list[Line]]]
"""By stratum and name, what is drawn with its lines."""
_NAMES: Final = tuple(one.name for one in fields(Line))


def weighed(lines: Sequence[Line]) -> list[Line]:
    """The lines with their weights: one, and one more for each risk."""
    counts = Counter(line.charge_cents for line in lines)
    dearest = sorted(counts, reverse=True)
    above = dict(zip(dearest, accumulate(counts[cents] for cents in dearest), strict=True))
    of_code = Counter(line.procedure for line in lines)
    denied = Counter(line.procedure for line in lines if line.denied)
    whole = sum(denied.values())
    made = []
    for line in lines:
        often = denied[line.procedure] * len(lines) > whole * of_code[line.procedure]
        high = above[line.charge_cents] * HIGHEST <= len(lines)
        risks = [words for words, holds in (("high charge", high), ("code often denied", often)) if holds]
        made.append(replace(line, weight=1 + len(risks), risks=", ".join(risks)))
    return made


def stratified(lines: Sequence[Line], method: str, by: str) -> list[Line]:
    """The lines in strata as the method has them, with weights where it weighs."""
    if method == WEIGHTED:
        return [replace(line, stratum=f"weight {line.weight}") for line in weighed(lines)]
    if method == STRATA:
        of = {PROVIDER: "provider", PAYER: "payer", CODE: "procedure"}[by]
        return [replace(line, stratum=str(getattr(line, of))) for line in lines]
    return list(lines)


def units_of(lines: Sequence[Line], method: str) -> Units:
    """By stratum, what is drawn: a line, or a claim with its lines. Named by the claim's number and the
    line's, 0 all of them."""
    found: Units = {}
    for line in lines:
        name = (line.claim, 0 if method == CLAIMS else line.number)
        found.setdefault(line.stratum, {}).setdefault(name, []).append(line)
    return found


def written(lines: Sequence[Line], plan: Mapping[str, object]) -> bytes:
    """The frame with the plan by which it was made, as it is kept: the same bytes for the same lines."""
    rows = sorted((astuple(line) for line in lines), key=lambda row: row[:3])
    kept = {"layout": LAYOUT, "plan": plan, "columns": _NAMES, "lines": rows}
    return json.dumps(kept, ensure_ascii=True, separators=(",", ":"), sort_keys=True).encode("ascii")


def read(data: bytes) -> list[Line]:
    """The lines of a kept frame."""
    kept = json.loads(data)
    return [Line(**dict(zip(kept["columns"], row, strict=True))) for row in kept["lines"]]
