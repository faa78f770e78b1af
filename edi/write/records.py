"""What the writers of claims and of remittances share."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from edi.declare.guide import Place
from edi.declare.nodes import Unknown
from edi.records.party import Adjustment
from edi.segments.money import MIA_REMARKS, MOA_REMARKS
from edi.write.interchange import Output
from edi.write.merging import Merger, Read
from edi.write.segments import Lines

R = TypeVar("R")


class RecordWriter:
    """Writes records into an output: as their fields say, or into the loops that they were read from."""

    def __init__(self, out: Output, lines: Lines) -> None:
        self.out = out
        self.add: Callable[[str], None] = out.add
        self.lines = lines
        self.merger = Merger(lines.d, lines.values)

    def captured(self, write: Callable[[], object]) -> list[str]:
        """The segments that this writes, which go nowhere else."""
        found: list[str] = []
        self.add = found.append
        try:
            write()
        finally:
            self.add = self.out.add
        return found

    def merged(
        self, place: Place, record: R, loop: Any, read: Callable[[Any], R], write: Callable[[R], None]
    ) -> None:
        """A record as its loop was read, but for what was changed since; without a loop as it is."""
        if loop is None:
            write(record)
            return
        before = read(loop)
        if before == record:
            self.out.segments += self.merger.standing(loop)
            return
        base = self.captured(lambda: write(before))
        mine = self.captured(lambda: write(record))
        self.out.segments += self.merger.loop(place, base, mine, loop, record)

    def in_set(self, root: Place, base: list[str], mine: list[str], theirs: list[Read]) -> None:
        """Parts of a transaction set itself, as they were read, but for what was changed since.

        A header that stands there twice stands twice again, both with the number that this one has now.
        """
        again = Unknown.of(self.out.header, self.lines.d)
        parts = [
            (step, again if type(part) is Unknown and part.elements[0] == "ST" else part)
            for step, part in theirs
            if part.ID not in ("ST", "SE")
        ]
        self.out.segments += self.merger.parts(root, ["ST", *base], ["ST", *mine], parts)

    def adjustments(self, adjustments: Iterable[Adjustment]) -> None:
        """CAS segments: neighbours of one group together, six at most in each."""
        pending: list[Adjustment] = []
        for one in adjustments:
            if pending and (one.group != pending[0].group or len(pending) == 6):
                self.add(self._cas(pending))
                pending = []
            pending.append(one)
        if pending:
            self.add(self._cas(pending))

    def adjudication_of_whole(
        self, inpatient: Sequence[str], outpatient: Sequence[str], remarks: Sequence[str]
    ) -> None:
        """MIA where there is one, then MOA where there is one or remark codes are left."""
        left = list(remarks)
        if inpatient:
            self.add(self._with_remarks("MIA", inpatient, MIA_REMARKS, left))
        if outpatient or left:
            self.add(self._with_remarks("MOA", outpatient, MOA_REMARKS, left))

    def _with_remarks(
        self, id: str, figures: Sequence[str], places: Sequence[int], remarks: list[str]
    ) -> str:
        """A segment of these elements, with the remark codes that it has room for: they are taken away."""
        elements = [*figures, *[""] * (places[-1] - len(figures))]
        for at in places:
            if remarks:
                elements[at - 1] = remarks.pop(0)
        while elements and not elements[-1]:
            elements.pop()
        return self.lines.d.element.join([id, *(self.lines.values[text] for text in elements)])

    def _cas(self, six: list[Adjustment]) -> str:
        first, *rest = six
        more: dict[str, Any] = {}
        for n, one in enumerate(rest, 2):
            more[f"reason{n}"] = one.reason
            more[f"amount{n}"] = one.amount
            more[f"quantity{n}"] = one.quantity
        return self.lines.cas(
            group=first.group, reason=first.reason, amount=first.amount, quantity=first.quantity, **more
        )
