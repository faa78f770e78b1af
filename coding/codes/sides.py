"""The side of the body that a title of ICD-10-CM names."""

import re

_SIDE = re.compile(r"\b(right|left|bilateral|both)\b", re.IGNORECASE)


def side_named(title: str) -> str:
    """R, L, B (both sides), "" where the title names none, or one side beside the other."""
    named = {word.lower() for word in _SIDE.findall(title)}
    if named == {"right"}:
        return "R"
    if named == {"left"}:
        return "L"
    return "B" if named & {"bilateral", "both"} else ""
