"""How a report prints a value: 1,234.56, (1,234.56) below zero, 98.7 %, 41.5 days."""

from tasks.reports.tables import Kind, Value


def printed(value: Value, kind: Kind) -> str:
    """A value of a column as text; "" where there is none."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if kind == "cents":
        return money(value)
    if kind == "count":
        return f"{value:,}"
    return f"{value / 10:,.1f}{' %' if kind == 'rate' else ''}"


def money(cents: int) -> str:
    """Dollars; below zero in parentheses."""
    text = f"{abs(cents) // 100:,}.{abs(cents) % 100:02d}"
    return f"({text})" if cents < 0 else text


def short(cents: int) -> str:
    """Dollars without cents, for a label of a chart."""
    text = f"{(abs(cents) + 50) // 100:,}"
    return f"({text})" if cents < 0 else text


def in_millions(cents: int) -> str:
    """Millions of dollars, where a label has no room for `short`."""
    text = f"{abs(cents) / 100_000_000:,.2f} M"
    return f"({text})" if cents < 0 else text
