"""The declaration: a class is a segment, a composite or a loop, and that one class does everything.

    @segment("CLP", "Claim payment")
    class CLP(Segment):
        patient_control_number: str = el(1, AN(1, 38), "Patient control number")
        charge: Cents = el(3, AMOUNT, "Total charge")
        patient_owes: Cents | None = el(5, AMOUNT, "Patient responsibility", default=None)

    @loop("2100", "Claim payment")
    class ClaimPayment(Loop):
        claim: CLP = one(CLP)
        adjustments: list[CAS] = many(CAS, 99)
        patient: NM1 = one(NM1, "QC", "Patient", last=S)

No default means that the guide requires it; a default means situational (Python's own meaning).
`one` and `many` place a segment or loop: the second argument holds the codes of its qualifier,
which route it, the third is its title there, and keywords narrow single elements to what the
guide says at that place (`R` required, `S` situational, `N` not used, `R("85")` with its codes).
Members stand in wire order; neighbours of the same segment id may come in any order.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeVar, cast, dataclass_transform

from edi.declare.compile import compile_composite, compile_segment
from edi.declare.nodes import Composite, Loop, Segment
from edi.declare.types import Type

Cents = int
MISSING: Final[Any] = object()
CompositeClass = type[Composite]

S_ = TypeVar("S_", bound=Segment)
C_ = TypeVar("C_", bound=Composite)
L_ = TypeVar("L_", bound=Loop)


@dataclass(frozen=True, slots=True)
class Use:
    """How a guide uses an element at one place: R required, S situational, N not used."""

    need: str
    codes: tuple[str, ...] | None = None  # None: those of the segment's declaration
    external: str | None = None  # the external code set that holds the codes
    upto: int | None = None  # last position of a series
    repeat: int | None = None
    title: str | None = None
    parts: tuple[tuple[str, "Use"], ...] = ()

    def __call__(
        self,
        codes: str = "",
        *,
        external: str | None = None,
        upto: int | None = None,
        repeat: int | None = None,
        title: str | None = None,
        **parts: "Use",
    ) -> "Use":
        """The same need with codes, an external code set, a series' end or component uses."""
        split = tuple(codes.split()) if codes else None
        return Use(self.need, split, external, upto, repeat, title, tuple(parts.items()))


R: Final = Use("R")
S: Final = Use("S")
N: Final = Use("N")


@dataclass(frozen=True, slots=True)
class Element:
    """One declared element or component. `upto` makes it a series of positions, read to a list."""

    name: str
    position: int
    type: Type | type[Composite]
    title: str
    codes: tuple[str, ...] = ()
    default: Any = MISSING
    upto: int = 0
    repeat: int = 1
    external: str = ""
    use: Use | None = None
    period: int = 0  # for PERIOD: the position of the element that names its format

    @property
    def need(self) -> str:
        if self.use is not None:
            return self.use.need
        return "R" if self.default is MISSING else "S"

    @property
    def composite(self) -> CompositeClass | None:
        return None if isinstance(self.type, Type) else self.type

    @property
    def last(self) -> int:
        return max(self.position, self.upto)


def el(
    position: int,
    type: Type | type[Composite],
    title: str,
    codes: str = "",
    *,
    default: Any = MISSING,
    upto: int = 0,
    repeat: int = 1,
    external: str = "",
    use: Use | None = None,
    period: int = 0,
) -> Any:
    """Declare an element: position from 1, type, our title, codes separated by blanks."""
    return Element(
        "", position, type, title, tuple(codes.split()), default, upto, repeat, external, use, period
    )


def _elements(cls: type) -> tuple[Element, ...]:
    """The elements of a class and its bases, by position; a subclass narrows by the same name."""
    found: dict[str, Element] = {}
    for base in reversed(cls.__mro__):
        found.update({e.name: e for e in base.__dict__.get("ELEMENTS", ())})
        for name, value in list(base.__dict__.items()):
            if isinstance(value, Element):
                found[name] = replace(value, name=name)
    return tuple(sorted(found.values(), key=lambda e: e.position))


@dataclass_transform(kw_only_default=True, field_specifiers=(el,))
def segment(
    id: str,
    title: str,
    *,
    key: str = "",
    notes: str = "",
) -> Callable[[type[S_]], type[S_]]:
    """Make a class a segment. `key` names the element that routes it ("code", "first.qualifier");
    `notes` are the standard's syntax notes ("P0304 R0203 E0207 C0605 L050607")."""

    def decorate(cls: type[S_]) -> type[S_]:
        elements = _elements(cls)
        path = key or next((e.name for e in elements if e.position == 1), "")
        return cast(type[S_], compile_segment(cls, id, title, elements, path, tuple(notes.split())))

    return decorate


@dataclass_transform(kw_only_default=True, field_specifiers=(el,))
def composite(title: str, *, notes: str = "") -> Callable[[type[C_]], type[C_]]:
    """Make a class a composite element."""

    def decorate(cls: type[C_]) -> type[C_]:
        return cast(type[C_], compile_composite(cls, title, _elements(cls), tuple(notes.split())))

    return decorate


@dataclass(frozen=True, slots=True)
class Member:
    """A segment or loop at its place in a loop: how often, under which qualifier, how narrowed."""

    name: str
    target: type[Segment] | type[Loop]
    qualifiers: tuple[str, ...]
    title: str
    required: bool
    maximum: int  # 0: no limit
    uses: dict[str, Use] = field(default_factory=dict)
    guard: str = ""  # a second element that routes it, by its codes

    @property
    def is_loop(self) -> bool:
        return issubclass(self.target, Loop)

    @property
    def trigger(self) -> "Member":
        """The member whose segment starts this one: itself, or its loop's first."""
        if not issubclass(self.target, Loop):
            return self
        return cast(Member, self.target.MEMBERS[0]).trigger


_NOTHING: Final[dict[str, Use]] = {}


def one(
    target: Any,
    qualifiers: str = "",
    title: str = "",
    shape: dict[str, Use] = _NOTHING,
    *,
    default: Any = MISSING,
    guard: str = "",
    **uses: Use,
) -> Any:
    """A segment or loop that comes once; with `default=None` it is situational.

    `shape` holds uses that several places share; keywords go before them.
    """
    split = tuple(qualifiers.split())
    return Member("", target, split, title or target.TITLE, default is MISSING, 1, {**shape, **uses}, guard)


def many(
    target: Any,
    maximum: int = 0,
    qualifiers: str = "",
    title: str = "",
    shape: dict[str, Use] = _NOTHING,
    *,
    default: Any = (),
    guard: str = "",
    **uses: Use,
) -> Any:
    """A segment or loop that repeats up to `maximum` times (0: no limit).

    It is situational, as an empty list is; `default=REQUIRED` asks for one at least.
    """
    split = tuple(qualifiers.split())
    required = default is MISSING
    return Member("", target, split, title or target.TITLE, required, maximum, {**shape, **uses}, guard)


REQUIRED: Final[Any] = MISSING


@dataclass_transform(kw_only_default=True, field_specifiers=(one, many))
def loop(id: str, title: str) -> Callable[[type[L_]], type[L_]]:
    """Make a class a loop. Its first member starts it; members of its bases come first."""

    def decorate(cls: type[L_]) -> type[L_]:
        members: dict[str, Member] = {}
        for base in reversed(cls.__mro__):
            members.update({m.name: m for m in base.__dict__.get("MEMBERS", ())})
            for name, value in list(base.__dict__.items()):
                if isinstance(value, Member):
                    members[name] = replace(value, name=name)
        taken = set(members) & {*dir(Loop), "_wire", "_up", "_extra"}
        if taken:
            raise ValueError(f"{cls.__name__}: member name {', '.join(sorted(taken))} is taken")
        cls.ID, cls.TITLE = id, title
        cls.MEMBERS = _in_order(cls, members.values())
        for member in cls.MEMBERS:
            setattr(cls, member.name, _absent(member))
        return cls

    return decorate


def _in_order(cls: type, members: Iterable[Member]) -> tuple[Member, ...]:
    order = getattr(cls, "ORDER", None)
    if not order:
        return tuple(members)
    named = {m.name: m for m in members}
    return tuple(named[name] for name in order.split())


def _absent(member: Member) -> Any:
    """What a loop gives for a member that is not there: (), None, or a blank that reads as nothing."""
    if member.maximum != 1:
        return ()
    return member.target.blank() if member.required else None
