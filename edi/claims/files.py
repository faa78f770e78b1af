"""`read_claims` and `write_claims`: the 837 of every guide, from and to flat records."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO, Final

from edi.claims.dental import DentalReader, DentalWriter
from edi.claims.institutional import InstitutionalReader, InstitutionalWriter
from edi.claims.professional import ProfessionalReader, ProfessionalWriter
from edi.claims.reading import ClaimReader
from edi.claims.writing import ClaimWriter, source_of
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

    Claims whose neighbours share billing provider, subscriber and payer share those loops. Text of a
    record is upper-cased; nothing else is changed.

    A claim that `read_claims` gave is written with everything that it was read with, in its order: what
    its record has no field for (K3, CRC, further references and contacts ...) stands in `claim.loops`,
    and what was changed in the record is changed there, and only that. A line, another payer or an
    adjudication that was taken out goes with all it had; one that was made from data is written as its
    fields say. Groups, transaction sets and levels are those of the file. `envelope` names sender,
    receiver and submitter: where it names those of the first group and set that were read, each further
    one keeps its own, and what was read with the submitter stands.

    Raises `CharacterError` for a value with a delimiter, a control or a non-ASCII character and
    `UnwritableError` for one that its type cannot express, both with the place (claim number in its
    group, never its content), and `UnwritableError` without claims.

    `to`, a binary stream, gets the file while it is made, and the bytes given back are none: with one
    kind of claim no more are held than share a subscriber. What it has when an error is raised is a
    file that breaks off.
    """
    d = delimiters(envelope)
    lines = lines_for(d)
    out = Output(envelope, lines.values, d, to)
    sets = 0
    for kind, mine in _by_group(claims):
        writer = WRITERS.get(kind)
        if writer is None:
            raise UnwritableError(f"no guide writes claims of kind {kind!r}")
        sets += writer(out, lines, READERS[kind]()).write(mine, envelope, sets)
    if not sets:
        raise UnwritableError("there are no claims to write")
    return out.finish()


def _by_group(claims: Iterable[Claim]) -> Iterator[tuple[str, Iterable[Claim]]]:
    """Kinds with their claims, by the group that they were read in: the first as they come, others kept
    until it is over."""
    coming = iter(claims)
    first = next(coming, None)
    if first is None:
        return
    group = _group_of(first)
    later: dict[Any, list[Claim]] = {}

    def of_the_first() -> Iterator[Claim]:
        yield first
        for claim in coming:
            if _group_of(claim) == group:
                yield claim
            else:
                later.setdefault(_group_of(claim), []).append(claim)

    yield first.kind, of_the_first()
    for kept in later.values():
        yield kept[0].kind, kept


def _group_of(claim: Claim) -> tuple[str, int]:
    """The kind, and which GS it was read in (0 for a claim made from data)."""
    if claim.loops is None:
        return claim.kind, 0
    root = source_of(claim)[0]
    return claim.kind, 0 if root is None else id(root._group)
