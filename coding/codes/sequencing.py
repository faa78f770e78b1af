"""Sequencing: in which order the answers to a question stand where the guidelines say which comes first."""

import re
from collections.abc import Callable, Sequence, Set
from typing import Final

from coding.codes.question import stem

Ranked = list[tuple[str, float]]
"""Codes without dots with their scores, the best first."""

ALIKE: Final = 0.98
"""From which part of another one's score on an answer fits as well."""
_NAMED = re.compile(r"\b[A-Z]\d[0-9A-Z]{1,5}\b")
_SCREENED = re.compile(r"Z1[123]")
_ORGANISM = re.compile(r"B9[567]")
_CAUSED = 0.5
_CAUSE_ASKED = 0.7  # of the first answer's score


def cause_first(
    ranked: Ranked, meant: Set[str], notes: Callable[[str], str], title_words: Callable[[str], Set[str]]
) -> Ranked:
    """The first answer after the one that a "code first" note of it names, where both were asked for: kidney
    disease after the diabetes that caused it; and an organism (B95 to B97) after what it causes.

    `meant` are the stems of what was asked, `notes` gives a code's "code first" notes.
    """
    if not ranked:
        return ranked
    code, score = ranked[0]

    def asked(other: str) -> bool:
        return not meant.isdisjoint(map(stem, title_words(other) - title_words(code)))

    if _ORGANISM.match(code):
        for place, (other, less) in enumerate(ranked[1:], start=1):
            if not _ORGANISM.match(other) and less > _CAUSED * score and asked(other):
                return _to_front(ranked, place)
    named = {found for found in _NAMED.findall(notes(code).replace(".", "")) if len(found) > 3}
    for place, (other, less) in enumerate(ranked[1:], start=1):
        if other in named and less > _CAUSE_ASKED * score and (less >= ALIKE * score or asked(other)):
            return _to_front(ranked, place)
    return ranked


def screening_first(ranked: Ranked) -> Ranked:
    """The screening before what it found (guideline I.C.21.c.5)."""
    first = next((one for one in ranked if _SCREENED.match(one[0])), None)
    return ranked if first is None else [first, *(one for one in ranked if one is not first)]


def on_both_sides(ranked: Ranked, sides: Sequence[str]) -> Ranked:
    """Where both sides were asked for and no code has both: the right one's and the left one's, which are
    coded together then (guideline I.B.13), before the one that names no side.

    `sides` are the codes of the first answer's right side, left side and both, "" where there is none.
    """
    right, left, both = sides
    if both or not (right and left):
        return ranked
    score = ranked[0][1]
    return [(right, score), (left, score), *(one for one in ranked if one[0] not in (right, left))]


def _to_front(ranked: Ranked, place: int) -> Ranked:
    """That answer first, with the score of the one that was."""
    return [(ranked[place][0], ranked[0][1]), *ranked[:place], *ranked[place + 1 :]]
