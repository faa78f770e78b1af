"""Guides describe themselves from their declarations."""

import pytest

from edi import guides
from edi.declare import describe


@pytest.mark.parametrize("guide", guides.all_guides(), ids=lambda g: g.kind)
def test_every_loop_and_segment_is_on_the_page(guide):
    page = describe.page(guide)
    for place in guide.places():
        assert place.loop.TITLE in page
        for step in place.steps:
            if step.inner is None:
                assert f"### {step.new.ID} {step.member.title} (" in page


def test_a_segment_is_described_with_its_narrowings():
    page = describe.page(guides.find("005010X222A1"))
    assert "### NM1 Payer (required, once)" in page
    assert "| NM108 | Identifier qualifier | required | ID 1-2 | PI XV |" in page
    assert "| SV101-2 | Procedure code | required | AN 1-48 |" in page
