"""The encoder: from a coder's words to ICD-10-CM codes, and everything about one code.

A phrase (title or inclusion term) scores by how much of the question it covers, each word weighted by
its rarity, and by how little else it says. Words found only in the places above a code count for
less. A heading passes its score to the code that a coder would use without more detail (unspecified,
without complications), a code that needs a 7th character to the initial encounter.
"""

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from heapq import nlargest
from typing import NamedTuple

from coding.codes.icd10cm import Diagnoses
from coding.codes.question import Questions, Reading
from coding.codes.search_index import ABSENT, SearchIndex
from coding.codes.shown import Shown, dotted, show
from coding.codes.tabular import BILLABLE, Entry, Tabular
from coding.codes.tokens import term, terms

_RELATED_WEIGHT = 0.7
_ANCESTOR_WEIGHT = 0.6
_CANDIDATES = 50
_BELOW = 60
_COMMON = 4000
#: Chapters and categories whose codes are meant only when their own words are asked for, with those words.
_APART = {
    "C": "malignant malignancy neoplasm cancer carcinoma sarcoma tumor lymphoma leukemia melanoma myeloma"
    " mesothelioma secondary blastoma glioma germinoma seminoma kaposi hodgkin metastatic",
    "E08": "underlying secondary pancreatic",
    "E09": "drug chemical induced steroid",
    "E10": "1 juvenile autoimmune",
    "E13": "other secondary pancreatectomy postprocedural",
    "F01": "vascular multi infarct",
    "F02": "other alzheimer parkinson lewy hiv",
    "I15": "secondary renovascular renal endocrine",
    "M48": "stenosi spondylopathy kissing ankylosi collapsed fatigue wedging traumatic compression",
    "M80": "pathological osteoporosi osteoporotic fragility age",
    "M84": "pathological stress neoplastic neoplasm fatigue malunion nonunion insufficiency",
    "O": "pregnancy pregnant maternal delivery labor obstetric postpartum puerperium gestational abortion"
    " trimester ectopic gravidarum eclampsia fetal fetus membrane placenta antepartum childbirth",
    "P": "newborn neonatal perinatal birth fetus infant prematurity",
    "Q": "congenital birth malformation",
    "V": "accident transport car driver pedestrian",
    "W": "fall accident contact exposure bite struck",
    "X": "exposure assault contact intentional",
    "Y": "adverse place activity",
    "Z": "history encounter screening status presence exam examination immunization aftercare family personal"
    " counseling absence exposure dependence use supervision contraceptive surveillance transplant long body"
    " mass donor carrier allergy problem homelessness noncompliance underdosing desensitization genetic"
    " resistance acquired artificial",
}
_APART_TERMS = {letter: frozenset(term(w) for w in text.split()) for letter, text in _APART.items()}
_PLAIN_ENDINGS = (
    "unspecified",
    "unspecified site",
    "without complications",
    "uncomplicated",
    "without complication",
)
_ABSENT = re.compile(ABSENT)
_ABSENT_WEIGHT = 0.8
_CONSEQUENCE = re.compile(r",? (?:with|due to|complicating|caused by|associated with|following) ")
_CONSEQUENCE_WEIGHT = 0.8
_DETAIL_WEIGHT = 0.9
_EXACT = 0.96
#: Words of a question after a reason to come, and those beside them that name no condition.
_REASONS = frozenset({"screening", "history", "family"})
_REASON_WORDS = _REASONS | frozenset(
    {"personal", "encounter", "long", "term", "use", "other", "disease", "disorder"}
)
_CLASS_WORDS = 6
_CLASS_NOISE = frozenset(
    {"disease", "disorder", "certain", "other", "and", "condition", "except", "specified"}
)
_RARE_INTENTS = frozenset({"assault", "undetermined", "underdosing", "intentional", "self"})
_INTENTS = frozenset({"intentional", "self", "suicide", "assault", "undetermined", "adverse", "underdosing"})
_APART_WEIGHT = 0.75
#: The 7th character that a word asks for, where the code has it; A, the initial encounter, otherwise.
_LATER = {
    "subsequent": "D",
    "followup": "D",
    "follow": "D",
    "healing": "D",
    "aftercare": "D",
    "delayed": "G",
    "nonunion": "K",
    "malunion": "P",
    "open": "B",
    "compound": "B",
    "sequela": "S",
    "late": "S",
}


class _Found(NamedTuple):
    """A phrase that was found: how much of the question it covers, how little else it says."""

    phrase: int
    coverage: float
    fit: float
    score: float


@dataclass(frozen=True, slots=True)
class Hit:
    """One answer: the code (no dot), its title, its score from 0 to about 1."""

    code: str
    title: str
    score: float

    @property
    def dotted(self) -> str:
        return dotted(self.code)


def _fit(matched: float, weight: int, title: int) -> float:
    """How little a phrase says beyond what was asked; an inclusion term ranks a little below a title."""
    return (0.55 + 0.45 * min(1.0, matched / max(weight, 1))) * (1.0 if title else 0.97)


def _holds(postings: Sequence[int], phrase: int) -> bool:
    at = bisect_left(postings, phrase)
    return at < len(postings) and postings[at] == phrase


class Encoder:
    """Search and show over the tabular, its index and the validity table."""

    def __init__(self, tabular: Tabular, index: SearchIndex, diagnoses: Diagnoses) -> None:
        self._tabular = tabular
        self._index = index
        self._diagnoses = diagnoses
        self._questions = Questions(index)
        self._entry = lru_cache(maxsize=4096)(tabular.get)
        self._title_words = lru_cache(maxsize=4096)(self._words_of_title)
        self._own_words = lru_cache(maxsize=4096)(self._words_of)
        self._above = lru_cache(maxsize=4096)(self._words_above)
        self._resolved = lru_cache(maxsize=4096)(self._resolve)
        self._absent = lru_cache(maxsize=4096)(self._absent_in)

    def search(self, text: str, limit: int = 10) -> list[Hit]:
        """The codes that fit a coder's words, best first; a code itself finds that code."""
        code = text.strip().upper().replace(".", "")
        if self._entry(code) is not None and code[:1].isupper():
            return self._code_hits(code, limit)
        hits: dict[str, float] = {}
        for reading in self._questions.readings(text):
            of_reason = reading.weight == 1.0 and not _REASONS.isdisjoint(reading.asked)
            self._answer(self._by_class(reading) if of_reason else reading, hits)
        return [Hit(c, self._title(c), round(score, 4)) for c, score in self._ranked(hits)[:limit]]

    def _ranked(self, hits: Mapping[str, float]) -> list[tuple[str, float]]:
        return sorted(
            hits.items(),
            key=lambda item: (-round(item[1], 4), not self._plain(item[0]), len(item[0]), item[0]),
        )

    def _by_class(self, reading: Reading) -> Reading:
        """A question after history or screening in which a disease's words stand for its class as well:
        what is screened for, or was had, is often named by section or chapter only (anemia: blood)."""
        condition = {t: others for t, others in reading.asked.items() if t not in _REASON_WORDS}
        if not condition:
            return reading
        hits: dict[str, float] = {}
        self._answer(Reading(condition, frozenset(condition)), hits)
        ranked = [code for code, _ in self._ranked(hits) if code[0] != "Z"]
        if not ranked:
            return reading
        places = [e.title for e in self._tabular.ancestors(ranked[0]) if not e.code[0].isupper()]
        classes = {t for title in places for t in terms(title)} - _CLASS_NOISE - set(reading.asked)
        rarest = sorted(classes, key=lambda t: (-self._questions.rarity(t), t))[:_CLASS_WORDS]
        return reading.standing_for(tuple(condition), tuple(rarest))

    def _answer(self, reading: Reading, hits: dict[str, float]) -> None:
        """Adds the codes that fit one reading of a question, each at the best score it ever had."""
        asked = reading.asked
        rarity = {t: self._questions.rarity(t) for t in asked}
        said = reading.said
        meant = said.union(*asked.values())
        for found in self._score(asked, rarity):
            owner = self._index.codes[self._index.owners[found.phrase]]
            for final, weight in self._resolved(owner, said):
                score = found.score
                if final != owner:
                    score = self._with_detail(found, final, asked, rarity)
                score = self._refined(final, score, asked, rarity) * weight
                if found.score < _EXACT:
                    score *= reading.weight
                if not reading.denies and not meant.isdisjoint(self._absent(final)):
                    score *= _ABSENT_WEIGHT
                if final[0] == "T" and not self._title_words(final).isdisjoint(_RARE_INTENTS - said):
                    if _RARE_INTENTS.isdisjoint(said):
                        score *= _APART_WEIGHT
                elif final[0] != "Z" and not _REASONS.isdisjoint(said):
                    score *= (
                        _APART_WEIGHT  # the question is about the reason for the visit, not the condition
                    )
                if score > hits.get(final, 0.0):
                    hits[final] = score

    def _with_detail(
        self, found: "_Found", final: str, asked: Mapping[str, tuple[str, ...]], rarity: Mapping[str, float]
    ) -> float:
        """A heading's score with what the code below it says besides: the side, the trimester."""
        said = self._title_words(final)
        gained = 0.0
        for t, worth in rarity.items():
            there = self._share(t, asked[t], found.phrase)
            here = 1.0 if t in said else _RELATED_WEIGHT if not said.isdisjoint(asked[t]) else 0.0
            gained += worth * max(0.0, here * _DETAIL_WEIGHT - there)
        coverage = min(1.0, found.coverage + gained / sum(rarity.values()))
        return coverage * coverage * found.fit

    def _share(self, t: str, others: tuple[str, ...], phrase: int) -> float:
        """How far a phrase says a term: itself, by a word related to it, or not at all."""
        if _holds(self._index.postings(t), phrase):
            return 1.0
        return _RELATED_WEIGHT if any(_holds(self._index.postings(o), phrase) for o in others) else 0.0

    def _words_of_title(self, code: str) -> frozenset[str]:
        return frozenset(terms(self._title(code)))

    def _absent_in(self, code: str) -> frozenset[str]:
        """The terms of which a title says that they are not there, or not known to be."""
        title = self._title(code).lower()
        absent = frozenset(t for part in _ABSENT.findall(title) for t in terms(part))
        return absent - frozenset(terms(_ABSENT.sub(" ", title))) if absent else absent

    def _plain(self, code: str) -> bool:
        """Whether a code says no more than its heading: of two that fit alike it comes first."""
        return self._title(code).lower().endswith(_PLAIN_ENDINGS)

    def _code_hits(self, code: str, limit: int) -> list[Hit]:
        entry = self._entry(code)
        found = [entry] if entry is not None else []
        found += [e for e in self._tabular.children(code) if e is not None]
        return [Hit(e.code, e.title, 1.0) for e in found[:limit]]

    def _title(self, code: str) -> str:
        entry = self._entry(code)
        return entry.title if entry is not None else ""

    def _score(self, asked: Mapping[str, tuple[str, ...]], rarity: Mapping[str, float]) -> "list[_Found]":
        """The phrases that fit best, one a code, best first."""
        index = self._index
        whole = sum(rarity.values())
        covered: dict[int, float] = {}
        matched: dict[int, float] = {}
        for t, others in sorted(asked.items(), key=lambda item: -rarity[item[0]]):
            worth = rarity[t]
            found: Sequence[int] = index.postings(t)
            if covered and len(found) > _COMMON:  # "right" alone finds nothing worth showing
                found = [p for p in covered if _holds(found, p)]
            for phrase in found:
                covered[phrase] = covered.get(phrase, 0.0) + worth
                matched[phrase] = matched.get(phrase, 0.0) + worth
            if others:
                exact = set(index.postings(t))
                seen: set[int] = set()
                for other in others:
                    says = index.rarity(other)
                    for phrase in index.postings(other):
                        if phrase in exact:
                            continue
                        if phrase not in seen:
                            seen.add(phrase)
                            covered[phrase] = covered.get(phrase, 0.0) + worth * _RELATED_WEIGHT
                        matched[phrase] = matched.get(phrase, 0.0) + says
        best: dict[int, float] = {}
        by: dict[int, int] = {}
        least = 0.3 * whole
        owners, weights, titles = index.owners, index.weights, index.titles
        for phrase, worth in covered.items():
            if worth < least:
                continue
            coverage = worth / whole
            score = coverage * coverage * _fit(matched[phrase], weights[phrase], titles[phrase])
            owner = owners[phrase]
            if score > best.get(owner, 0.0):
                best[owner], by[owner] = score, phrase
        return [
            _Found(p := by[owner], covered[p] / whole, _fit(matched[p], weights[p], titles[p]), score)
            for owner, score in nlargest(_CANDIDATES, best.items(), key=lambda item: item[1])
        ]

    def _words_of(self, code: str) -> frozenset[str]:
        """The terms of one place's own title and notes."""
        entry = self._entry(code)
        if entry is None:
            return frozenset()
        return frozenset(t for text in (entry.title, *entry.inclusion, *entry.includes) for t in terms(text))

    def _words_above(self, code: str) -> frozenset[str]:
        """The terms of a code and of the places above it."""
        found = self._own_words(code)
        entry = self._entry(code)
        while entry is not None and entry.parent:
            found |= self._own_words(entry.parent)
            entry = self._entry(entry.parent)
        return found

    def _refined(
        self, code: str, score: float, asked: Mapping[str, tuple[str, ...]], rarity: Mapping[str, float]
    ) -> float:
        """A phrase's score with the words above the code, and with chapters that are not meant."""
        above = self._above(code)
        whole = sum(rarity.values())
        here = sum(
            worth if t in above else worth * _RELATED_WEIGHT if any(o in above for o in asked[t]) else 0.0
            for t, worth in rarity.items()
        )
        score = score * (1 - 0.25 * _ANCESTOR_WEIGHT) + 0.25 * _ANCESTOR_WEIGHT * (here / whole)
        for part in (code[:1], code[:3]):
            apart = _APART_TERMS.get(part)
            if apart is not None and apart.isdisjoint(asked):
                score *= _APART_WEIGHT
        title = self._title(code).lower()
        if "other specified" in title or title.startswith("other "):
            score *= 0.97
        head = _CONSEQUENCE.split(title, maxsplit=1)[0]
        if head != title:
            main = frozenset(terms(head))
            if main.isdisjoint(asked) and all(main.isdisjoint(others) for others in asked.values()):
                score *= _CONSEQUENCE_WEIGHT  # what was asked for is only what this code comes with
        return score

    def _resolve(self, code: str, asked: frozenset[str]) -> tuple[tuple[str, float], ...]:
        """The billable codes a found code stands for, with the share of its score each gets."""
        entry = self._entry(code)
        if entry is None:
            return ()
        if entry.billable:
            plain = entry.title.lower().endswith(_PLAIN_ENDINGS) or code.endswith("9")
            return ((code, 1.01 if plain else 1.0),)
        keys = [key for key, (flags,) in self._tabular.table.starting_with(code) if flags & BILLABLE]
        letters = {key[6] for key in keys if len(key) == 7 and key[6].isalpha()}
        wanted = next((_LATER[w] for w in asked if _LATER.get(w) in letters), "A")
        keys = [key for key in keys if len(key) < 7 or key[6].isdigit() or key[6] == wanted]
        below = [e for key in keys[-_BELOW:] if (e := self._entry(key)) is not None]  # unspecified comes last
        if not below:
            return ()
        ranked = sorted(below, key=lambda e: (-self._plainness(e, entry, asked), len(e.code), e.code))
        return tuple((e.code, 1.0 - 0.02 * n) for n, e in enumerate(ranked[:2]))

    def _plainness(self, entry: Entry, heading: Entry, asked: frozenset[str]) -> float:
        """How likely a coder means this code below a heading when the words end at the heading."""
        title = entry.title.lower()
        extra = set(terms(title)) - set(terms(heading.title)) - self._absent(entry.code)
        score = 2.0 * len(extra & asked)
        if any(ending in title for ending in _PLAIN_ENDINGS):
            score += 1.0
        if entry.code.endswith("9"):
            score += 0.5
        if "accidental" in extra and _INTENTS.isdisjoint(asked):
            score += 0.6  # the guidelines' default where no intent is documented
        return score - 0.02 * len(extra)

    def show(self, code: str, day: date) -> Shown | None:
        """Everything about a code on a day; None where no release ever had it."""
        return show(self._tabular, self._diagnoses, code, day)
