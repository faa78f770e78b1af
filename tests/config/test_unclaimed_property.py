"""The table of unclaimed property: each line is whole, and its days follow each other."""

from datetime import date

import pytest

from config.unclaimed_property import load, rule_of, years_after

CONTACT = date(2026, 11, 18)


def test_every_line_names_its_source_and_letters_go_out_before_the_report():
    assert len({(rule.state, rule.since) for rule in load()}) == len(load())
    for rule in load():
        assert rule.source
        assert 1 <= rule.dormancy_years <= 5
        first, last = rule.letter_between(date(2030, 6, 30))
        assert first < last < date(2030, 6, 30)


@pytest.mark.parametrize(
    ("state", "abandoned", "report"),
    [
        ("IL", date(2029, 11, 18), date(2030, 4, 30)),
        ("MD", date(2029, 11, 18), date(2030, 10, 31)),
        ("TX", date(2029, 11, 18), date(2030, 7, 1)),
        ("FL", date(2031, 11, 18), date(2032, 4, 30)),
    ],
)
def test_a_credit_belongs_into_the_report_behind_its_cutoff(state, abandoned, report):
    rule = rule_of(state, CONTACT)
    assert (rule.abandoned_on(CONTACT), rule.report_on(CONTACT)) == (abandoned, report)


def test_texas_reports_as_its_comptroller_says():
    """Of 3/2/2019 to 3/1/2020 the report is due on 7/1/2023."""
    rule = rule_of("TX", date(2023, 1, 1))
    days = (date(2019, 3, 1), date(2019, 3, 2), date(2020, 3, 1), date(2020, 3, 2))
    assert [rule.report_on(day).year for day in days] == [2022, 2023, 2023, 2024]


def test_a_state_that_is_not_listed_has_no_rule_nor_has_a_day_before_it():
    assert rule_of("OH", CONTACT) is None
    assert rule_of("IL", date(2017, 12, 31)) is None
    assert years_after(date(2024, 2, 29), 3) == date(2027, 3, 1)
