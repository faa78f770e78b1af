"""The audit trail is read by pages: filtered, each row once, in bounded pieces."""

from datetime import UTC, datetime, timedelta

import pytest

from ledger.queries import alerts, trail
from ledger.queries.trail import Wanted
from ledger.runs import alerts as raised
from ledger.trail import audit

BEGAN = datetime(2026, 11, 16, 8, tzinfo=UTC)
ROWS = 60


@pytest.fixture
def kept(ledger):
    """A row a minute, by two people in turns."""
    now = [BEGAN]
    for n in range(ROWS):
        who = "carl, console" if n % 3 == 0 else "carla, console"
        audit.keep(ledger, audit.Trail(b"key", who, lambda: now[0].isoformat(timespec="milliseconds")))
        audit.record(ledger, "2026-11-16", "looked at" if n % 2 else "noted", f"work {n % 5}", "")
        now[0] += timedelta(minutes=1)
    return ledger


def every(ledger, limit: int = 7, **wanted: str):
    """All rows, page by page; the number of pages."""
    found, before, pages = [], 0, 0
    while True:
        piece = trail.piece(ledger, Wanted(**wanted, before=before), limit)
        found += piece.rows
        pages += 1
        if not piece.next:
            return found, pages
        assert not before or piece.next < before, "it goes on"
        before = piece.next


def test_pages_have_each_row_once_and_filters_are_those_of_the_trail(kept, monkeypatch):
    assert [row.id for row in every(kept)[0]] == list(range(ROWS, 0, -1))
    assert [row.id for row in every(kept, actor="carl,")[0]] == [n for n in range(ROWS, 0, -1) if n % 3 == 1]
    assert len(every(kept, actor="carl")[0]) == ROWS, "a name begins so"
    assert {row.act for row in every(kept, act="noted")[0]} == {"noted"}
    assert [row.id for row in every(kept, subject="work 3")[0]] == [
        n for n in range(ROWS, 0, -1) if n % 5 == 4
    ]
    ten, twenty = ((BEGAN + timedelta(minutes=n)).isoformat(timespec="milliseconds") for n in (10, 20))
    assert [row.id for row in every(kept, from_at=ten, to_at=twenty)[0]] == list(range(20, 10, -1))
    assert every(kept, from_at="2027", to_at="")[0] == every(kept, to_at="2026-01")[0] == []
    assert every(kept, actor="nobody")[0] == []
    monkeypatch.setattr(trail, "LOOKED_THROUGH", 9)
    monkeypatch.setattr(trail, "SLACK", 2)
    rare, pages = every(kept, act="noted", actor="carl,")
    assert [row.id for row in rare] == [n for n in range(ROWS, 0, -1) if n % 6 == 1]
    assert pages >= ROWS // 9, "each looks through a piece, though few of it fit"
    assert trail.acts(kept) == ["looked at", "noted"]


def test_alerts_are_listed_by_state_with_what_people_did(kept):
    for n in range(4):
        raised.report(kept, f"cause {n}", "2026-11-16", "NGT-FAILED" if n else "ACK-STOP", f"what {n}")
    raised.settle(kept, "cause 1")
    raised.settle_by_hand(kept, 3, "2026-11-17", "maria: mended")
    assert [row.id for row in alerts.page(kept, ["open"], "", 0, 9)] == [4, 1]
    assert [row.id for row in alerts.page(kept, ["open", "settled", "dismissed"], "NGT-FAILED", 4, 1)] == [3]
    assert alerts.counted(kept) == {"open": 2, "settled": 1, "dismissed": 1}
    [dealt] = alerts.dealt(kept, [1, 3])[3]
    assert (dealt.act, dealt.why, dealt.business_on) == ("alert settled", "maria: mended", "2026-11-17")
    assert alerts.dealt(kept, []) == {}
    assert (alerts.one(kept, 2).state, alerts.one(kept, 99)) == ("settled", None)
