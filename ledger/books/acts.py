"""Acts of people about money: who, why, a second signature above a limit, and the postings they make.

An act is a row of `money_act`, an entry of its own under `act:ID`, and a row of the audit trail, in one
transaction. Nothing that was posted is changed: what an act undoes is posted the other way round.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Connection, func, select, update

from config.dollars import dollars
from ledger.errors import ActRefused, SecondNeeded
from ledger.schema import actor, claim, entry, money_act, posting
from ledger.storage.database import Ledger
from ledger.trail import audit, written

EVERYBODY = "*"
"""In the limits: who is not named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Who does it, why, and who signs too ("" nobody). `limits`: the most cents that each signs alone.

    A `preview` is signed by nobody. `service`: a program acts by a rule, not a person; it has no limit.
    `typed_by` is who typed the name without having proven to be that person ("": it was proven); the lower
    limit of the two counts.
    """

    who: str
    why: str
    second: str = ""
    typed_by: str = ""
    limits: Mapping[str, int] = field(default_factory=dict)
    preview: bool = False
    service: bool = False

    def limit_of(self, name: str) -> int:
        by_name = {known.casefold(): cents for known, cents in self.limits.items()}
        return by_name.get(name.casefold(), by_name.get(EVERYBODY, 0))


@dataclass(frozen=True, slots=True)
class PostingRow:
    """One posting that an act makes. `claim` is its patient control number, "" of no claim; cents."""

    entry: str
    account: str
    claim: str
    payer: str
    practice: str
    cents: int


@dataclass(frozen=True, slots=True)
class Done:
    """What an act came to; in a dry run, what it would come to."""

    what: str
    dry_run: bool
    postings: tuple[PostingRow, ...]


def perform(ledger: Ledger, do: Callable[[Connection], str], *, dry_run: bool) -> Done:
    """Does an act in one transaction; a dry run takes all of it back. `do` says in words what was done.

    Raises as `do` does; nothing was written then.
    """
    with ledger.whole() as act, ledger.write() as connection:
        last = connection.execute(select(func.coalesce(func.max(entry.c.id), 0))).scalar_one()
        what = do(connection)
        done = Done(what, dry_run, _postings_after(connection, int(last)))
        act.taken_back = dry_run
    return done


def _postings_after(connection: Connection, last: int) -> tuple[PostingRow, ...]:
    query = (
        select(
            entry.c.kind,
            posting.c.account,
            func.coalesce(claim.c.patient_control_number, ""),
            posting.c.payer,
            posting.c.practice,
            posting.c.cents,
        )
        .join(posting, posting.c.entry_id == entry.c.id)
        .outerjoin(claim, claim.c.id == posting.c.claim_id)
        .where(entry.c.id > last)
        .order_by(entry.c.id, posting.c.id)
    )
    return tuple(PostingRow(*row) for row in connection.execute(query))


def named(signature: Signature) -> tuple[str, str]:
    """Who acts, and why, as they are kept. Raises ActRefused: nobody is named, or no reason."""
    who, why = " ".join(signature.who.split()), " ".join(signature.why.split())
    if not 2 <= len(who) <= 80 or len(signature.second) > 80:
        raise ActRefused("an act names who does it: a name of two letters or more")
    if not (5 <= len(why) <= 500 or signature.preview):
        raise ActRefused("say why (a reason of five letters or more): it stays in the history")
    return who, why


def within_limit(signature: Signature, cents: int) -> None:
    """Whether who signs may decide so much in one act. Raises SecondNeeded."""
    who, typed_by = (" ".join(name.split()) for name in (signature.who, signature.typed_by))
    whose = min((who, typed_by or who), key=signature.limit_of)
    limit = signature.limit_of(whose)
    if cents > limit and not (signature.second.strip() or signature.preview):
        raise SecondNeeded(
            f"{dollars(cents)} is above what {whose} may decide alone ({dollars(limit)}); another person "
            "signs too (--second NAME)"
        )


def record(
    connection: Connection,
    business_on: str,
    signature: Signature,
    kind: str,
    cents: int,
    *,
    claim_id: int | None = None,
    claim_payment_id: int | None = None,
    remittance_id: int | None = None,
    payer: str = "",
    practice: str = "",
    reference: str = "",
    line: int = 0,
    unlimited: bool = False,
) -> int:
    """Keeps an act with who signed it, and returns its id. `unlimited`: it moves no money.

    Raises:
        ActRefused: nobody is named, or no reason.
        SecondNeeded: the amount is above the first one's limit, and no other actor signs.
    """
    who, why = named(signature)
    second = " ".join(signature.second.split())
    if second.casefold() == who.casefold():
        raise SecondNeeded(f"{who} can't sign twice; the second signature is another person's")
    if not (unlimited or signature.service):
        within_limit(signature, abs(cents))
    if signature.service:
        know(connection, business_on, who, "service", 0)
    else:
        for name in filter(None, (who, second)):
            know(connection, business_on, name, "person", signature.limit_of(name))
    values = {
        "claim_id": claim_id,
        "claim_payment_id": claim_payment_id,
        "remittance_id": remittance_id,
        "kind": kind,
        "payer": payer,
        "practice": practice,
        "cents": cents,
        "reference": reference,
        "line": line,
        "actor": who,
        "second": second or None,
        "why": why,
        "business_on": business_on,
    }
    made = connection.execute(money_act.insert().values(values).returning(money_act.c.id)).scalar_one()
    written.note(connection, money_act, [{**values, "id": int(made)}])
    signed = f"{who} and {second}" if second else who
    audit.note(
        connection, business_on, kind.replace("_", " "), f"act {made}", f"{signed}, {cents} cents: {why}"
    )
    return int(made)


KEY: Final = "act:"
"""What the key of an act's entry begins with; its number follows."""


def key_of(act_id: int) -> str:
    """The key of the entry that an act makes."""
    return f"{KEY}{act_id}"


def act_of(key: str) -> int:
    """The act that made the entry with this key."""
    return int(key.removeprefix(KEY))


def know(connection: Connection, business_on: str, name: str, kind: str, limit: int) -> None:
    """Keeps an actor with the most cents that it decides alone. Raises ActRefused: it is of another kind."""
    query = select(actor.c.kind, actor.c.limit_cents).where(actor.c.name == name)
    known = connection.execute(query).one_or_none()
    if known is None:
        connection.execute(
            actor.insert().values(name=name, kind=kind, limit_cents=limit, business_on=business_on)
        )
    elif known.kind != kind:
        raise ActRefused(f"{name} is the name of a {known.kind}; a {kind} acts under another one")
    elif known.limit_cents != limit:
        connection.execute(update(actor).where(actor.c.name == name).values(limit_cents=limit))
    if kind == "person" and (known is None or known.limit_cents != limit):
        audit.note(connection, business_on, "authority", f"actor {name}", f"up to {limit} cents alone")
