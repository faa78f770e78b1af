"""What a night asks the ledger for each file or chunk reads by an index: it costs the same however long the
history is."""

import re
from collections import Counter
from pathlib import Path

from sqlalchemy import event

from bench.lifelike.answers import Partner
from bench.lifelike.inbox import day_of, write_night
from bench.night import make_home
from ledger.schema.columns import metadata
from tasks import nightly_run
from tasks.home.home import open_home

NIGHTS, ENCOUNTERS = 2, 200
OFTEN = 5  # times a night from which on a statement is one for each file, chunk or payment
FEW = {"alert", "audit_head", "balance", "contract", "enrolment", "identity", "partner_stop", "queue_change"}
"""Tables that stay small, or of which one row is read."""
WHOLE = re.compile(
    r"^SCAN (?P<scanned>\w+)|^SEARCH (?P<searched>\w+) USING (?:COVERING )?INDEX \w+ \(state=\?\)$"
)


def test_what_is_asked_often_reads_no_whole_table_and_not_all_that_is_in_a_state(tmp_path: Path) -> None:
    settings = make_home(tmp_path / "home")
    partner = Partner(settings.home / "site")
    for night in range(1, NIGHTS + 1):
        write_night(settings.inbox, ENCOUNTERS, night=night, before=(night - 1) * ENCOUNTERS)
        partner.answer(day_of(night))
        asked: Counter[str] = Counter()
        plans: dict[str, list[str]] = {}

        def look(connection, cursor, statement, values, context, many, asked=asked, plans=plans):
            asked[statement] += 1
            if asked[statement] == OFTEN:
                raw = connection.connection.dbapi_connection
                plan = raw.execute(f"EXPLAIN QUERY PLAN {statement}", values[0] if many else values)
                plans[statement] = [row[3] for row in plan]

        with open_home(settings) as home:
            event.listen(home.ledger.engine, "before_cursor_execute", look)
            try:
                for step in nightly_run.NIGHT:
                    for piece in step.pieces(home, day_of(night)):
                        step.do(home, day_of(night), piece)
            finally:
                event.remove(home.ledger.engine, "before_cursor_execute", look)
    found = {
        (table, " ".join(statement.split())[:200])
        for statement, plan in plans.items()
        for part in plan
        if (of := WHOLE.search(part))
        for table in [of[1] or of[2]]
        if table in metadata.tables and table not in FEW
    }
    assert len(plans) > 30
    assert found == set()
