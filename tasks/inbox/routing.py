"""Whose an encounter is: the practice by its folder or by what the document says, and its patient.

A folder belongs to one practice, or is declared shared. What a document in a practice's folder names may
not contradict the folder: such an encounter is not taken, since it may replace one of another practice. In a
shared folder all that points to a practice must point to the same one, else the encounter is held.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from config.partners import Partners, Practice
from config.problem import Problem
from config.settings import Settings
from intake.ccda import FORMAT as CCDA
from intake.encounter import Encounter
from ledger.encounters.corrections import outline
from ledger.encounters.taken import OTHER_PRACTICE
from tasks.claims.whose import points_to


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file lies: in a practice's folder, in a shared one, or in neither."""

    practice: Practice | None = None
    shared: bool = False

    @property
    def key(self) -> str:
        return self.practice.key if self.practice is not None else ""


def place_of(partners: Partners, settings: Settings, folders: Sequence[str]) -> Place:
    """What the innermost folder says that says anything."""
    for folder in reversed(folders):
        if folder in settings.shared_folders:
            return Place(shared=True)
        if (found := partners.practice_by_folder(folder)) is not None:
            return Place(found)
    return Place()


def practice_of(partners: Partners, place: Place, encounter: Encounter) -> str | Problem:
    """The key of the encounter's practice, "" where nothing says it, or why it is not taken."""
    folder = place.practice
    named = partners.practice(encounter.practice) if encounter.practice else None
    if folder is not None:
        if named is None or named.key == folder.key or partners.is_of(folder, encounter.practice):
            return folder.key
        return Problem(
            place="",
            code=OTHER_PRACTICE,
            message=f"names the practice {named.key}, in the folder of {folder.key}; it was not taken",
            remedy=f"move it to the folder of {named.key}, correct the practice in it, or declare the "
            "folder in shared_folders",
        )
    if place.shared:
        keys = set(points_to(partners, encounter).values())
        return keys.pop() if len(keys) == 1 else ""
    return named.key if named is not None else ""


def subject_of(format: str, encounter: Encounter) -> str:
    """A digest of the patient where the encounter's number does not say whose it is, else "".

    Of all formats only C-CDA needs it: vendors copy the number of a published sample into every document.
    """
    if format != CCDA:
        return ""
    facts = sorted(outline(encounter.model_dump_json(exclude_defaults=True)).facts)
    if not facts:
        return ""
    text = json.dumps([encounter.source, encounter.id, facts])
    return hashlib.sha256(text.encode()).hexdigest()[:16]
