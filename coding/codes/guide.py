"""Guided choice: from a category, or a phrase, to a valid code by questions made from the tabular itself.

    Guide(tabular, diagnoses, day).walk("S621", ["triquetrum", "displaced", "right", "initial", "closed"])

At each place the codes below are told apart: by side, displacement, dominance, trimester or encounter where
all of them say one, by their own words otherwise. What only one answer is left for is not asked. An answer
is an option's key, `question=key`, or words that fit one option alone. Nothing is assumed: what neither an
answer nor the phrase says stays a question.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from coding.code_list import code_list
from coding.codes.icd10cm import Diagnoses
from coding.codes.instructions import Instruction, instructions_for
from coding.codes.search_index import ABSENT
from coding.codes.shown import dotted, undotted
from coding.codes.tabular import Tabular
from coding.codes.tokens import term, words
from coding.codes.validity import Validity

_EMPTY = code_list("of the and or in for to a an by on due at is")
_UNSPECIFIED = "unspecified"
_DENIED = re.compile(ABSENT)
_Leaves = tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to a question: its key, what it says, and the codes that it leaves."""

    key: str
    label: str
    leaves: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """What has to be known next; `name` says which kind it is (side, encounter, trimester ...)."""

    name: str
    text: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """A question that was answered, with the option taken; `by_words` where the phrase said it."""

    name: str
    text: str
    key: str
    label: str
    by_words: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """How far the answers lead: `question` is what is open, or `code` the valid code that was reached.

    `place` is the code or heading where the walk stands, `unused` are answers that fitted no question.
    """

    start: str
    place: str
    title: str
    answered: tuple[Answered, ...]
    question: Question | None
    code: str
    unused: tuple[str, ...]
    instructions: tuple[Instruction, ...]


class NoWalkError(Exception):
    """Nothing valid lies below a start on the day. `code` is stable, `reason` says what to do."""

    code = "CODES-GUIDE"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def _first(pattern: str) -> Callable[[str], str | None]:
    """The first of several words that a title says; None where it says none."""
    wanted = re.compile(pattern)

    def says(title: str) -> str | None:
        found = wanted.search(title)
        return found.group(0) if found is not None else None

    return says


#: Name and question of each axis, and what of a title answers it. Nondisplaced before displaced, and so on:
#: the pattern takes the longer word first.
_AXES: tuple[tuple[str, str, Callable[[str], str | None]], ...] = (
    ("trimester", "Which trimester?", _first(r"(?:first|second|third|unspecified) trimester")),
    (
        "displacement",
        "Displaced or nondisplaced? (not documented: displaced, guideline I.C.19.c)",
        _first(r"\b(?:nondisplaced|displaced)\b"),
    ),
    ("side", "Which side?", _first(r"\b(?:right|left|bilateral)\b|\bunspecified (?!fracture|part)")),
    (
        "dominance",
        "Is it the patient's dominant side? (not documented: right is dominant, left is not, I.C.6.a)",
        _first(r"\bnon-?dominant\b|\bdominant\b"),
    ),
)
_ENCOUNTERS = ("initial", "subsequent", "sequela")
_KINDS = (
    ("intent", "How did it come about?", re.compile(r"self-harm|accidental|underdosing|adverse effect")),
    ("stage", "Which stage or severity?", re.compile(r"\bstage\b|\bmild\b|\bsevere\b|\bdegree\b|\bclass \d")),
    ("consciousness", "Was consciousness lost, and for how long?", re.compile(r"loss of consciousness")),
    ("fetus", "Which fetus?", re.compile(r"\bfetus\b")),
    ("status", "With or without it?", re.compile(r"\bwithout\b|\bnot\b")),
    ("type", "Which type?", re.compile(r"\btype\b")),
)


@lru_cache(maxsize=16_384)
def _tokens(text: str) -> frozenset[str]:
    """The terms of a text; those that it denies (without, not) are other terms: `no:edema`."""
    plain = text.lower()
    denied = {f"no:{term(w)}" for part in _DENIED.findall(plain) for w in words(part) if w not in _EMPTY}
    return (frozenset(map(term, words(_DENIED.sub(" ", plain)))) - _EMPTY) | denied


def _shared(question: Question, heading: frozenset[str]) -> frozenset[str]:
    """The terms that tell no option from another: those of the heading and those of every label."""
    labels = [_tokens(option.label) for option in question.options]
    every = frozenset.intersection(*labels)
    return (heading | every) - (frozenset.union(*labels) - every)


class Guide:
    """Walks the tabular as it stands on a day of service."""

    def __init__(self, tabular: Tabular, diagnoses: Diagnoses, day: date) -> None:
        self._tabular = tabular
        self._diagnoses = diagnoses
        self._day = day
        self._says = lru_cache(maxsize=8192)(self._said_below)
        self._stem = lru_cache(maxsize=8192)(self._said_by)
        self._valid = lru_cache(maxsize=8192)(self._is_valid)

    def walk(self, start: str, answers: Sequence[str] = (), phrase: Iterable[str] = ()) -> Walk:
        """As far from `start` (no dot) as the answers, and the terms of a phrase, lead.

        Raises:
            NoWalkError: no code of that name on the day, or nothing valid below it.
        """
        start = place = undotted(start)
        if len(place) < 3 or not (self._valid(place) or self._below(place)):
            raise NoWalkError(f"nothing is valid at or below {dotted(place)[:12]} on {self._day}")
        said = _Said(answers, frozenset(phrase), self._says)
        asked: Question | None = None
        while not self._valid(place):
            left = self._below(place)
            if not left:
                raise NoWalkError(f"nothing is valid below {dotted(place)} on {self._day}")
            while len(left) > 1 and asked is None:
                question = self._question(place, left)
                taken = said.answer(question, self._tabular.title(place))
                if taken is None:
                    asked = question
                else:
                    left = taken.leaves
            if asked is not None:
                break
            place = left[0]
        return Walk(
            start=start,
            place=place,
            title=self._tabular.title(place),
            answered=tuple(said.answered),
            question=asked,
            code=place if asked is None else "",
            unused=said.left,
            instructions=instructions_for(self._tabular, self._diagnoses, place, self._day, said.words),
        )

    def _is_valid(self, code: str) -> bool:
        return self._diagnoses.get(code).valid_on(self._day) is Validity.VALID

    def _below(self, place: str) -> tuple[str, ...]:
        """The codes directly below a place that are valid, or have valid ones below, on the day."""
        return tuple(
            code
            for code in self._tabular.child_codes(place)
            if self._valid(code) or self._diagnoses.has_children(code, self._day)
        )

    def _said_below(self, code: str) -> _Leaves:
        """What each valid code at or below one says: its title, with what the places between include."""
        if self._valid(code):
            return (self._own(code),)
        own = self._own(code)
        return tuple(own | says for child in self._below(code) for says in self._says(child))

    def _own(self, code: str) -> frozenset[str]:
        if len(code) == 7 and code[6].isalpha():  # said once for the stem, which all encounters share
            stem = self._tabular.nearest(code[:6])
            title = self._tabular.title(stem)
            return self._stem(stem) | _tokens(self._tabular.title(code).removeprefix(title))
        return self._stem(code)

    def _said_by(self, code: str) -> frozenset[str]:
        entry = self._tabular.get(code)
        if entry is None:
            return frozenset()
        return _tokens(" ".join((entry.title, *entry.inclusion, *entry.includes)))

    def _question(self, place: str, left: tuple[str, ...]) -> Question:
        titles = {code: self._tabular.title(code).lower() for code in left}
        if all(len(code) == 7 and code[6].isalpha() for code in left):
            return self._encounter(place, left)
        for name, text, says in _AXES:
            values = {code: says(title) for code, title in titles.items()}
            if None not in values.values() and len(set(values.values())) > 1:
                return Question(name, text, _by_value(values))
        labels = _told_apart({code: self._tabular.title(code) for code in left})
        known = [label.lower() for label in labels.values()]
        name, text = next(
            (
                (name, text)
                for name, text, sign in _KINDS
                if 2 * sum(sign.search(label) is not None for label in known) >= len(known)
            ),
            ("which", f"Which of {self._tabular.title(place)}?"),
        )
        return Question(name, text, tuple(Option(dotted(c), label, (c,)) for c, label in labels.items()))

    def _encounter(self, place: str, left: tuple[str, ...]) -> Question:
        """Of codes that differ in the 7th character: the encounter first, then what it says besides."""
        stem = self._tabular.title(place)
        says = {code: self._tabular.title(code).removeprefix(stem).strip(" ,") for code in left}
        groups: dict[str, list[str]] = {}
        for code, label in says.items():
            known = next((e for e in _ENCOUNTERS if label.lower().startswith(e)), code[6])
            groups.setdefault(known, []).append(code)
        if len(groups) > 1:
            options = [
                Option(
                    key,
                    says[codes[0]] if len(codes) == 1 else f"{key} encounter",
                    tuple(codes),
                )
                for key, codes in groups.items()
            ]
            text = "Which encounter? (initial: active treatment; guideline I.C.19.a)"
            return Question("encounter", text, tuple(options))
        labels = _told_apart(says)
        name = "healing" if any("healing" in label for label in labels.values()) else "open or closed"
        text = "Closed or open, and how does it heal? (not documented: closed, I.C.19.c)"
        return Question(name, text, tuple(Option(c[6], label, (c,)) for c, label in labels.items()))


def _by_value(values: dict[str, str | None]) -> tuple[Option, ...]:
    found: dict[str, list[str]] = {}
    for code, value in values.items():
        found.setdefault((value or "").strip(), []).append(code)
    return tuple(Option(value.split(" ")[0], value, tuple(codes)) for value, codes in found.items())


def _told_apart(titles: dict[str, str]) -> dict[str, str]:
    """Each title without the words with which all of them begin and end."""
    split = {code: title.split() for code, title in titles.items()}
    several = list(split.values())
    head = 0
    while all(len(one) > head + 1 and one[head] == several[0][head] for one in several):
        head += 1
    # A number or "with" begins what an option says, even where all of them have it.
    while head and several[0][head - 1].lower() in ("with", "without", "not", "stage", "type", "class"):
        head -= 1
    return {code: " ".join(one[head:]).strip(" ,") for code, one in split.items()}


class _Said:
    """What was answered and what the phrase says, used up as questions come."""

    def __init__(
        self, answers: Sequence[str], phrase: frozenset[str], says: Callable[[str], "_Leaves"]
    ) -> None:
        self.given = tuple(answers)
        self.words = phrase - {_UNSPECIFIED}
        self.answered: list[Answered] = []
        self._says = says
        self._used: set[str] = set()

    @property
    def left(self) -> tuple[str, ...]:
        """The answers that decided nothing."""
        return tuple(given for given in self.given if given not in self._used)

    def answer(self, question: Question, heading: str) -> Option | None:
        """The option that the answers, else the phrase, lead to; None where nothing does."""
        place = _tokens(heading)
        above = _shared(question, place)
        taken = self._named(question) or self._of_answers(question, place, above)
        by_words = taken is None
        if taken is None:
            taken = self._of_phrase(question, above)
        if taken is not None:
            self.answered.append(Answered(question.name, question.text, taken.key, taken.label, by_words))
        return taken

    def _named(self, question: Question) -> Option | None:
        """The option whose key an answer names: `side=left`, `S62.1`, `left`."""
        for given in self.given:
            name, _, value = given.partition("=")
            if value and name.strip().lower() not in (question.name, question.name.split()[0]):
                continue
            plain = (value or given).strip().lower()
            for option in question.options:
                if plain in (option.key.lower(), option.label.lower(), option.key.lower().replace(".", "")):
                    self._used.add(given)
                    return option
        return None

    def _of_answers(self, question: Question, place: frozenset[str], above: frozenset[str]) -> Option | None:
        """The one option below which a single code says more of the answers than any below the others;
        of several alike the one whose label is an answer, the one of which the phrase speaks, then the one
        that says nothing besides."""
        asked = {g: _tokens(g) for g in self.given if "=" not in g and _tokens(g)}
        if not asked:
            return None  # without reading what every code below says
        fits = {o: self._fits(o, asked, above) for o in question.options}
        best = _most(list(fits), lambda o: len(fits[o]))
        if len(best) > 1:
            best = _most(best, lambda o: len(self._fits(o, asked, place)))
        if not fits[best[0]]:
            return None
        if 1 < len(best) < len(fits):
            answers = [own for tokens in asked.values() if (own := tokens - place)]
            best = [o for o in best if _tokens(o.label) - place in answers] or best
        if 1 < len(best) < len(fits):
            best = _most(best, lambda o: self._spoken(o, place))
        if len(best) > 1:
            telling_words = [t for g, t in asked.items() if g in fits[best[0]] and t - above]
            strict = len(best) == len(fits)  # the answers tell none of them from another
            best = _nearest(best, telling_words, above if strict else None)
        if len(best) != 1:
            return None
        taken = best[0]
        telling = {g for g in fits[taken] if any(g not in fit for o, fit in fits.items() if o is not taken)}
        self._used |= telling or {g for g in fits[taken] if asked[g] <= _tokens(taken.label)}
        return taken

    def _spoken(self, option: Option, place: frozenset[str]) -> int:
        """How many terms of the phrase beyond the place one code below an option says, of the code that says
        most."""
        words = self.words - place
        return max((len(says & words) for code in option.leaves for says in self._says(code)), default=0)

    def _fits(
        self, option: Option, asked: dict[str, frozenset[str]], above: frozenset[str]
    ) -> frozenset[str]:
        """The answers that one code below an option says, of the code that says most of them."""
        best: frozenset[str] = frozenset()
        for code in option.leaves:
            for says in self._says(code):
                fit = frozenset(given for given, tokens in asked.items() if tokens - above <= says)
                if len(fit) > len(best):
                    best = fit
        return best

    def _of_phrase(self, question: Question, above: frozenset[str]) -> Option | None:
        """The one option all of whose own words the phrase says; what is unspecified is never assumed."""
        fits = []
        for option in question.options:
            own = _tokens(option.label) - above
            if own and own <= self.words and _UNSPECIFIED not in own:
                fits.append((len(own), option))
        best = max((size for size, _ in fits), default=0)
        longest = [option for size, option in fits if size == best]
        return longest[0] if len(longest) == 1 else None


def _most(options: list[Option], count: Callable[[Option], int]) -> list[Option]:
    """The options of which a count is highest."""
    counts = {option: count(option) for option in options}
    return [option for option, n in counts.items() if n == max(counts.values())]


def _nearest(
    options: list[Option], asked: Sequence[frozenset[str]], above: frozenset[str] | None
) -> list[Option]:
    """Of options that answer alike the one of which all others say more: what it says beyond an answer each
    of them says too. Where `above` is given, the one that says nothing beyond it and the answer."""
    for tokens in asked:
        beyond = {o: own - tokens for o in options if tokens <= (own := _tokens(o.label))}
        all_say = (
            frozenset.intersection(*beyond.values()) if beyond and above is None else above or frozenset()
        )
        found = [o for o, b in beyond.items() if b <= all_say]
        if len(found) == 1:
            return found
    return options
