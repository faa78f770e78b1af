"""Makes segment and composite classes from their declarations: straight-line readers and writers.

The source of each class's constructor, properties and line writer is generated once, at import,
and run; `cls.SOURCE` keeps it for whoever wants to read it. A property reads its element from the
segment's text when asked for; the constructor and the line writer put elements in order and drop
those that trail empty.
"""

import re
from collections.abc import Callable
from datetime import date
from typing import Any, ParamSpec

from edi.declare.delimiters import USUAL, Delimiters
from edi.declare.nodes import Composite, Segment
from edi.declare.types import CENTS, CENTS_TEXTS, DATE_TEXTS, DATES, Type
from edi.errors import CharacterError, UnwritableError

P = ParamSpec("P")


def _cents(value: int | None) -> str:
    if value is None:
        return ""
    if type(value) is not int:
        raise UnwritableError("an amount must be whole cents")
    return CENTS_TEXTS[value]


def _day(value: date | None) -> str:
    return "" if value is None else DATE_TEXTS[value]


def _joined(value: Any, component: str) -> str:
    return "" if value is None else component.join(value._c)


NAMES: dict[str, Any] = {
    "CENTS": CENTS,
    "DATES": DATES,
    "_cents": _cents,
    "_day": _day,
    "_joined": _joined,
    "USUAL": USUAL,
}


def _reader(e: Any, store: str, slot: int, component: str) -> str:
    """The expression that reads element `slot` of list `store`."""
    text = f"({store}[{slot}] if len({store}) > {slot} else '')"
    if not isinstance(e.type, Type):
        return f"T_{e.name}.of({text}.split({component}))"
    if e.type.python == "cents":
        return f"CENTS[{text}] or 0" if e.need == "R" and e.upto == 0 else f"CENTS[{text}]"
    if e.type.python == "date":
        return f"DATES[{text}]"
    return text


def _property(e: Any, store: str, offset: int) -> str:
    """The source of one property: a plain value, an optional composite, or a list."""
    component = "self.d.component if self.d else ':'"
    first = e.position - offset
    lines = [f"def {e.name}(self):", f"    e = self.{store}"]
    if e.upto:
        lines += [
            f"    found = e[{first}:{e.upto - offset + 1}]",
            "    while found and not found[-1]: found.pop()",
        ]
        if not isinstance(e.type, Type):
            lines += [f"    c = {component}", f"    return [T_{e.name}.of(t.split(c)) for t in found]"]
        elif e.type.python == "cents":
            lines += ["    return [CENTS[t] for t in found]"]
        else:
            lines += ["    return found"]
    elif e.repeat > 1 or e.repeat == 0:
        lines += [
            f"    t = e[{first}] if len(e) > {first} else ''",
            "    found = t.split(self.d.repetition if self.d else '^') if t else []",
        ]
        if not isinstance(e.type, Type):
            lines += [f"    c = {component}", f"    return [T_{e.name}.of(t.split(c)) for t in found]"]
        else:
            lines += ["    return found"]
    elif not isinstance(e.type, Type) and e.need != "R":
        lines += [
            f"    t = e[{first}] if len(e) > {first} else ''",
            f"    return T_{e.name}.of(t.split({component})) if t else None",
        ]
    else:
        lines += [f"    return {_reader(e, 'e', first, component)}"]
    return "\n".join(lines)


def _texts(e: Any, component: str, repetition: str) -> list[str]:
    """The expressions for the wire text of a constructor argument, one a position."""
    name = e.name
    if not isinstance(e.type, Type):

        def one(v: str) -> str:
            return f"_joined({v}, {component})"
    elif e.type.python == "cents":

        def one(v: str) -> str:
            return f"_cents({v})"
    elif e.type.python == "date":

        def one(v: str) -> str:
            return f"_day({v})"
    else:

        def one(v: str) -> str:
            return v

    if e.upto:
        size = e.upto - e.position + 1
        return [f"*[{one('v')} for v in {name}], *[''] * ({size} - len({name}))"]
    if e.repeat != 1:
        return [f"{repetition}.join([{one('v')} for v in {name}])"]
    return [one(name)]


def _signature(elements: tuple[Any, ...]) -> str:
    """Keyword-only parameters; what is required has no default."""
    parts = []
    for e in elements:
        if e.need == "R" and not e.upto and e.repeat == 1:
            parts.append(e.name)
        elif e.upto or e.repeat != 1:
            parts.append(f"{e.name}=()")
        elif isinstance(e.type, Type) and e.type.python == "str":
            parts.append(f"{e.name}=''")
        else:
            parts.append(f"{e.name}=None")
    return ", ".join(parts)


def _listed(elements: tuple[Any, ...], component: str, repetition: str) -> str:
    """All texts from position 1 to the last, with '' where nothing is declared."""
    out: list[str] = []
    at = 1
    for e in elements:
        out += ["''"] * (e.position - at)
        out += _texts(e, component, repetition)
        at = e.last + 1
    return ", ".join(out)


def _run(source: str, elements: tuple[Any, ...]) -> dict[str, Any]:
    names = dict(NAMES)
    names.update({f"T_{e.name}": e.type for e in elements if not isinstance(e.type, Type)})
    exec(compile(source, "<edi declaration>", "exec"), names)
    return names


def _build(
    cls: type, base: type, elements: tuple[Any, ...], store: str, offset: int, head: str
) -> dict[str, Any]:
    """The namespace of the finished class."""
    taken = {e.name for e in elements} & set(dir(base))
    if taken:
        raise ValueError(f"{cls.__name__}: element name {', '.join(sorted(taken))} is taken")
    source = [_property(e, store, offset) for e in elements]
    init = [
        f"def __init__(self, *, {_signature(elements)}):" if elements else "def __init__(self):",
        f"    e = self.{store} = [{head}{_listed(elements, repr(':'), repr('^'))}]",
        f"    while len(e) > {1 - offset} and not e[-1]: e.pop()",
    ]
    if offset == 0:
        init += ["    self.raw = None; self.d = USUAL; self.position = 0"]
    source.append("\n".join(init))
    text = "\n\n".join(source)
    made = _run(text, elements)
    keep = {
        k: v
        for k, v in cls.__dict__.items()
        if k not in ("__dict__", "__weakref__") and type(v).__name__ != "Element"
    }
    keep["__slots__"] = ()
    keep["__init__"] = made["__init__"]
    keep["SOURCE"] = text
    for e in elements:
        keep[e.name] = property(made[e.name], _setter(e, offset) if offset == 0 else None, doc=e.title)
    return keep


def _setter(e: Any, offset: int) -> Callable[[Any, Any], None]:
    """Write one element of a segment that was read."""

    def put(self: Any, value: Any) -> None:
        d = self.d
        component, repetition = (d.component, d.repetition) if d else (":", "^")

        def text(v: Any) -> str:
            if not isinstance(e.type, Type):
                return _joined(v, component)
            if e.type.python == "cents":
                return _cents(v)
            if e.type.python == "date":
                return _day(v)
            return "" if v is None else str(v)

        if e.upto:
            values = list(value)
            for i in range(e.upto, e.position - 1, -1):
                k = i - e.position
                self._set(i, text(values[k]) if k < len(values) else "")
        elif e.repeat != 1:
            self._set(e.position, repetition.join(text(v) for v in value))
        else:
            self._set(e.position, text(value))

    return put


def compile_composite(cls: type, title: str, elements: tuple[Any, ...], notes: tuple[str, ...]) -> type:
    """The composite class with its constructor and properties."""
    space = _build(cls, Composite, elements, "_c", 1, "")
    space |= {"TITLE": title, "ELEMENTS": elements, "NOTES": notes}
    return type(cls)(cls.__name__, cls.__bases__, space)


def compile_segment(
    cls: type,
    id: str,
    title: str,
    elements: tuple[Any, ...],
    key: str,
    notes: tuple[str, ...],
) -> type:
    """The segment class with its constructor, properties and routing key."""
    space = _build(cls, Segment, elements, "_e", 0, f"{id!r}, ")
    name, _, part = key.partition(".")
    at = next((e.position for e in elements if e.name == name), 0)
    space |= {"ID": id, "TITLE": title, "ELEMENTS": elements, "NOTES": notes, "KEY": (at, bool(part))}
    return type(cls)(cls.__name__, cls.__bases__, space)


class Values(dict[str, str]):
    """Values as they may be written: upper case, without delimiters or control characters.

    A dictionary, so that a value costs one look-up; what is new is looked at once. It is bounded.
    """

    __slots__ = ("refused", "refused_in_segment")

    def __init__(self, d: Delimiters) -> None:
        super().__init__()
        inner, end = re.escape(d.element + d.component + d.repetition), re.escape(d.terminator)
        self.refused = re.compile(f"[^ -~]|[{inner}{end}]").search
        self.refused_in_segment = re.compile(f"[^ -~{inner}]|[{end}]").search

    def segment(self, text: str, id: str) -> str:
        """A segment that was read, as it may be written: in its own case."""
        if self.refused_in_segment(text):
            raise CharacterError(
                "a value holds a delimiter, a control or a non-ASCII character; correct it", id
            )
        return text

    def __missing__(self, value: str) -> str:
        text = value.upper().strip()
        if self.refused(text):
            raise CharacterError("a value holds a delimiter, a control or a non-ASCII character; correct it")
        if len(self) > 20_000:
            self.clear()
        self[value] = text
        return text


class Joined(dict[tuple[str, ...], str]):
    """Composites as they may be written, by their components; bounded."""

    __slots__ = ("component", "values_of")

    def __init__(self, values: Values, component: str) -> None:
        super().__init__()
        self.values_of = values
        self.component = component

    def __missing__(self, components: tuple[str, ...]) -> str:
        text = self.component.join([self.values_of[c] for c in components])
        if len(self) > 5_000:
            self.clear()
        self[components] = text
        return text


def line(cls: Callable[P, Segment], d: Delimiters, values: Values) -> Callable[P, str]:
    """A straight-line writer of one segment class: the keywords of its constructor to its text.

    Every string is looked up in `values`.
    """
    # Every segment class has ELEMENTS and ID; Callable, which names its keywords, does not say so.
    declared: tuple[Any, ...] = cls.ELEMENTS  # type: ignore[attr-defined]
    segment_id: str = cls.ID  # type: ignore[attr-defined]
    out: list[str] = []
    at = 1
    for e in declared:
        out += ["''"] * (e.position - at)
        texts = _texts(e, "COMPONENT", "REPETITION")
        if isinstance(e.type, Type) and e.type.python == "str":
            if e.upto:
                texts = [f"*[V[v] for v in {e.name}], *[''] * ({e.last - e.position + 1} - len({e.name}))"]
            elif e.repeat != 1:
                texts = [f"REPETITION.join([V[v] for v in {e.name}])"]
            else:
                texts = [f"V[{e.name}]"]
        out += [t.replace("_joined(", "_part(") for t in texts]
        at = e.last + 1
    source = (
        f"def write(*, {_signature(declared)}):\n"
        f"    return SEP.join(({segment_id!r}, {', '.join(out)})).rstrip(SEP)\n"
    )
    names = dict(NAMES)

    joined = Joined(values, d.component)

    def part(value: Any, component: str) -> str:
        return "" if value is None else joined[tuple(value._c)]

    names |= {
        "SEP": d.element,
        "COMPONENT": d.component,
        "REPETITION": d.repetition,
        "V": values,
        "_part": part,
    }
    exec(compile(source, f"<edi writer of {segment_id}>", "exec"), names)
    written: Callable[P, str] = names["write"]
    return written
