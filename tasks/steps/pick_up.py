"""Picks up what practices documented: every file below the inbox, once.

Nothing is deleted or moved here: `tasks.inbox.clearing` does, where it is told to. The same bytes again are
a duplicate, whatever their name; what cannot be read is quarantined with its reasons and the others go on;
a manifest that counts more than came is an alert, since "never lost" starts at the inbox.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import intake
from config.counted import counted
from config.problem import Problem
from intake.encounter import Encounter
from intake.hl7v2 import FORMAT as HL7V2
from intake.manifest import Manifest, is_manifest
from ledger.books import settled_anew
from ledger.encounters import inbox
from ledger.encounters.inbox import Seen
from ledger.encounters.taken import Counts, TakenEncounter, TakenFile, Unplaced
from ledger.runs import alerts
from tasks import chunks
from tasks.home import told_by
from tasks.home.home import Home
from tasks.inbox.files import (
    FOLDER,
    LINK,
    NAME,
    PART,
    UNDER_WAY,
    InboxFile,
    Settling,
    files_in,
    read_bytes,
    sha256,
    shown_facts,
)
from tasks.inbox.read_file import failed_on_file, read_file
from tasks.inbox.routing import place_of, practice_of

TOGETHER = 200  # files in one transaction, at most
TOGETHER_BYTES = 16_000_000
SHORT = "INB-SHORT"
MOVING, UNMARKED = "INB-MOVING", "INB-MARKER"
REFUSED = {
    LINK: Problem(
        place="",
        code=LINK,
        message="a link or special file; it is not followed",
        remedy="put the file itself into the inbox",
    ),
    NAME: Problem(
        place="",
        code=NAME,
        message="its name or a folder's is no UTF-8, or holds what cannot be shown; it is not read",
        remedy="rename it with plain letters and digits; it is read then",
    ),
}
"""Why a file is quarantined without a look into it."""


def pieces(home: Home, as_of: date) -> Sequence[str]:
    """The inbox is one piece: its files are known by their hashes, so it may be looked at again."""
    return ["inbox"]


def do(home: Home, as_of: date, piece: str) -> dict[str, int]:
    """Takes every new file of the inbox with its encounters."""
    business_on = as_of.isoformat()
    if (by := told_by.unsettled(home.ledger)).is_new:
        settled_anew.finish(
            home.ledger, business_on, by
        )  # from here on the books are by what is in force now
    look, total = Counts(), Counts()
    manifests: list[_Expected] = []
    seen: list[InboxFile] = []
    listed = list(files_in(home.settings.inbox))
    settling = Settling(listed, home.settings.settle_seconds, home.settings.done_suffix)
    under_way = sum(file.refused == PART for file in listed)
    files = [file for file in listed if file.refused not in (FOLDER, PART) and not settling.is_marker(file)]
    unmarked = [file for file in files if not settling.marked(file)]
    moving = 0
    before = inbox.seen(home.ledger)
    inbox.forget_seen(home.ledger, before.keys() - {file.name for file in listed})
    unchanged = [file for file in files if settling.marked(file) and _unchanged(file, before)]
    done = {file.name for file in unchanged}
    for file in unchanged:
        _count(look, file, before[file.name].first, before[file.name].outcome)
    seen += unchanged
    for some in _together(file for file in files if settling.marked(file) and file.name not in done):
        loaded = [(file, *one) for file in some if (one := _load(home, file)) is not None]
        known = inbox.known_files(home.ledger, [digest for _, _, digest, _ in loaded])
        still = [one for one in loaded if one[2] in known or settling.whole(one[0])]
        moving += len(loaded) - len(still)
        loaded = still
        fresh = [
            read_file(home, file, data, digest, trouble)
            for file, data, digest, trouble in loaded
            if digest not in known
        ]
        _take(home, business_on, fresh, total)
        names = inbox.names_of(home.ledger, [digest for _, _, digest, _ in loaded])
        for file, _, digest, _ in loaded:
            _count(look, file, *names[digest])
        inbox.note_seen(
            home.ledger,
            {
                file.name: (shown_facts(file.facts), digest)
                for file, _, digest, trouble in loaded
                if _need_not_be_read_again(file, trouble)
            },
        )
        for file, data, _, _ in loaded:
            if file.plain and is_manifest(file.path.name):
                found = intake.read_manifest(file.path.name, data)
                if isinstance(found, Manifest):
                    manifests.append(_Expected(file, found))
            else:
                seen.append(file)
    placed = _place(home, business_on)
    inbox.note_look(home.ledger, business_on, look)
    _report_waiting(home, as_of, moving, len(unmarked), under_way)
    short = _short(home, as_of, manifests, seen)
    _report_unlisted(home, business_on, sum(file.refused == FOLDER for file in listed))
    return {
        "files": look.files,
        "new": total.files,
        "quarantined": total.quarantined,
        "encounters": total.encounters,
        "replaced": total.replaced,
        "late": total.late,
        "short_manifests": short,
        "not_whole_yet": moving + len(unmarked),
        "placed": placed,
    }


def _need_not_be_read_again(file: InboxFile, trouble: Problem | None) -> bool:
    """Whether the file is not read again while it stays as it is. A manifest is: it is compared each time."""
    return file.plain and trouble is None and not is_manifest(file.path.name)


def _unchanged(file: InboxFile, before: Mapping[str, Seen]) -> bool:
    """Whether it stands as it was read, and nothing is to do: its folder may be declared shared by now."""
    found = before.get(file.name)
    return found is not None and found.done and found.facts == shown_facts(file.facts)


def _count(look: Counts, file: InboxFile, first: str, outcome: str) -> None:
    """Counts a file into a look at the inbox. `first` is the name under which its bytes were taken."""
    look.files += 1
    if first != file.name:
        look.duplicates += 1
    elif outcome == "quarantined":
        look.quarantined += 1
    else:
        look.read += 1


def _take(home: Home, business_on: str, files: Sequence[TakenFile], total: Counts) -> None:
    """Takes files in, each transaction's in one; a file that the ledger can't take is quarantined alone."""

    def taken(some: Sequence[TakenFile]) -> dict[str, int]:
        _add(total, inbox.take(home.ledger, business_on, some))
        return {}

    def quarantined(file: TakenFile, why: str) -> dict[str, int]:
        return taken([replace(file, encounters=(), troubles=(failed_on_file(why),))])

    if files:
        chunks.done(files, "pick_up", taken, quarantined)


def _place(home: Home, business_on: str) -> int:
    """Looks once more for the practice of encounters that wait for one: a practice may have been added, or a
    folder declared. Their files need not lie in the inbox any more."""
    found: list[tuple[Unplaced, TakenEncounter]] = []
    for one in inbox.without_practice(home.ledger):
        encounter = Encounter.model_validate_json(one.payload)
        place = place_of(home.partners, home.settings, one.file.split("/")[:-1])
        whose = practice_of(home.partners, place, encounter)
        if isinstance(whose, str) and whose:
            found.append((one, one.of(whose, inferred=one.format == HL7V2)))
    return inbox.place(home.ledger, business_on, found) if found else 0


def _together(files: Iterable[InboxFile]) -> Iterator[list[InboxFile]]:
    some: list[InboxFile] = []
    for file in files:
        some.append(file)
        if len(some) == TOGETHER or sum(f.size for f in some) >= TOGETHER_BYTES:
            yield some
            some = []
    if some:
        yield some


def _load(home: Home, file: InboxFile) -> tuple[bytes, str, Problem | None] | None:
    """The bytes of a file with their hash, or why they are not read; then a stand-in is hashed,
    so that the same refusal is reported once. None: the file is gone since it was listed."""
    trouble = REFUSED.get(file.refused)
    data: bytes | None = None
    if trouble is None:
        try:
            data = read_bytes(file, home.settings.max_file_bytes)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError:
            trouble = Problem(
                place="",
                code="INB-ACCESS",
                message="the file cannot be opened",
                remedy="let CleanClaim's user read it",
            )
        else:
            if data is None:
                trouble = Problem(
                    place="",
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


def _report_unlisted(home: Home, business_on: str, folders: int) -> None:
    """An alert a night while folders cannot be listed. Their names may be anything: they are not shown."""
    key = f"{FOLDER} {business_on}"
    if folders:
        alerts.report(
            home.ledger,
            key=key,
            business_on=business_on,
            code=FOLDER,
            message=f"{counted(folders, 'folder')} below the inbox cannot be listed; nothing in it was read",
            remedy="`find INBOX -type d ! -readable` shows which: let CleanClaim's user list them",
        )
    alerts.settle_but(home.ledger, FOLDER, [key] if folders else [])


def _report_waiting(home: Home, as_of: date, moving: int, unmarked: int, under_way: int) -> None:
    """Files that were not read since they may not be whole: an alert, until a look finds none."""
    suffix = home.settings.done_suffix
    waiting = {
        MOVING: (
            moving,
            "changed while the inbox was looked at",
            "nothing, where a copy was under way: the next run reads them",
        ),
        UNMARKED: (
            unmarked,
            f"lack the marker that says that they are whole ({suffix})",
            f"let the copy end with an empty file of the same name and {suffix}, or take done_suffix away",
        ),
        PART: (
            under_way,
            f"have the name of a copy under way ({', '.join(UNDER_WAY)})",
            "nothing, where a copy was under way: it renames them; else copy them anew",
        ),
    }
    for code, (count, what, remedy) in waiting.items():
        keys = [f"{code} {as_of.isoformat()}"] if count else []
        if count:
            message = f"{counted(count, 'file')} of the inbox {what}; not read yet"
            alerts.report(
                home.ledger,
                key=keys[0],
                business_on=as_of.isoformat(),
                code=code,
                message=message,
                remedy=remedy,
            )
        alerts.settle_but(home.ledger, code, keys)


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
        alerts.report(
            home.ledger,
            key=key,
            business_on=as_of.isoformat(),
            code=SHORT,
            message=f"{expected.file.name} counts {counted(expected.manifest.files, 'file')}, {came} came",
            remedy="ask the practice for the missing files and drop them beside the others",
            lasting=True,
            practice=place_of(home.partners, home.settings, expected.file.name.split("/")[:-1]).key,
        )
    return short


def _add(total: Counts, more: Counts) -> None:
    for name in Counts.__slots__:
        setattr(total, name, getattr(total, name) + getattr(more, name))
