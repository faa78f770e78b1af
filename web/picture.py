"""The flow of a business date as SVG: bands from what was picked up to what became of it, drawn to scale.

The same numbers stand in a table beside it. A node and its name lead to the list of what is in it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ledger.queries.flow import Place

WIDTH, TOP, COLUMN, BAR = 1080, 34, 216, 12
SLOT: Final = 40  # the height that two lines of a label need
SCALE: Final = 190  # the height of all claims together


@dataclass(frozen=True, slots=True)
class Stage:
    """A node of the flow: what it is called, the places in it, and the node that it comes from."""

    key: str
    title: str
    places: tuple[str, ...]
    parent: str
    column: int
    tone: str = "plain"


_CLAIMS = ("ready", "sent", "rejected", "ended", "accepted", "paid", "part_paid", "denied")
_ACCEPTED = ("accepted", "paid", "part_paid", "denied")
STAGES: Final = (
    Stage("picked_up", "Picked up", ("waiting", "held", "aside", "patients", *_CLAIMS), "", 0),
    Stage("claims", "Claims", _CLAIMS, "picked_up", 1),
    Stage("held", "Held", ("held",), "picked_up", 1, "warn"),
    Stage("waiting", "Not a claim yet", ("waiting",), "picked_up", 1),
    Stage("patients", "The patient's alone", ("patients",), "picked_up", 1),
    Stage("aside", "Another version came", ("aside",), "picked_up", 1),
    Stage("out", "Sent", _CLAIMS[1:], "claims", 2),
    Stage("ready", "Not sent yet", ("ready",), "claims", 2, "warn"),
    Stage("taken", "Accepted", _ACCEPTED, "out", 3),
    Stage("sent", "No answer yet", ("sent",), "out", 3),
    Stage("rejected", "Rejected", ("rejected",), "out", 3, "bad"),
    Stage("ended", "Replaced or closed", ("ended",), "out", 3),
    Stage("paid", "Paid", ("paid",), "taken", 4, "good"),
    Stage("part_paid", "Paid in part", ("part_paid",), "taken", 4, "warn"),
    Stage("denied", "Denied", ("denied",), "taken", 4, "bad"),
    Stage("accepted", "With the payer", ("accepted",), "taken", 4),
)
BY_KEY: Final = {stage.key: stage for stage in STAGES}


@dataclass(frozen=True, slots=True)
class Node:
    """A stage with its numbers, and where it stands in the picture (`y`, `height` in pixels)."""

    stage: Stage
    claims: int
    cents: int
    x: int
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Band:
    """What flows from one node to another, as the outline of a path."""

    path: str
    tone: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Nodes in the order of the flow, the bands between them, and the picture's size."""

    nodes: tuple[Node, ...]
    bands: tuple[Band, ...]
    width: int
    height: int


def counted_in(stage: Stage, places: Mapping[str, Place]) -> tuple[int, int]:
    """How many claims and cents a stage has."""
    found = [places[name] for name in stage.places]
    return sum(one.claims for one in found), sum(one.cents for one in found)


def drawn(places: Mapping[str, Place]) -> Picture:
    """The picture; stages that have nothing are left out, but for the first."""
    nodes: list[Node] = []
    total = max(counted_in(STAGES[0], places)[0], 1)
    bottoms: dict[int, float] = {}
    for stage in STAGES:
        claims, cents = counted_in(stage, places)
        if not claims and stage.parent:
            continue
        height = max(3.0, SCALE * claims / total)
        y = bottoms.get(stage.column, float(TOP))
        nodes.append(Node(stage, claims, cents, 4 + stage.column * COLUMN, y, height))
        bottoms[stage.column] = y + max(height, SLOT) + 10
    return Picture(tuple(nodes), tuple(_bands(nodes)), WIDTH, round(max(bottoms.values())) + 4)


def _bands(nodes: Sequence[Node]) -> list[Band]:
    known = {node.stage.key: node for node in nodes}
    taken: dict[str, float] = {}
    found = []
    for node in nodes:
        parent = known.get(node.stage.parent)
        if parent is None:
            continue
        start = taken.get(parent.stage.key, parent.y)
        thick = parent.height * node.claims / max(parent.claims, 1)
        taken[parent.stage.key] = start + thick
        found.append(
            Band(_outline(parent.x + BAR, start, thick, node.x, node.y, node.height), node.stage.tone)
        )
    return found


def _outline(x0: float, y0: float, thick0: float, x1: float, y1: float, thick1: float) -> str:
    middle = (x0 + x1) / 2
    return (
        f"M{x0:.1f},{y0:.1f} C{middle:.1f},{y0:.1f} {middle:.1f},{y1:.1f} {x1:.1f},{y1:.1f} "
        f"L{x1:.1f},{y1 + thick1:.1f} C{middle:.1f},{y1 + thick1:.1f} {middle:.1f},{y0 + thick0:.1f} "
        f"{x0:.1f},{y0 + thick0:.1f} Z"
    )
