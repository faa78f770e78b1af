"""A column's name says what it holds: money `cents` or `*_cents`, a day `*_on`, an instant `*_at`."""

import re

from sqlalchemy import BigInteger, Integer, select

from ledger.schema import metadata
from tests.ledger.payments.test_remittances import payment, plb, remit

LARGE = re.compile(r"id|\w+_id|cents|\w+_cents|\w+_at|size|last|token|number|seed")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*")


def test_a_number_of_64_bits_is_an_id_an_amount_an_instant_a_count_that_grows_or_a_seed():
    columns = [c for table in metadata.sorted_tables for c in table.columns]
    large = {str(c) for c in columns if isinstance(c.type, BigInteger)}
    assert large
    assert {name for name in large if not LARGE.fullmatch(name.split(".")[1])} == set()


def test_an_id_has_64_bits():
    narrow = {
        str(c)
        for table in metadata.sorted_tables
        for c in table.columns
        if (c.name == "id" or c.name.endswith("_id") or any(k.column.name == "id" for k in c.foreign_keys))
        and type(c.type) is Integer
    }
    assert narrow == set()


def test_what_holds_a_day_or_an_instant_is_named_so(office):
    office.sent("1", "2")
    remit(office.ledger, payment(paid=0, denied=80_00), plb=(plb("WO", -5_00, "X1"),))
    with office.ledger.read() as connection:
        found = {
            (f"{table.name}.{name}", end)
            for table in metadata.sorted_tables
            for row in connection.execute(select(table)).mappings()
            for name, value in row.items()
            for pattern, end in ((DAY, "_on"), (INSTANT, "_at"))
            if isinstance(value, str) and pattern.fullmatch(value)
        }
    assert len({name for name, _ in found}) >= 20
    assert {name for name, end in found if not name.endswith(end)} == set()
