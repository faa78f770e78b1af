"""An audit as it stands: frame, lines of its sheet, what was documented of them, the latest reviews."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from config.partners import Partners
from config.practice import Practice
from ledger.encounters import coding_audits as kept
from ledger.encounters.coding_audits import CodingAudit, Review
from ledger.queries import coding_frame
from ledger.storage import documents
from tasks.coding_audits import frame
from tasks.coding_audits.documentation import Beside, beside
from tasks.coding_audits.frame import Line
from tasks.errors import StepError
from tasks.home.home import Home


@dataclass(frozen=True, slots=True)
class Open:
    """An audit with its frame, the lines of its sheet by place, and the latest review of each."""

    audit: CodingAudit
    frame: tuple[Line, ...]
    lines: Mapping[int, Line]
    latest: Mapping[int, Review]


def opened(home: Home, number: int) -> Open:
    """An audit as it stands. Raises StepError CAU-06, there is none."""
    with home.ledger.read() as connection:
        one = kept.find(connection, number)
        if one is None:
            raise StepError(
                "CAU-06", f"there is no coding audit {number}; see `cleanclaim coding-audits list`"
            )
        data = documents.load(connection, one.frame_sha256)
        drawn = kept.lines(connection, number)
        said = kept.reviews(connection, number)
    lines = frame.read(data)
    by_place = {line.place: line for line in lines}
    return Open(
        one,
        tuple(lines),
        {place: by_place[version_id, line] for place, version_id, line in drawn},
        {review.place: review for review in said},
    )


def documented_of(home: Home, found: Open, places: Iterable[int]) -> dict[int, Beside | None]:
    """What was documented of lines, by place."""
    wanted = {place: found.lines[place] for place in places}
    with home.ledger.read() as connection:
        of = coding_frame.documented(connection, {line.version_id for line in wanted.values()})
    return {
        place: beside(of[line.version_id].payload, line.number) if line.version_id in of else None
        for place, line in wanted.items()
    }


def provider_name(practice: Practice | None, npi: str) -> str:
    """A provider as reports name it: name and NPI, or the NPI alone."""
    known = practice.provider(npi) if practice is not None else None
    if known is None:
        return npi or "not named"
    return f"{known.last}, {known.first} ({npi})" if known.first else f"{known.last} ({npi})"


def title(partners: Partners, one: CodingAudit) -> str:
    """What an audit is of, in a line."""
    practice = partners.practices.get(one.practice)
    name = practice.name if practice is not None else one.practice
    filters = f", {one.filters}" if one.filters else ""
    return f"{name}, services {one.from_on} to {one.to_on}{filters}"
