"""Every guide, from its declaration alone: what is made and written is clean and read as it was."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import edi
from edi import guides
from edi.declare.delimiters import Delimiters
from edi.declare.guide import Guide
from edi.declare.nodes import Loop
from edi.read import tree
from edi.segments.control import GE, GS, IEA, ISA
from tests.edi.generating import Maker, segment, shape

GUIDES = guides.all_guides()
HEADER = (
    "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       "
    "*261116*0130*^*00501*000000905*0*T*:"
)


def written(guide: Guide, root: Loop, d: Delimiters) -> bytes:
    """One interchange with this transaction set."""
    usual = Delimiters()
    isa = ISA.of(HEADER, usual)
    isa.repetition, isa.component = d.repetition, d.component
    header = ISA.of(isa.text(usual).replace("*", d.element), d)
    group = ["GS", guide.group, "SENDER", "RECEIVER", "20261116", "0130", "905", "X", guide.version]
    return tree.write(
        [
            tree.Start(header, d),
            segment(GS, group),
            tree.TransactionSet(guide, root),
            segment(GE, ["GE", "1", "905"]),
            segment(IEA, ["IEA", "1", "000000905"]),
        ]
    )


def check_round_trip(guide: Guide, maker: Maker, d: Delimiters) -> None:
    root = maker.transaction()
    data = written(guide, root, d)
    parts = list(tree.read(data))
    [again] = [p for p in parts if isinstance(p, tree.TransactionSet)]
    assert again.guide is guide
    assert again.loops == root or d != Delimiters()
    if d == Delimiters():
        assert shape(again.loops) == shape(root)
    assert tree.write(parts) == data
    syntax = [f for f in edi.check(data) if f.code[:3] in ("SEG", "ELM", "ENV") or f.code[:2] == "HL"]
    assert syntax == []


@pytest.mark.parametrize("guide", GUIDES, ids=lambda g: g.kind)
@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 2**32), chance=st.sampled_from([0.1, 0.4, 0.7]))
def test_what_is_written_is_read_as_it_was_and_is_clean(guide, seed, chance):
    check_round_trip(guide, Maker(guide, seed, chance), Delimiters())


@pytest.mark.parametrize("guide", GUIDES, ids=lambda g: g.kind)
def test_everything_that_a_guide_has_fits_into_one_transaction(guide):
    maker = Maker(guide, 7, 1.0)
    check_round_trip(guide, maker, Delimiters())
    assert maker.made >= {(*place.path, step.name) for place in guide.places() for step in place.steps}


@pytest.mark.parametrize("guide", GUIDES, ids=lambda g: g.kind)
def test_other_delimiters_change_nothing(guide):
    check_round_trip(guide, Maker(guide, 3, 0.5), Delimiters("|", ">", "!", "\n", ""))
