"""Many values as one parameter: the same rows as an IN, in one statement whatever their count."""

import pytest
from sqlalchemy import delete, event, select, update

from ledger.schema import alert
from ledger.storage.database import insert_many, new_ids
from ledger.storage.one_of import one_of
from tests.ledger.conftest import NIGHT

KEYS = ("a", 'quote"', "back\\slash", "ünï 漢字 🩺", "", "'", "[1]")


@pytest.fixture
def filled(ledger):
    with ledger.write() as connection:
        insert_many(
            connection,
            alert,
            [{"key": key, "code": "X", "message": "", "business_on": NIGHT} for key in KEYS],
        )
    return ledger


@pytest.mark.parametrize("wanted", [(), KEYS[:1], KEYS[1:5], KEYS, ("nobody's",)])
def test_texts_are_found_as_by_in(filled, wanted):
    with filled.read() as connection:
        query = select(alert.c.key).order_by(alert.c.id)
        assert (
            connection.execute(query.where(one_of(alert.c.key, wanted))).all()
            == connection.execute(query.where(alert.c.key.in_(wanted))).all()
        )


def test_numbers_are_found_and_the_others_by_not(filled):
    with filled.read() as connection:
        query = select(alert.c.key).order_by(alert.c.id)
        assert connection.execute(query.where(one_of(alert.c.id, {1, 3, 2**40}))).scalars().all() == [
            KEYS[0],
            KEYS[2],
        ]
        left = connection.execute(query.where(~one_of(alert.c.id, range(1, 6)))).scalars().all()
        assert left == list(KEYS[5:])


def test_rows_are_changed_and_removed_by_it(filled):
    with filled.write() as connection:
        connection.execute(update(alert).where(one_of(alert.c.id, [1, 2])).values(code="Y"))
        connection.execute(delete(alert).where(one_of(alert.c.key, KEYS[2:])))
        assert connection.execute(select(alert.c.id, alert.c.code).order_by(alert.c.id)).all() == [
            (1, "Y"),
            (2, "Y"),
        ]


def test_the_statement_is_the_same_however_many_values_there_are(filled):
    seen = set()
    event.listen(filled.engine, "before_cursor_execute", lambda c, cursor, text, *rest: seen.add(text))
    with filled.write() as connection:
        for count in (0, 1, 2, 50_000):
            connection.execute(select(alert.c.key).where(one_of(alert.c.id, range(count)))).all()
    assert sum("alert" in text for text in seen) == 1


def test_ids_that_were_handed_out_are_new_and_rise(filled):
    with filled.write() as connection:
        ids = new_ids(connection, alert, 3)
        assert list(ids) == sorted(set(ids))
        assert min(ids) > len(KEYS)
        rows = [{"id": i, "key": f"k{i}", "code": "X", "message": "", "business_on": NIGHT} for i in ids]
        insert_many(connection, alert, rows)
        assert min(new_ids(connection, alert, 1)) > max(ids)
        assert list(new_ids(connection, alert, 0)) == []


def test_a_row_without_an_id_comes_after_those_that_were_handed_out(filled):
    with filled.write() as connection:
        (number,) = new_ids(connection, alert, 1)
        rows = [{"id": number, "key": "given", "code": "X", "message": "", "business_on": NIGHT}]
        insert_many(connection, alert, rows)
        connection.execute(alert.insert().values(key="own", code="X", message="", business_on=NIGHT))
        found = connection.execute(select(alert.c.id).where(alert.c.key == "own")).scalar_one()
    assert found > number
