"""The side of the body that a modifier names: L, R, or B for both."""

from coding.code_list import code_list

SIDE_OF: dict[str, str] = {
    **dict.fromkeys(code_list("LT E1 E2 FA F1 F2 F3 F4 TA T1 T2 T3 T4"), "L"),
    **dict.fromkeys(code_list("RT E3 E4 F5 F6 F7 F8 F9 T5 T6 T7 T8 T9"), "R"),
    "50": "B",
}
