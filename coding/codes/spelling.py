"""The nearest known words to a misspelled one."""

from collections.abc import Callable, Sequence
from functools import lru_cache


class Spelling:
    """Known words by first letter. `commonness` breaks ties: the word met more often is meant."""

    def __init__(self, known: Sequence[str], commonness: Callable[[str], int]) -> None:
        self._commonness = commonness
        self._by_letter: dict[str, list[str]] = {}
        for word in known:
            if len(word) > 3 and word.isalpha():
                self._by_letter.setdefault(word[0], []).append(word)
        self._letters = lru_cache(maxsize=None)(frozenset[str])

    def longer(self, word: str) -> tuple[str, ...]:
        """Known words that begin with this one, the commonest first: postconcussion, postconcussional."""
        found = [other for other in self._by_letter.get(word[:1], ()) if other.startswith(word)]
        return tuple(sorted(found, key=lambda other: (-self._commonness(other), other))[:3])

    def nearest(self, word: str) -> tuple[str, ...]:
        """Up to three close words, best first: as a beginning, else within one or two slips.

        A slip is a letter left out, added, changed or swapped with its neighbour. Where no word
        with the same first letter is near, those with the second letter's are tried.
        """
        for letter in dict.fromkeys((word[:1], word[1:2])):
            found = self._near(word, letter)
            if found:
                return found
        return ()

    def _near(self, word: str, letter: str) -> tuple[str, ...]:
        most = 1 if len(word) < 6 else 2
        letters = frozenset(word)
        found: list[tuple[float, int, str]] = []
        for other in self._by_letter.get(letter, ()):
            if other.startswith(word):
                found.append((0.5, -self._commonness(other), other))
            elif abs(len(other) - len(word)) <= most and len(letters ^ self._letters(other)) <= 2 * most:
                slips = _slips(word, other, most)
                if slips <= most:
                    found.append((slips, -self._commonness(other), other))
        found.sort()
        return tuple(other for _, _, other in found[:3])


def _slips(a: str, b: str, most: int) -> int:
    """Damerau-Levenshtein distance, given up as soon as it exceeds `most`."""
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        last, before, row = before, row, [i] + [0] * len(b)
        for j, y in enumerate(b, start=1):
            cost = 0 if x == y else 1
            least = min(row[j - 1] + 1, before[j] + 1, before[j - 1] + cost)
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                least = min(least, last[j - 2] + 1)
            row[j] = least
        if min(row) > most:
            return most + 1
    return row[-1]
