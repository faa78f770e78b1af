"""A condition that no index is to serve."""

from sqlalchemy import ColumnElement


def unindexed(column: ColumnElement[str]) -> ColumnElement[str]:
    """A text column of the same values, by which rows are only filtered: without statistics SQLite may take
    an index of few values, such as a state's, before one of a few rows."""
    return column.concat("")
