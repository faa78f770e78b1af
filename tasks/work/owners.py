"""A rejection as a person works it: what is wrong in words, which desk it belongs to, what to do.

The desks are those of denials (`config/data/adjustment_codes.tsv`), so that one person sees all of
their work with one `--owner`. Edits and queues have theirs here too.
"""

from dataclasses import dataclass
from typing import Final

from edi.explain.words import describe, remedy_of
from edi.explain.words.faults import OF_THE_WHOLE, parsed
from ledger.queries.claims import Rejected

CODING: Final = "CODING"
POSTING: Final = "POSTING"
"""The desks of whole queues: what waits for a coder, and what a payer paid."""

_OF_EDITS: Final[dict[str, tuple[str, ...]]] = {
    CODING: ("AOC", "COD", "DX", "EM", "GLB", "MN", "MOD", "MUE", "NCCI", "NDC", "POS", "PTR", "PX", "UNT"),
    "ELIGIBILITY": ("DEM", "ELIG", "COB"),
    "AUTH": ("AUTH", "REFR"),
    "CREDENTIALING": ("CLIA", "ENR", "NPI", "PRV"),
    "RECORDS": ("PWK",),
}
_OF_STATUSES: Final[dict[str, tuple[str, ...]]] = {
    "ELIGIBILITY": (
        "27", "29", "30", "31", "32", "33", "34", "88", "91", "97", "116", "156", "157", "158", "164", "171",
    ),
    CODING: ("86", "232", "254", "255", "258", "453", "454", "455", "465", "474", "475", "476", "477",
               "488", "507", "509"),
    "AUTH": ("84", "252"),
    "CREDENTIALING": ("24", "25", "26", "50", "96", "135", "142", "143", "145", "496", "562"),
}  # fmt: skip
_OF_QUEUES: Final[dict[str, tuple[str, ...]]] = {
    "INTAKE": ("INT", "INB"),
    POSTING: ("PLB", "PAY"),
    "APPEALS": ("DEN",),
}
DESKS: Final = frozenset({*_OF_EDITS, *_OF_STATUSES, *_OF_QUEUES, "BILLING_EDIT", "FOLLOW_UP"})


@dataclass(frozen=True, slots=True)
class Work:
    """A rejection in words. `owner` is a desk."""

    words: str
    owner: str
    remedy: str


OF_ITS_FILE: Final = ("2200B", "2200C")  # a 277CA refused the file, or a provider's part of it
AGAIN: Final = "cleanclaim rejections again"


def blameless(rejected: Rejected) -> bool:
    """Nothing in the claim was refused: its file was, as a whole or for another claim in it."""
    if rejected.place in OF_ITS_FILE or (rejected.place.startswith("for ") and not rejected.codes):
        return True
    return bool(rejected.codes) and all(code.startswith(OF_THE_WHOLE) for code in rejected.codes.split())


def work_of(rejected: Rejected) -> Work:
    """What a person does about a rejected claim."""
    others = rejected.place.removeprefix("for ") if rejected.place.startswith("for ") else ""
    if others and not rejected.codes:
        return Work(
            f"nothing is wrong with it: its file was refused for {others}",
            "BILLING_EDIT",
            f"Send it again unchanged, with all like it in the file: {AGAIN} --batch {rejected.batch_id} "
            "--why ...; it goes out as a new claim.",
        )
    remedy = remedy_of(rejected.codes)
    if blameless(rejected):
        remedy = (
            f"The whole file was refused, not this claim. {remedy} "
            f"Then send all like it again: {AGAIN} --batch {rejected.batch_id} --why ..."
        )
    return Work(describe(rejected.codes), owner_of(rejected.codes), remedy)


def owner_of(codes: str) -> str:
    """The desk that works a rejection, by the codes of its answer."""
    for code in codes.split():
        fault = parsed(code)
        if fault is not None:
            if fault.loop.startswith(("2310", "2420", "2000A", "2010A")):
                return "CREDENTIALING"
            if fault.loop.startswith(("2000B", "2010BA", "2000C", "2010CA", "2320", "2330")):
                return "ELIGIBILITY"
            return "BILLING_EDIT"
        status = [*code.split(":"), ""][1]
        owner = next((desk for desk, those in _OF_STATUSES.items() if status in those), "")
        if owner:
            return owner
    return "BILLING_EDIT"


def owner_of_edit(edit_id: str) -> str:
    """The desk that works what an edit holds."""
    family = edit_id.partition("-")[0]
    return next((desk for desk, those in _OF_EDITS.items() if family in those), "BILLING_EDIT")


def owner_of_code(code: str) -> str:
    """The desk that works an alert or a quarantined file, by its code."""
    family = code.partition("-")[0]
    return next((desk for desk, those in _OF_QUEUES.items() if family in those), "FOLLOW_UP")
