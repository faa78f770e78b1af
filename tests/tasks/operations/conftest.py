"""A home with one denial that is work."""

from datetime import date

import pytest

from ledger.queries.work_queue import Asked, items
from tasks.work.causes import keep_queue
from tests.tasks.payment_scenarios import play
from tests.tasks.test_payment_cases import CASES

DAY = date(2026, 11, 18)


@pytest.fixture
def denied(home):
    """A home with one denial of $135.00 that harbor owes, and the work that it is."""
    folder = home.path.parent / "denied"
    folder.mkdir()
    source = next(p for p in sorted(CASES.iterdir()) if p.name.startswith("s31_"))
    (folder / "lakeside_e0.json").write_text((source / "lakeside_e0.json").read_text("utf-8"), "utf-8")
    text = (source / "night2.835").read_text("utf-8")
    head, tail = text[: text.index("LX*") if "LX*" in text else text.index("CLP*")], text[text.index("SE*") :]
    claim = (
        "LX*1~\\nCLP*{T-1}*4*135*0*0*12*I9*11*1~\\nNM1*QC*1*ZEPHYRINE*QUILL****MI*W17770001~\\n"
        "DTM*232*20261102~\\nSVC*HC:99213*135*0**1~\\nDTM*472*20261102~\\nCAS*CO*197*135~\\nREF*6R*1~\\n"
    ).replace("\\n", "\n")
    head = head.replace("BPR*I*100*", "BPR*H*0*")
    body = head + claim + tail
    count = body[body.index("ST*") :].count("~") - body[body.index("SE*") :].count("~") + 1
    se = tail.split("~")[0].split("*")
    body = body.replace("~".join(tail.split("~")[:1]), f"SE*{count}*{se[2]}", 1)
    (folder / "night2.835").write_text(body, "utf-8")
    played = play(home, folder)
    with played.opened() as opened:
        keep_queue(opened, DAY)
        [work] = items(opened.ledger, DAY, Asked(kinds=["denial"]))
        assert (work.cents, work.carc, work.owed) == (135_00, "197", True)
        yield opened, work
