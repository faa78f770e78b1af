"""Deposits as the ledger keeps them: taken from a bank's file once, and matched to remittances."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    cast,
    false,
    func,
    literal_column,
    or_,
    select,
    update,
)

from config.dollars import dollars
from ledger.books import acts, work_items
from ledger.books.acts import Signature
from ledger.books.entries import Entry, write
from ledger.errors import ActRefused
from ledger.payments.deposit_matching import BEFORE, Money, Pairing, allocated, pairings
from ledger.schema import deposit, deposit_match, remittance
from ledger.storage.database import Ledger, Row, bounded, insert_many
from ledger.storage.one_of import one_of
from ledger.storage.unindexed import unindexed
from ledger.trail import audit

MEANINGS: Final = {
    "patient": "patients' money",
    "interest": "interest",
    "transfer": "a transfer from another account",
    "refund": "a refund",
    "other": "no payer's money",
}
"""What a deposit may be that no remittance explains."""
RETURNED: Final = "returned"
FEE: Final = "fee"
"""What a card processor kept of a payer's payment: the deposit is that much lower than its remittance."""
CARD_FEE: Final = "card_fee"
"""The kind of the entry that books it."""
EVER: Final = 36_500  # days: a person may match a remittance of any age
IS_OPEN: Final[ColumnElement[bool]] = literal_column("deposit.open = 1")
IS_NOT_DEPOSITED: Final = and_(
    literal_column("remittance.deposited = 0 AND remittance.paid_cents > 0"),
    unindexed(remittance.c.state) == "posted",
)
"""Deposits of which a part is explained by nothing, and remittances of which a part is in no deposit. Both
stand in words, since an index of these rows alone serves no parameters."""
EXPLAINED: Final = (
    select(cast(func.coalesce(func.sum(deposit_match.c.cents), 0), BigInteger))
    .where(deposit_match.c.deposit_id == deposit.c.id)
    .correlate(deposit)
    .scalar_subquery()
)
"""What of a deposit is explained, in cents."""
DEPOSITED: Final = (
    select(cast(func.coalesce(func.sum(deposit_match.c.cents), 0), BigInteger))
    .where(deposit_match.c.remittance_id == remittance.c.id)
    .correlate(remittance)
    .scalar_subquery()
)
"""What of a remittance is in deposits, in cents."""

Part = tuple[int, int | None, str, int, str]
"""Of a deposit: the remittance or the meaning, cents, and what says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BankLine:
    """One line of a bank's file. `key` names it among all lines; `cents` below 0: the bank took it back."""

    key: str
    practice: str
    payer: str
    kind: str
    trace: str
    originator: str
    deposited_on: str
    cents: int


@dataclass(frozen=True, slots=True)
class Taken:
    """How many lines of a file are new, and how many of all deposits could be matched."""

    lines: int
    new: int
    matched: int


def take(
    connection: Connection, business_on: str, signature: Signature, file: str, lines: Sequence[BankLine]
) -> Taken:
    """Keeps the lines that are new and matches what can be matched; `file` is its SHA-256."""
    known: set[str] = set()
    for piece in bounded([line.key for line in lines]):
        known |= set(connection.execute(select(deposit.c.key).where(deposit.c.key.in_(piece))).scalars())
    new = [line for line in lines if line.key not in known]
    rows: list[Row] = [
        {**{name: getattr(line, name) for name in BankLine.__dataclass_fields__},
         "open": 1, "file": file, "business_on": business_on}
        for line in new
    ]  # fmt: skip
    insert_many(connection, deposit, rows)
    if new:
        who, why = acts.named(signature)
        words = f"{len(new)} lines, {sum(line.cents for line in new)} cents"
        audit.note(
            connection, business_on, "deposits taken", f"bank file {file[:16]}", f"{who}, {words}: {why}"
        )
    take_back_returned(connection, business_on)
    return Taken(len(lines), len(new), match_open(connection, business_on))


def of_file(connection: Connection, file: str) -> dict[str, int]:
    """The deposits that were taken from a file of this SHA-256, by key."""
    query = select(deposit.c.key, deposit.c.id).where(deposit.c.file == file)
    return dict(connection.execute(query).tuples().all())


def again(ledger: Ledger, business_on: str) -> None:
    """What came since may explain deposits that nothing explained."""
    with ledger.write() as connection:
        take_back_returned(connection, business_on)
        match_open(connection, business_on)


def match_open(connection: Connection, business_on: str) -> int:
    """Matches open deposits to remittances that no deposit explains. How many deposits."""
    deposits = _moneys(connection, _open_deposits().where(deposit.c.cents > 0))
    if not deposits:
        return 0
    made = pairings(deposits, _moneys(connection, undeposited(connection, BEFORE)))
    _keep(connection, business_on, made)
    return len({one.deposit for one in made})


def take_back_returned(connection: Connection, business_on: str) -> None:
    """What the bank took back goes off what its deposit paid, on its own day: until then the bank had the
    money, since then the remittance has no deposit again."""
    query = select(deposit).where(IS_OPEN, deposit.c.cents < 0)
    for back in connection.execute(query.order_by(deposit.c.deposited_on, deposit.c.id)).all():
        found = _taken_back(connection, back)
        if found is None:
            continue
        if not _parts(connection, found):  # both came in one file
            one = _moneys(connection, _open_deposits().where(deposit.c.id == found))
            _keep(
                connection, business_on, pairings(one, _moneys(connection, undeposited(connection, BEFORE)))
            )
        parts = _parts(connection, found)
        left = -back.cents - sum(cents for *_, cents in parts)
        rows = [(back.id, of, meaning, -cents, "return") for of, meaning, cents in parts]
        if left:  # what nothing explains explains what was taken back
            rows += [(found, None, RETURNED, left, "return"), (back.id, None, RETURNED, -left, "return")]
        _turn_back(connection, business_on, rows, None, f"deposit:{found}:returned:{back.id}")


def _taken_back(connection: Connection, back: Any) -> int | None:
    """The deposit that the bank took back, where only one can be it: each is taken back once."""
    d = deposit.c
    same, gone = _of_trace(connection, back.practice, back.trace, -back.cents)
    before = select(d.id).where(d.id.in_(same), d.deposited_on <= back.deposited_on)
    there = set(connection.execute(before).scalars())
    left = [number for number in same[len(gone) :] if number in there]
    return left[0] if len(left) == 1 else None


def _of_trace(connection: Connection, practice: str, trace: str, cents: int) -> tuple[list[int], list[int]]:
    """The deposits of a trace and an amount, and the lines that took the first ones back, in their order."""
    d, m = deposit.c, deposit_match.c
    if not trace:
        return [], []
    of = select(d.id).where(d.practice == practice, d.trace == trace).order_by(d.deposited_on, d.id)
    returned = d.id.in_(select(m.deposit_id).where(m.matched_by == "return"))
    same = connection.execute(of.where(d.cents == cents)).scalars()
    gone = connection.execute(of.where(d.cents == -cents, d.open == 0, returned)).scalars()
    return list(same), list(gone)


def match(
    connection: Connection,
    business_on: str,
    signature: Signature,
    number: int,
    remittances: Sequence[int],
    fee: int = 0,
) -> str:
    """A person says which remittances a deposit pays. `fee`: cents that a card processor kept of them, so
    that both together are the remittances. Raises ActRefused; SecondNeeded, the fee is above a limit."""
    one = _open(connection, number)
    if one.cents < 0:
        raise ActRefused(f"deposit {number} was taken back by the bank; settle it as what it is")
    asked = undeposited(connection, EVER).where(remittance.c.id.in_(remittances))
    found = {r.id: r for r in _moneys(connection, asked)}
    if missing := [str(n) for n in remittances if n not in found]:
        raise ActRefused(
            f"remittance {', '.join(missing)} is not posted, pays nothing or is deposited already"
        )
    if other := [str(r.id) for r in found.values() if r.practice != one.practice]:
        raise ActRefused(f"remittance {', '.join(other)} pays another practice than deposit {number}")
    if fee:
        _refuse_fee(signature, one, list(found.values()), fee)
    whole = replace(one, cents=one.cents + fee)
    made = allocated(whole, [found[n] for n in dict.fromkeys(remittances)])
    if idle := [str(n) for n in dict.fromkeys(remittances) if n not in {p.remittance for p in made}]:
        raise ActRefused(f"nothing of deposit {number} is left for remittance {', '.join(idle)}")
    act = _act(connection, business_on, signature, "match_deposit", sum(p.cents for p in made), one)
    _keep(connection, business_on, made, act)
    if fee:
        _rows(connection, business_on, [(number, None, FEE, -fee, "person")], act)
        payer = found[made[0].remittance].payer
        _book_fee(connection, business_on, acts.key_of(act), one.practice, payer, fee)
    keys = [f"deposit|{number}", *(f"undeposited|{pair.remittance}" for pair in made)]
    _note(connection, business_on, signature, keys, "matched")
    kept = f", of which a card processor kept {dollars(fee)}" if fee else ""
    left = whole.cents - sum(p.cents for p in made)
    return f"deposit {number}: {_words(made)}{kept}; {dollars(left)} are left open"


def _refuse_fee(signature: Signature, one: Money, remittances: Sequence[Money], fee: int) -> None:
    """Raises ActRefused where a deposit and a fee are not what the remittances of one payer come to."""
    paid = sum(r.cents for r in remittances)
    if fee < 0 or one.cents + fee != paid:
        raise ActRefused(
            f"deposit {one.id} and the fee come to {dollars(one.cents + fee)}, its remittances to "
            f"{dollars(paid)}: a card's fee is the difference, to the cent"
        )
    if len({r.payer for r in remittances}) > 1:
        raise ActRefused("a virtual card is one payer's; these remittances are of several")
    acts.within_limit(signature, fee)


def _book_fee(
    connection: Connection, business_on: str, key: str, practice: str, payer: str, fee: int
) -> None:
    """Books what a card processor kept, or below 0 what undoes that."""
    made = Entry(CARD_FEE, key)
    for account, cents in (("card_fees", fee), ("cash", -fee)):
        made.add(account, cents, payer=payer, practice=practice)
    write(connection, business_on, [made])


def settle(connection: Connection, business_on: str, signature: Signature, number: int, meaning: str) -> str:
    """A person says what a deposit is that no remittance explains. Raises ActRefused."""
    if meaning not in MEANINGS:
        raise ActRefused(f"a deposit is one of {', '.join(MEANINGS)}, or matched to a remittance")
    one = _open(connection, number)
    act = _act(connection, business_on, signature, "settle_deposit", one.cents, one)
    _rows(connection, business_on, [(number, None, meaning, one.cents, "person")], act)
    _note(connection, business_on, signature, [f"deposit|{number}"], "settled")
    return f"deposit {number}: {dollars(one.cents)} is {MEANINGS[meaning]}"


def unmatch(connection: Connection, business_on: str, signature: Signature, number: int) -> str:
    """What explained a deposit is undone: it is open again, and so are its remittances. Raises ActRefused."""
    query = select(deposit.c.id, deposit.c.practice, deposit.c.payer, deposit.c.cents, deposit.c.trace)
    row = connection.execute(query.where(deposit.c.id == number)).one_or_none()
    if row is None:
        raise ActRefused(f"there is no deposit {number}")
    act = _act(connection, business_on, signature, "unmatch_deposit", row.cents, row)
    same, gone = _of_trace(connection, row.practice, row.trace, row.cents)
    if not _undo(connection, business_on, number, act, acts.key_of(act)):
        raise ActRefused(f"nothing explains deposit {number}; it is open")
    for taken, back in zip(same, gone, strict=False):  # what took it back goes off nothing any more
        if taken == number:
            _undo(connection, business_on, back, act, f"{acts.key_of(act)}:{back}")
    _note(connection, business_on, signature, [f"deposit|{number}"], "unmatched")
    return f"deposit {number} is open again"


def _note(
    connection: Connection, business_on: str, signature: Signature, keys: Sequence[str], event: str
) -> None:
    """What a person did with a deposit stands in the history of its work."""
    who, why = acts.named(signature)
    for key in keys:
        work_items.note_of_key(connection, business_on, key, event, why, who)


def undeposited(connection: Connection, lead: int = 0) -> Select[tuple[int, str, str, int, str, str, str]]:
    """Posted remittances of which a part is not in the bank, from the first day of the bank's lines of their
    practice on, or so many days before it (`lead`): no older one is missed."""
    r = remittance.c
    return (
        select(r.id, r.practice, r.payer, r.paid_cents - DEPOSITED, r.trace, r.originator, r.paid_on)
        .where(*not_deposited(connection, lead))
        .order_by(r.id)
    )


def not_deposited(connection: Connection, lead: int = 0) -> tuple[ColumnElement[bool], ...]:
    """Which remittances those are."""
    r = remittance.c
    practices: dict[str, list[str]] = {}
    for practice, day in first_days(connection).items():
        practices.setdefault(day, []).append(practice)
    since = [
        and_(
            one_of(r.practice, some),
            r.paid_on >= (date.fromisoformat(day) - timedelta(days=lead)).isoformat(),
        )
        for day, some in sorted(practices.items())
    ]
    return IS_NOT_DEPOSITED, or_(false(), *since)


def first_days(connection: Connection) -> dict[str, str]:
    """The first day of the bank's lines of each practice."""
    query = select(deposit.c.practice, func.min(deposit.c.deposited_on)).group_by(deposit.c.practice)
    return dict(connection.execute(query).tuples().all())


def _open_deposits() -> Select[tuple[int, str, str, int, str, str, str]]:
    d = deposit.c
    return (
        select(d.id, d.practice, d.payer, d.cents - EXPLAINED, d.trace, d.originator, d.deposited_on)
        .where(IS_OPEN)
        .order_by(d.id)
    )


def _moneys(connection: Connection, query: Select[tuple[int, str, str, int, str, str, str]]) -> list[Money]:
    return [
        Money(
            id=number,
            practice=practice,
            payer=payer,
            cents=int(cents),
            trace=trace,
            originator=originator,
            on=date.fromisoformat(on),
        )
        for number, practice, payer, cents, trace, originator, on in connection.execute(query).tuples()
    ]


def _open(connection: Connection, number: int) -> Money:
    found = _moneys(connection, _open_deposits().where(deposit.c.id == number))
    if not found:
        raise ActRefused(f"there is no open deposit {number}; see `cleanclaim deposits list`")
    return found[0]


def _keep(connection: Connection, business_on: str, made: Sequence[Pairing], act: int | None = None) -> None:
    _rows(connection, business_on, [(p.deposit, p.remittance, "", p.cents, p.by) for p in made], act)


def _rows(
    connection: Connection,
    business_on: str,
    parts: Sequence[Part],
    act: int | None = None,
) -> None:
    names = ("deposit_id", "remittance_id", "meaning", "cents", "matched_by")
    rows: list[Row] = [
        {**dict(zip(names, part, strict=True)), "money_act_id": act, "business_on": business_on}
        for part in parts
    ]
    insert_many(connection, deposit_match, rows)
    is_open = case((deposit.c.cents == EXPLAINED, 0), else_=1)
    is_deposited = case((remittance.c.paid_cents <= DEPOSITED, 1), else_=0)
    for piece in bounded(sorted({of for of, *_ in parts})):
        connection.execute(update(deposit).where(deposit.c.id.in_(piece)).values(open=is_open))
    for piece in bounded(sorted({of for _, of, *_ in parts if of is not None})):
        connection.execute(
            update(remittance).where(remittance.c.id.in_(piece)).values(deposited=is_deposited)
        )


def _undo(connection: Connection, business_on: str, number: int, act: int, key: str) -> bool:
    """Undoes what explained a deposit, with a card's fee under an entry's key. Whether anything did."""
    parts = [(number, of, meaning, -cents, "person") for of, meaning, cents in _parts(connection, number)]
    _turn_back(connection, business_on, parts, act, key)
    return bool(parts)


def _turn_back(
    connection: Connection, business_on: str, parts: Sequence[Part], act: int | None, key: str
) -> None:
    """Keeps what undoes other parts; the fee among them is no cost any more."""
    _rows(connection, business_on, parts, act)
    kept = -sum(cents for _, _, meaning, cents, _ in parts if meaning == FEE)
    if kept:
        of = select(remittance.c.payer, remittance.c.practice).where(
            remittance.c.id.in_([r for _, r, *_ in parts if r is not None])
        )
        payer, practice = connection.execute(of.limit(1)).one()
        _book_fee(connection, business_on, key, practice, payer, kept)


def _parts(connection: Connection, number: int) -> list[tuple[int | None, str, int]]:
    """What explains a deposit: remittance or meaning, and cents."""
    m = deposit_match.c
    total = func.sum(m.cents)
    query = (
        select(m.remittance_id, m.meaning, total)
        .where(m.deposit_id == number)
        .group_by(m.remittance_id, m.meaning)
        .having(total != 0)
    )
    return [(of, meaning, int(cents)) for of, meaning, cents in connection.execute(query)]


def _act(
    connection: Connection, business_on: str, signature: Signature, kind: str, cents: int, one: Any
) -> int:
    return acts.record(
        connection, business_on, signature, kind, cents,
        payer=one.payer, practice=one.practice, reference=f"deposit {one.id}", unlimited=True,
    )  # fmt: skip


def _words(made: Sequence[Pairing]) -> str:
    return ", ".join(f"{dollars(p.cents)} of remittance {p.remittance}" for p in made)
