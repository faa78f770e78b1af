"""Loops that the 270 and the 271 share: who asks, who is asked, and the codes of both."""

from collections.abc import Sequence
from typing import Final

from edi.declare.grammar import R, S, Use, loop, many, one
from edi.declare.nodes import Loop
from edi.segments.party import N3, N4, NM1, PRV, REF

ROLES: Final = "AD AT BI CO CV H HH LA OT P1 P2 PC PE R RF SB SK SU"
SPECIALTY: Final[dict[str, Use]] = {"role": R(ROLES), "qualifier": S("PXC"), "taxonomy": S}
ANY_PROVIDER: Final[dict[str, Use]] = {
    "role": R("AD AT BI CO CV H HH LA OT P1 P2 PC PE R RF SK SU"),
    "qualifier": S("9K D3 EI HPI PXC SY TJ"),
    "taxonomy": S(external=""),
}
SOURCE: Final[dict[str, Use]] = {
    "kind": R("1 2"), "id_qualifier": R("24 46 FI NI PI XV XX"), "id": R,
}  # fmt: skip
SOURCES: Final = "2B 36 GP P5 PR"
RECEIVER: Final[dict[str, Use]] = {
    "kind": R("1 2"), "id_qualifier": R("24 34 FI PI PP SV XV XX"), "id": R,
}  # fmt: skip
RECEIVERS: Final = "1P 2B 36 80 FA GP P5 PR"
RECEIVER_IDS: Final = "0B 1C 1D 1J 4A CT EL EO HPI JD N5 N7 Q4 SY TJ"
MEMBER: Final[dict[str, Use]] = {"kind": R("1 2"), "last": S, "id_qualifier": S("II MI"), "id": S}
MEMBER_IDS: Final = "18 1L 1W 3H 49 6P CE CT EA EJ F6 GH HJ IF IG ML MRC N6 NQ Q4 SY Y4"
BORN: Final[dict[str, Use]] = {"format": S("D8"), "birth_date": S, "sex": S("F M U")}
TRACE: Final[dict[str, Use]] = {"originator": R, "supplemental": S}
SUBSCRIBER: Final[dict[str, Use]] = {"is_subscriber": R("Y"), "relationship": R("18")}
DEPENDENT: Final[dict[str, Use]] = {"is_subscriber": R("N")}


@loop("2100B", "Information receiver name")
class ReceiverName(Loop):
    name: NM1 = one(NM1, RECEIVERS, "Information receiver", RECEIVER)
    ids: Sequence[REF] = many(
        REF, 9, RECEIVER_IDS, "Information receiver's further identifier", description=S
    )
    street: N3 | None = one(N3, "", "Information receiver's street", default=None)
    city: N4 | None = one(N4, "", "Information receiver's city", default=None)
    specialty: PRV | None = one(PRV, ROLES, "Information receiver's role", SPECIALTY, default=None)
