"""The encoder's three tables, made from titles and a tabular: for the shipped files and for a loaded one."""

import re
from collections.abc import Container, Iterable, Iterator
from typing import Any

from coding.codes import excludes, search_index, tabular, tabular_xml
from coding.codes.own_index import descriptions, own_index
from coding.codes.rewording import kept, reworded
from coding.codes.table import Table
from coding.codes.tokens import terms, words

#: A "code first" note that holds always: the underlying disease, condition, cause. Those with an
#: "if applicable" or "if known", and those about poisonings, depend on the patient.
_CAUSE = re.compile(
    r"(?:the )?(?:underlying|associated) (?!.*\bif (?:applicable|known|present))", re.IGNORECASE
)
_SIDES = frozenset({"right", "left", "bilateral"})


def sides_unspecified(named: dict[str, tuple[bool, str]]) -> set[str]:
    """Codes whose title says "unspecified" where that of another of the category says "right".

    Titles are compared as sets of words, since their order differs: "cellulitis of external ear,
    unspecified ear" beside "cellulitis of right external ear".
    """
    sided: set[tuple[str, frozenset[str]]] = set()
    open_sided: list[tuple[str, str, frozenset[str]]] = []
    for code, (billable, title) in named.items():
        if not billable:
            continue
        said = frozenset(words(title))
        if "right" in said:
            sided.add((code[:3], said - _SIDES - {"unspecified"}))
        elif "unspecified" in said and said.isdisjoint(_SIDES):
            open_sided.append((code, code[:3], said - {"unspecified"}))
    return {code for code, category, said in open_sided if (category, said) in sided}


def stem(code: str, named: dict[str, tuple[bool, str]]) -> str:
    """The code that a 7th character was put on; the code itself where it is none of these."""
    if len(code) == 7:
        shorter = code[:6].rstrip("X")
        if shorter in named and named[code][1].startswith(named[shorter][1] + ","):
            return shorter
    return code


def encoder_tables(
    named: dict[str, tuple[bool, str]],
    nodes: list[tabular_xml.Node],
    *,
    release: str,
    source: str,
    indexed: Iterable[tuple[str, str]] = (),
) -> dict[str, Table]:
    """Tabular, Excludes1 and search index of titles (code -> billable, title), notes, and what an
    Alphabetic Index says: (code, the words that lead to it)."""
    by_key = {node.key: node for node in nodes}
    sides = sides_unspecified(named)
    causes = {n.key for n in nodes if any(_CAUSE.match(note) for note in n.notes.get("code_first", ())[:1])}
    entries: dict[str, tuple[int, dict[str, Any]]] = {}
    for key in named.keys() | by_key.keys():
        node = by_key.get(key)
        billable, title = named.get(key, (False, node.title if node else ""))
        facts = node.as_json() if node is not None else {}
        facts["title"] = title
        if len(key) > 3 and key[0].isupper():
            facts.pop("parent", None)  # the longest shorter code, worked out when asked
        asks = any(key[:length] in causes for length in range(3, len(key) + 1))
        flags = (tabular.BILLABLE if billable else 0) | (tabular.SIDE_UNSPECIFIED if key in sides else 0)
        flags |= tabular.CODE_FIRST if asks else 0
        entries[key] = (flags, facts)
    phrases: list[tuple[str, str, int]] = []
    for key in sorted(entries):
        if not key[0].isupper() or (key not in by_key and stem(key, named) != key):
            continue
        facts = entries[key][1]
        phrases.append((key, facts["title"], search_index.TITLE))
        for note in (*facts.get("inclusion", ()), *facts.get("includes", ())):
            phrases.append((key, re.sub(r"\([A-Z]\d[^()]*\)", "", note), search_index.INCLUSION))
            phrases.extend(_with_sides(key, note, entries))
    # The index says to what its words lead where no more is said: the default code.
    phrases.extend((code, said, search_index.DEFAULT) for code, said in indexed if code in entries)
    phrases.extend(list(_own(entries, phrases)))
    return {
        "icd10cm_tabular": tabular.make_table(entries, release=release, source=source),
        "icd10cm_excludes1": excludes.make_table(nodes, release=release, source=source),
        "icd10cm_search": search_index.make_table(phrases, release=release, source=source),
    }


def titled_tables(
    known: tabular.Tabular,
    named: dict[str, tuple[bool, str]],
    *,
    release: str,
    source: str,
    indexed: Iterable[tuple[str, str]] = (),
) -> dict[str, Table]:
    """The encoder's tables with these titles and codes, and the notes that are loaded already."""
    return encoder_tables(named, _nodes(known), release=release, source=source, indexed=indexed)


def titles_in(known: tabular.Tabular) -> dict[str, tuple[bool, str]]:
    """Every code and heading of a loaded tabular: whether it is billable, and its title."""
    entries = (known.at(at) for at in range(len(known.table)))
    return {e.code: (e.billable, e.title) for e in entries if e.code[0].isupper()}


def _nodes(known: tabular.Tabular) -> list[tabular_xml.Node]:
    """The places of a loaded tabular as they were read: with notes, and without a 7th character."""
    nodes = []
    for at in range(len(known.table)):
        entry = known.at(at)
        notes = {kind: list(getattr(entry, kind)) for kind in tabular.NOTE_KINDS if getattr(entry, kind)}
        if not entry.code[0].isupper() or notes or len(entry.code) < 7:
            node = tabular_xml.Node(entry.code, entry.title, entry.parent, notes, dict(entry.seventh or {}))
            nodes.append(node)
    return nodes


def _own(entries: Container[str], phrases: Iterable[tuple[str, str, int]]) -> Iterator[tuple[str, str, int]]:
    """Our own names as they stand and, where no other place is called so, as a question is reworded; what is
    said about a condition in both ways at once."""
    names = [(code, said) for code, said in own_index() if code in entries]
    called = [(code, frozenset(terms(said))) for code, said, _ in phrases]
    called += [(code, frozenset(terms(said))) for code, said in names]
    taken: dict[frozenset[str], set[str]] = {}
    for code, said_terms in called:
        taken.setdefault(said_terms, set()).add(code)
    vocabulary = {t for said_terms in taken for t in said_terms}
    for code, said in names:
        yield code, said, search_index.OWN
        meant = " ".join(reworded(kept(said), vocabulary))
        if taken.setdefault(frozenset(terms(meant)), {code}) == {code} and meant != said:
            yield code, meant, search_index.INCLUSION
    for code, said_about in descriptions():
        if code in entries:
            about = (*said_about, *(" ".join(reworded(kept(said), vocabulary)) for said in said_about))
            yield code, " ".join(about), search_index.DESCRIBED


def _with_sides(
    key: str, note: str, entries: dict[str, tuple[int, dict[str, Any]]]
) -> list[tuple[str, str, int]]:
    """An inclusion term of a heading, said with what each code directly below adds (a side)."""
    heading = entries[key][1]["title"]
    found = []
    for digit in "0123456789":
        child = entries.get(key + digit)
        if child is not None and child[1]["title"].startswith(heading + ","):
            found.append((key + digit, note + child[1]["title"][len(heading) :], search_index.INCLUSION))
    return found
