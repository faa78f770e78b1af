"""Loops that the three 837 guides share: submitter, receiver, billing, subscriber, payer, patient."""

from collections.abc import Sequence
from typing import Final

from edi.declare.grammar import REQUIRED, N, R, S, Use, loop, many, one
from edi.declare.nodes import Loop
from edi.segments.party import DMG, N3, N4, NM1, PER, REF

# How names are used: keywords for `one(NM1, ...)`.
ORGANISATION: Final[dict[str, Use]] = {"kind": R("2"), "first": N, "middle": N, "suffix": N}
PROVIDER: Final[dict[str, Use]] = {"kind": R("1 2"), "id_qualifier": S("XX")}
PERSON: Final[dict[str, Use]] = {"kind": R("1"), "id_qualifier": S("XX")}
FACILITY: Final[dict[str, Use]] = {**ORGANISATION, "id_qualifier": S("XX")}
PLAN: Final[dict[str, Use]] = {**ORGANISATION, "id_qualifier": R("PI XV"), "id": R}
MEMBER: Final[dict[str, Use]] = {"kind": R("1 2"), "id_qualifier": R("II MI"), "id": R}
NAMELESS: Final[dict[str, Use]] = {
    "last": N,
    "first": N,
    "middle": N,
    "suffix": N,
    "id_qualifier": N,
    "id": N,
}

# Contacts: a submitter's may use EDI numbers; property and casualty takes a telephone only.
_NUMBERS: Final = "EM EX FX TE"
EDI_NUMBERS: Final[dict[str, Use]] = {
    "qualifier": R("EM FX TE ED"),
    "qualifier2": S(f"{_NUMBERS} ED"),
    "qualifier3": S(f"{_NUMBERS} ED"),
}
TELEPHONE: Final[dict[str, Use]] = {
    "qualifier": R("TE"),
    "qualifier2": S("EX"),
    "qualifier3": N,
    "number3": N,
}

# An employer's or social security number: nine digits.
TAX_NUMBER: Final[dict[str, Use]] = {"value": R(external="tax_number")}

# A secondary identifier of a provider on a line says which other payer it is for.
FOR_PAYER: Final[dict[str, Use]] = {"identifier": S(qualifier=R("2U"))}


@loop("1000A", "Submitter")
class Submitter(Loop):
    name: NM1 = one(NM1, "41", "Submitter", suffix=N, id_qualifier=R("46"), id=R)
    contacts: Sequence[PER] = many(PER, 2, "IC", "Submitter contact", EDI_NUMBERS, default=REQUIRED)


@loop("1000B", "Receiver")
class Receiver(Loop):
    name: NM1 = one(NM1, "40", "Receiver", ORGANISATION, id_qualifier=R("46"), id=R)


@loop("2010AA", "Billing provider name")
class BillingProviderName(Loop):
    name: NM1 = one(NM1, "85", "Billing provider", PROVIDER)
    street: N3 = one(N3, "", "Billing provider's street")
    city: N4 = one(N4, "", "Billing provider's city")
    tax_id: REF = one(REF, "EI SY", "Billing provider's tax number", TAX_NUMBER)
    licenses: Sequence[REF] = many(REF, 2, "0B 1G", "Billing provider's licence or UPIN")
    contacts: Sequence[PER] = many(PER, 2, "IC", "Billing provider's contact")


@loop("2010AB", "Pay-to address")
class PayToAddress(Loop):
    name: NM1 = one(NM1, "87", "Pay-to address", NAMELESS, kind=R("1 2"))
    street: N3 = one(N3, "", "Pay-to street")
    city: N4 = one(N4, "", "Pay-to city")


@loop("2010AC", "Pay-to plan")
class PayToPlan(Loop):
    name: NM1 = one(NM1, "PE", "Pay-to plan", PLAN)
    street: N3 = one(N3, "", "Pay-to plan's street")
    city: N4 = one(N4, "", "Pay-to plan's city")
    secondary: REF | None = one(REF, "2U FY NF", "Pay-to plan's secondary identifier", default=None)
    tax_id: REF = one(REF, "EI", "Pay-to plan's tax number", TAX_NUMBER)


@loop("2010BA", "Subscriber name")
class SubscriberName(Loop):
    name: NM1 = one(NM1, "IL", "Subscriber", MEMBER)
    street: N3 | None = one(N3, "", "Subscriber's street", default=None)
    city: N4 | None = one(N4, "", "Subscriber's city", default=None)
    demographics: DMG | None = one(DMG, "", "Subscriber's birth date and sex", default=None)
    secondary: REF | None = one(REF, "SY", "Subscriber's secondary identifier", TAX_NUMBER, default=None)
    property_claim: REF | None = one(REF, "Y4", "Property and casualty claim number", default=None)
    contact: PER | None = one(PER, "IC", "Property and casualty contact", TELEPHONE, default=None)


@loop("2010BB", "Payer name")
class PayerName(Loop):
    name: NM1 = one(NM1, "PR", "Payer", PLAN)
    street: N3 | None = one(N3, "", "Payer's street", default=None)
    city: N4 | None = one(N4, "", "Payer's city", default=None)
    secondary: Sequence[REF] = many(REF, 3, "2U EI FY NF", "Payer's secondary identifier")
    billing_ids: Sequence[REF] = many(REF, 2, "G2 LU", "Billing provider's identifier with this payer")


@loop("2010CA", "Patient name")
class PatientName(Loop):
    name: NM1 = one(NM1, "QC", "Patient", kind=R("1"), id_qualifier=N, id=N)
    street: N3 = one(N3, "", "Patient's street")
    city: N4 = one(N4, "", "Patient's city")
    demographics: DMG = one(DMG, "", "Patient's birth date and sex")
    property_claim: REF | None = one(REF, "Y4", "Property and casualty claim number", default=None)
    property_patient: REF | None = one(REF, "1W SY", "Property and casualty patient identifier", default=None)
    contact: PER | None = one(PER, "IC", "Property and casualty contact", TELEPHONE, default=None)


@loop("2330A", "Other subscriber name")
class OtherSubscriberName(Loop):
    name: NM1 = one(NM1, "IL", "Other subscriber", MEMBER)
    street: N3 | None = one(N3, "", "Other subscriber's street", default=None)
    city: N4 | None = one(N4, "", "Other subscriber's city", default=None)
    secondary: REF | None = one(
        REF, "SY", "Other subscriber's secondary identifier", TAX_NUMBER, default=None
    )
