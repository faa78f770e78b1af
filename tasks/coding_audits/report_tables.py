"""The report of a coding audit as tables, for the PDF and the workbook alike."""

from collections.abc import Callable
from typing import Final

from tasks.coding_audits.frame import METHODS
from tasks.coding_audits.opened import Open
from tasks.coding_audits.rate import Rate
from tasks.coding_audits.result import ANY, Money, Result
from tasks.coding_audits.review import CODE, DIAGNOSES, LEVEL, MODIFIERS
from tasks.reports.tables import Column, Table, Value

_NAMED: Final = {
    ANY: "Any element",
    CODE: "Code",
    LEVEL: "Level, of visits with levels",
    MODIFIERS: "Modifiers",
    DIAGNOSES: "Diagnoses",
}
Named = Callable[[str], str]
"""A provider's NPI as the report names it."""


def tables(found: Open, of: Result, named: Named) -> list[Table]:
    """All tables of the report, in their order."""
    return [
        _rates(found, of),
        _money(of),
        _cards(of, named),
        _wrong(of, named),
        _levels(of, named),
        _plan(found, of),
    ]


def _thousandths(share: float) -> int:
    return round(1000 * share)


def _rates(found: Open, of: Result) -> Table:
    open_ = of.drawn - of.reviewed
    confidence = f"{found.audit.confidence / 10:g} %"
    note = f"Counted back to {of.frame_lines:,} lines. From and to: the interval of {confidence} confidence."
    if open_:
        note += (
            f" {open_} of {of.drawn} drawn lines have no review: the rates take them to be like the others."
        )
    if of.silent:
        note += f" Left out, nothing of them is reviewed: {', '.join(of.silent) or 'the frame'}."
    return Table(
        title="Error rates",
        sheet="Rates",
        columns=[
            Column("What is wrong"), Column("Lines reviewed", "count"), Column("Wrong", "count"),
            Column("Error rate", "rate"), Column("From", "rate"), Column("To", "rate"),
            Column("Effective lines", "count"),
        ],
        rows=[[_NAMED[name], *_values(one)] for name, one in of.rates.items()],
        note=note,
        totals=False,
        strong=(0,),
    )  # fmt: skip


def _values(one: Rate) -> list[Value]:
    shares: list[Value] = [None, None, None]
    if one.lines:
        shares = [_thousandths(one.share), _thousandths(one.low), _thousandths(one.high)]
    effective = round(one.effective) if one.effective is not None and one.lines else None
    return [one.lines, one.errors, *shares, effective]


def _money(of: Result) -> Table:
    unpriced = f" {of.unpriced} wrong lines have no price and are left out." if of.unpriced else ""
    return Table(
        title="Financial effect",
        sheet="Effect",
        columns=[
            Column("What"), Column("Lines reviewed", "cents"), Column("Frame, estimated", "cents"),
            Column("From", "cents"), Column("To", "cents"),
        ],
        rows=[
            [name, one.sample, one.frame.cents, *_reach(one)]
            for name, one in (("Overpaid: billed above what is right", of.overpaid),
                              ("Underpaid: billed below what is right", of.underpaid))
        ],
        note="By the payer's contract, else the practice's fee schedule, else the charge. Over- and "
        f"underpaid stay apart.{unpriced}",
        totals=False,
    )  # fmt: skip


def _reach(one: Money) -> tuple[int | None, int | None]:
    """The interval of an amount: at least what was found; unknown where nothing was."""
    if not one.frame.cents:
        return None, None
    return max(one.frame.low, one.sample), one.frame.high


def _cards(of: Result, named: Named) -> Table:
    return Table(
        title="Providers",
        sheet="Providers",
        columns=[
            Column("Provider"), Column("Lines in the frame", "count"), Column("Reviewed", "count"),
            Column("Wrong", "count"), Column("Error rate", "rate"), Column("From", "rate"),
            Column("To", "rate"), Column("Code", "count"), Column("Level", "count"),
            Column("Modifiers", "count"), Column("Diagnoses", "count"), Column("Level too high", "count"),
            Column("Level too low", "count"), Column("Overpaid", "cents"), Column("Underpaid", "cents"),
        ],
        rows=[
            [
                named(card.provider), card.frame_lines, *_values(card.rate)[:5],
                *(card.by_element[name] for name in (CODE, LEVEL, MODIFIERS, DIAGNOSES)),
                card.over, card.under, card.overpaid, card.underpaid,
            ]
            for card in of.cards
        ],
        note="Of few lines an interval is wide: it says little of one provider until it is narrow.",
        totals=False,
    )  # fmt: skip


def _wrong(of: Result, named: Named) -> Table:
    return Table(
        title="Lines that are wrong",
        sheet="Lines",
        columns=[
            Column("", "count"), Column("Claim"), Column("Day"), Column("Provider"), Column("Billed"),
            Column("Wrong in"), Column("Should be"), Column("Why"), Column("Reviewed by"),
            Column("Effect", "cents"), Column("Priced by"),
        ],
        rows=[
            [
                one.place, f"{one.line.claim} line {one.line.number}", one.line.service_on,
                named(one.line.provider), one.line.code, one.review.elements, one.review.should_be,
                one.review.reason, one.review.actor, one.effect.cents, one.effect.basis,
            ]
            for one in of.wrong
        ],
        totals=False,
    )  # fmt: skip


def _levels(of: Result, named: Named) -> Table:
    return Table(
        title="Levels of visits, all of the frame",
        sheet="Levels",
        columns=[
            Column("Provider"), Column("Visits of"), Column("Code"), Column("Visits", "count"),
            Column("Share", "rate"), Column("From", "rate"), Column("To", "rate"), Column("Peers", "rate"),
            Column("Benchmark", "rate"), Column("Outside"),
        ],
        rows=[
            [
                named(one.provider), one.family, one.procedure, one.visits, one.share, one.low, one.high,
                one.peers, one.benchmark, one.beside,
            ]
            for one in of.levels
            if one.visits or one.peers or one.benchmark
        ],
        note="Peers are the other providers of the same taxonomy in this frame. Outside: the provider's "
        "share differs by more than chance (95 %).",
        totals=False,
        empty="No visit with levels is in the frame.",
    )  # fmt: skip


def _plan(found: Open, of: Result) -> Table:
    one = found.audit
    size = (
        f"for an interval {one.width / 10:g} points wide, {one.expected / 10:g} % expected (Cochran 4.4, 4.5)"
        if one.width
        else "as it was asked for"
    )
    rows = [
        ["Method", f"{one.method}{f' by {one.strata_by}' if one.strata_by else ''}: {METHODS[one.method]}"],
        ["Frame", f"{one.frame_lines:,} lines, {one.from_on} to {one.to_on}, {one.filters or 'no filter'}"],
        ["Size", f"{of.drawn:,} lines, {size}"],
        ["Seed", f"{one.seed}: units in the order of SHA-256 of seed|claim|line"],
        ["Frame kept as", one.frame_sha256],
        ["Drawn", f"{one.business_on} by {one.actor}: {one.why}"],
        ["Interval", "Wilson's for the effective sample size, variance of the design with finite population "
                     "correction"],
    ]  # fmt: skip
    return Table(
        title="How it was drawn",
        sheet="Plan",
        columns=[Column("What"), Column("How")],
        rows=rows,
        totals=False,
    )
