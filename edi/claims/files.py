"""`read_claims` and `write_claims`: the 837 of every guide, from and to flat records."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO, Final

from edi.claims.dental import DentalReader, DentalWriter
from edi.claims.institutional import InstitutionalReader, InstitutionalWriter
from edi.claims.professional import ProfessionalReader, ProfessionalWriter
from edi.claims.reading import ClaimReader
from edi.claims.writing import ClaimWriter
from edi.errors import UnwritableError
from edi.read.interchanges import Source
from edi.read.transaction_sets import Transaction, Walk
from edi.records.claim import Claim, Envelope
from edi.write.interchange import Output, delimiters
from edi.write.segments import lines_for

# One line a guide. The key is Claim.kind; the guide of a file says "837" + kind.
READERS: Final[dict[str, Callable[[], ClaimReader[Any]]]] = {
    "P": ProfessionalReader,
    "I": InstitutionalReader,
    "D": DentalReader,
}
WRITERS: Final[dict[str, type[ClaimWriter]]] = {
    "P": ProfessionalWriter,
    "I": InstitutionalWriter,
    "D": DentalWriter,
}


def read_claims(source: Source) -> Iterator[Claim]:
    """The claims of a file, one at a time, in file order; other transaction sets are passed over.

    Amounts are cents, dates `datetime.date`; `claim.loops` is the 2300 loop it came from. Content
    never raises: what is missing is "", None or 0 (see `check`). Raises `SourceError`, `OSError`.
    """
    for item in Walk(source):
        if not isinstance(item, Transaction) or item.guide.kind[:3] != "837":
            continue
        make = READERS.get(item.guide.kind[3:])
        if make is None:
            continue
        reader = make()
        for event, loop in item.reader.run():
            if event == "close" and loop.ID == "2300":
                yield reader.read(loop)


def write_claims(claims: Iterable[Claim], envelope: Envelope, to: BinaryIO | None = None) -> bytes:
    """One interchange with these claims: a functional group for each kind (P, I, D), in their order.

    Claims whose neighbours share billing provider, subscriber and payer share those loops. Text is
    upper-cased; nothing else is changed. Raises `CharacterError` for a value with a delimiter, a
    control or a non-ASCII character and `UnwritableError` for one that its type cannot express, both
    with the place (claim number in its group, never its content), and `UnwritableError` without claims.

    `to`, a binary stream, gets the file while it is made, and the bytes given back are none: with one
    kind of claim no more are held than share a subscriber. What it has when an error is raised is a
    file that breaks off.
    """
    d = delimiters(envelope)
    lines = lines_for(d)
    out = Output(envelope, lines.values, d, to)
    sets = 0
    for kind, mine in _by_kind(claims):
        writer = WRITERS.get(kind)
        if writer is None:
            raise UnwritableError(f"no guide writes claims of kind {kind!r}")
        sets += writer(out, lines).write(mine, envelope, sets)
    if not sets:
        raise UnwritableError("there are no claims to write")
    return out.finish()


def _by_kind(claims: Iterable[Claim]) -> Iterator[tuple[str, Iterable[Claim]]]:
    """Kinds with their claims: the first kind's as they come, those of others kept until it is over."""
    coming = iter(claims)
    first = next(coming, None)
    if first is None:
        return
    later: dict[str, list[Claim]] = {}

    def of_the_first() -> Iterator[Claim]:
        yield first
        for claim in coming:
            if claim.kind == first.kind:
                yield claim
            else:
                later.setdefault(claim.kind, []).append(claim)

    yield first.kind, of_the_first()
    yield from later.items()
