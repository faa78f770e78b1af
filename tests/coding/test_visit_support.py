"""A visit's documentation supports a level by decision making or by time, and every point is shown."""

from datetime import date

import pytest

from coding.visit_families import FAMILIES
from coding.visit_support import DecisionMaking, support
from coding.visits import LEVELS

DAY = date(2026, 11, 2)


@pytest.mark.parametrize(
    ("procedure", "minutes", "decided", "reached"),
    [
        ("99213", 33, "low", "99214"),  # by time
        ("99215", 33, "moderate", "99214"),
        ("99214", 12, "high", "99215"),  # by decision making
        ("99213", 9, "", ""),
        ("99212", None, "straightforward", "99212"),
        ("99203", 44, "", "99203"),
        ("99203", 45, "", "99204"),
        ("99284", 300, "low", "99283"),  # emergency: time does not count
        ("99223", 75, "moderate", "99223"),
        ("99306", 45, "moderate", "99305"),  # 50 minutes since 2024
    ],
)
def test_the_higher_of_time_and_decision_making_counts(procedure, minutes, decided, reached):
    assert support(procedure, DAY, minutes, decided).procedure == reached


def test_two_of_three_elements_make_the_level():
    assert DecisionMaking("moderate", "low", "moderate").level == "moderate"
    assert DecisionMaking("high", "low", "straightforward").level == "low"
    assert DecisionMaking("high", "", "").level == ""
    assert DecisionMaking("", "high", "high").level == "high"
    found = support("99213", DAY, None, "", DecisionMaking("moderate", "", "moderate"))
    assert found.procedure == "99214"
    assert found.points[0] == (
        "problems moderate, data not documented, risk moderate: two of three reach moderate"
    )


def test_each_level_of_the_family_is_a_point():
    found = support("99214", DAY, 33, "low")
    assert [point[:5] for point in found.points] == ["99212", "99213", "99214", "99215"]
    assert found.points[2] == "99214: moderate not reached, 30 minutes reached"
    assert support("99284", DAY, 33, "low").points[1] == "99283: low reached"


def test_nothing_is_said_of_what_has_no_levels_then_or_no_documentation():
    assert support("20610", DAY, 33, "low") is None
    assert support("99213", DAY, None, "") is None
    assert support("99223", date(2022, 12, 31), 80, "high") is None, "levels since 2023"
    assert support("99239", DAY, 40, "high") is None, "it goes by time alone and has no family"


def test_whoever_reaches_a_code_alone_reaches_it_in_its_family():
    for procedure, level in LEVELS.items():
        if any(procedure in codes for codes in FAMILIES.values()):
            assert support(procedure, DAY, None, level.decision_making).procedure >= procedure
