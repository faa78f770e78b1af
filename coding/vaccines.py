"""Vaccines and their administration by their numbers."""

from coding.code_list import code_list

FLU = code_list(
    "90630 90653 90654 90655 90656 90657 90658 90660 90661 90662 90672 90673 90674 90682 90685 90686 "
    "90687 90688 90689 90694 90756 Q2034 Q2035 Q2036 Q2037 Q2038 Q2039"
)
PNEUMONIA = code_list("90670 90671 90677 90684 90732")
HEPATITIS_B = code_list("90739 90740 90743 90744 90746 90747 90759")
#: Medicare's own administration of each of the three.
MEDICARES: dict[str, frozenset[str]] = {"G0008": FLU, "G0009": PNEUMONIA, "G0010": HEPATITIS_B}
_RSV_ANTIBODIES = code_list("90380 90381 90382")

#: The first administration of a vaccine and each further one; further components (90461) are no vaccine.
BY_COUNSELING = "90460"
ADMINISTRATION = code_list("90460 90471 90472 90473 90474 90480 96380 96381 G0008 G0009 G0010")


def is_vaccine(procedure: str) -> bool:
    """A vaccine's or a preventing antibody's product code."""
    return (
        "90476" <= procedure <= "90759"
        or "91300" <= procedure <= "91399"
        or procedure in _RSV_ANTIBODIES
        or procedure in FLU
    )
