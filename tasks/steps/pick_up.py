"""Picks up what practices documented: every file below the inbox, once.

Several processes may read it: what is new is cut into pieces beforehand, and the inbox as a whole, the last
piece, takes what they did not.

Nothing is deleted or moved here: `tasks.inbox.clearing` does, where it is told to. The same bytes again are
a duplicate, whatever their name; what cannot be read is quarantined with its reasons and the others go on;
a manifest that counts more than came is an alert, since "never lost" starts at the inbox.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

import intake
from config.counted import counted
from config.problem import Problem
from intake.encounter import Encounter
from intake.hl7v2 import FORMAT as HL7V2
from intake.manifest import Manifest, is_manifest
from ledger.books import settled_anew
from ledger.encounters import inbox
from ledger.encounters.inbox import NewFile, Seen
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
    facts_from,
    files_in,
    read_bytes,
    sha256,
    shown_facts,
    stands,
)
from tasks.inbox.read_file import failed_on_file, read_file
from tasks.inbox.routing import place_of, practice_of
from tasks.runs import sharing

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


INBOX = "inbox"
BYTES_AN_ENCOUNTER = 1350
"""What an encounter takes of a file, over all formats."""


def pieces(home: Home, as_of: date) -> Sequence[str]:
    """The inbox is one piece: its files are known by their hashes, so it may be looked at again.

    Of much that is new, where several processes share it, there are pieces before it. Nothing says more of a
    file than the number of its piece: its name may be a patient's.
    """
    cut = _cut(home) if sharing.most(home) != 1 else 0
    return [*map(str, range(1, cut + 1)), INBOX]


def _cut(home: Home) -> int:
    """Cuts what is new in the inbox into pieces; how many, 0 where it is not worth it."""
    listed = list(files_in(home.settings.inbox))
    settling = Settling(listed, home.settings.settle_seconds, home.settings.done_suffix)
    ready = [file for file in listed if file.plain and settling.ready(file)]
    groups: list[list[InboxFile]] = []
    if _worth_it(home, ready):
        before = inbox.seen(home.ledger)
        fresh = [file for file in ready if not _unchanged(file, before)]
        groups = list(_together(home, fresh)) if _worth_it(home, fresh) else []
    if len(groups) < 2:
        groups = []
    inbox.put_new(
        home.ledger, [[NewFile(f.name, f.size, shown_facts(f.facts)) for f in group] for group in groups]
    )
    if groups:
        settling.wait()
    return len(groups)


def _worth_it(home: Home, files: Sequence[InboxFile]) -> bool:
    return _encounters(sum(file.size for file in files)) >= home.settings.share_from


def claims_in(home: Home, pieces: Sequence[str]) -> int:
    """About how many encounters there are in the pieces that the inbox is cut into."""
    return _encounters(inbox.new_bytes(home.ledger)) if len(pieces) > 1 else 0


def _encounters(size: int) -> int:
    return size // BYTES_AN_ENCOUNTER


@dataclass(frozen=True, slots=True)
class Loaded:
    """A file of the inbox with its bytes, their hash, and why it is not read."""

    file: InboxFile
    data: bytes
    digest: str
    trouble: Problem | None


@dataclass(frozen=True, slots=True)
class ReadFiles:
    """Some files of the inbox, those that are whole; what was read of those that were not known; and how many
    moved."""

    loaded: Sequence[Loaded]
    fresh: Sequence[TakenFile]
    moving: int


def prepare(home: Home, as_of: date, piece: str) -> ReadFiles | None:
    """Reads the files of one piece, beside others; writes nothing. None of the inbox as a whole."""
    if piece == INBOX:
        return None
    root = home.settings.inbox
    files = [
        InboxFile(str(root / new.name), new.name, new.size, facts=facts_from(new.facts))
        for new in inbox.new_files(home.ledger, int(piece))
    ]
    return _read(home, files, stands)


def finish(home: Home, as_of: date, prepared: ReadFiles | None) -> dict[str, int]:
    """Takes what was read, in the piece's turn; of the inbox as a whole all that is left."""
    if prepared is None:
        return _look(home, as_of)
    known = inbox.known_files(home.ledger, [file.sha256 for file in prepared.fresh])
    fresh = [file for file in prepared.fresh if file.sha256 not in known]
    total = Counts()
    _keep(home, as_of, replace(prepared, fresh=fresh), total)
    return _counts(total)


def do(home: Home, as_of: date, piece: str) -> dict[str, int]:
    """Takes every new file of the inbox, or of a piece of it, with its encounters."""
    return finish(home, as_of, prepare(home, as_of, piece))


def _counts(total: Counts) -> dict[str, int]:
    return {
        "new": total.files,
        "quarantined": total.quarantined,
        "encounters": total.encounters,
        "replaced": total.replaced,
        "late": total.late,
    }


def _look(home: Home, as_of: date) -> dict[str, int]:
    """Looks at the whole inbox."""
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
    ready = [file for file in files if settling.marked(file) and file.name not in done]
    for some in _together(home, ready):
        read = _read(home, some, settling.whole)
        moving += read.moving
        names = _keep(home, as_of, read, total)
        for one in read.loaded:
            _count(look, one.file, *names[one.digest])
            if one.file.plain and is_manifest(one.file.path.name):
                found = intake.read_manifest(one.file.path.name, one.data)
                if isinstance(found, Manifest):
                    manifests.append(_Expected(one.file, found))
            else:
                seen.append(one.file)
    inbox.put_new(home.ledger, [])
    placed = _place(home, business_on)
    inbox.note_look(home.ledger, business_on, look)
    _report_waiting(home, as_of, moving, len(unmarked), under_way)
    short = _short(home, as_of, manifests, seen)
    _report_unlisted(home, business_on, sum(file.refused == FOLDER for file in listed))
    return {
        "files": look.files,
        **_counts(total),
        "short_manifests": short,
        "not_whole_yet": moving + len(unmarked),
        "placed": placed,
    }


def _read(home: Home, files: Sequence[InboxFile], whole: Callable[[InboxFile], bool]) -> ReadFiles:
    """Reads those of some files that are `whole` and were not known before."""
    loaded = [one for file in files if (one := _load(home, file)) is not None]
    known = inbox.known_files(home.ledger, [one.digest for one in loaded])
    still = [one for one in loaded if one.digest in known or whole(one.file)]
    fresh = [
        read_file(home, one.file, one.data, one.digest, one.trouble)
        for one in still
        if one.digest not in known
    ]
    return ReadFiles(still, fresh, len(loaded) - len(still))


def _keep(home: Home, as_of: date, read: ReadFiles, total: Counts) -> dict[str, tuple[str, str]]:
    """Takes what was read, and notes the files as they were; by their hash, as what they were taken."""
    _take(home, as_of.isoformat(), read.fresh, total)
    inbox.note_seen(
        home.ledger,
        {
            one.file.name: (shown_facts(one.file.facts), one.digest)
            for one in read.loaded
            if _need_not_be_read_again(one.file, one.trouble)
        },
    )
    return inbox.names_of(home.ledger, [one.digest for one in read.loaded])


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


def _together(home: Home, files: Iterable[InboxFile]) -> Iterator[list[InboxFile]]:
    """The files in groups; after the others those that are only refused, which no piece holds."""
    most = min(TOGETHER, home.settings.chunk_size)
    for _, alike in groupby(sorted(files, key=lambda file: not file.plain), lambda file: file.plain):
        some: list[InboxFile] = []
        for file in alike:
            some.append(file)
            if len(some) == most or sum(f.size for f in some) >= TOGETHER_BYTES:
                yield some
                some = []
        if some:
            yield some


def _load(home: Home, file: InboxFile) -> Loaded | None:
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
    return Loaded(file, data, sha256(data), trouble)


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
