"""Laboratory tests by their numbers."""

from coding.code_list import code_list

#: Laboratory numbers that are no laboratory examination of CLIA's (professional and administrative).
_NOT_TESTS = code_list(
    "80500 80502 80503 80504 80505 80506 84061 85060 85097 86077 86078 86079 86485 86486 86490 86510 86580"
)
_HCPCS_TESTS = code_list(
    "G0103 G0123 G0143 G0144 G0145 G0147 G0148 G0306 G0307 G0328 G0432 G0433 G0435 G0472 G0475 G0476 "
    "G0480 G0481 G0482 G0483 G0499 G0659 P3000 Q0111 Q0112 Q0113 Q0114 Q0115"
)


def is_test(procedure: str) -> bool:
    """A laboratory examination by its number: CPT's laboratory section, PLA codes, HCPCS's own tests."""
    if procedure.isdigit():
        return "80047" <= procedure <= "89398" and procedure not in _NOT_TESTS
    return procedure in _HCPCS_TESTS or (procedure[4:] == "U" and procedure[:4].isdigit())
