"""Authorizations and referrals in the words of the edits, with what other claims use of them.

Claims of one nightly run share what is left: one that is clean tonight and not built yet counts as those of
the ledger do, once.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import coding
from coding.units import units_of
from edi.records import Claim
from ledger.agreed import authorizations
from ledger.agreed.authorizations import AUTHORIZATION, KINDS, REFERRAL, Record, Use
from ledger.storage.database import Ledger

Whose = tuple[str, str, str]
"""Kind, payer and number."""
Lines = list[tuple[str, Decimal]]
"""Procedure and units of each."""
Taken = dict[Whose, Lines]
"""The lines of a claim, by what they name."""


def taken(claim: Claim, payer: str) -> Taken:
    """What a claim to a payer takes of the authorizations and referrals that it names."""
    found: Taken = defaultdict(list)
    for line in claim.lines:
        for kind, number in (
            (AUTHORIZATION, line.prior_authorization or claim.prior_authorization),
            (REFERRAL, line.referral_number or claim.referral_number),
        ):
            if number:
                found[kind, payer, number].append((line.procedure, units_of(line.units)))
    return found


@dataclass(slots=True)
class Authorized:
    """What is on file that some claims may use, and what each claim of the ledger takes of it.

    A claim is named by its patient control number; one that has none yet by its encounter.
    """

    kept: frozenset[tuple[str, str]] = frozenset()
    _records: dict[Whose, Record] = field(default_factory=dict)
    _of_member: dict[tuple[str, str], list[Record]] = field(default_factory=dict)
    _used: dict[Whose, dict[str, Lines]] = field(default_factory=dict)

    @classmethod
    def read(cls, ledger: Ledger, claims: Sequence[Claim]) -> "Authorized":
        """Of these claims, in a few queries; one where no table is kept."""
        kept = authorizations.kept_with(ledger)
        if not kept:
            return cls()
        found = cls(kept)
        numbers = {number for claim in claims for _, _, number in taken(claim, "")}
        members = {claim.subscriber.member_id for claim in claims}
        for record in authorizations.concerning(ledger, numbers, members):
            found._records[record.whose] = record
            found._of_member.setdefault((record.payer, record.member_id), []).append(record)
        for kind in KINDS:
            mine = {number for of, _, number in found._records if of == kind}
            for use in authorizations.uses(ledger, kind, mine):
                by_claim = found._used.setdefault((use.kind, use.payer, use.number), defaultdict(list))
                by_claim[use.patient_control_number].append((use.procedure, units_of(use.units)))
        return found

    def of(
        self, name: str, claim: Claim, payer: str, before: Sequence[tuple[str, Taken]] = ()
    ) -> tuple[coding.Authorization, ...] | None:
        """What is on file that a claim to a payer names or may use; None: no table is kept with the payer.

        `before` are the claims that are clean tonight and come before this one.
        """
        if all(of != payer for _, of in self.kept):
            return None
        member = claim.subscriber.member_id
        records = {whose: self._records[whose] for whose in taken(claim, payer) if whose in self._records}
        records |= {one.whose: one for one in self._of_member.get((payer, member), ())}
        return tuple(
            coding.Authorization(
                number=one.number,
                referral=one.kind == REFERRAL,
                own=one.member_id in ("", member),  # "": purged
                procedures=frozenset(one.procedures.split()),
                units=one.units,
                used=self._used_of(one, name, before),
                valid_from=_day(one.from_on),
                valid_to=_day(one.to_on),
            )
            for one in records.values()
        )

    def _used_of(self, record: Record, own: str, before: Sequence[tuple[str, Taken]]) -> Decimal:
        by_claim = dict(self._used.get(record.whose, {}))
        by_claim |= {name: lines[record.whose] for name, lines in before if record.whose in lines}
        by_claim.pop(own, None)
        return sum((_covered(record, lines) for lines in by_claim.values()), Decimal(0))


def _covered(record: Record, lines: Lines) -> Decimal:
    procedures = frozenset(record.procedures.split())
    return sum((units for code, units in lines if not procedures or code in procedures), Decimal(0))


def used(record: Record, uses: Sequence[Use]) -> Decimal:
    """The units of a record that these lines use."""
    mine = [use for use in uses if (use.kind, use.payer, use.number) == record.whose]
    return _covered(record, [(use.procedure, units_of(use.units)) for use in mine])


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
