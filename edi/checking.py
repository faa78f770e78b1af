"""`edi.check`: everything that can be said of a file without its partner, as findings."""

from edi.findings import Finding
from edi.rules import bind
from edi.walk import Transaction, Walk
from edi.wire import Source


def check(source: Source) -> list[Finding]:
    """Every fault of a file, in file order: envelopes, structure, elements, balances and rules.

    Content never raises; what is no X12 gives one finding. Raises `SourceError` for a source that
    is no path, bytes or binary stream, and `OSError` where a path cannot be read.
    """
    walk = run(source)
    return list(walk.findings())


def run(source: Source) -> Walk:
    """Check a source and give the walk, whose reports hold the findings where they belong."""
    walk = Walk(source, checking=True, prepare=_prepare)
    for item in walk:
        if isinstance(item, Transaction):
            for _ in item.reader.run():
                pass
    return walk


def _prepare(transaction: Transaction) -> None:
    bind(transaction.guide)
