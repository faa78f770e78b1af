"""What a person says of authorizations and referrals that payers gave: taken in, changed, ended."""

import re
from dataclasses import dataclass, replace
from datetime import date

from ledger.agreed import authorizations
from ledger.agreed.authorizations import KINDS, Record
from ledger.schema import prior_authorization
from tasks.errors import StepError
from tasks.home.home import Home
from tasks.operations.money_acts import By, signed

LONGEST = 50
"""X12 005010X222A1, REF02: characters of a reference."""


@dataclass(frozen=True, slots=True)
class Authorized:
    """What an act came to, in words; "" nothing changed. In a dry run, what it would come to."""

    dry_run: bool
    what: str


def add(home: Home, as_of: date, by: By, wanted: Record, *, dry_run: bool) -> Authorized:
    """Takes in an authorization or referral, or says other days, codes or units of one that is here.

    Raises StepError AUT-01: it is not right; AUT-02: the number is here for another member.
    """
    wanted = _right(home, wanted)
    known = next(iter(_numbered(home, wanted.kind, wanted.payer, wanted.number)), None)
    if known is not None and known.member_id not in ("", wanted.member_id):
        raise StepError("AUT-02", "this number of the payer is here for another member; look at both cards")
    if known is not None and known.said == wanted.said:
        return Authorized(dry_run, "")
    return _kept(home, as_of, by, wanted, known, dry_run=dry_run)


def end(
    home: Home, as_of: date, by: By, number: str, on: date, *, kind: str, payer: str = "", dry_run: bool
) -> Authorized:
    """Says that one is in force until a day and no longer.

    Raises StepError AUT-01: there is none, or it begins later; AUT-03: payers share the number.
    """
    known = one_of(home, kind, number, payer)
    if on.isoformat() < known.from_on:
        raise StepError("AUT-01", f"it begins on {known.from_on}; give a later day in --on")
    if known.to_on and known.to_on < on.isoformat():
        raise StepError("AUT-01", f"it ended on {known.to_on}; `authorizations add` says a later day")
    if known.to_on == on.isoformat():
        return Authorized(dry_run, "")
    return _kept(home, as_of, by, replace(known, to_on=on.isoformat()), known, dry_run=dry_run)


def one_of(home: Home, kind: str, number: str, payer: str = "") -> Record:
    """The one that a number means. Raises StepError AUT-01: there is none; AUT-03: payers share it."""
    found = _numbered(home, kind, _payer(home, payer) if payer else "", plain(number))
    if not found:
        raise StepError("AUT-01", f"there is no {kind} of that number; see `cleanclaim authorizations list`")
    if len(found) > 1:
        raise StepError("AUT-03", f"several payers gave it; add --payer: {', '.join(r.payer for r in found)}")
    return found[0]


def plain(text: str) -> str:
    """A number as claims carry it: capitals without blanks."""
    return "".join(text.split()).upper()


def _numbered(home: Home, kind: str, payer: str, number: str) -> list[Record]:
    a = prior_authorization.c
    conditions = [a.kind == kind, a.number == number, *([a.payer == payer] if payer else [])]
    return authorizations.of(home.ledger, *conditions)


def _payer(home: Home, name: str) -> str:
    payer = home.partners.payer(name)
    if payer is None:
        raise StepError("AUT-01", "the payer is in no file of partners/payers")
    return payer.key


def _right(home: Home, wanted: Record) -> Record:
    number, member = plain(wanted.number), plain(wanted.member_id)
    procedures = " ".join(dict.fromkeys(re.split(r"[,\s]+", wanted.procedures.strip().upper()))).strip()
    if wanted.kind not in KINDS:
        raise StepError("AUT-01", f"the kind is one of {', '.join(KINDS)}")
    payer = _payer(home, wanted.payer)
    if not re.fullmatch(rf"[A-Z0-9./-]{{1,{LONGEST}}}", number):
        raise StepError("AUT-01", f"a number has 1 to {LONGEST} letters, digits, dots, slashes or hyphens")
    if not re.fullmatch(r"[A-Z0-9.-]{2,80}", member):
        raise StepError("AUT-01", "the member id is not right; take it from the card")
    if any(not re.fullmatch(r"[A-Z0-9]{5}", code) for code in procedures.split()):
        raise StepError("AUT-01", "procedures are codes of five characters, like 97110")
    if wanted.units is not None and not 0 < wanted.units <= 100_000:
        raise StepError("AUT-01", "units are 1 to 100000; leave them out where there is no limit")
    if wanted.from_on and wanted.to_on and wanted.to_on < wanted.from_on:
        raise StepError("AUT-01", "the last day is before the first one")
    return replace(wanted, payer=payer, number=number, member_id=member, procedures=procedures)


def _kept(
    home: Home, as_of: date, by: By, wanted: Record, known: Record | None, *, dry_run: bool
) -> Authorized:
    signature = signed(home, by, preview=dry_run)
    with home.ledger.whole() as act, home.ledger.write() as connection:
        authorizations.add(connection, as_of.isoformat(), signature, [wanted])
        act.taken_back = dry_run
    was = f", was {known.words()}" if known is not None else ""
    return Authorized(dry_run, f"{wanted.kind} {wanted.number} with {wanted.payer}: {wanted.words()}{was}")
