"""Whether an estimate and the visit that it names are of one patient and one day."""

from collections.abc import Sequence

from ledger.encounters.visit_matching import plain
from ledger.queries import visits
from ledger.queries.visits import Booked
from tasks.errors import StepError
from tasks.estimates.reading import WRONG, Found
from tasks.estimates.said import Said
from tasks.home.home import Home


def check(home: Home, found: Sequence[Found]) -> None:
    """Raises StepError EST-02 with the line of an estimate whose visit is another one in the book."""
    wanted = {(one.said.practice, one.said.visit) for one in found if one.said.visit}
    with home.ledger.read() as connection:
        known = visits.booked(connection, wanted)
    for one in found:
        visit = known.get((one.said.practice, one.said.visit))
        what = _differs(one.said, visit) if visit is not None else ""
        if what:
            raise StepError(
                WRONG,
                f"line {one.line}: {what}; correct the line, or import the newer book first "
                "(`cleanclaim visits import`). Nothing was made",
            )


def _differs(said: Said, visit: Booked) -> str:
    """What the appointment book says otherwise; "" nothing."""
    for mine, its in (
        (said.medical_record_number, visit.medical_record_number),
        (said.member_id, visit.member_id),
    ):
        if mine and its and plain(mine) != plain(its):
            return "its visit is another patient's in the appointment book"
    day = visit.visit_on
    if visit.is_request:
        return "" if said.requested_on in ("", day) else f"its visit is a request of {day} in the book"
    if not (said.service_on or day) <= day <= (said.until_on or said.service_on or day):
        return f"its visit is on {day} in the appointment book"
    return ""
