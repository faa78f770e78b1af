"""Where two other programs refuse a file with every field of an encounter, and whose fault it is.

Each is read by the other one and by its own map: what one refuses, the other takes, and without
it the one takes the rest.
"""

import json
from pathlib import Path

import pytest
import pyx12

from tests.conftest import CHECKOUT
from tests.edi.referees import pyx12_accepts, pyx12_notes, x12sdk_accepts
from tests.tasks.claims.holding import holds

PYX12_MISTAKES = ("PWK*CT*AB",)
"""The certificate's transmission in 2400: pyx12 judges it as the line's attachment, the first PWK of its map
that has CT, though the next one in its map is for it."""
X12SDK_MISTAKES = {
    "professional": (
        "PWK*CT*AB",  # it knows the attachments of a line alone
        "NM1*P3",  # the second 2310A: a referring and a primary care provider
        "CRC*07",  # ambulance certification of a line
        "CN1*05*10*5*C1*2*V1",  # it reads CN104 of a line by the codes of CN101
        "NM1*QB",  # 2420B and, of an ambulance, 2420G have no name (NM103 is not used)
        "NM1*PW",
    ),
    "institutional": (
        "NTE*ADD",  # the billing note, beside the notes of the claim
        "DTP*472*RD8",  # a line's period
        "NM1*72",  # it asks for 71 in 2420A, where the operating physician is 72
    ),
}
SUBORDINATE = ("N3", "N4", "REF", "PRV")


def file_of(kind):
    """The file of the encounter that has every field of its kind."""
    [document, *_] = _list(json.loads((CHECKOUT / "docs" / "encounters" / f"{kind}.json").read_text("utf-8")))
    return holds(document)[1]


def _list(found):
    return found["encounters"] if isinstance(found, dict) and "encounters" in found else found


def without(data, *starts):
    """The file without these segments and what hangs on them, its count right again."""
    kept, dropped = [], False
    for text in data.decode().split("~"):
        segment = text.strip()
        below = dropped and segment.startswith(SUBORDINATE)
        dropped = segment.startswith(starts) or (below and segment.split("*")[0] in SUBORDINATE)
        if not dropped:
            kept.append(segment)
    first = next(n for n, segment in enumerate(kept) if segment.startswith("ST*"))
    last = next(n for n, segment in enumerate(kept) if segment.startswith("SE*"))
    kept[last] = f"SE*{last - first + 1}*{kept[last].split('*')[2]}"
    return "~".join(kept).encode()


def test_pyx12_refuses_a_certificates_transmission_alone_that_its_own_map_has():
    data = file_of("professional")
    assert b"PWK*CT*AB~" in data
    assert pyx12_notes(data) == (False, {"PWK"})
    assert pyx12_accepts(without(data, *PYX12_MISTAKES))
    text = (Path(pyx12.__file__).parent / "map" / "837.5010.X222.A1.xml").read_text("utf-8")
    own = text[text.index("Certificate of Medical Necessity Indicator") :].partition("</segment>")[0]
    assert "<code>CT</code>" in own
    assert "<code>AB</code>" in own


def test_pyx12_takes_every_field_of_an_institutional_encounter():
    assert pyx12_accepts(file_of("institutional"))


@pytest.mark.parametrize("kind", X12SDK_MISTAKES)
def test_x12sdk_takes_every_field_but_those_that_pyx12_alone_knows(kind):
    data = file_of(kind)
    assert not x12sdk_accepts(data)
    assert all(start.encode() in data for start in X12SDK_MISTAKES[kind])
    assert x12sdk_accepts(without(data, *X12SDK_MISTAKES[kind]))
    assert pyx12_accepts(without(data, *PYX12_MISTAKES))


@pytest.mark.parametrize(
    ("kind", "start"), [(kind, start) for kind, starts in X12SDK_MISTAKES.items() for start in starts]
)
def test_each_of_them_alone_is_what_x12sdk_refuses(kind, start):
    others = [one for one in X12SDK_MISTAKES[kind] if one != start]
    assert not x12sdk_accepts(without(file_of(kind), *others))
