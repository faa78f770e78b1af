import pytest
from sqlalchemy import text

from ledger.errors import LedgerRefused
from ledger.schema import APPEND_ONLY


@pytest.mark.parametrize("table", ["entry", "posting", "batch_event", "document"])
@pytest.mark.parametrize("change", ["UPDATE {table} SET business_on = '2026-01-01'", "DELETE FROM {table}"])
def test_what_is_written_is_never_changed_or_removed(office, table, change):
    office.sent("1")
    statement = change.format(table=table)
    if table == "posting":
        statement = statement.replace("business_on", "account")
    with pytest.raises(LedgerRefused, match="append-only"), office.ledger.write() as connection:
        connection.exec_driver_sql(statement)
    assert table in APPEND_ONLY


def test_an_error_of_the_database_names_no_value(office):
    office.take("1")
    insert = text(
        "INSERT INTO encounter"
        " (practice, source, external_id, version, inbox_file_id, payload, state, business_on)"
        " VALUES ('lakeside', 'ehr', :number, 1, 1, :payload, 'picked_up', '2026-11-16')"
    )
    with pytest.raises(LedgerRefused) as raised, office.ledger.write() as connection:
        connection.execute(insert, {"number": "1", "payload": "CANARY-NAME"})
    assert "uq_encounter" in str(raised.value) or "UNIQUE constraint" in str(raised.value)
    assert "CANARY-NAME" not in repr(raised.value)
    assert raised.value.__suppress_context__, "a traceback would show it"
