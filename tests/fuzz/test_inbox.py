"""Damaged and hostile files of the inbox among good ones: every other claim is handed to the partner,
each bad file is read or quarantined with a reason, and nothing stops the night.

CLEANCLAIM_FUZZ_INPUTS sets how many bad files there are, each with a number that is its seed
(2,000 for the long form).
"""

import csv
import io
import json
import os
import random
from copy import deepcopy
from datetime import timedelta

import pytest

import edi
from ledger.queries import standing
from ledger.queries.claims import holds
from ledger.queries.night import problems
from tasks import nightly_run
from tests.conftest import CLEAN, MONDAY
from tests.fuzz.documents import ENCOUNTERS, damaged, leaks
from tests.fuzz.readers import READERS
from tests.seeds import chance
from tests.steps import steps

INPUTS = int(os.environ.get("CLEANCLAIM_FUZZ_INPUTS", "300"))
TOGETHER = 50  # bad files of one evening, each beside a good one
STEPS = steps("pick_up", "send")  # from the inbox to the partner's folder
FOLDERS = {"json": "lakeside", "csv": "summit", "xml": "bayview", "hl7": "lakeside"}
OTHERS = tuple(data for data, _ in READERS.values())

HOSTILE = (
    "9" * 20, "-1", "1e400", "NaN", "1.005", "1e-999999", "0001-01-01", "9999-12-31", "2262-04-12", "", " ",
    "\0", "\ud800", "\u202e", "A" * 100_000, "~*:^", "'; --", "\x1b[2J", 10**30, -(10**30), 2**31, 2**63,
    1e308, float("nan"), float("inf"), 0.1, -1, 0, None, True, [], {}, [[[]]], {"last": 5}, ["J02.9"] * 2_000,
    [{"procedure": "99213"}] * 1_200,
)  # fmt: skip
NAMES = (
    b"caf\xe9.json", b"\xed\xa0\x80.json", b"two\nlines.json", b"\x1b[2J.json", b"\xe2\x80\xae.json",
    b"a" * 250 + b".json", b"-rf.json", b"%s%n.json", b"'quoted' \".json", b"con.json",
)  # fmt: skip


def good(number: int) -> dict[str, object]:
    """An encounter that no edit holds and that is like no other: its patient has a name of their own."""
    letters = "".join(chr(65 + int(digit)) for digit in f"{number:05d}")
    patient = {**CLEAN["patient"], "last": f"Good{letters}"}
    return {**CLEAN, "id": f"G-{number}", "patient": patient}


def wounded(draw: random.Random) -> dict[str, object]:
    """An encounter with a hostile value in one to three of its places."""
    made = deepcopy({**CLEAN, "id": f"W-{draw.random()}"})
    for _ in range(draw.randint(1, 3)):
        place: object = made
        while True:
            at = draw.choice(list(place)) if isinstance(place, dict) else draw.randrange(len(place))
            if isinstance(place[at], dict | list) and place[at] and draw.random() < 0.8:
                place = place[at]
                continue
            place[at] = deepcopy(draw.choice(HOSTILE))
            break
    return made


def table(draw: random.Random, mate: dict[str, object]) -> bytes:
    """A CSV of two encounters, one of which has a hostile cell; the other one is good."""
    rows = list(csv.DictReader(io.StringIO(ENCOUNTERS["orders.csv"].decode())))[:1] * 2
    column = draw.choice(list(rows[0]))
    bad = {**rows[0], "encounter_id": f"W-{draw.random()}"}
    bad[column] = str(draw.choice(HOSTILE[:22])).encode("utf-8", "replace").decode()
    fine = {**rows[0], "encounter_id": mate["id"], "patient_last": mate["patient"]["last"]}
    made = io.StringIO()
    writer = csv.DictWriter(made, list(rows[0]))
    writer.writeheader()
    writer.writerows([bad, fine])
    return made.getvalue().encode()


def bad_file(number: int) -> tuple[bytes, bytes, str]:
    """A file's path below the inbox, its bytes, and the encounter in it that goes out all the same."""
    draw = chance("inbox", number)
    mate = good(number + 50_000)
    what = draw.random()
    if what < 0.6:
        name = draw.choice(tuple(ENCOUNTERS))
        kind = name.rsplit(".", 1)[1]
        data = damaged(ENCOUNTERS[name], draw, OTHERS)
        return f"{FOLDERS[kind]}/{number:05d}.{kind}".encode(), data, ""
    if what < 0.85:
        data = json.dumps(
            [mate, wounded(draw)] if draw.random() < 0.5 else {"encounters": [wounded(draw), mate]}
        )
        return f"lakeside/{number:05d}.json".encode(), data.encode(), str(mate["id"])
    if what < 0.93:
        return f"summit/{number:05d}.csv".encode(), table(draw, mate), ""
    name = f"{number:05d}".encode() + draw.choice(NAMES)[:-5][:240] + b".json"
    return b"lakeside/" + name, json.dumps(mate).encode(), ""


def put(home, path: bytes, data: bytes) -> None:
    file = os.fsencode(home.inbox) + b"/" + path
    os.makedirs(os.path.dirname(file), exist_ok=True)
    with open(file, "wb") as opened:
        opened.write(data)


def clear(inbox: bytes) -> None:
    """What lay in the inbox is taken; it would be hashed again each evening."""
    for folder, _, names in os.walk(inbox):
        for name in names:
            os.unlink(os.path.join(folder, name))


def counts(ledger, query: str) -> dict[str, int]:
    with ledger.read() as connection:
        return dict(tuple(row) for row in connection.exec_driver_sql(query))


@pytest.mark.usefixtures("either_database")
def test_bad_files_one_at_a_time_among_good_ones_cost_only_themselves(home):
    site = home.use_folder()
    with (home.path / "cleanclaim.toml").open("a", encoding="utf-8") as settings:
        settings.write("chunk_size = 40\n")
    wanted: set[str] = set()
    with home.opened() as opened:
        for start in range(0, INPUTS, TOGETHER):
            day = MONDAY + timedelta(days=start // TOGETHER)
            numbers = range(start, min(start + TOGETHER, INPUTS))
            for number in numbers:
                path, data, mate = bad_file(number)
                put(home, path, data)
                home.drop(f"lakeside/{number:05d}_good.json", good(number))
                wanted |= {f"G-{number}"} | ({mate} if mate else set())
            assert nightly_run.walk(opened, day, STEPS)["pick_up.files"] == 2 * len(numbers), (
                "each is accounted for"
            )
            clear(os.fsencode(home.inbox))
        ledger = opened.ledger
        sent = {c.external_id for c in standing.claims(ledger) if c.state == "sent"}
        assert wanted - sent == set()
        listed = problems(ledger)
        assert leaks("\n".join(f"{p.code} {p.place} {p.message} {p.remedy}" for p in listed)) == []
        assert all(p.name.isprintable() for p in listed)
        assert not {p.code for p in listed} & {"INT-99", "INB-99"}, "each is refused for what it is"
        assert not {h.edit_id for h in holds(ledger)} & {"ENC-01"}
        waiting = counts(ledger, "SELECT state, COUNT(*) FROM encounter GROUP BY state")
        assert set(waiting) <= {"held", "claimed", "replaced", "late"}
        silent = (
            "SELECT name, 1 FROM inbox_file WHERE encounters = 0 AND format <> 'manifest' AND id NOT IN"
            " (SELECT inbox_file_id FROM problem WHERE inbox_file_id IS NOT NULL)"
        )
        assert counts(ledger, silent) == {}, "nothing is left out without a reason"
    handed = [claim for file in (site / "inbound").iterdir() for claim in edi.read_claims(file.read_bytes())]
    assert len(handed) >= len(wanted)
    numbers_out = [claim.patient_control_number for claim in handed]
    assert len(set(numbers_out)) == len(numbers_out), "none twice"
