"""The small transaction set on each guide's page is right at SNIP 1 and 2."""

import pytest

import edi
from edi import guides
from edi.declare.example import example

ISA = (
    "ISA*00*          *00*          *ZZ*SENDER         "
    "*ZZ*RECEIVER       *261116*0130*^*00501*000000905*0*T*:"
)


@pytest.mark.parametrize("guide", guides.all_guides(), ids=lambda g: g.kind)
def test_a_guide_s_example_is_clean(guide):
    segments = [
        ISA,
        f"GS*{guide.group}*SENDER*RECEIVER*20261116*0130*905*X*{guide.version}",
        *example(guide),
        "GE*1*905",
        "IEA*1*000000905",
    ]
    found = edi.check(("~".join(segments) + "~").encode())
    assert [f for f in found if f.snip < 3] == []
