"""A page for each implementation guide, from the declaration that reads, writes and checks it."""

from edi import guides
from edi.declare import describe
from edi.declare.guide import Guide


def pages() -> dict[str, str]:
    known = guides.all_guides()
    found = {f"reference/guides/{guide.kind.lower()}.md": describe.page(guide) for guide in known}
    return {"reference/guides/index.md": _index(known), **found}


def _index(known: list[Guide]) -> str:
    """Which guides are known, and under which versions (GS08 or ST03) they are read."""
    lines = [
        "# Implementation guides",
        "",
        "Each page is made from the declaration in `edi/guides/` that reads, writes and checks the guide.",
        "Titles are our own. A version that is not listed is a finding of the check, never an exception.",
        "",
        "| Guide | What it is | Versions read | Loops | Segments |",
        "|---|---|---|---|---|",
    ]
    for guide in known:
        places = list(guide.places())
        loops = {place.id for place in places if place.parent is not None}
        placed = {(place.id, step.name) for place in places for step in place.steps if step.inner is None}
        versions = ", ".join((guide.version, *guide.aliases))
        page = f"[{guide.kind}]({guide.kind.lower()}.md)"
        lines.append(f"| {page} | {guide.title} | {versions} | {len(loops)} | {len(placed)} |")
    return "\n".join(lines)
