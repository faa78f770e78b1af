"""Place of service: CMS's two-digit numbers, in our own words, with the day each came into use.

Source: CMS place of service code set for professional claims, as of 2024-08-01.
"""

from datetime import date
from typing import NamedTuple


class Place(NamedTuple):
    """`facility`: paid at the facility rate, and the place is not the practice's own office."""

    code: str
    name: str
    facility: bool = False
    since: date = date(2003, 1, 1)


_ROWS = (
    Place("01", "pharmacy"),
    Place("02", "telehealth, patient not at home", True, date(2017, 1, 1)),
    Place("03", "school"),
    Place("04", "homeless shelter"),
    Place("05", "Indian Health Service clinic, free-standing", True),
    Place("06", "Indian Health Service clinic of a hospital", True),
    Place("07", "tribal 638 clinic, free-standing", True),
    Place("08", "tribal 638 clinic of a hospital", True),
    Place("09", "prison or correctional facility", False, date(2006, 7, 1)),
    Place("10", "telehealth, patient at home", False, date(2022, 1, 1)),
    Place("11", "office"),
    Place("12", "patient's home"),
    Place("13", "assisted living"),
    Place("14", "group home"),
    Place("15", "mobile unit"),
    Place("16", "temporary lodging", False, date(2008, 4, 1)),
    Place("17", "walk-in clinic in a shop", False, date(2010, 5, 1)),
    Place("18", "place of employment", False, date(2013, 5, 1)),
    Place("19", "hospital outpatient, off campus", True, date(2016, 1, 1)),
    Place("20", "urgent care"),
    Place("21", "hospital inpatient", True),
    Place("22", "hospital outpatient, on campus", True),
    Place("23", "emergency room of a hospital", True),
    Place("24", "ambulatory surgical center", True),
    Place("25", "birthing center"),
    Place("26", "military treatment facility", True),
    Place("27", "outreach site or street", False, date(2023, 10, 1)),
    Place("31", "skilled nursing facility", True),
    Place("32", "nursing facility"),
    Place("33", "custodial care"),
    Place("34", "hospice", True),
    Place("41", "ambulance, land", True),
    Place("42", "ambulance, air or water", True),
    Place("49", "independent clinic"),
    Place("50", "federally qualified health center"),
    Place("51", "psychiatric hospital, inpatient", True),
    Place("52", "psychiatric hospital, part of a day", True),
    Place("53", "community mental health center", True),
    Place("54", "intermediate care for intellectual disability"),
    Place("55", "residential substance abuse treatment"),
    Place("56", "residential psychiatric treatment", True),
    Place("57", "substance abuse treatment without residence"),
    Place("58", "opioid treatment without residence", True, date(2020, 1, 1)),
    Place("60", "mass immunization"),
    Place("61", "inpatient rehabilitation", True),
    Place("62", "outpatient rehabilitation"),
    Place("65", "end-stage renal disease treatment"),
    Place("66", "program of all-inclusive care for the elderly", False, date(2024, 8, 1)),
    Place("71", "public health clinic"),
    Place("72", "rural health clinic"),
    Place("81", "independent laboratory"),
    Place("99", "other place"),
)
PLACES: dict[str, Place] = {row.code: row for row in _ROWS}
TELEHEALTH = frozenset({"02", "10"})
#: Rooms that are another's than the practice's: the claim says whose (2310C).
ELSEWHERE = frozenset(
    ("19", "21", "22", "23", "24", "25", "26", "31", "32", "34", "51", "52", "53", "56", "61", "62", "65")
)
