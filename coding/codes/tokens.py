"""Text to search terms: lower case, American spelling, singular, without words that carry nothing."""

import re
import unicodedata
from functools import lru_cache

from coding.codes.coder_words import IGNORED, SPELLINGS

_WORD = re.compile(r"[a-z0-9]+")
#: An A that is a name, not an article: hepatitis A.
_NAMED_A = re.compile(r"\b(hep|hepatitis|hemophilia|influenza|group|vitamin) a\b")

#: Plurals that are a thing of their own: glasses are not made for the glass in a wound.
_ITS_OWN = frozenset({"glasses"})


@lru_cache(maxsize=50_000)
def term(word: str) -> str:
    """One word as it is indexed: `kidneys` and `kidney` are one term."""
    for old, new in SPELLINGS:
        if old in word:
            word = word.replace(old, new)
    if len(word) > 3 and word not in _ITS_OWN and not word.endswith(("ss", "us", "is")):
        if word.endswith("ies") and len(word) > 4:
            return word[:-3] + "y"
        if word.endswith("aches"):
            return word[:-1]
        if word.endswith(("sses", "xes", "ches", "shes", "zes", "ruses", "nuses")):
            return word[:-2]
        if word.endswith("s"):
            return word[:-1]
    return word


def words(text: str) -> list[str]:
    """The words of a text in order, folded to plain lower-case letters and digits."""
    plain = text.lower().replace("'s", "").replace("\u2019s", "").replace("'", "")
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    if " a " in plain or plain.endswith(" a"):
        plain = _NAMED_A.sub(r"\1 lettera", plain)
    return _WORD.findall(plain)


def terms(text: str) -> list[str]:
    """The search terms of a text in order, each once."""
    return list(dict.fromkeys(term(w) for w in words(text) if w not in IGNORED))
