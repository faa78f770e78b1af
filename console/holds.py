"""`cleanclaim holds`: claims that wait for a person before a payer decides on them."""

from dataclasses import asdict
from typing import Any

from coding import EDITS
from config.settings import load
from console.answer import ALL_DONE, DONE_WITH_HOLDS, dollars, leave, print_json, table
from console.options import HomeOption, InboxOption, JsonOption
from console.run import made
from edi.words import remedy_of, told
from ledger.queries.batches import unnamed
from ledger.queries.claims import Held, late, rejections
from ledger.queries.claims import holds as held_claims
from tasks.home import open_home
from tasks.validate_coding import UNKNOWN_PRACTICE

OTHERS = {
    UNKNOWN_PRACTICE: (
        "Practice not known",
        "Name a practice of partners/practices in the document, or drop the file into its folder.",
    )
}


def holds(home: HomeOption = None, inbox: InboxOption = None, json: JsonOption = False) -> None:
    """Claims that wait for a coder, a corrected encounter or an answer, with the place and the remedy."""
    settings = load(home, inbox=inbox)
    made(settings)
    with open_home(settings) as opened:
        held = held_claims(opened.ledger)
        refused = rejections(opened.ledger)
        corrected = late(opened.ledger)
        missing = unnamed(opened.ledger)
    if json:
        print_json(
            {
                "held": [_held(h) for h in held],
                "rejected": [
                    {**asdict(r), "meaning": told(r.codes), "remedy": remedy_of(r.codes)} for r in refused
                ],
                "late": [
                    {"encounter_id": i, "source": s, "external_id": e, "version": v, "practice": p}
                    for i, s, e, v, p in corrected
                ],
                "unanswered": [asdict(m) for m in missing],
            }
        )
    else:
        _show(held, refused, corrected, missing)
    leave(DONE_WITH_HOLDS if held or refused or corrected or missing else ALL_DONE)


def _show(held: list[Held], refused: list[Any], corrected: list[Any], missing: list[Any]) -> None:
    table(
        "Held: a corrected encounter goes out by itself",
        ("encounter", "practice", "edit", "line", "place", "what is wrong", "remedy"),
        [
            (h.external_id, h.practice, h.edit_id, h.line or "", h.place, h.detail, words(h.edit_id)[1])
            for h in held
        ],
    )
    if refused:
        table(
            "Rejected before adjudication: correct the encounter, it goes out as a new claim",
            ("encounter", "practice", "payer", "claim", "by", "why", "charged", "since", "what to do"),
            [
                (
                    r.external_id,
                    r.practice,
                    r.payer,
                    r.patient_control_number,
                    r.kind,
                    f"{told(r.codes)} ({r.codes})",
                    dollars(r.charge),
                    r.night,
                    remedy_of(r.codes),
                )
                for r in refused
            ],
            right=("charged",),
        )
    if missing:
        table(
            "Missing from the answer: ask the clearinghouse for these",
            ("claim", "practice", "payer", "batch", "charged", "sent"),
            [
                (m.patient_control_number, m.practice, m.payer, m.batch_id, dollars(m.charge), m.sent_night)
                for m in missing
            ],
            right=("charged",),
        )
    if corrected:
        table(
            "Corrected after the claim was sent: the payer has the older one",
            ("encounter", "version", "practice"),
            [(e, v, p) for _, _, e, v, p in corrected],
        )


def words(edit_id: str) -> tuple[str, str]:
    """Title and remedy of an edit, or of what only the steps see."""
    edit = EDITS.get(edit_id)
    return (edit.title, edit.fix) if edit is not None else OTHERS.get(edit_id, ("", ""))


def _held(found: Held) -> dict[str, Any]:
    title, fix = words(found.edit_id)
    return {**asdict(found), "title": title, "fix": fix}
