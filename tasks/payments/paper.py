"""A remittance that came on paper, entered as TOML, JSON or CSV: read into the same record as an 835.

TOML and JSON: the keys of `PaperRemittance`. CSV: one row a line, with the keys of the remittance, of its
claim and of the line side by side, and `adjustments` as `CO 45 35.00; PR 2 20.00`; rows of one claim
follow each other. Amounts are dollars.
"""

import csv
import io
import json
import tomllib
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from config.partners import Partners
from edi.records import (
    Adjustment,
    ClaimPayment,
    Party,
    Person,
    ProviderAdjustment,
    Remittance,
    ServicePayment,
)
from tasks.errors import StepError

KIND = "paper"
Dollars = Annotated[Decimal, Field(max_digits=13, decimal_places=2)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class PaperAdjustment(_Model):
    """Why an amount was not paid."""

    group: str = Field(pattern="^(CO|PR|OA|PI|CR)$")
    carc: str = Field(min_length=1, max_length=5)
    amount: Dollars


def _adjustments(value: Any) -> Any:
    """`CO 45 35.00; PR 2 20.00` as the list that it stands for."""
    if not isinstance(value, str):
        return value
    parts = [part.split() for part in value.split(";") if part.strip()]
    if any(len(part) != 3 for part in parts):
        raise ValueError("write adjustments as CO 45 35.00; PR 2 20.00")
    return [dict(zip(("group", "carc", "amount"), part, strict=True)) for part in parts]


class PaperLine(_Model):
    """One service line."""

    procedure: str
    modifiers: str = ""
    charge: Dollars
    paid: Dollars
    service_date: date | None = None
    remarks: str = ""
    adjustments: tuple[PaperAdjustment, ...] = ()

    parsed = field_validator("adjustments", mode="before")(_adjustments)


class PaperClaim(_Model):
    """One claim. `status` as in CLP02: 1 primary, 2 secondary, 4 denied, 22 reversal."""

    number: str = Field(description="our patient control number")
    status: str = "1"
    charge: Dollars
    paid: Dollars
    patient_owes: Dollars = Decimal(0)
    payer_claim_control_number: str = ""
    member_id: str = ""
    last: str = ""
    first: str = ""
    remarks: str = ""
    adjustments: tuple[PaperAdjustment, ...] = ()
    lines: tuple[PaperLine, ...] = ()

    parsed = field_validator("adjustments", mode="before")(_adjustments)


class PaperProviderAdjustment(_Model):
    """A provider-level adjustment; a positive amount lowers the payment."""

    reason: str
    amount: Dollars
    reference: str = ""


class PaperRemittance(_Model):
    """One payment. `trace` is the check number, `originator` the payer's id beside it (TRN03)."""

    payer: str
    practice: str
    trace: str = Field(min_length=1)
    originator: str = ""
    date: date
    amount: Dollars
    method: str = "CHK"
    claims: tuple[PaperClaim, ...] = ()
    provider_adjustments: tuple[PaperProviderAdjustment, ...] = ()


def read(partners: Partners, name: str, data: bytes) -> Remittance:
    """A paper remittance. `name` says its format by its ending.

    Raises StepError PAP-01 for a file that is none, PAP-02 for a payer or practice that is not known.
    """
    try:
        found = PaperRemittance.model_validate(_values(name, data))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        raise StepError("PAP-01", f"{place}: {first['msg']}; see docs/runbook.md") from None
    except (ValueError, csv.Error, IndexError, KeyError):
        raise StepError("PAP-01", "it is no TOML, JSON or CSV of a remittance; see docs/runbook.md") from None
    payer, practice = partners.payer(found.payer), partners.practices.get(found.practice)
    if payer is None or practice is None:
        what = "payer" if payer is None else "practice"
        raise StepError("PAP-02", f"no {what} of partners/ has the key that {what} gives; correct it")
    return Remittance(
        trace=found.trace,
        payment=_cents(found.amount),
        method=found.method,
        paid_on=found.date,
        payer=Party(last=payer.name, id=payer.payer_id, id_qualifier="PI"),
        payee=Party(last=practice.name, npi=practice.npi, tax_id=practice.tax_id),
        originator=found.originator,
        claims=[_claim(c) for c in found.claims],
        provider_adjustments=[
            ProviderAdjustment(
                provider_id=practice.npi,
                fiscal_period_end=date(found.date.year, 12, 31),
                reason=a.reason,
                amount=_cents(a.amount),
                reference=a.reference,
            )
            for a in found.provider_adjustments
        ],
    )


def _values(name: str, data: bytes) -> Any:
    text = data.decode("utf-8-sig")
    if name.lower().endswith(".json"):
        return json.loads(text, parse_float=Decimal)
    if name.lower().endswith(".toml"):
        return tomllib.loads(text, parse_float=Decimal)
    return _of_rows(list(csv.DictReader(io.StringIO(text))))


def _of_rows(rows: list[dict[str, str]]) -> dict[str, Any]:
    """The remittance of CSV rows: what names it and its claims stands in each row, or in the first."""
    lines = set(PaperLine.model_fields)
    made = _filled(rows[0], set(PaperRemittance.model_fields))
    claims: list[dict[str, Any]] = []
    for row in rows:
        if not claims or row["number"] not in ("", claims[-1]["number"]):
            of_claim = _filled(row, set(PaperClaim.model_fields) - lines)
            of_claim |= {k: row[f"claim_{k}"] for k in ("charge", "paid") if row.get(f"claim_{k}")}
            claims.append({**of_claim, "lines": []})
        claims[-1]["lines"].append(_filled(row, lines))
    return {**made, "claims": claims}


def _filled(row: dict[str, str], names: set[str]) -> dict[str, Any]:
    return {name: row[name].strip() for name in names if (row.get(name) or "").strip()}


def _claim(c: PaperClaim) -> ClaimPayment:
    person = Person(last=c.last, first=c.first, member_id=c.member_id)
    return ClaimPayment(
        patient_control_number=c.number,
        status=c.status,
        charge=_cents(c.charge),
        paid=_cents(c.paid),
        patient_owes=_cents(c.patient_owes),
        payer_claim_control_number=c.payer_claim_control_number,
        patient=person,
        adjustments=tuple(_adjusted(c.adjustments)),
        remarks=tuple(c.remarks.split()),
        lines=tuple(
            ServicePayment(
                procedure=line.procedure,
                modifiers=tuple(line.modifiers.split()),
                charge=_cents(line.charge),
                paid=_cents(line.paid),
                service_from=line.service_date,
                adjustments=tuple(_adjusted(line.adjustments)),
                remarks=tuple(line.remarks.split()),
            )
            for line in c.lines
        ),
    )


def _adjusted(adjustments: tuple[PaperAdjustment, ...]) -> Iterator[Adjustment]:
    for a in adjustments:
        yield Adjustment(group=a.group, reason=a.carc, amount=_cents(a.amount))


def _cents(amount: Decimal) -> int:
    return int(amount * 100)
