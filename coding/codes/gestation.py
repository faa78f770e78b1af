"""Weeks of pregnancy in a coder's words: the trimester that a condition's code asks for, and the Z3A code.

The first trimester ends before 14 weeks 0 days, the second before 28 (ICD-10-CM guideline I.C.15.a.3).
"""

import re
from dataclasses import dataclass

_WEEKS = re.compile(
    r"\b(?:at )?(\d{1,2})(?: ?[+/] ?[0-6])?[ -]*(?:weeks?|wks?|w)(?:[ ,]*\d ?d(?:ays?)?)?\b", re.IGNORECASE
)
_PREGNANT = re.compile(
    r"\b(?:pregnan|gestation|gravid|antepartum|trimester|prenatal|obstetric|ega\b|iup\b)", re.IGNORECASE
)
_SAYS_PREGNANT = re.compile(r"\b(?:(?:in |of )?pregnan(?:t|cy)|gestation|along|ega|iup)\b", re.IGNORECASE)
#: What names the pregnancy and no condition of it.
_ONLY = re.compile(
    r"\b(?:pregnan(?:t|cy)|gestation(?:al)?|weeks?|age|ega|iup|of|along|patient|now|at|is|intrauterine)\b|\W",
    re.IGNORECASE,
)
#: What only a mother has: "preterm" is her labor then, not a child, unless one is named.
_MOTHERS = re.compile(
    r"\b(?:pregnan\w*|lab(?:o|ou)r|contractions?|membranes|waters? (?:broke|broken|leaking)|preeclampsia"
    r"|eclampsia|hellp|previa|placenta\w*|fetal|fetus|breech|prom|pprom)\b",
    re.IGNORECASE,
)
_CHILDS = re.compile(
    r"\b(?:newborn|preemie|neonat\w*|born|(?:premature|preterm) (?:baby|infant))\b", re.IGNORECASE
)
_NOT_MOTHER = re.compile(
    r"\b(?:newborn|premature|preterm|baby|infant|born|preemie|neonat\w*)\b", re.IGNORECASE
)
_PAST = re.compile(r"\b(?:past(?: (?:due|term))?|beyond|over(?:due)?|more than|late)\b", re.IGNORECASE)
_SECOND, _THIRD = 14, 28
_POST_TERM = 40  # completed weeks, past which a pregnancy is O48.0; past 42 it is O48.1
_FIRST_OWN, _LAST_OWN = 8, 42


@dataclass(frozen=True, slots=True)
class Gestation:
    """The weeks said, and the questions with the trimester in their place: without and with the word
    pregnancy, which some titles have. No question where the weeks are all that is asked."""

    weeks: int
    questions: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        """The Z3A code of the weeks."""
        if self.weeks < _FIRST_OWN:
            return "Z3A01"
        return f"Z3A{self.weeks:02}" if self.weeks <= _LAST_OWN else "Z3A49"


def trimester(weeks: int) -> str:
    """first, second or third."""
    return "first" if weeks < _SECOND else "second" if weeks < _THIRD else "third"


def of_mother(text: str) -> bool:
    """Whether a question tells of labor, waters or placenta and names no child that is born."""
    return _MOTHERS.search(text) is not None and _CHILDS.search(text) is None


def gestation(text: str) -> Gestation | None:
    """The weeks of pregnancy that a question says; None where it says none, or those of a child."""
    found = _WEEKS.search(text)
    if found is None or not (of_mother(text) or (_PREGNANT.search(text) and not _NOT_MOTHER.search(text))):
        return None
    weeks = int(found.group(1))
    rest = f"{text[: found.start()]} {text[found.end() :]}"
    if not _ONLY.sub("", rest):
        return Gestation(weeks)
    if weeks >= _POST_TERM and not _ONLY.sub("", _PAST.sub("", rest)):
        return Gestation(weeks, ("post-term pregnancy" if weeks <= _LAST_OWN else "prolonged pregnancy",))
    said = "" if "trimester" in rest.lower() else f" {trimester(weeks)} trimester"
    condition = _SAYS_PREGNANT.sub(" ", rest)
    return Gestation(weeks, (condition + said, f"pregnancy {condition}{said}"))
