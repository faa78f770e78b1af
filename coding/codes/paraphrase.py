"""What people say in several words, not always beside each other, where a title has one: "can't ... see",
"heart ... racing", "spilled ... coffee".

`paraphrases.txt` has a rule a line, `one word + another: what it means`; a word may be several, `see/read`, a
class that is defined at the top of the file, `CANNOT`, or a beginning, `swallow*`; after `!` stand words with
which the rule does not hold. The words of a rule stand in any order, not far from each other. The rule with
the most words counts first, and each word counts once.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from coding.codes.coder_words import CHATTER, IGNORED
from coding.codes.tokens import term, words

_FILE = Path(__file__).with_name("paraphrases.txt")
_WITHIN = 7  # words from the first word of a rule to its last, without those that say nothing
_BEGINNING = 3  # letters that a word's beginning has at least
_SILENT = (IGNORED | CHATTER) - {"up", "down", "off", "out", "has", "in", "on"}


class Rule(NamedTuple):
    """The words of a rule, each with all that count as it, what they mean together, and words with which they
    do not."""

    slots: tuple[frozenset[str], ...]
    meaning: str
    unless: frozenset[str] = frozenset()


def rules() -> tuple[Rule, ...]:
    """The rules of the file, those of the most words first."""
    classes: dict[str, list[str]] = {}
    found = []
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        if " = " in line:
            name, members = line.split(" = ", 1)
            classes.setdefault(name, []).extend(members.split())
            continue
        said, meaning = line.split(": ", 1)
        slots = said.split(" + ")
        unless = next((_slot(slot[1:], classes) for slot in slots if slot.startswith("!")), frozenset[str]())
        needed = tuple(_slot(slot, classes) for slot in slots if not slot.startswith("!"))
        found.append(Rule(needed, meaning.strip(), unless))
    return tuple(sorted(found, key=lambda rule: -len(rule.slots)))


def _slot(text: str, classes: dict[str, list[str]]) -> frozenset[str]:
    listed = (w for part in text.split("/") for w in classes.get(part, [part]))
    return frozenset(w if w.endswith("*") else term(w) for w in listed)


@lru_cache(maxsize=1)
def _by_word() -> tuple[tuple[Rule, ...], dict[str, list[tuple[int, int]]]]:
    """The rules, and for each word or beginning the rules and slots that it fills."""
    all_rules = rules()
    places: dict[str, list[tuple[int, int]]] = {}
    for number, rule in enumerate(all_rules):
        for n, slot in enumerate(rule.slots):
            for word in slot:
                places.setdefault(word, []).append((number, n))
    return all_rules, places


def _keys(word: str) -> Iterator[str]:
    """What a word may be in a rule: itself, or each of its beginnings."""
    yield word
    for length in range(_BEGINNING, len(word) + 1):
        yield word[:length] + "*"


def in_fewer_words(text: str) -> str:
    """The question with what a rule knows in the rule's words; "" where none applies."""
    all_rules, places = _by_word()
    said = [w for w in words(text.replace("can not", "cannot")) if w not in _SILENT]
    filled: dict[int, dict[int, list[int]]] = {}
    for at, word in enumerate(said):
        for key in _keys(term(word)):
            for number, n in places.get(key, ()):
                filled.setdefault(number, {}).setdefault(n, []).append(at)
    meanings: dict[int, str] = {}
    used: set[int] = set()
    for number in sorted(filled):
        rule = all_rules[number]
        if len(filled[number]) == len(rule.slots) and rule.unless.isdisjoint(said):
            taken = _taken([filled[number][n] for n in range(len(rule.slots))], used)
            if taken:
                meanings[min(taken)] = rule.meaning
                used.update(taken)
    if not meanings:
        return ""
    return " ".join(
        meanings.get(at, word) for at, word in enumerate(said) if at in meanings or at not in used
    )


def _taken(places: Sequence[Sequence[int]], used: set[int]) -> tuple[int, ...]:
    """A place of its own for each slot, none far from the others; () where there is none."""

    def filled(n: int, taken: tuple[int, ...]) -> tuple[int, ...]:
        if n == len(places):
            return taken
        for at in places[n]:
            near = not taken or max(*taken, at) - min(*taken, at) < _WITHIN
            if at not in used and at not in taken and near and (found := filled(n + 1, (*taken, at))):
                return found
        return ()

    return filled(0, ())
