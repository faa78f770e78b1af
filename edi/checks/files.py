"""`edi.check`: everything that can be said of a file without its partner, as findings."""

from edi.checks.rules import bind
from edi.declare.code_sets import Answers, Codes
from edi.declare.types import from_date, isa_date
from edi.findings import Finding
from edi.read.interchanges import Source
from edi.read.transaction_sets import Transaction, Walk


def check(source: Source, codes: Codes | None = None) -> list[Finding]:
    """Every fault of a file, in file order: envelopes, structure, elements, balances and rules.

    `codes` answers for the code sets that `edi` does not hold (ICD-10-CM, HCPCS ...). Content never
    raises; what is no X12 gives one finding. Raises `SourceError` for a source that is no path,
    bytes or binary stream, and `OSError` where a path cannot be read.
    """
    walk = run(source, codes)
    return list(walk.findings())


def run(source: Source, codes: Codes | None = None) -> Walk:
    """Check a source and give the walk, whose reports hold the findings where they belong."""
    answers = Answers(codes)

    def prepare(transaction: Transaction) -> None:
        bind(transaction.guide)
        rules = transaction.reader.rules
        rules.codes = answers
        day = isa_date(transaction.interchange.date)
        rules.today = from_date(day) if day is not None else ""

    walk = Walk(source, checking=True, prepare=prepare)
    for item in walk:
        if isinstance(item, Transaction):
            for _ in item.reader.run():
                pass
    return walk
