"""A question in the tabular's words: each phrase of `coder_words.txt` replaced, the longest first."""

from collections.abc import Container, Iterator, Sequence
from functools import lru_cache

from coding.codes.coder_words import CHATTER, IGNORED, SIDES, phrases
from coding.codes.tokens import term, words

_LONGEST = 5
_JOINED = 5  # letters that two words written as one have more than
_DROPPED = IGNORED | CHATTER
_HISTORY = (["history"], ["hx"])


def kept(text: str) -> list[str]:
    """The words of a question without those that say nothing. What begins with "had" tells of what was."""
    said = words(text)
    return [w for n, w in enumerate(said) if w not in _DROPPED or (n == 0 and w == "had")]


@lru_cache(maxsize=1)
def _known() -> dict[tuple[str, ...], list[list[str]]]:
    """What each phrase may mean, by its terms: neither their order nor their number matters."""
    found = {}
    for said, meant in phrases().items():
        key = tuple(sorted(map(term, kept(said)))) or tuple(words(said))
        found[key] = [[w for w in words(one) if w not in IGNORED] for one in meant.split("|")]
    return found


def _phrase(said: Sequence[str]) -> list[list[str]] | None:
    """What these terms mean together, each as it stands or by its own one-word meaning (fx)."""
    known = _known()
    found = known.get(tuple(sorted(said)))
    if found is None and len(said) > 1:
        plain = [known.get((t,), [[t]])[0] for t in said]
        if all(len(one) == 1 for one in plain):
            found = known.get(tuple(sorted(term(one[0]) for one in plain)))
    return found


def reworded(said: Sequence[str], vocabulary: Container[str], choice: int = 0) -> Iterator[str]:
    """The words with each phrase that is known replaced by the first of its meanings, or by the `choice`
    where it has so many. `vocabulary`: terms as which two words may be read when written together."""
    sides = [w for w in said if w in SIDES]  # "fracture right hip" is "hip fracture", right
    said = [w for w in said if w not in SIDES]
    terms_said = [term(w) for w in said]
    n = 0
    while n < len(said):
        for length in range(min(_LONGEST, len(said) - n), 0, -1):
            meant = _phrase(terms_said[n : n + length])
            if meant is not None:
                yield from meant[min(choice, len(meant) - 1)]
                n += length
                break
        else:
            joined = term("".join(said[n : n + 2])) if n + 1 < len(said) else ""
            if said[n] == "family" and said[n + 1 : n + 2] in _HISTORY:  # a relative's, not the patient's
                yield from ("family", "history")
                n += 2
            elif joined in vocabulary and len(joined) > _JOINED:
                yield joined  # tooth ache, under weight
                n += 2
            else:
                yield said[n]
                n += 1
    for side in sides:
        yield SIDES[side]
