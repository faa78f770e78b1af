"""A body mass index in a coder's words: its Z68 code, and what is asked beside it.

Adults only: a child's is coded by its percentile.
"""

import re

_SAID = re.compile(
    r"\b(?:bmi|body mass index)(?: of| is|:|=)?\s*(\d{1,2}(?:\.\d+)?)\b"
    r"(?!\s*(?:%|percent|(?:st|nd|rd|th)\b))",
    re.IGNORECASE,
)
_CHILD = re.compile(r"\b(?:percentile|child|pediatric|infant)\b", re.IGNORECASE)
_HIGH = ((70, "Z6845"), (60, "Z6844"), (50, "Z6843"), (45, "Z6842"), (40, "Z6841"))


def body_mass(text: str) -> tuple[str, str] | None:
    """(the code of the index said, the question without it); None where none is said, or a child's."""
    found = _SAID.search(text)
    if found is None or _CHILD.search(text):
        return None
    value = float(found.group(1))
    rest = f"{text[: found.start()]} {text[found.end() :]}".strip(" ,;.")
    return next((code for least, code in _HIGH if value >= least), _below_40(value)), rest


def _below_40(value: float) -> str:
    return "Z681" if value < 20 else f"Z68{int(value)}"
