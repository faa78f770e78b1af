"""The four answers about a code on a day."""

from enum import StrEnum


class Validity(StrEnum):
    """UNCHECKED: the set is not loaded, or the day lies outside what is loaded. Never "valid"."""

    VALID = "valid"
    INVALID = "invalid"  # no such code on that day
    NOT_BILLABLE = "not billable"  # a heading: a more specific code must be chosen
    UNCHECKED = "unchecked"
