"""The fast path for a whole loop: one regular expression for all its segments, in their order.

A loop that its pattern matches is right in everything that the guide's declaration says of it:
segments, order, counts, elements, codes, syntax notes. The reverse does not hold. A pattern is
cautious where being exact would cost time (a value that begins with a blank, a repeated element,
many references of one kind), and what it refuses is read by the tree reader, which is exact and
says what is wrong. So a pattern may be stricter than the guide and never laxer; a property test
holds it to that. Patterns are made for a file's own delimiters, so nothing is translated.
"""

import itertools
import re
from collections.abc import Mapping, Sequence
from typing import Final

from edi.declare.delimiters import Delimiters
from edi.declare.guide import Place, Step
from edi.declare.segment_pattern import Note, Slot, broken
from edi.declare.types import DATE8, Type

_WIDEST_NOTE: Final = 6  # positions that syntax notes may tie together
_EXACT_REPEATS: Final = 2  # up to here a qualified member's repeats are counted exactly in any order
_COMMON_DATE: Final = r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|1\d|2[0-8])"


class Unsupported(Exception):
    """A declaration that a loop pattern cannot hold; the loop is then left to the tree reader."""


class LoopPattern:
    """The pattern of one loop without the loops below it.

    `capture` names the elements that are wanted: `{"claim": "charge paid"}` captures elements of a
    member's first occurrence as `claim_charge`. A member that repeats has a further group,
    `adjustments_rest`, with everything that follows those elements in its run of segments.
    """

    def __init__(self, place: Place, d: Delimiters, capture: Mapping[str, str]) -> None:
        self.place = place
        self._d = d
        self._capture = {name: tuple(wanted.split()) for name, wanted in capture.items()}
        self._marks = itertools.count()
        self._sep = re.escape(d.element)
        self._component = re.escape(d.component)
        self._end = re.escape(d.terminator + d.newline)
        delimiters = {d.element, d.component, d.repetition, d.terminator}
        self._any = _class(delimiters)
        self._solid = _class(delimiters | {" "})
        follows = "|".join(sorted(_followers(place)))
        self.source = _numbered("".join(self._runs()) + f"(?=(?:{follows}){self._sep})")
        self._compiled = re.compile(self.source, re.ASCII)  # digits are looked up faster
        self.match = self._compiled.match

    def numbers(self, names: str) -> tuple[int, ...]:
        """The numbers of captured groups, to be asked for together: `match.group(*numbers)`."""
        return tuple([self._compiled.groupindex[name] for name in names.split()])

    def _runs(self) -> list[str]:
        """Neighbours of one segment id are a run: they may come in any order."""
        steps = [s for s in self.place.steps if s.inner is None]
        out = []
        for _, same in itertools.groupby(steps, key=lambda s: (s.ordinal, s.new.ID)):
            run = list(same)
            out.append(self._single(run[0]) if len(run) == 1 else self._mixed(run))
        return out

    def _single(self, step: Step) -> str:
        """A member that stands alone."""
        wanted = self._capture.get(step.name, ())
        text = self._segment(step, wanted)
        required = step.member.required
        if not step.many:
            return text if required else f"(?:{text}|)"
        again = _more(self._segment(step), step.maximum - 1 if step.maximum else None)
        if not wanted:
            return text + again if required else f"(?:{text}{again}|)"
        first, mark, rest = text.partition(f"(?P<{step.name}_{wanted[-1]}>")
        closing = _closing(mark + rest)
        head = first + (mark + rest)[:closing]
        tail = (mark + rest)[closing:]
        body = f"{head}(?P<{step.name}_rest>{tail}{again})"
        return body if required else f"(?:{body}|)"

    def _mixed(self, run: Sequence[Step]) -> str:
        """Members of one segment id that their qualifiers distinguish, in any order.

        Members of one or two are counted exactly, by groups that remember that they came. The run
        as a whole is no longer than the least of the other members may be. The guide's own order,
        in which most files have them, is tried first and needs no counting; not where an element
        is captured, since a group cannot stand in both.
        """
        prefix = run[0].new.ID + self._sep
        options = []
        bounded = []
        room = 0
        needed = []
        for step in run:
            text = self._segment(step, self._capture.get(step.name, ())).removeprefix(prefix)
            if step.many and (step.maximum == 0 or step.maximum > _EXACT_REPEATS):
                bounded.append(step.maximum or 1000)
                options.append(text)
                continue
            room += step.maximum
            plain = self._segment(step).removeprefix(prefix)
            marks = [f"m{next(self._marks)}" for _ in range(step.maximum)]
            option = "(?!)"
            for index, mark in enumerate(marks):
                here = f"{text if index == 0 else plain}(?P<{mark}>)"
                option = f"(?({mark}){option}|{here})" if index == 0 else self._then(option, mark, here)
            options.append(option)
            if step.member.required:
                needed.append(f"(?({marks[0]})|(?!))")
        if any(step.member.required for step in run if step.maximum != 1):
            raise Unsupported(f"{self.place.id}: a required member that repeats among others")
        most = min(bounded) if bounded else room
        each = f"{prefix}(?:{'|'.join(options)})"
        mixed = f"(?:{each}){{0,{most}}}" + "".join(needed)
        if not any(step.name in self._capture for step in run):
            ordered = "".join(self._single(step) for step in run)
            return f"(?:{ordered}(?!{prefix})|{mixed})"
        return mixed if needed else f"(?:(?={prefix}){mixed}|)"

    @staticmethod
    def _then(option: str, mark: str, here: str) -> str:
        """The option for a second occurrence: it stands where the first one's refusal stood."""
        return option.replace("(?!)", f"(?({mark})(?!)|{here})", 1)

    # -- one segment

    def _segment(self, step: Step, wanted: Sequence[str] = ()) -> str:
        pattern = step.pattern
        named = {name: f"{step.name}_{name}" for name in wanted}
        row = self._row(pattern.slots, pattern.notes, self._sep, named)
        missing = [name for name, group in named.items() if f"(?P<{group}>" not in row]
        if missing:
            raise Unsupported(f"{self.place.id} {pattern.id}: cannot capture {', '.join(missing)}")
        return f"{pattern.id}{pattern.begins(self._sep)}{row}{self._end}"

    def _row(
        self, places: Sequence[Slot], notes: Sequence[Note], separator: str, named: Mapping[str, str]
    ) -> str:
        """Positions in a row; those that notes tie together are written out as the ways they may come."""
        clusters = {hi: lo for lo, hi in _clusters(places, notes)}
        tail = ""  # what may follow; where it is not empty it ends in a value
        required = False
        at = len(places) - 1
        while at >= 0:
            slot = places[at]
            first = clusters.get(slot.position)
            if first is not None:
                low = next(i for i, s in enumerate(places) if s.position == first)
                tail = self._cluster(places[low : at + 1], notes, separator, tail, required)
                at = low - 1
                continue
            at -= 1
            lead = separator if slot.position > 1 or separator == self._sep else ""
            if slot.need == "N" or slot.element is None:
                if tail:
                    tail = lead + tail if required else f"(?:{lead}(?={separator}){tail}|)"
                continue
            value = self._value(slot)
            group = named.get(slot.element.name)
            if group:
                value = f"(?P<{group}>{value})"
            if slot.need == "R":
                required = True
                tail = lead + value + tail
            elif required:
                tail = f"{lead}(?:{value}|){tail}"
            elif tail:
                tail = f"(?:{lead}(?:{value}|(?={separator})){tail}|)"
            else:
                tail = f"(?:{lead}{value}|)"
        return tail

    def _cluster(
        self, places: Sequence[Slot], notes: Sequence[Note], separator: str, tail: str, required: bool
    ) -> str:
        """Every way in which these positions may be there or not, the fullest first."""
        free = [s.position for s in places if s.need == "S"]
        whole, short = [], []
        for there in itertools.product((True, False), repeat=len(free)):
            present = {s.position for s in places if s.need == "R"}
            present |= {p for p, yes in zip(free, there, strict=True) if yes}
            if any(True for _ in broken(_inside(notes, places), present.__contains__)):
                continue
            parts = [separator + (self._value(s) if s.position in present else "") for s in places]
            whole.append("".join(parts))
            while parts and parts[-1] == separator:
                parts.pop()
            short.append("".join(parts))
        if required:
            return f"(?:{'|'.join(whole)}){tail}"
        ends = "|".join(short)
        if not tail:
            return f"(?:{ends})"
        return f"(?:(?:{'|'.join(whole)})(?={separator}){tail}|{ends})"

    def _value(self, slot: Slot) -> str:
        """One value, of one repetition."""
        e = slot.element
        assert e is not None
        if slot.parts:
            body = self._row(slot.parts, slot.notes, self._component, {})
            lead = "" if slot.parts[0].need == "R" else f"(?=[^{self._sep}{self._end[:2]}])"
            return lead + body
        if slot.codes:
            return "(?:" + "|".join(re.escape(c) for c in slot.codes) + ")"
        t = e.type
        assert isinstance(t, Type)
        if e.period:
            raise Unsupported(f"{self.place.id}: {slot.title} depends on another element")
        return self._typed(t)

    def _typed(self, t: Type) -> str:
        if t.name in ("AN", "ID"):
            if t.maximum == 1:
                return self._solid
            return f"{self._solid}{self._any}{{{max(t.minimum - 1, 0)},{t.maximum - 1}}}+"
        if t.python == "cents":
            return r"-?(?:\d{1,8}+(?:\.\d{0,2}+|)|\.\d{1,2}+)"
        if t.name == "R":
            part = t.maximum // 3
            return rf"-?\d{{1,{t.maximum - part}}}+" + (rf"(?:\.\d{{1,{part}}}+|)" if part else "")
        if t.python == "date":
            return f"(?:{_COMMON_DATE}|{DATE8})"
        if t.name in ("N0", "N2", "TM", "DT"):
            return f"(?:{t.pattern})"
        raise Unsupported(f"{self.place.id}: no pattern for {t.label}")


def _numbered(source: str) -> str:
    """Conditions by number: `re` knows a group's name only behind it, its number anywhere."""
    names = re.findall(r"\(\?P<(\w+)>", source)
    return re.sub(r"\(\?\((\w+)\)", lambda m: f"(?({names.index(m[1]) + 1})", source)


def _class(without: set[str]) -> str:
    """A character class of printable ASCII without some."""
    ranges = []
    start = None
    for n in range(0x20, 0x80):
        inside = n < 0x7F and chr(n) not in without
        if inside and start is None:
            start = n
        elif not inside and start is not None:
            ranges.append(f"{re.escape(chr(start))}-{re.escape(chr(n - 1))}")
            start = None
    return f"[{''.join(ranges)}]"


def _followers(place: Place) -> set[str]:
    """The segment ids that may come behind a loop: loops below it, then what follows it above."""
    found = {step.new.ID for step in place.steps if step.inner is not None}
    inner, outer = place, place.parent
    while outer is not None:
        own = next(step for step in outer.steps if step.inner is inner)
        found |= {
            step.new.ID for step in outer.steps if step.ordinal >= own.ordinal and step is not outer.steps[0]
        }
        inner, outer = outer, outer.parent
    return found


def _more(text: str, most: int | None) -> str:
    """From none to so many; a branch that begins with a letter costs nothing where it is not taken."""
    if most is None or most > 1:
        return f"(?:{text}(?:{text}){'*' if most is None else f'{{0,{most - 1}}}'}|)"
    return f"(?:{text}|)" if most else ""


def _closing(text: str) -> int:
    """Behind the parenthesis that closes the group with which a pattern begins."""
    depth = at = 0
    inside = False
    while True:
        c = text[at]
        if c == "\\":
            at += 1
        elif inside:
            inside = c != "]"
        elif c == "[":
            inside = True
        elif c == "(":
            depth += 1
        elif c == ")":
            depth -= 1
            if not depth:
                return at + 1
        at += 1


def _inside(notes: Sequence[Note], places: Sequence[Slot]) -> tuple[Note, ...]:
    here = {s.position for s in places}
    return tuple(n for n in notes if here.intersection(n[1]))


def _clusters(places: Sequence[Slot], notes: Sequence[Note]) -> list[tuple[int, int]]:
    """First and last positions of what notes tie together; what overlaps is one."""
    spans: list[tuple[int, int]] = []
    for low, high in sorted((min(at), max(at)) for _, at in notes):
        if spans and low <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(high, spans[-1][1]))
        else:
            spans.append((low, high))
    for low, high in spans:
        if sum(low <= s.position <= high and s.need == "S" for s in places) > _WIDEST_NOTE:
            raise Unsupported("too many elements depend on each other")
    return spans
