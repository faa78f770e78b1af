"""What a title says that a question does not: chapters, narrower forms and complications nobody asked for.

A coder who means one of these says so. Where the words are missing, the code that says less comes first.
"""

from collections.abc import Collection, Set

from coding.code_list import code_list
from coding.codes.tokens import term

_COMPLICATION = (
    "complication displacement breakdown leakage malfunction mechanical infection infected broken leaking"
    " failure rejection postprocedural postoperative surgical procedure surgery following due transplant"
    " injection infusion transfusion loosening dislocation"
)
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
    **dict.fromkeys(("T80", "T81", "T82", "T83", "T84", "T85", "T86", "T87", "T88"), _COMPLICATION),
}
_APART_TERMS = {place: frozenset(term(w) for w in text.split()) for place, text in _APART.items()}
_APART_WEIGHT = 0.75
#: Words for a narrower form of a condition.
_NARROW_WORDS = code_list(
    "chronic recurrent postprocedural postoperative secondary congenital hereditary neonatal newborn"
    " maternal juvenile induced radiation multiple bilateral relapse remission intractable transient"
    " intermittent acquired traction ototoxic resistant puerperal malignant pathological subacute"
    " rheumatic rheumatoid situ subsequent alcoholic inhaled occupational senile postinfective"
    " sequelae gangrene obstruction perforation poisoning"
)
_NARROW = frozenset(map(term, _NARROW_WORDS))
_NARROW_WEIGHT = 0.94
#: Words that a title has beyond its heading without saying anything.
_SILENT_WORDS = code_list(
    "unspecified other specified initial encounter closed fracture accidental unintentional site eye"
    " ear side single type adult female stage"
)
_SILENT = frozenset(map(term, _SILENT_WORDS))
_UNSAID_WEIGHT = 0.03
_UNSAID_MOST = 5


def apart(code: str, asked: Collection[str]) -> float:
    """The weight of a code whose chapter or category is not the one meant; 1.0 for all others."""
    weight = 1.0
    for part in (code[:1], code[:3]):
        own = _APART_TERMS.get(part)
        if own is not None and own.isdisjoint(asked):
            weight *= _APART_WEIGHT
    return weight


def narrow(title: Set[str], meant: Set[str]) -> float:
    """The weight of a title that names a narrower form than was asked for."""
    return float(_NARROW_WEIGHT ** min(2, len((title & _NARROW) - meant)))


def detail(beyond: Set[str], asked: Set[str]) -> float:
    """The weight of a code found by its heading: the less it says beyond heading and question, the more."""
    return 1.0 - _UNSAID_WEIGHT * min(_UNSAID_MOST, len(beyond - asked - _SILENT))


def added(title: Set[str], said: Set[str]) -> int:
    """How many words a title adds to what was said; one for a site that has no code of its own."""
    return len(title - said - _SILENT) + ("other" in title and "other" not in said)
