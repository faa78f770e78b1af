"""A home with one denial that is work."""

import json
from datetime import date

import pytest

from ledger.queries.work_queue import Asked, items
from tasks.work.causes import keep_queue
from tests.conftest import CLEAN
from tests.tasks.later_payers import remittance
from tests.tasks.payment_scenarios import play

DAY = date(2026, 11, 18)
DENIAL = """CLP*{T-1}*4*135*0*0*12*I9*11*1~
NM1*QC*1*ZEPHYRINE*QUILL****MI*W17770001~
DTM*232*20261102~
SVC*HC:99213*135*0**1~
DTM*472*20261102~
CAS*CO*197*135~
REF*6R*1~
"""


@pytest.fixture
def denied(home):
    """A home with one denial of $135.00 that harbor owes, and the work that it is."""
    folder = home.path.parent / "denied"
    folder.mkdir()
    (folder / "lakeside_e0.json").write_text(json.dumps(CLEAN), "utf-8")
    (folder / "night2.835").write_text(remittance(101, DENIAL, 0), "utf-8")
    played = play(home, folder)
    with played.opened() as opened:
        keep_queue(opened, DAY)
        [work] = items(opened.ledger, DAY, Asked(kinds=["denial"]))
        assert (work.cents, work.carc, work.owed) == (135_00, "197", True)
        yield opened, work
