"""A coder's question: the terms asked for in each way it can be read, with what may stand for each.

"broken collarbone" is read as written and as "fracture clavicle". A word that no title has is read as
a word of the same stem, as two words written as one, or as the word nearest in spelling.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from coding.codes.coder_words import EVERYDAY, LIGHT, RELATED
from coding.codes.rewording import kept, reworded
from coding.codes.search_index import SearchIndex
from coding.codes.spelling import Spelling
from coding.codes.tokens import term

_PLAIN = 0.9
_DENIED_WEIGHT = 0.2
_GUESSED_WEIGHT = 0.7
#: Of what a question tells after the complaint: when it comes, what it came from, what makes it worse.
_OCCASION_WEIGHT = 0.7
_OCCASION = re.compile(
    r"\b\w[^,]*?[\s,](?:after|when|whenever|while|because|since|worse|during|until|if|than|ever since)\s+(.*)"
)
_LIGHT_WEIGHT = 0.15
_LIGHT_TERMS = frozenset(term(w) for w in LIGHT)
_EVERYDAY_WEIGHT = 0.3
_EVERYDAY_TERMS = frozenset(term(w) for w in EVERYDAY)
_SUFFIXES = tuple(
    "ization ments ment ations ating ation ities ated ical ally ness ings ing ions ion ity ial ous"  # noqa: SIM905
    " ies ive ed al ic es an us um is ly er y e a i s".split()
)
_STEM = 4  # letters that a stem has at least
#: What a question says is not there: "no" abnormal findings, with aura "not" intractable.
DENIED = re.compile(
    r"(?:\b(?:without|no|not|denies)|\bw/o)\b((?:\s+[a-z0-9-]+){1,5}?)(?=\s+(?:with|but|due|from|in|of)\b|[,;.]|\s*$)"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """Terms asked for, each with the terms that may stand for it; `weight` of the reading to others.

    `said` are all terms of the question, those that no title has as well (subsequent, nonunion), `denied`
    those of them that it says are not there, `lighter` those that count for less: guessed at, or told of the
    occasion only.
    """

    asked: Mapping[str, tuple[str, ...]]
    said: frozenset[str]
    weight: float = 1.0
    denied: frozenset[str] = frozenset()
    lighter: Mapping[str, float] = field(default_factory=dict)

    def weight_of(self, word: str) -> float:
        """What a term of the question counts, to one that is asked for as it was written: 1.0."""
        return self.lighter.get(word, 1.0) * (_DENIED_WEIGHT if word in self.denied else 1.0)

    def standing_for(self, words: Sequence[str], others: tuple[str, ...]) -> "Reading":
        """The same question, in which `others` may stand for each of these words too."""
        wider = {t: (*given, *others) if t in words else given for t, given in self.asked.items()}
        return replace(self, asked=wider)


def stem(word: str) -> str:
    """What related words have in common: allergy, allergic; fall, falling; obese, obesity."""
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= _STEM:
            return word[: -len(suffix)]
    return word


def _denied(text: str) -> list[list[str]]:
    """The words of each part of a text that says that something is not there."""
    return [kept(part) for part in DENIED.findall(text.lower())]


def _of_occasion(text: str) -> list[str]:
    """The words that tell of the occasion only: not those that stand before it as well."""
    found = _OCCASION.match(text.lower())
    if found is None:
        return []
    before = set(kept(text[: found.start(1)]))
    return [w for w in kept(found[1]) if w not in before]


class Questions:
    """Reads questions in the words of one index."""

    def __init__(self, index: SearchIndex) -> None:
        self._index = index
        self._spelling = Spelling(index.terms, self._commonness)
        self._kin = lru_cache(maxsize=4096)(self._related)

    def readings(self, text: str) -> list[Reading]:
        """The ways a question can be read; none where no word of it is known."""
        said = kept(text)
        parts = _denied(text)
        aside = _of_occasion(text)
        first = list(reworded(said, self._index.number))
        written = frozenset(map(term, said))
        found = [self._reading(first, written | frozenset(map(term, first)), parts, aside)]
        other = list(reworded(said, self._index.number, 1))
        if other != first:
            found.append(self._reading(other, written | frozenset(map(term, other)), parts, aside))
        if first != said != other:
            plain = self._asked(said)
            if len(plain) == len(written):
                found.append(replace(self._reading(said, written, parts, aside), asked=plain, weight=_PLAIN))
        return [reading for reading in found if reading.asked]

    def _reading(
        self,
        first: Sequence[str],
        said: frozenset[str],
        parts: Sequence[Sequence[str]],
        aside: Sequence[str],
    ) -> Reading:
        guessed: set[str] = set()
        asked = self._asked(first, guessed)
        parts = [*parts, *_denied(" ".join(first))]  # normal findings: without abnormal findings
        denied = {term(w) for part in parts for w in (*part, *reworded(part, self._index.number))}
        denied |= {other for t in denied for other in asked.get(t, ())}
        later = {term(w) for w in (*aside, *reworded(aside, self._index.number))}
        lighter = dict.fromkeys(later, _OCCASION_WEIGHT) | dict.fromkeys(guessed, _GUESSED_WEIGHT)
        return Reading(asked, said, denied=frozenset(denied), lighter=lighter)

    def rarity(self, word: str) -> float:
        """The weight of a term: rare ones weigh more, those about the visit little."""
        weight = (
            _LIGHT_WEIGHT if word in _LIGHT_TERMS else _EVERYDAY_WEIGHT if word in _EVERYDAY_TERMS else 1.0
        )
        return self._index.rarity(word) * weight

    def says(self, word: str, worth: float) -> float:
        """What a term counts in the phrase that holds it: an everyday word its whole rarity."""
        return self._index.rarity(word) if word in _EVERYDAY_TERMS else worth

    def _commonness(self, word: str) -> int:
        return len(self._index.postings(word))

    def _related(self, stemmed: str) -> list[str]:
        """Terms of the index that have a stem, the commonest first. The terms stand in their order."""
        found = []
        for at in range(bisect_left(self._index.terms, stemmed), len(self._index.terms)):
            word = self._index.terms[at]
            if not word.startswith(stemmed):
                break
            if len(word) >= _STEM and word.isalpha() and stem(word) == stemmed:
                found.append(word)
        return sorted(found, key=lambda word: (-self._commonness(word), word))

    def _asked(self, said: Sequence[str], guessed: set[str] | None = None) -> dict[str, tuple[str, ...]]:
        """Each term with what may stand for it. `guessed`: words that no title has are guessed at, and what
        they are taken for is added to it."""
        number = self._index.number
        asked: dict[str, tuple[str, ...]] = {}
        for word in said:
            t = term(word)
            kin = [k for k in self._kin(stem(t)) if k != t][:4]
            if t in number:
                related = [r for r in map(term, RELATED.get(word, RELATED.get(t, ()))) if r in number]
                asked[t] = tuple(dict.fromkeys((*related, *kin)))
            elif t in _EVERYDAY_TERMS:
                continue
            elif kin:
                asked.setdefault(kin[0], tuple(kin[1:]))
            elif guessed is not None and len(t) > 3:
                for part, others in self._guessed(t):
                    if asked.setdefault(part, others) is others:
                        guessed.add(part)
        return asked

    def _guessed(self, word: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        number = self._index.number
        longer = self._spelling.longer(word) if len(word) > 5 else ()
        if longer:
            yield longer[0], longer[1:]
            return
        for at in range(3, len(word) - 3):
            if (
                word[:at] in number
                and word[at:] in number
                and min(self._commonness(word[:at]), self._commonness(word[at:])) > 3
            ):
                yield word[:at], ()
                yield word[at:], ()
                return
        near = self._spelling.nearest(word)
        if near:
            yield near[0], near[1:]
