"""Outpatient therapy by its numbers: the discipline that each can be of, and Medicare's yearly amounts.

A few numbers of the "always therapy" kind, in no words of CPT's.
"""

from coding.code_list import code_list

PHYSICAL, OCCUPATIONAL, SPEECH = "GP", "GO", "GN"
DISCIPLINES = frozenset({PHYSICAL, OCCUPATIONAL, SPEECH})

#: Of one discipline alone, then those that two or three of them give.
_PHYSICAL = code_list("97161 97162 97163 97164")
_OCCUPATIONAL = code_list("97165 97166 97167 97168")
_SPEECH = code_list("92507 92508 92521 92522 92523 92524 92526 92597 92607 92608 92609")
_SHARED = code_list(
    "97012 97016 97018 97022 97024 97026 97028 97032 97033 97034 97035 97036 97110 97112 97113 97116 "
    "97124 97140 97150 97164 97530 97533 97535 97537 97542 97750 97755 97760 97761 97763 G0283"
)
ALWAYS: dict[str, frozenset[str]] = {
    **dict.fromkeys(_SHARED, DISCIPLINES),
    **dict.fromkeys(_PHYSICAL, frozenset({PHYSICAL})),
    **dict.fromkeys(_OCCUPATIONAL, frozenset({OCCUPATIONAL})),
    **dict.fromkeys(_SPEECH, frozenset({SPEECH})),
}

#: Cents a year from which KX says that more is needed: physical and speech therapy together, and
#: occupational therapy on its own.
THRESHOLDS: dict[int, int] = {
    2021: 2_110_00,
    2022: 2_150_00,
    2023: 2_230_00,
    2024: 2_330_00,
    2025: 2_410_00,
    2026: 2_480_00,
}
