"""The straight-line reader's seat at the wire: it takes stretches of loops, the tree reads the rest.

The tree reader asks a `Gate` for its segments. One that begins a loop of the kind wanted is handed
on as a `Stretch`; once the tree has placed it, the straight-line reader may take as many loops from
there as its patterns accept, out of the text itself. It stops before the first that they refuse, and
the tree goes on there, so that everything is found just as `check` finds it.
"""

from collections.abc import Iterable, Iterator
from typing import Any
from weakref import ref

from edi.declare.delimiters import Delimiters
from edi.declare.guide import Place, Step
from edi.read.interchanges import Segments
from edi.read.stretch import Stretch


class Gate:
    """The segments of one transaction set; `begins` is the segment id that a stretch begins with."""

    __slots__ = ("_begins", "_segments")

    def __init__(self, segments: Segments, d: Delimiters, begins: str) -> None:
        self._segments = segments
        self._begins = begins + d.element

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        raw = next(self._segments)
        return Stretch(raw) if type(raw) is str and raw.startswith(self._begins) else raw


def hang(place: Place, texts: Iterable[str], d: Delimiters, position: int) -> Any:
    """The loop of segments that are known to be right: nothing is checked, each goes to its place."""
    root: Any = _loop(place)
    stack: list[tuple[Place, Any]] = [(place, root)]
    for number, text in enumerate(texts, position):
        e = text.split(d.element)
        if not root._wire:
            step = place.steps[0]
        else:
            found = stack[-1][0].route(e, d.component)
            assert found is not None  # its pattern took it
            up, step = found
            if up:
                del stack[-up:]
        node = stack[-1][1]
        if step.inner is not None:
            made = _loop(step.inner)
            made._up = ref(node)
            _hang(node, step, made)
            stack.append((step.inner, made))
            node, step = made, step.inner.steps[0]
        segment: Any = object.__new__(step.new)
        segment.raw, segment.d, segment.position, segment._e = text, d, number, e
        _hang(node, step, segment)
    return root


def _loop(place: Place) -> Any:
    node: Any = object.__new__(place.loop)
    node._wire, node._up = [], None
    return node


def _hang(node: Any, step: Step, part: Any) -> None:
    node._wire.append(part)
    if not step.many:
        setattr(node, step.name, part)
    elif step.name in node.__dict__:
        getattr(node, step.name).append(part)
    else:
        setattr(node, step.name, [part])
