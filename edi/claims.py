"""`read_claims` and `write_claims`: the 837 of every guide, from and to flat records."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from edi.claim_reading import ClaimReader
from edi.claim_writing import ClaimWriter
from edi.dental import DentalReader, DentalWriter
from edi.errors import UnwritableError
from edi.institutional import InstitutionalReader, InstitutionalWriter
from edi.lines import lines_for
from edi.output import Output, delimiters
from edi.professional import ProfessionalReader, ProfessionalWriter
from edi.records.claim import Claim, Envelope
from edi.walk import Transaction, Walk
from edi.wire import Source

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


def write_claims(claims: Iterable[Claim], envelope: Envelope) -> bytes:
    """One interchange with these claims: a functional group for each kind (P, I, D), in their order.

    Claims whose neighbours share billing provider, subscriber and payer share those loops. Text is
    upper-cased; nothing else is changed. Raises `CharacterError` for a value with a delimiter, a
    control or a non-ASCII character and `UnwritableError` for one that its type cannot express, both
    with the place (claim number in its group, never its content), and `UnwritableError` without claims.
    """
    d = delimiters(envelope)
    lines = lines_for(d)
    by_kind: dict[str, list[Claim]] = {}
    for claim in claims:
        by_kind.setdefault(claim.kind, []).append(claim)
    if not by_kind:
        raise UnwritableError("there are no claims to write")
    out = Output(envelope, lines.values, d)
    sets = 0
    for kind, mine in by_kind.items():
        writer = WRITERS.get(kind)
        if writer is None:
            raise UnwritableError(f"no guide writes claims of kind {kind!r}")
        sets += writer(out, lines).write(mine, envelope, sets)
    return out.finish()
