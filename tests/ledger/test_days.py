"""A day is a day on both databases: what is none is refused, and no day is NULL and never equal to one."""

import pytest
from sqlalchemy import func, insert, select, update

from ledger import Ledger
from ledger.errors import ValueRefused
from ledger.schema import document, kept_to, metadata, night
from ledger.schema.day_type import Day, DayOrNone
from ledger.storage.database import insert_many, put_texts

ROW = {"kind": "letter", "size": 1, "bytes": b"x", "key_id": "", "pack": ""}
NO_DAYS = ("2026-02-30", "20260228", "2026-W09-6", "2026-2-28", "today", "now", "2026-02-28T00:00", "x")


@pytest.fixture
def opened(ledger_url):
    found = Ledger(ledger_url)
    yield found
    found.close()


def test_every_column_that_is_named_a_day_is_one():
    columns = [column for table in metadata.sorted_tables for column in table.columns]
    days = {str(column) for column in columns if isinstance(column.type, Day)}
    assert days == {str(column) for column in columns if column.name.endswith("_on")}
    assert len(days) > 100
    assert {str(c) for c in columns if isinstance(c.type, DayOrNone)} == {
        str(c) for c in columns if str(c) in days and c.nullable
    }


@pytest.mark.parametrize("value", [*NO_DAYS, ""])
def test_what_is_no_day_is_refused_where_a_statement_writes_it(opened, value):
    with pytest.raises(ValueRefused), opened.write() as connection:
        connection.execute(insert(night).values(business_on=value))


@pytest.mark.parametrize("value", ["2026-02-30", "2026-13-01", "x", ""])
def test_what_is_no_day_is_refused_where_many_rows_are_written(opened, value):
    with pytest.raises(ValueRefused), opened.write() as connection:
        insert_many(connection, document, [ROW | {"sha256": "b", "business_on": value}] * 20)


def test_the_database_itself_refuses_a_day_that_is_none(opened):
    for value in ("2026-02-30", "x", ""):
        with pytest.raises(ValueRefused), opened.write() as connection:
            connection.exec_driver_sql(f"INSERT INTO kept_to (name, business_on) VALUES ('a', '{value}')")


@pytest.mark.parametrize("many", [1, 20])
def test_no_day_is_null_and_comes_back_as_an_empty_text(opened, many):
    k = kept_to.c
    with opened.write() as connection:
        insert_many(
            connection,
            kept_to,
            [{"name": f"{n}", "business_on": "" if n % 2 else "2026-03-31"} for n in range(many)],
        )
        connection.execute(insert(kept_to).values(name="alone", business_on=""))
    with opened.read() as connection:
        assert connection.execute(select(k.business_on).where(k.name == "alone")).scalar() == ""
        assert connection.execute(select(k.business_on).where(k.name == "0")).scalar() == "2026-03-31"
        none = connection.execute(select(func.count()).where(k.business_on.is_(None))).scalar()
        assert none == many // 2 + 1
        assert connection.execute(select(func.max(k.business_on))).scalar() == "2026-03-31"
        raw = connection.exec_driver_sql("SELECT business_on FROM kept_to WHERE name = '0'").scalar()
        assert raw == "2026-03-31"


@pytest.mark.parametrize(
    "compare",
    [
        lambda day: day == "x",
        lambda day: day > "",
        lambda day: day <= "2026-02",
        lambda day: day.between("0", "2026-03-31"),
        lambda day: day.in_(["2026-03-31", ""]),
    ],
)
def test_a_day_is_compared_with_days_alone(opened, compare):
    for column in (night.c.business_on, kept_to.c.business_on):
        with pytest.raises(ValueRefused), opened.read() as connection:
            connection.execute(select(column).where(compare(column))).all()


def test_no_row_has_an_empty_day_where_each_has_one_and_where_not_that_is_asked_in_another_way(opened):
    with opened.write() as connection:
        connection.execute(insert(night).values(business_on="2026-03-31"))
        assert connection.execute(select(night).where(night.c.business_on == "")).all() == []
    with pytest.raises(ValueRefused), opened.read() as connection:
        connection.execute(select(kept_to).where(kept_to.c.business_on == "")).all()


@pytest.mark.parametrize(
    "take",
    [
        lambda day: day + "",
        lambda day: day.concat(""),
        lambda day: day.like("2026-%"),
        lambda day: day.startswith("2026-03"),
    ],
)
def test_a_day_is_no_text(take):
    for column in (night.c.business_on, kept_to.c.business_on):
        with pytest.raises(TypeError):
            take(column)


def test_unequal_to_a_day_says_what_of_no_day():
    with pytest.raises(TypeError):
        assert kept_to.c.business_on != "2026-03-31"
    assert str(kept_to.c.business_on.is_distinct_from("2026-03-31"))
    assert str(night.c.business_on != "2026-03-31")


def test_days_of_many_rows_are_changed_together(opened):
    w, day = metadata.tables["work_item"], "2026-03-31"
    row = {"kind": "alert", "cents": 0, "business_on": day, "due_on": day, "ranked_until_on": day}
    with opened.write() as connection:
        insert_many(connection, w, [{**row, "key": f"{n}"} for n in range(2)])
        first, second = connection.execute(select(w.c.id).order_by(w.c.id)).scalars()
        changed = [(first, "2026-04-01", "call", ""), (second, "", "", day)]
        put_texts(connection, w, ["due_on", "action", "ranked_until_on"], changed)
        query = select(w.c.due_on, w.c.action, w.c.ranked_until_on).order_by(w.c.id)
        assert [tuple(one) for one in connection.execute(query)] == [
            ("2026-04-01", "call", ""),
            ("", "", day),
        ]
        connection.execute(update(w).values(state="settled"))
        assert connection.execute(select(w.c.ranked_until_on)).scalars().all() == ["", ""]
