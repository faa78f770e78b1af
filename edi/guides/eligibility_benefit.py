"""The benefit loops of the 271: 2110 with its further information (2115) and related parties (2120)."""

from collections.abc import Sequence
from typing import Final

from edi.declare.grammar import R, S, Use, loop, many, one
from edi.declare.nodes import Loop
from edi.guides.eligibility_parties import SPECIALTY
from edi.segments.eligibility import AAA, EB, HSD, III, LE, LS, MSG
from edi.segments.party import N3, N4, NM1, PER, PRV, REF
from edi.segments.times import DTP

ENTITIES: Final = "13 1I 1P 2B 36 73 FA GP GW I3 IL LR OC P3 P4 P5 PR PRP SEP TTP VER VN VY X3 Y2"
REFUSALS: Final = "15 33 52 53 54 55 56 57 60 61 62 63 69 70 98 AA AE AF AG AO CI E8 IA MA"
DATES: Final = "096 193 194 198 290 291 292 295 304 307 318 346 348 349 356 357 435 472 636 771"
REFERENCES: Final = "18 1L 1W 49 6P 9F ALS CLI F6 FO G1 IG M7 N6 NQ"
NUMBERS: Final[dict[str, Use]] = {
    "qualifier": S("ED EM FX TE UR WP"),
    "number": S,
    "qualifier2": S("ED EM EX FX TE UR WP"),
    "qualifier3": S("ED EM EX FX TE UR WP"),
}


@loop("2115C", "Further information on the benefit")
class BenefitInformation(Loop):
    information: III = one(
        III, "", "Further information", qualifier=S("GR NI ZZ"), code=S, category=S("44"), message=S
    )


@loop("2120C", "Party related to the benefit")
class BenefitParty(Loop):
    name: NM1 = one(
        NM1, ENTITIES, "Party related to the benefit",
        last=S, id_qualifier=S("24 34 46 FA FI II MI NI PI PP SV XV XX"),
        relationship=S("01 02 27 41 48 65 72"),
    )  # fmt: skip
    street: N3 | None = one(N3, "", "Its street", default=None)
    city: N4 | None = one(N4, "", "Its city", default=None, location_qualifier=S("RJ"), location=S)
    contacts: Sequence[PER] = many(PER, 3, "IC", "Its contact", NUMBERS)
    specialty: PRV | None = one(PRV, "", "Its role as a provider", SPECIALTY, default=None)


@loop("2110C", "Benefit")
class Benefit(Loop):
    benefit: EB = one(EB, procedure=S(range_end=S))
    delivery: Sequence[HSD] = many(HSD, 9)
    references: Sequence[REF] = many(REF, 9, REFERENCES, "Reference of the benefit", description=S)
    dates: Sequence[DTP] = many(DTP, 20, DATES, "Date of the benefit", format=R("D8 RD8"))
    refusals: Sequence[AAA] = many(
        AAA, 9, "", "Refusal of the inquiry", reason=R(REFUSALS), follow_up=R("C N R W X Y")
    )
    messages: Sequence[MSG] = many(MSG, 10)
    information: Sequence[BenefitInformation] = many(BenefitInformation, 10)
    related_begin: LS | None = one(LS, "", "Beginning of the related parties", default=None)
    parties: Sequence[BenefitParty] = many(BenefitParty, 23)
    related_end: LE | None = one(LE, "", "End of the related parties", default=None)


@loop("2115D", "Further information on the benefit")
class DependentBenefitInformation(BenefitInformation):
    pass


@loop("2120D", "Party related to the benefit")
class DependentBenefitParty(BenefitParty):
    pass


@loop("2110D", "Dependent's benefit")
class DependentBenefit(Benefit):
    # The dependent's level instead of the subscriber's: a sibling class, read in its place.
    information: Sequence[DependentBenefitInformation] = many(DependentBenefitInformation, 10)
    parties: Sequence[DependentBenefitParty] = many(DependentBenefitParty, 23)
