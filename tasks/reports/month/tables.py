"""The package's tables, once for both forms."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from ledger.queries.month.aging import BUCKETS
from ledger.queries.month.bank import Cash, InTransit, listed
from ledger.queries.month.roll import Roll, total
from tasks.reports.month.measures import measures
from tasks.reports.month.package import Package
from tasks.reports.tables import Column, Table, Value


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    tables: Sequence[Table] = field(default_factory=tuple)


_ROLL = {
    "opening": "Opening",
    "charges": "Charges",
    "taken_over": "Taken over",
    "payments": "Payments",
    "refunds": "Refunds",
    "takebacks": "Takebacks",
    "contractual": "Contractual",
    "other_adjusted": "Other adj.",
    "written_off": "Written off",
    "moved": "Moved",
    "other": "Other",
    "closing": "Closing",
}
_SELDOM = ("taken_over", "other")
_ACCOUNTS = {
    "contractual": "Contractual",
    "incentive": "Incentive or penalty",
    "capitation": "Capitation",
    "withholding": "Withheld until settlement",
    "write_off": "Written off by a person",
    "bad_debt": "Bad debt",
    "suspense": "Suspense (claim not found)",
    "interest": "Interest",
    "recoupment": "Recoupment",
    "forwarded_balance": "Forwarded balance",
    "tax_withheld": "Tax withheld",
    "fees": "Fees",
    "card_fees": "Card fees",
    "levy": "Levy",
    "settlement": "Settlement",
}
_GROUPS = {"CO": "contractual", "OA": "other", "PI": "payer initiated", "PR": "patient's share"}
PRACTICE, PAYER = Column("Practice"), Column("Payer")


def sections(package: Package) -> list[Section]:
    """The package in its order, but for the summary."""
    return [
        Section("Receivable, rolled forward", _rolled(package)),
        Section("Aging", [_aged(package)]),
        Section("Collections", [_measured(package), _past(package)]),
        Section("Adjustments by reason", _adjusted(package)),
        Section("Credit balances, suspense, provider-level amounts", _held(package)),
        Section("Cash and bank", [_cash(package), _bank(package), *_transit(package)]),
        Section("Proof", [_proof(package)]),
    ]


def _rolled(package: Package) -> list[Table]:
    rolls = package.facts.rolls
    names = [n for n in _ROLL if n not in _SELDOM or any(getattr(r, n) for r in rolls)]
    columns = [Column(_ROLL[n], "cents") for n in names]

    def row(of: Roll) -> list[int]:
        return [getattr(of, n) for n in names]

    practices = sorted({r.practice for r in rolls})
    return [
        Table(
            title="By practice",
            sheet="Roll-forward",
            columns=[PRACTICE, *columns],
            rows=[
                [package.practice(p), *row(total((r for r in rolls if r.practice == p), p))]
                for p in practices
            ],
            note=(
                "Owed, net of credits. Each amount as it changes what is owed: opening + those between = "
                "closing. Moved: from a payer to the next one or to the patient."
                + (" Other: reversals of payments that are not here." if "other" in names else "")
            ),
        ),
        Table(
            title="By practice and payer",
            sheet="Roll-forward by payer",
            columns=[PRACTICE, PAYER, *columns],
            rows=[[package.practice(r.practice), package.payer(r.payer), *row(r)] for r in rolls],
        ),
    ]


def _aged(package: Package) -> Table:
    credits = {(r.practice, r.payer): r.credits for r in package.facts.rolls}
    aged = {(one.practice, one.payer): one for one in package.facts.aging}
    rows: list[list[Value]] = []
    for key in sorted({*aged, *(k for k, cents in credits.items() if cents)}):
        one = aged.get(key)
        cents = one.cents if one is not None else (0,) * len(BUCKETS)
        held = credits.get(key, 0)
        names = package.practice(key[0]), package.payer(key[1])
        rows.append([*names, one.claims if one else 0, *cents, sum(cents), held, sum(cents) + held])
    return Table(
        title="What is owed at the month's end, by days",
        sheet="Aging",
        columns=[
            PRACTICE,
            PAYER,
            Column("Claims", "count"),
            *(Column(name, "cents") for name in BUCKETS),
            Column("Receivable", "cents"),
            Column("Credits", "cents"),
            Column("Net", "cents"),
        ],
        rows=rows,
        note=(
            "Payers from the day of service. Patients from the business date on which it became theirs; "
            "taken over from an older system, from the day of service."
        ),
        empty="Nothing is owed.",
    )


def _measured(package: Package) -> Table:
    found = measures(package.facts)
    count = len(package.facts.history)
    return Table(
        title="Measures",
        sheet="Measures",
        columns=[
            Column("Measure"),
            Column("Month", "rate"),
            Column(f"{count} month(s)", "rate"),
            Column("Days", "days"),
            Column("Formula"),
        ],
        rows=[
            [
                m.name,
                m.month if m.unit == "rate" else None,
                m.history,
                m.month if m.unit == "days" else None,
                m.formula,
            ]
            for m in found
        ],
        note="A measure is left empty where there is nothing to divide by.",
        totals=False,
    )


def _past(package: Package) -> Table:
    return Table(
        title="By month, all practices",
        sheet="History",
        columns=[
            Column("Month"),
            *(Column(t, "cents") for t in ("Charges", "Payments, net", "Contractual", "Closing")),
        ],
        rows=[[m.month, m.charges, m.paid, m.contractual, m.closing] for m in package.facts.history],
        totals=False,
    )


def _adjusted(package: Package) -> list[Table]:
    facts = package.facts
    return [
        Table(
            title="By account",
            sheet="Adjustments",
            columns=[PRACTICE, Column("Account"), PAYER, Column("Adjusted", "cents")],
            rows=[
                [package.practice(a.practice), _ACCOUNTS[a.account], package.payer(a.payer), a.cents]
                for a in facts.adjusted
            ],
            note="As it lowers what is owed; with its sign turned, the roll-forward's adjustments.",
        ),
        _stated(package),
        Table(
            title="As payers stated it, by payer, group and CARC",
            sheet="Adjustments by payer",
            most=0,
            columns=[
                PAYER,
                Column("Group"),
                Column("CARC"),
                Column("Meaning of the group"),
                Column("Times", "count"),
                Column("Amount", "cents"),
            ],
            rows=[
                [package.payer(s.payer), s.group, s.carc, _GROUPS.get(s.group, ""), s.count, s.cents]
                for s in facts.stated
            ],
        ),
        Table(
            title="Written off, act by act",
            sheet="Write-offs",
            columns=[
                *(Column(t) for t in ("Day", "Practice", "Claim", "Payer", "By", "Second")),
                Column("Amount", "cents"),
            ],
            rows=[
                [
                    w.business_on,
                    package.practice(w.practice),
                    f"{w.claim_id}",
                    package.payer(w.payer),
                    w.actor,
                    w.second,
                    w.cents,
                ]
                for w in facts.written_off
            ],
            note="The reasons are in the history of each claim.",
            most=60,
        ),
    ]


def _stated(package: Package) -> Table:
    times: Counter[tuple[str, str]] = Counter()
    cents: Counter[tuple[str, str]] = Counter()
    for one in package.facts.stated:
        times[one.group, one.carc] += one.count
        cents[one.group, one.carc] += one.cents
    return Table(
        title="As payers stated it, by group and CARC",
        sheet="Adjustments stated",
        columns=[
            *(Column(t) for t in ("Group", "Meaning of the group", "CARC")),
            Column("Times", "count"),
            Column("Amount", "cents"),
        ],
        rows=[[g, _GROUPS.get(g, ""), c, times[g, c], cents[g, c]] for g, c in sorted(times)],
        note=(
            "From the month's remittances, reversals as they are signed; by payer in the workbook. Not all "
            "of it is adjusted: the patient's share is asked of the patient, and a denial is work."
        ),
    )


def _held(package: Package) -> list[Table]:
    facts = package.facts
    counts: Counter[tuple[str, str]] = Counter()
    sums: Counter[tuple[str, str]] = Counter()
    for one in facts.credits:
        counts[one.practice, one.payer] += 1
        sums[one.practice, one.payer] += one.cents
    return [
        Table(
            title="Credit balances and prepayments",
            sheet="Credits",
            columns=[PRACTICE, PAYER, Column("Claims", "count"), Column("Amount", "cents")],
            rows=[[package.practice(k[0]), package.payer(k[1]), counts[k], sums[k]] for k in sorted(sums)],
        ),
        Table(
            title="Credit balances claim by claim, the largest first",
            sheet="Credits by claim",
            columns=[
                *(Column(t) for t in ("Practice", "Payer", "Claim", "Kind", "Since")),
                Column("Amount", "cents"),
            ],
            rows=[
                [
                    package.practice(c.practice),
                    package.payer(c.payer),
                    f"{c.claim_id}",
                    c.kind,
                    c.since_on,
                    c.cents,
                ]
                for c in facts.credits
            ],
            most=40,
        ),
        Table(
            title="Outside of claims",
            sheet="Suspense",
            columns=[
                *(Column(t) for t in ("Practice", "Account", "Payer")),
                *(Column(t, "cents") for t in ("Opening", "Changed", "Closing")),
            ],
            rows=[
                [
                    package.practice(h.practice),
                    _ACCOUNTS[h.account],
                    package.payer(h.payer),
                    h.opening,
                    h.changed,
                    h.closing,
                ]
                for h in facts.held
            ],
            totals=False,
            note="Suspense: received, claim not found. The others: what payers kept, below 0 what they gave.",
        ),
    ]


def _cash(package: Package) -> Table:
    names = ("on_claims", "takebacks", "suspense", "provider_level", "patients", "refunds", "total")
    titles = ("On claims", "Takebacks", "Suspense", "Provider-level", "Patients", "Refunds", "Cash account")
    return Table(
        title="The cash account",
        sheet="Cash",
        columns=[PRACTICE, *(Column(t, "cents") for t in titles)],
        rows=[[package.practice(c.practice), *(getattr(c, n) for n in names)] for c in package.facts.cash],
        empty="No money moved.",
    )


def _bank(package: Package) -> Table:
    """Each practice's way from the cash account to the bank."""
    facts = package.facts
    cash = {c.practice: c for c in facts.cash}
    rows: list[list[Value]] = []
    strong: list[int] = []
    for one in facts.banks:
        of = cash.get(one.practice) or Cash(one.practice)
        meant = {m.meaning: m.cents for m in facts.meant if m.practice == one.practice}
        steps: list[tuple[str, int]] = [
            ("Cash account", of.total),
            ("Refunds: they leave by no deposit", -of.refunds),
            ("Card fees in the books", -of.card_fees),
            ("Patients' payments in the books", -of.patients),
            ("Patients' money in the bank", meant.pop("patient", 0)),
            ("In transit when the month began", listed(facts.transit_before, one.practice, "remittance")),
            ("In transit at its end", -listed(facts.transit, one.practice, "remittance")),
            ("In the bank, not in the books at its end", listed(facts.transit, one.practice, "deposit")),
            ("Likewise when it began", -listed(facts.transit_before, one.practice, "deposit")),
            *((f"In the bank: {_MEANT.get(meaning, meaning)}", cents) for meaning, cents in meant.items()),
            ("Before the bank's first file, or booked to another practice", one.books - of.remitted),
        ]
        name = package.practice(one.practice)
        rows += [[name, step, cents] for step, cents in steps if cents or step == "Cash account"]
        strong.append(len(rows))
        rows.append([name, "Bank", one.bank])
    return Table(
        title="From the cash account to the bank",
        sheet="Bank",
        columns=[PRACTICE, Column("Step"), Column("Amount", "cents")],
        rows=rows,
        totals=False,
        strong=strong,
        empty="No bank file was taken: see `cleanclaim deposits import`.",
    )


_MEANT = {
    "interest": "interest",
    "transfer": "a transfer",
    "refund": "a refund",
    "returned": "returned items",
    "fee": "what card processors kept",
    "other": "no payer's money",
}


def _transit(package: Package) -> list[Table]:
    def table(title: str, sheet: str, kind: str, day: str, items: Sequence[InTransit]) -> Table:
        return Table(
            title=title,
            sheet=sheet,
            columns=[
                *(Column(t) for t in ("Practice", "Payer", kind.capitalize(), "Trace", day)),
                Column("Amount", "cents"),
            ],
            rows=[
                [package.practice(i.practice), package.payer(i.payer) if i.payer else "", f"{i.number}",
                 i.trace, i.on, i.cents]
                for i in items
                if i.kind == kind
            ],
            most=60,
        )  # fmt: skip

    facts = package.facts
    return [
        table("In transit at the month's end: remittances that are not in the bank", "In transit",
              "remittance", "Paid on", facts.transit),
        table("In the bank at the month's end, not in the books", "Not in the books",
              "deposit", "Deposited on", facts.transit),
        table("In transit when the month began", "In transit before", "remittance", "Paid on",
              facts.transit_before),
        table("In the bank when the month began, not in the books", "Not in the books before",
              "deposit", "Deposited on", facts.transit_before),
    ]  # fmt: skip


def _proof(package: Package) -> Table:
    facts = package.facts
    last = facts.proven_on
    return Table(
        title="What was checked when the package was made",
        sheet="Proof",
        columns=[Column("Check"), Column("Found"), Column("Holds")],
        rows=[
            *([c.what, c.found, "yes" if c.holds else "NO"] for c in facts.checks),
            [
                "The last night whose proof held: each receivable is explained",
                last or "none",
                "-",
            ],
            ["Entries that count in the month", f"{facts.entries:,}", "-"],
        ],
        totals=False,
    )
