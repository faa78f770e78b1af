"""When: DTP (a date or period with its format) and DTM (a date)."""

import datetime

from edi.declare.grammar import N, el, segment
from edi.declare.nodes import Segment
from edi.declare.types import AN, DATES, DT, ID, PERIOD, TM


@segment("DTP", "Date or period")
class DTP(Segment):
    qualifier: str = el(1, ID(3, 3), "Date qualifier")
    format: str = el(2, ID(2, 3), "Date format", "D8")
    value: str = el(3, PERIOD, "Date or period", period=2)

    @property
    def start(self) -> datetime.date | None:
        """The day, or the first day of the period."""
        e = self._e
        return DATES[e[3][:8]] if len(e) > 3 else None

    @property
    def end(self) -> datetime.date | None:
        """The last day of the period; None for a single day."""
        e = self._e
        return DATES[e[3][9:17]] if len(e) > 3 and e[2] == "RD8" else None


@segment("DTM", "Date", notes="R020305 C0403 P0506")
class DTM(Segment):
    qualifier: str = el(1, ID(3, 3), "Date qualifier")
    date: datetime.date | None = el(2, DT, "Date")
    time: str = el(3, TM, "Time", default="", use=N)
    time_code: str = el(4, ID(2, 2), "Time code", default="", use=N)
    format: str = el(5, ID(2, 3), "Period format", default="", use=N)
    period: str = el(6, AN(1, 35), "Period", default="", use=N)
