"""One file of the inbox read: its encounters, each with its practice, and all that is wrong in it."""

from dataclasses import replace

import intake
from config.problem import Problem
from intake.encounter import Encounter
from intake.hl7v2 import FORMAT as HL7V2
from intake.manifest import Manifest, is_manifest
from ledger.encounters.taken import TakenEncounter, TakenFile
from tasks.errors import as_step_error
from tasks.home.home import Home
from tasks.inbox.files import InboxFile
from tasks.inbox.routing import place_of, practice_of, subject_of


def read_file(
    home: Home, file: InboxFile, data: bytes, digest: str, trouble: Problem | None = None
) -> TakenFile:
    """A file with its encounters and all that is wrong in it."""
    place = place_of(home.partners, home.settings, file.folders)
    practice = place.key
    if trouble is not None:
        return TakenFile(name=file.name, data=data, sha256=digest, practice=practice, troubles=(trouble,))
    if is_manifest(file.path.name):
        found = intake.read_manifest(file.path.name, data)
        wrong = () if isinstance(found, Manifest) else (found,)
        return TakenFile(
            name=file.name, data=data, sha256=digest, practice=practice, format="manifest", troubles=wrong
        )
    found_in = intake.read(file.path.name, data, home.settings.max_file_bytes)
    taken: list[TakenEncounter] = []
    troubles = list(found_in.problems)
    for number, encounter in enumerate(found_in.encounters, 1):
        where = f"encounter {number}"
        try:
            whose = practice_of(home.partners, place, encounter)
            if isinstance(whose, str):
                taken.append(_taken(encounter, whose, found_in.format))
            else:
                troubles.append(replace(whose, place=where))
        except Exception as error:
            troubles.append(failed_on_file(str(as_step_error(error, "pick_up")), where))
    return TakenFile(
        name=file.name,
        data=data,
        sha256=digest,
        practice=practice,
        format=found_in.format,
        encounters=taken,
        troubles=troubles,
    )


def failed_on_file(why: str, place: str = "") -> Problem:
    """The last net: what is not foreseen costs the file or the encounter that brings it."""
    return Problem(
        code="INB-99",
        place=place,
        message=f"CleanClaim fails on it: {why}",
        remedy="report it with the file's shape, without patients' data",
    )


def _taken(encounter: Encounter, practice: str, format: str) -> TakenEncounter:
    return TakenEncounter(
        source=encounter.source,
        external_id=encounter.id,
        version=encounter.version,
        practice=practice,
        payload=encounter.model_dump_json(exclude_defaults=True),
        subject=subject_of(format, encounter),
        inferred=format == HL7V2,
    )
