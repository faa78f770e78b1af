"""Picks up what practices documented: every file below the inbox, once.

Nothing is deleted or moved. The same bytes again are a duplicate, whatever their name; what cannot
be read is quarantined with its reasons and the others go on; a manifest that counts more than came
is an alert, since "never lost" starts at the inbox.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import intake
from config.counted import counted
from config.partners import Partners
from intake.encounter import Encounter
from intake.manifest import Manifest, is_manifest
from ledger import alerts, inbox
from ledger.inbox import Counts, TakenEncounter, TakenFile, Trouble
from tasks.home import Home
from tasks.inbox_files import FOLDER, LINK, NAME, InboxFile, files_in, read_bytes, sha256

TOGETHER = 200  # files in one transaction, at most
TOGETHER_BYTES = 16_000_000
SHORT = "INB-SHORT"
REFUSED = {
    LINK: Trouble(
        code=LINK,
        message="a link or special file; it is not followed",
        remedy="put the file itself into the inbox",
    ),
    NAME: Trouble(
        code=NAME,
        message="its name or a folder's is no UTF-8, or holds what cannot be shown; it is not read",
        remedy="rename it with plain letters and digits; it is read then",
    ),
}
"""Why a file is put aside without a look into it."""


def pieces(home: Home, as_of: date) -> Sequence[str]:
    """The inbox is one piece: its files are known by their hashes, so it may be looked at again."""
    return ["inbox"]


def do(home: Home, as_of: date, piece: str) -> dict[str, int]:
    """Takes every new file of the inbox with its encounters."""
    night = as_of.isoformat()
    look, total = Counts(), Counts()
    manifests: list[_Expected] = []
    seen: list[InboxFile] = []
    listed = list(files_in(home.settings.inbox))
    for some in _together(file for file in listed if file.refused != FOLDER):
        loaded = [(file, *one) for file in some if (one := _load(home, file)) is not None]
        hashes = [digest for _, _, digest, _ in loaded]
        known = inbox.known_files(home.ledger, hashes)
        fresh = [
            _read(home, file, data, digest, trouble)
            for file, data, digest, trouble in loaded
            if digest not in known
        ]
        if fresh:
            _add(total, inbox.take(home.ledger, night, fresh))
        names = inbox.names_of(home.ledger, hashes)
        for file, data, digest, _ in loaded:
            look.files += 1
            name, outcome = names[digest]
            if name != file.name:
                look.duplicates += 1
            elif outcome == "quarantined":
                look.quarantined += 1
            else:
                look.read += 1
            if file.plain and is_manifest(file.path.name):
                found = intake.read_manifest(file.path.name, data)
                if isinstance(found, Manifest):
                    manifests.append(_Expected(file, found))
            else:
                seen.append(file)
    inbox.note_look(home.ledger, night, look)
    short = _short(home, as_of, manifests, seen)
    _tell_unlisted(home, night, sum(file.refused == FOLDER for file in listed))
    return {
        "files": look.files,
        "new": total.files,
        "quarantined": total.quarantined,
        "encounters": total.encounters,
        "replaced": total.replaced,
        "late": total.late,
        "short_manifests": short,
    }


def _together(files: Iterator[InboxFile]) -> Iterator[list[InboxFile]]:
    some: list[InboxFile] = []
    for file in files:
        some.append(file)
        if len(some) == TOGETHER or sum(f.size for f in some) >= TOGETHER_BYTES:
            yield some
            some = []
    if some:
        yield some


def _load(home: Home, file: InboxFile) -> tuple[bytes, str, Trouble | None] | None:
    """The bytes of a file with their hash, or why they are not read; then a stand-in is hashed,
    so that the same refusal is told once. None: the file is gone since it was listed."""
    trouble = REFUSED.get(file.refused)
    data: bytes | None = None
    if trouble is None:
        try:
            data = read_bytes(file, home.settings.max_file_bytes)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError:
            trouble = Trouble(
                code="INB-ACCESS", message="the file cannot be opened", remedy="let CleanClaim's user read it"
            )
        else:
            if data is None:
                trouble = Trouble(
                    code="INB-SIZE",
                    message="larger than max_file_bytes, or still being written",
                    remedy="split it, or raise max_file_bytes in the home's settings",
                )
    if data is None:
        assert trouble is not None
        data = f"{trouble.code} {file.name} {file.size}".encode()
        if file.refused == NAME:  # two names may be escaped to the same text
            data += b" " + os.fsencode(file.path.name)
    return data, sha256(data), trouble


def _read(home: Home, file: InboxFile, data: bytes, digest: str, trouble: Trouble | None) -> TakenFile:
    practice = practice_of_folder(home.partners, file.folders)
    if trouble is not None:
        return TakenFile(name=file.name, data=data, sha256=digest, practice=practice, troubles=(trouble,))
    if is_manifest(file.path.name):
        found = intake.read_manifest(file.path.name, data)
        troubles = () if isinstance(found, Manifest) else (_trouble(found),)
        return TakenFile(
            name=file.name, data=data, sha256=digest, practice=practice, format="manifest", troubles=troubles
        )
    read = intake.read(file.path.name, data, home.settings.max_file_bytes)
    return TakenFile(
        name=file.name,
        data=data,
        sha256=digest,
        practice=practice,
        format=read.format,
        encounters=[_taken(home.partners, e, practice) for e in read.encounters],
        troubles=[_trouble(p) for p in read.problems],
    )


def practice_of_folder(partners: Partners, folders: Sequence[str]) -> str:
    """The key of the practice whose folder a file lies in, the innermost first; "" where none is."""
    for folder in reversed(folders):
        found = partners.practice_by_folder(folder)
        if found is not None:
            return found.key
    return ""


def _taken(partners: Partners, encounter: Encounter, folder_practice: str) -> TakenEncounter:
    named = partners.practice(encounter.practice) if encounter.practice else None
    return TakenEncounter(
        source=encounter.source,
        external_id=encounter.id,
        version=encounter.version,
        practice=named.key if named is not None else ("" if encounter.practice else folder_practice),
        payload=encounter.model_dump_json(exclude_defaults=True),
    )


def _trouble(problem: "intake.Problem") -> Trouble:
    return Trouble(code=problem.code, message=problem.message, place=problem.place, remedy=problem.remedy)


def _tell_unlisted(home: Home, night: str, folders: int) -> None:
    """An alert a night while folders cannot be listed. Their names may be anything: they are not told."""
    key = f"{FOLDER} {night}"
    if folders:
        alerts.tell(
            home.ledger,
            key=key,
            night=night,
            code=FOLDER,
            message=f"{counted(folders, 'folder')} below the inbox cannot be listed; nothing in it was read",
            remedy="`find INBOX -type d ! -readable` shows which: let CleanClaim's user list them",
        )
    alerts.settle_but(home.ledger, FOLDER, [key] if folders else [])


@dataclass(frozen=True, slots=True)
class _Expected:
    file: InboxFile
    manifest: Manifest


def _short(home: Home, as_of: date, manifests: Sequence[_Expected], seen: Sequence[InboxFile]) -> int:
    """Compares each manifest with the files beside and below it. What is short of it is an alert."""
    short = 0
    for expected in manifests:
        folder = expected.file.name.rpartition("/")[0]
        came = sum(1 for f in seen if not folder or f.name.startswith(f"{folder}/"))
        key = f"{SHORT} {expected.file.name} {expected.manifest.date}"
        if came >= expected.manifest.files:
            alerts.settle(home.ledger, key)
            continue
        short += 1
        alerts.tell(
            home.ledger,
            key=key,
            night=as_of.isoformat(),
            code=SHORT,
            message=f"{expected.file.name} counts {counted(expected.manifest.files, 'file')}, {came} came",
            remedy="ask the practice for the missing files and drop them beside the others",
        )
    return short


def _add(total: Counts, more: Counts) -> None:
    for name in Counts.__slots__:
        setattr(total, name, getattr(total, name) + getattr(more, name))
