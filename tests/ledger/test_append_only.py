import pytest
from sqlalchemy.exc import DBAPIError

from ledger.schema import APPEND_ONLY


@pytest.mark.parametrize("table", ["entry", "posting", "batch_event", "document"])
@pytest.mark.parametrize("change", ["UPDATE {table} SET night = 'x'", "DELETE FROM {table}"])
def test_what_is_written_is_never_changed_or_removed(office, table, change):
    office.sent("1")
    statement = change.format(table=table)
    if table == "posting":
        statement = statement.replace("night", "account")
    with pytest.raises(DBAPIError, match="append-only"), office.ledger.write() as connection:
        connection.exec_driver_sql(statement)
    assert table in APPEND_ONLY


def test_an_error_of_the_database_names_no_value(office):
    office.take("1")
    with pytest.raises(DBAPIError) as told, office.ledger.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO encounter (source, external_id, version, inbox_file_id, payload, state, night)"
            " VALUES (?, ?, 1, 1, ?, 'picked_up', '')",
            ("ehr", "1", "CANARY-NAME"),
        )
    assert "CANARY-NAME" not in str(told.value)
