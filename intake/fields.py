"""The kinds of values an encounter's fields hold: money, days, units, and the model they stand in."""

from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from intake.amounts import dollars
from intake.days import day_of

MOST_DOLLARS = Decimal("99999999.99")
"""What an amount of X12 holds: ten digits with the cents (HIPAA guides, appendix B)."""
MOST_UNITS = Decimal("99999999.999")
"""What SV104 holds: eight digits before the point and three behind it."""
YEARS = range(1900, 2200)


def _cents(value: Any) -> Any:
    """Dollars in text or a number become cents; more than two decimals, or ten digits, are refused."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, str):
        return _cents_of(value)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise ValueError("an amount is written in dollars, like 125.00")
    return _exact(Decimal(str(value)))


@lru_cache(maxsize=20_000)  # few services have a charge of their own
def _cents_of(text: str) -> int:
    return _exact(dollars(text))


def _exact(found: Decimal | None) -> int:
    if found is None or not found.is_finite():
        raise ValueError("an amount is written in dollars, like 125.00")
    if found.copy_abs() > MOST_DOLLARS:
        raise ValueError("an amount has at most ten digits with its cents")
    if found != (rounded := found.quantize(_CENT)):
        raise ValueError("an amount has at most two decimals")
    return int(rounded * 100)


def _units(value: Decimal) -> Decimal:
    """At most eight digits and three decimals; zeros behind those are left out."""
    # copy_abs, since abs() rounds, and raises where the exponent is huge
    if value.copy_abs() > MOST_UNITS:
        raise ValueError("units have at most eight digits before the point")
    if value != (rounded := value.quantize(_THOUSANDTH)):
        raise ValueError("units have at most three decimals")
    return value if _few_decimals(value) else rounded


_CENT, _THOUSANDTH = Decimal("0.01"), Decimal("0.001")


def _few_decimals(value: Decimal) -> bool:
    exponent = value.as_tuple().exponent
    return isinstance(exponent, int) and -3 <= exponent <= 0


def _dollars(cents: int | None) -> str | None:
    return None if cents is None else f"{Decimal(cents) / 100:.2f}"


Money = Annotated[int, BeforeValidator(_cents), PlainSerializer(_dollars, return_type=str, when_used="json")]
OptionalMoney = Annotated[
    int | None,
    BeforeValidator(_cents),
    PlainSerializer(_dollars, return_type=str | None, when_used="json"),
]


def _any_day(value: Any) -> Any:
    """A day in text as `intake.days` reads it; a number is no day, though it counts seconds for some."""
    if value is None or isinstance(value, date):
        return value
    found = day_of(value) if isinstance(value, str) else None
    if found is None and (not isinstance(value, str) or value.strip()):
        raise ValueError("not a date; write 2026-11-16")
    return found


def _day(value: Any) -> Any:
    """The same, of a year that a person now alive or a claim can have: others are slips or stand-ins."""
    return _day_in(value) if isinstance(value, str) else _near(_any_day(value))


@lru_cache(maxsize=20_000)  # as `day_of`
def _day_in(text: str) -> Any:
    return _near(_any_day(text))


def _near(found: Any) -> Any:
    if found is not None and found.year not in YEARS:
        raise ValueError(f"the year is not from {YEARS[0]} to {YEARS[-1]}")
    return found


Day = Annotated[date | None, BeforeValidator(_day)]
OpenDay = Annotated[date | None, BeforeValidator(_any_day)]
"""The end of a span, which many systems write as 9999-12-31 where it is open."""
Units = Annotated[Decimal, AfterValidator(_units)]
Pointer = Annotated[int, Field(ge=0, le=999)]


class Model(BaseModel):
    """Base of an encounter's parts: frozen, unknown fields refused, values never in a message."""

    model_config = ConfigDict(
        extra="forbid", str_strip_whitespace=True, frozen=True, hide_input_in_errors=True
    )
