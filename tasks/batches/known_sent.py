"""What is known to have gone out, from outside a ledger: heads, copies of what was sent, a partner's list.

A restore moves every number past it, so that none is used twice.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import edi
from config.settings import Settings
from ledger.errors import KeyMissing, PackMissing
from ledger.maintenance.epochs import CLAIM, Outside
from ledger.storage.archive import Archive
from tasks.claims.claim_numbers import sequence_number
from tasks.home import outside_head
from tasks.home.home import packs_in

WORD = re.compile(rb"[A-Z0-9]{9,20}")
OURS = {"HC", "HI", "HR", "HS", "PI"}  # GS01 of what a submitter sends: 837, 278, 276, 270, 275


def numbers(settings: Settings, archive: Archive | None, listed: bytes = b"") -> list[Mapping[str, int]]:
    """The last numbers that each source knows of. `listed`: a partner's list of patient control numbers."""
    found: list[Mapping[str, int]] = [head.numbers for head in heads(settings)]
    found += [in_file(data) for _, data in sent_copies(settings, archive)]
    found += [in_file(data) for data in sent_in_packs(settings, archive)]
    found.append(_claims_in(listed))
    return found


def heads(settings: Settings) -> list[Outside]:
    """Every head that can be read, in the home and where heads are shipped to."""
    return [
        head
        for folder in head_folders(settings)
        for head in outside_head.all_in(folder).values()
        if head is not None
    ]


def head_folders(settings: Settings) -> list[Path]:
    """Where heads lie: in the home, and where they are shipped to."""
    shipped = [settings.heads_folder] if settings.heads_folder is not None else []
    return [settings.home / outside_head.FOLDER, *shipped]


def sent_copies(settings: Settings, archive: Archive | None) -> Iterator[tuple[Path, bytes]]:
    """The copies of what went out, opened. One whose key is not here is left out: its name is all of it."""
    for file in sorted((settings.home / "edi" / "sent").rglob("*")):
        if not file.is_file() or file.name.startswith("."):
            continue
        data = file.read_bytes()
        if file.suffix == ".age":
            if archive is None:
                continue
            try:
                data = archive.unseal_any(data)
            except KeyMissing:
                continue
        yield file, data


def sent_in_packs(settings: Settings, archive: Archive | None, but: Collection[str] = ()) -> Iterator[bytes]:
    """What went out and lies in packs of old nights, without its copy; packs of `but` are passed over, and so
    is one that can't be opened."""
    packs = packs_in(settings)
    for name in packs.names():
        if name in but:
            continue
        try:
            contents = packs.opened(name, archive)
        except (KeyMissing, PackMissing):
            continue
        yield from (data for _, data in sorted(contents.items()) if _is_ours(data))


def _is_ours(data: bytes) -> bool:
    headers = edi.read_envelopes(data) if data.startswith(b"ISA") else []
    return any(one.functional_code in OURS for header in headers for one in header.transactions)


def in_file(data: bytes) -> Mapping[str, int]:
    """The largest interchange number to each receiver and the largest claim number in an 837."""
    found = dict(_claims_in(data))
    for header in edi.read_envelopes(data):
        scope = f"{header.receiver_qualifier}:{header.receiver_id}:{header.usage}"
        if header.control_number.isdigit():
            found[scope] = max(found.get(scope, 0), int(header.control_number))
    return found


def _claims_in(data: bytes) -> Mapping[str, int]:
    """Every word of the right form and check digit counts: one that is none of ours widens the gap."""
    ours = (sequence_number(word.decode("ascii")) for word in WORD.findall(data))
    return {CLAIM: max((n for n in ours if n is not None), default=0)}
