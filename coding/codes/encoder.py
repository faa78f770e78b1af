"""The encoder: from a coder's words to ICD-10-CM codes, and everything about one code.

A phrase (title or inclusion term) scores by how much of the question it covers, each word weighted by
its rarity, and by how little else it says. Words found only in the places above a code count for
less. A heading passes its score to the code that a coder would use without more detail (unspecified,
without complications), a code that needs a 7th character to the initial encounter.
"""

import re
from bisect import bisect_left
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from heapq import nlargest, nsmallest
from typing import NamedTuple

from coding.codes import sequencing, unsaid
from coding.codes.body_mass import body_mass
from coding.codes.gestation import gestation
from coding.codes.icd10cm import Diagnoses
from coding.codes.lay_clauses import conditions, history, in_titles_words
from coding.codes.newborn import newborn
from coding.codes.paraphrase import in_fewer_words
from coding.codes.question import DENIED, Questions, Reading, stem
from coding.codes.search_index import ABSENT, DEFAULT, DESCRIBED, INCLUSION, OWN, TITLE, SearchIndex
from coding.codes.shown import Shown, dotted, show, undotted
from coding.codes.tabular import BILLABLE, Entry, Tabular
from coding.codes.tokens import terms, words

_RELATED_WEIGHT = 0.7
_ANCESTOR_WEIGHT = 0.6
#: Of a word that another phrase of the same code says: a crest syndrome is a scleroderma.
_TOGETHER_WEIGHT = 0.5
_CANDIDATES = 30
_BELOW = 60
_COMMON, _COMMON_RELATED = 1500, 1100
_LOOKED_AT = 12
_LEAST_COVERED = 0.12
_FAR_BEHIND = 0.5
_GIVEN_UP = 0.62
_PLAIN_ENDINGS = (
    "unspecified",
    "unspecified site",
    "without complications",
    "uncomplicated",
    "without complication",
)
_ABSENT = re.compile(ABSENT)
_DENYING = ("without", "not ", "whether", "except")
_PRESENT = re.compile(r"\bwith ([^,]*?)(?=,| with | without |$)")
_EXCEPT = re.compile(r"\bexcept ([^\])]*)[\])]")  # head [any part, except face]
_OR_UNSPECIFIED = re.compile(r"\w+ or unspecified")
_ABSENT_WEIGHT = 0.65
_UNTOLD = frozenset({"other", "otherwise", "specified", "unspecified", "known", "current", "without"})
_OF_EITHER = frozenset(
    {"acute", "chronic"}
)  # said of what is there as well: an acute embolism without acute ...
_CONSEQUENCE = re.compile(r",? (?:with|due to|complicating|caused by|associated with|following) ")
_CONSEQUENCE_WEIGHT = 0.8
_DETAIL_WEIGHT = 0.9
_FORM_WEIGHT = 0.8  # of a form that has the name of the unspecified one
_OTHER_WEIGHT, _UNSPECIFIED_WEIGHT = 0.95, 1.02
_EXACT = 0.96
_EXACT_APART = 0.92
_CALLED_WEIGHT = 1.01
#: An inclusion term ranks a little below a title, one that ends in NOS or a name of our own a little above.
_KIND_WEIGHT = {INCLUSION: 0.97, TITLE: 1.0, DEFAULT: 1.02, OWN: 1.021, DESCRIBED: 0.93}
_LEAST_NAMED, _LEAST_DESCRIBED = 0.55, 0.35
#: Words of a question after a reason to come, and those beside them that name no condition.
_REASONS = frozenset({"screening", "history", "family"})
_REASON_WORDS = _REASONS | frozenset(
    {"personal", "encounter", "long", "term", "use", "other", "disease", "disorder"}
)
_INJURED_BY = re.compile(
    r"(.*\b(?:burn|scald|fracture|broken?|lacerat|cut|wound|punctur|bruise|contusion|sprain|strain|concussion|abrasion"
    r"|scrape|crush|bite|sting|injur|dislocat)\w*\b.*?) (?:from|by|due to|because of|caused by|after) (.+)"
)
_BETWEEN = re.compile(r"\b(?:and|with|for|but|after|since|plus|of)\b|[,;+/]")
_PARAPHRASE_LESS = 0.25
_NOTHING_FITS, _PART_FITS, _BEHIND, _PART_HITS = 0.4, 0.9, 0.95, 3
_CODE_SHAPE = re.compile(r"[A-Z]\d[0-9A-Z]{1,5}")
_CLASS_WORDS = 6
_BESIDE_WEIGHT = 0.95  # weeks of pregnancy and body mass are coded beside the condition
_CLASS_NOISE = frozenset(
    {"disease", "disorder", "certain", "other", "and", "condition", "except", "specified"}
)
_RARE_INTENTS = frozenset({"assault", "undetermined", "underdosing", "intentional", "self"})
_INTENTS = frozenset({"intentional", "self", "suicide", "assault", "undetermined", "adverse", "underdosing"})
_ASIDE_WEIGHT = 0.75
_SIDES = frozenset({"right", "left", "bilateral"})
_TRIMESTERS, _OPEN = frozenset({"first", "second", "third"}), frozenset({"unspecified"})
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


class _Below(NamedTuple):
    """A billable code below a heading: what its title says beyond it, and whether it says no more."""

    code: str
    beyond: frozenset[str]
    plain: bool

    def plainness(self, asked: frozenset[str], meant: frozenset[str]) -> float:
        """How likely a coder means this code when the words end at the heading."""
        score = 2.0 * len(self.beyond & asked) - 0.02 * len(self.beyond)
        score += 1.1 * len(self.beyond & meant - asked)  # more than saying nothing, less than the word itself
        score += 1.0 if self.plain else 0.0
        score += 0.5 if _is_ninth(self.code) else 0.0
        if "accidental" in self.beyond and _INTENTS.isdisjoint(asked):
            score += 0.6  # the guidelines' default where no intent is documented
        return score


@dataclass(frozen=True, slots=True)
class Hit:
    """One answer: the code (no dot), its title, its score from 0 to about 1."""

    code: str
    title: str
    score: float

    @property
    def dotted(self) -> str:
        return dotted(self.code)


def _of_reason(terms: Container[str]) -> bool:
    """Whether a question is about a reason to come; a family that itches, without a history, is none."""
    return "screening" in terms or "history" in terms


def _is_ninth(code: str) -> bool:
    """Whether a code ends as those do of which no more is said; a 7th character 9 is another fetus."""
    return code.endswith("9") and len(code) < 7


def _fit(matched: float, weight: int, title: int) -> float:
    """How little a phrase says beyond what was asked; an inclusion term ranks a little below a title."""
    least = _LEAST_DESCRIBED if title == DESCRIBED else _LEAST_NAMED
    return (least + (1 - least) * min(1.0, matched / max(weight, 1))) * _KIND_WEIGHT[title]


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
        self._title = lru_cache(maxsize=8192)(tabular.title)
        self._title_words = lru_cache(maxsize=4096)(self._words_of_title)
        self._own_words = lru_cache(maxsize=4096)(self._words_of)
        self._above = lru_cache(maxsize=4096)(self._words_above)
        self._resolved = lru_cache(maxsize=4096)(self._resolve)
        self._absent = lru_cache(maxsize=4096)(self._absent_in)
        self._present = lru_cache(maxsize=4096)(self._present_in)
        self._stated = lru_cache(maxsize=4096)(self._stated_in)
        self._narrowing = lru_cache(maxsize=4096)(self._narrowing_of)
        self._keys = lru_cache(maxsize=1024)(self._billable_below)
        self._below = lru_cache(maxsize=8192)(self._below_heading)

    def search(self, text: str, limit: int = 10) -> list[Hit]:
        """The codes that fit a coder's words, best first; a code itself finds that code."""
        code = undotted(text)
        if self._entry(code) is not None and code[:1].isupper():
            return self._code_hits(code, limit)
        child = newborn(text)
        if child is not None:
            text = child[1]
        weighed = body_mass(text)
        if weighed is not None:
            text = weighed[1]
        weeks = gestation(text)
        hits: dict[str, float] = {}
        meant: set[str] = set()
        for question in self._asked_in(text) if weeks is None else weeks.questions:
            for reading in self._questions.readings(question):
                meant.update(map(stem, reading.said))
                of_reason = reading.weight == 1.0 and _of_reason(reading.asked)
                self._answer(self._by_class(reading) if of_reason else reading, hits)
        if fewer := in_fewer_words(in_titles_words(text)) if weeks is None else "":
            self._add_paraphrase(fewer, hits, meant)
        if max(hits.values(), default=0.0) < _NOTHING_FITS:
            self._add_parts(text, hits)
        if weeks is not None:
            self._add_beside(weeks.code, hits, alone=not weeks.questions)
        if weighed is not None:
            self._add_beside(weighed[0], hits, alone=not text)
        for code in child[0] if child is not None else ():
            self._add_beside(code, hits, alone=not text)
        said = frozenset(words(text))
        ranked = self._ranked(hits, said)[: max(limit, _LOOKED_AT)]
        ranked = sequencing.cause_first(ranked, meant, self._code_first, self._title_words)
        if "screening" in said and any(conditions(text)):
            ranked = sequencing.screening_first(ranked)
        if stem("bilateral") in meant and ranked:
            ranked = sequencing.on_both_sides(ranked, self._sides_of(ranked[0][0]))
        return [Hit(c, self._title(c), round(score, 4)) for c, score in ranked[:limit]]

    def _asked_in(self, text: str) -> tuple[str, ...]:
        """A question as it is written and, where they say more, in titles' words and in its parts."""
        plain = in_titles_words(text)
        questions = (text, history(text), plain, *self._injury(plain), *conditions(text))
        return tuple(dict.fromkeys(questions))

    def _add_paraphrase(self, text: str, hits: dict[str, float], meant: set[str]) -> None:
        """What a question finds in fewer words: the better its own words fit, the further behind what they
        find."""
        found: dict[str, float] = {}
        for reading in self._questions.readings(text):
            meant.update(map(stem, reading.said))
            self._answer(reading, found)
        weight = 1.0 - _PARAPHRASE_LESS * max(hits.values(), default=0.0)
        for code, score in found.items():
            hits[code] = max(hits.get(code, 0.0), weight * score)

    def _injury(self, text: str) -> tuple[str, ...]:
        """The injury alone, where an external cause is told with it: burn of hand "from hot water"."""
        found = _INJURED_BY.match(text.lower())
        if found is None:
            return ()
        cause = self.search(found[2], 1)
        return (found[1],) if cause and cause[0].code[0] in "VWXY" else ()

    def _add_parts(self, text: str, hits: dict[str, float]) -> None:
        """Where no code has all of it: behind the first one those of each condition that is named, cough
        "and" fever."""
        first = max(hits.values(), default=1.0)
        parts = [part.strip() for part in _BETWEEN.split(DENIED.sub(" ", text.lower())) if part.strip()]
        for part in parts if len(parts) > 1 else ():
            found = self.search(part, _PART_HITS)
            for hit in found if found and found[0].score >= _PART_FITS else ():
                hits[hit.code] = max(hits.get(hit.code, 0.0), _BEHIND * first * hit.score)

    def _add_beside(self, code: str, hits: dict[str, float], *, alone: bool) -> None:
        """A code that goes beside the condition asked about: right behind it, first where it is all."""
        if self._entry(code) is not None:
            hits[code] = 1.0 if alone else _BESIDE_WEIGHT * max(hits.values(), default=1.0)

    def _code_first(self, code: str) -> str:
        """The notes that say what is coded before it."""
        return " ".join(note for _, note in self._tabular.notes_for(code, "code_first"))

    def _sides_of(self, code: str) -> tuple[str, str, str]:
        """The codes of the right side, the left one and both of a code that names none; "" there is none."""
        entry = self._entry(code)
        if entry is None or not entry.side_unspecified:
            return "", "", ""
        right, left, both = (
            self._with_detail_asked(entry, frozenset({s})) for s in ("right", "left", "bilateral")
        )
        return right, left, both

    def asked(self, text: str) -> dict[str, frozenset[str]]:
        """The terms that a question asks for, however it is read, each with those that count as it."""
        found: dict[str, frozenset[str]] = {}
        weeks = gestation(text)
        fewer = in_fewer_words(in_titles_words(text))
        for question in (text, fewer) if weeks is None else weeks.questions:
            for reading in self._questions.readings(question):
                for t, others in reading.asked.items():
                    found[t] = found.get(t, frozenset()) | {t, *others}
        return found

    def begin(self, phrase: str) -> tuple[str, frozenset[str]]:
        """Where a guided choice begins: the category of the first answer to a phrase, and the terms that the
        phrase says, in the tabular's words as well. What has the shape of a code begins at the nearest place
        of the tabular. ("", ...) where nothing fits."""
        code = undotted(phrase)
        near = self._tabular.nearest(code) if _CODE_SHAPE.fullmatch(code) else ""
        if near:
            return near, frozenset()
        found = self.search(phrase, 1)
        weeks = gestation(phrase)
        questions = (phrase,) if weeks is None else weeks.questions
        said: frozenset[str] = frozenset()
        for question in questions:
            for reading in self._questions.readings(question):
                said |= reading.said
        return (found[0].code[:3] if found else ""), said

    def _ranked(self, hits: Mapping[str, float], said: frozenset[str]) -> list[tuple[str, float]]:
        """Best first; of those that fit alike the one that adds least to what was said."""

        def key(item: tuple[str, float]) -> tuple[float, bool, int, int, str]:
            code, score = item
            added = unsaid.added(self._title_words(code), said)
            return -round(score, 3), not self._plain(code), added, len(code), code

        return sorted(hits.items(), key=key)

    def _by_class(self, reading: Reading) -> Reading:
        """A question after history or screening in which a disease's words stand for its class as well:
        what is screened for, or was had, is often named by section or chapter only (anemia: blood)."""
        condition = {t: others for t, others in reading.asked.items() if t not in _REASON_WORDS}
        if not condition:
            return reading
        hits: dict[str, float] = {}
        self._answer(Reading(condition, frozenset(condition)), hits)
        ranked = [code for code, _ in self._ranked(hits, reading.said) if code[0] != "Z"]
        if not ranked:
            return reading
        places = [e.title for e in self._tabular.ancestors(ranked[0]) if not e.code[0].isupper()]
        classes = {t for title in places for t in terms(title)} - _CLASS_NOISE - set(reading.asked)
        rarest = sorted(classes, key=lambda t: (-self._questions.rarity(t), t))[:_CLASS_WORDS]
        return reading.standing_for(tuple(condition), tuple(rarest))

    def _answer(self, reading: Reading, hits: dict[str, float]) -> None:
        """Adds the codes that fit one reading of a question, each at the best score it ever had."""
        asked = reading.asked
        rarity = {t: self._questions.rarity(t) * reading.weight_of(t) for t in asked}
        said = reading.said
        meant = said.union(asked, *asked.values())
        phrases = self._score(asked, rarity)
        for place, found in enumerate(phrases):
            if place >= _LOOKED_AT and found.score < _GIVEN_UP * phrases[0].score:
                break  # no weight that follows brings it back
            owner = self._index.codes[self._index.owners[found.phrase]]
            forms = self._other_forms(found, owner, asked) if place < _LOOKED_AT else ()
            for final, weight in (*self._resolved(owner, said, meant), *forms):
                score = found.score
                if final != owner:
                    score = self._with_detail(found, final, asked, rarity)
                score = self._refined(final, score, asked, rarity) * weight
                if self._is_called(found):  # the name itself was said: no word is missing
                    hits[final] = max(hits.get(final, 0.0), _CALLED_WEIGHT * found.score * weight)
                other = self._is_other(final) and "other" not in said
                exact = final == owner and found.coverage > _EXACT and found.fit > _EXACT and not other
                apart = unsaid.apart(final, asked)
                score *= _EXACT_APART if exact and apart < 1 else apart
                if found.score < _EXACT or other:
                    score *= reading.weight
                if not meant.isdisjoint(self._absent(final) - reading.denied):
                    score *= _ABSENT_WEIGHT
                if reading.denied and not reading.denied.isdisjoint(self._stated(final)):
                    score *= _ABSENT_WEIGHT
                score *= unsaid.narrow(self._narrowing(final), meant)
                if final[0] == "T" and not self._title_words(final).isdisjoint(_RARE_INTENTS - said):
                    if _RARE_INTENTS.isdisjoint(said):
                        score *= _ASIDE_WEIGHT
                elif final[0] != "Z" and _of_reason(said):
                    score *= (
                        _ASIDE_WEIGHT  # the question is about the reason for the visit, not the condition
                    )
                if score > hits.get(final, 0.0):
                    hits[final] = score

    def _other_forms(
        self, found: "_Found", owner: str, asked: Mapping[str, tuple[str, ...]]
    ) -> tuple[tuple[str, float], ...]:
        """The other forms of a condition are called what our index calls its unspecified one: the billable
        codes of the category whose titles say what the name does not, gonorrhea "of the urethra"."""
        if found.coverage > _EXACT or self._index.titles[found.phrase] != OWN:
            return ()
        if not (_is_ninth(owner) or self._plain(owner)):
            return ()
        left = {t: o for t, o in asked.items() if not self._share(t, o, found.phrase)}
        more: list[tuple[int, int, str]] = []
        for key in self._keys(owner[:3])[:_BELOW]:
            words = self._title_words(key)
            says = sum(t in words or not words.isdisjoint(o) for t, o in left.items())
            if says and key != owner and key[6:] in ("", "A"):
                more.append((-says, len(words), key))
        return tuple((key, _FORM_WEIGHT) for _, _, key in nsmallest(_PART_HITS, more))

    def _is_called(self, found: "_Found") -> bool:
        """Whether a name of our own index was said, all of it and no more."""
        named = self._index.titles[found.phrase] == OWN
        return named and found.coverage > _EXACT and found.fit > _EXACT

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
        if not any(word in title for word in _DENYING):  # most titles: no expression is tried on them
            return frozenset()
        absent = frozenset(t for part in _ABSENT.findall(title) for t in terms(part)) - _OF_EITHER
        left_out = frozenset(t for part in _EXCEPT.findall(title) for t in terms(part))
        return left_out | absent - frozenset(terms(_ABSENT.sub(" ", title)))

    def _present_in(self, code: str) -> frozenset[str]:
        """The terms of which a title says that they are there: "with" abnormal findings."""
        found = _PRESENT.findall(self._title(code).lower())
        return frozenset(t for part in found for t in terms(part)) - self._absent(code)

    def _stated_in(self, code: str) -> frozenset[str]:
        """The terms that a title says are there: ruptured, with abnormal findings."""
        title = self._title(code).lower()
        plain = (
            frozenset()
            if any(word in title for word in (*_DENYING, "absence"))
            else self._title_words(code) - _UNTOLD
        )
        return self._present(code) | plain

    def _narrowing_of(self, code: str) -> frozenset[str]:
        """The terms of a title that may name a narrower form; `chronic or unspecified` names none."""
        title = _OR_UNSPECIFIED.sub("unspecified", self._title(code).lower())
        return frozenset(terms(title)) - self._absent(code)

    def _is_other(self, code: str) -> bool:
        """Whether a code is for what has none of its own."""
        title = self._title(code).lower()
        return "other specified" in title or title.startswith("other ")

    def _plain(self, code: str) -> bool:
        """Whether a code says no more than its heading: of two that fit alike it comes first."""
        return self._title(code).lower().endswith(_PLAIN_ENDINGS)

    def _code_hits(self, code: str, limit: int) -> list[Hit]:
        entry = self._entry(code)
        found = [entry] if entry is not None else []
        found += [e for e in self._tabular.children(code) if e is not None]
        return [Hit(e.code, e.title, 1.0) for e in found[:limit]]

    def _score(self, asked: Mapping[str, tuple[str, ...]], rarity: Mapping[str, float]) -> "list[_Found]":
        """The phrases that fit best, one a code, best first."""
        index = self._index
        whole = sum(rarity.values())
        owners = index.owners
        covered: dict[int, float] = {}
        matched: dict[int, float] = {}
        together: dict[int, float] = {}  # of an owner: what all its phrases say
        for t, others in sorted(asked.items(), key=lambda item: -rarity[item[0]]):
            worth = rarity[t]
            says_itself = self._questions.says(t, worth)
            exact = set(self._having(t, covered))
            saying = set()
            for phrase in exact:
                covered[phrase] = covered.get(phrase, 0.0) + worth
                matched[phrase] = matched.get(phrase, 0.0) + says_itself
                saying.add(owners[phrase])
            for owner in saying:
                together[owner] = together.get(owner, 0.0) + worth
            seen: set[int] = set()
            for other in others:
                says = index.rarity(other)
                for phrase in self._having(other, covered, _COMMON_RELATED):
                    if phrase in exact:
                        continue
                    if phrase not in seen:
                        seen.add(phrase)
                        covered[phrase] = covered.get(phrase, 0.0) + worth * _RELATED_WEIGHT
                        if (owner := owners[phrase]) not in saying:
                            saying.add(owner)
                            together[owner] = together.get(owner, 0.0) + worth * _RELATED_WEIGHT
                    matched[phrase] = matched.get(phrase, 0.0) + says
        return self._best(covered, matched, together, whole)

    def _having(self, t: str, covered: Mapping[int, float], common: int = _COMMON) -> Sequence[int]:
        """The phrases that hold a term; of one in more than `common` those that other terms have found."""
        found = self._index.postings(t)
        if covered and len(found) > common:  # "right" alone finds nothing worth showing
            mask = self._index.mask(t)
            return [phrase for phrase in covered if mask[phrase]]
        return found

    def _best(
        self,
        covered: Mapping[int, float],
        matched: Mapping[int, float],
        together: Mapping[int, float],
        whole: float,
    ) -> "list[_Found]":
        """The best phrase of each code, best first."""
        index = self._index
        best: dict[int, float] = {}
        by: dict[int, tuple[int, float]] = {}
        least = max(_LEAST_COVERED * whole, _FAR_BEHIND * max(covered.values(), default=0.0))
        owners, weights, titles = index.owners, index.weights, index.titles
        for phrase, worth in covered.items():
            if worth < least:
                continue
            owner = owners[phrase]
            coverage = (worth + _TOGETHER_WEIGHT * (together[owner] - worth)) / whole
            score = coverage * coverage * _fit(matched[phrase], weights[phrase], titles[phrase])
            if score > best.get(owner, 0.0):
                best[owner], by[owner] = score, (phrase, coverage)
        return [
            _Found(p := by[owner][0], by[owner][1], _fit(matched[p], weights[p], titles[p]), score)
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
        title = self._title(code).lower()
        if self._is_other(code):
            score *= _OTHER_WEIGHT
        elif title.startswith("unspecified "):
            score *= _UNSPECIFIED_WEIGHT
        head = _CONSEQUENCE.split(title, maxsplit=1)[0]
        if head != title:
            main = frozenset(terms(head))
            if main.isdisjoint(asked) and all(main.isdisjoint(others) for others in asked.values()):
                score *= _CONSEQUENCE_WEIGHT  # what was asked for is only what this code comes with
        return score

    def _resolve(
        self, code: str, asked: frozenset[str], meant: frozenset[str]
    ) -> tuple[tuple[str, float], ...]:
        """The billable codes a found code stands for, with the share of its score each gets. `meant`: what
        may stand for the terms asked for as well."""
        entry = self._entry(code)
        if entry is None:
            return ()
        detailed = self._with_detail_asked(entry, asked)
        if detailed:
            return ((detailed, 1.0),)
        if entry.billable:
            plain = entry.title.lower().endswith(_PLAIN_ENDINGS) or _is_ninth(code)
            return ((code, 1.01 if plain else 1.0),)
        keys = self._keys(code)
        letters = {key[6] for key in keys if len(key) == 7 and key[6].isalpha()}
        wanted = next((_LATER[w] for w in asked if _LATER.get(w) in letters), "A")
        if letters:
            keys = tuple(key for key in keys if len(key) < 7 or key[6].isdigit() or key[6] == wanted)
        if len(keys) > _BELOW:  # what is meant of itself comes first, idiopathic, or last, unspecified
            keys = (*keys[: _BELOW // 2], *keys[-_BELOW // 2 :])
        below = [self._below(key, code) for key in keys]
        ranked = nsmallest(2, below, key=lambda b: (-b.plainness(asked, meant), len(b.code), b.code))
        return tuple(
            (self._on_side(b.code, asked), (1.0 - 0.02 * n) * unsaid.detail(b.beyond, asked))
            for n, b in enumerate(ranked)
        )

    def _on_side(self, code: str, asked: frozenset[str]) -> str:
        """The code itself, or the one beside it with the side or the trimester asked for."""
        entry = self._entry(code)
        return (self._with_detail_asked(entry, asked) if entry is not None else "") or code

    def _with_detail_asked(self, entry: Entry, asked: frozenset[str]) -> str:
        """The code that names the side or the trimester asked for, beside one that leaves it open; "" where
        none is meant."""
        words = self._title_words(entry.code)
        detail: frozenset[str] = frozenset()
        if entry.side_unspecified:
            detail = asked & _SIDES
        elif "trimester" in words and "unspecified" in words and "trimester" in asked:
            detail = asked & _TRIMESTERS
        if len(detail) != 1:
            return ""
        wanted = words | detail | _OPEN
        beside = (code for code in self._keys(entry.code[:3]) if code[6:] == entry.code[6:])
        return next((code for code in beside if self._title_words(code) | _OPEN == wanted), "")

    def _billable_below(self, code: str) -> tuple[str, ...]:
        rows = self._tabular.table.starting_with(code)
        return tuple(key for key, (flags,) in rows if flags & BILLABLE)

    def _below_heading(self, code: str, heading: str) -> "_Below":
        title = self._title(code).lower()
        beyond = self._title_words(code) - self._title_words(heading) - self._absent(code)
        plain = any(ending in title for ending in _PLAIN_ENDINGS)
        return _Below(code, beyond, plain)

    def show(self, code: str, day: date) -> Shown | None:
        """Everything about a code on a day; None where no release ever had it."""
        return show(self._tabular, self._diagnoses, code, day)
