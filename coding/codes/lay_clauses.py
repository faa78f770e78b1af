"""What people say in a clause where a title has a word: too little salt, inflammation of the stomach, a bead
in the nose, a cancer that has spread to the liver.

Phrases of a few words stand in `coder_words.txt`; here are forms that any substance, organ or object fits.
"""

import re
from collections.abc import Iterator
from typing import Final

_TOO_LITTLE = re.compile(r"\b(?:too little|too few|not enough|lack of|shortage of|abnormally low)\b")
_TOO_MUCH = re.compile(r"\b(?:too much|too many|excess of|an excess of|abnormally high)\b")
_OWNERS = r"(?:the |his |her |my )?"
_IN_BLOOD = re.compile(
    rf"\b((?:low|high|elevated) (?:\w+ )?\w+?)(?: levels?)? in {_OWNERS}blood(?:stream)?\b"
)
#: A finger or a toe is named with the whole that it is a part of: the hand adds nothing but its side.
_OF_WHOLE = re.compile(
    r"\b(fingers?|thumb|toes?|fingernails?|toenails?)"
    rf"((?: of| on)? ?{_OWNERS}(?:right|left|both)?) ?\b(?:hands?|foot|feet)\b"
)
_SPREAD = re.compile(
    r"\b(.*?\b(?:cancer|carcinoma|melanoma|sarcoma|tumou?r|malignancy)\b.*?)\b(?:that |which )?"
    r"(?:has |have |had )?(?:spread(?:ing)?|gone|metastasi[sz]ed|metastatic|metastas[ei]s|mets) "
    rf"(?:to|in|into) {_OWNERS}(.+)"
)
_OF_NO_PLACE = frozenset(
    [
        "cancer",
        "carcinoma",
        "sarcoma",
        "tumor",
        "tumour",
        "malignancy",
        "a",
        "his",
        "her",
        "my",
        "the",
        "known",
    ]
)
#: Signs of a chart: sides, and a stage written in one word with what it is of. Uncertain diagnoses are looked
#: for as if they were there; whether they may be coded is the setting's to say (guidelines II.H, IV.H).
_CHART: Final = (
    (re.compile(r"\b(?:[Bb]/[Ll]|[Bb]ilat)(?![\w/])"), "bilateral"),
    (re.compile(r"(?<![\w/-])L(?= [a-z])"), "left"),
    (re.compile(r"(?<![\w/-])R(?= [a-z])"), "right"),
    (re.compile(r"\b([Cc][Kk][Dd])(\d[ab]?)\b"), r"\1 stage \2"),
    (
        re.compile(r"^(?:possible|probable|likely|presumed|questionable|rule out|r/o) (?=\w)", re.IGNORECASE),
        "",
    ),
)
_SCREENING = re.compile(
    r"((?:\w+ )?screening(?: \w+)+?) (?:with|showing|found) (?:an? )?(.+?)(?: found| seen)?"
)
_LOOKED_INTO: Final = {"colonoscopy": "of colon", "mammogram": "of breast"}
#: What a patient once had is history: "had a stroke" is none of today. A longer sentence tells of today too.
_ONCE_HAD = re.compile(
    r"(?!.*\b(?:today|tonight|yesterday|now|since|still|hours?|days?)\b)"
    r"(?:i |he |she |patient )?(?:(?:once |previously |already )?had|used to have) (?:an? |the )?+"
    r"(?!(?:no|not|trouble|pain|enough|fit|seizure|convulsion|fall|accident|reaction|fever|cough)\b)"
    r"((?:[\w-]+ ?){1,4})"
)
_RELATIVE = (
    r"(?:mother|mom|mum|father|dad|sister|brother|parent|grandmother|grandma|grandfather|grandpa|aunt|uncle|cousin"
    r"|sibling|twin)s?"
)
#: What a relative has or had is family history: her mother and brother both had colon cancer.
_OF_RELATIVES = re.compile(
    rf"(?:(?:my|his|her|their|patient's|whose) )?{_RELATIVE}"
    rf"(?:(?:,| and|, and| or) (?:(?:his|her|my) )?{_RELATIVE})*"
    r" (?:both |all |also )?"
    r"(?:had|has|have|died of|died from|died with|was diagnosed with|suffered from)"
    r" (?:an? |the )?((?:[\w-]+ ?){1,4}?)(?:,.*| (?:at|when|in her|in his|before|and) .*)?"
)
#: Diabetes of which no type or cause is said is type 2 (ICD-10-CM guideline I.C.4.a.2).
_DIABETES = re.compile(r"\b(?:sugar )?diabet(?:es|ic)\b")
_OF_A_TYPE = re.compile(
    r"\btype|\b(?:1|2|i|ii|one|two)\b|pregnan|gestation|trimester|steroid|drug|induced|secondary|due to"
    r"|brittle|insipidus|juvenile|lada|mody|pancrea|cystic fibrosis|family|history|screen|\bpre|borderline"
    r"|\brisk|bronze|mother|neonat|newborn|insulin dependent|monogenic|counsel|educat|nephrogenic|puerper"
    r"|postpartum|exam"
)
#: Said of a head injury: what follows is not denied with it.
_NOT_OUT = re.compile(
    r"\b(?:with )?(?:no|without) (?:loss of consciousness|loc)\b|\bdid ?n[o']t pass out\b|\bnot knocked out\b"
)
#: organ -> its inflammation, as titles call it
_INFLAMED: Final = {
    "appendix": "appendicitis",
    "artery": "arteritis",
    "bile duct": "cholangitis",
    "bladder": "cystitis",
    "bone": "osteitis",
    "bone marrow": "osteomyelitis",
    "bowel": "enteritis colitis",
    "brain": "encephalitis",
    "brain lining": "meningitis",
    "breast": "mastitis",
    "bursa": "bursitis",
    "colon": "colitis",
    "cornea": "keratitis",
    "ear canal": "otitis externa",
    "epididymis": "epididymitis",
    "esophagus": "esophagitis",
    "eyelid": "blepharitis",
    "fallopian tube": "salpingitis",
    "gallbladder": "cholecystitis",
    "gum": "gingivitis",
    "hair follicle": "folliculitis",
    "heart lining": "endocarditis",
    "heart muscle": "myocarditis",
    "heart sac": "pericarditis",
    "heart valve": "endocarditis",
    "iris": "iridocyclitis",
    "joint": "arthritis",
    "large intestine": "colitis",
    "lip": "cheilitis",
    "liver": "hepatitis",
    "lung lining": "pleurisy",
    "lymph node": "lymphadenitis",
    "mastoid": "mastoiditis",
    "middle ear": "otitis media",
    "mouth": "stomatitis",
    "muscle": "myositis",
    "nose": "rhinitis",
    "optic nerve": "optic neuritis",
    "pancreas": "pancreatitis",
    "parotid": "sialoadenitis",
    "prostate": "prostatitis",
    "rectum": "proctitis",
    "retina": "chorioretinitis",
    "sac around the heart": "pericarditis",
    "salivary gland": "sialoadenitis",
    "sinus": "sinusitis",
    "skin": "dermatitis",
    "spinal cord": "myelitis",
    "stomach": "gastritis",
    "tendon": "tendinitis",
    "testicle": "orchitis",
    "thyroid": "thyroiditis",
    "tongue": "glossitis",
    "tonsil": "tonsillitis",
    "urethra": "urethritis",
    "uterus": "endometritis",
    "vagina": "vaginitis",
    "vein": "phlebitis",
    "voice box": "laryngitis",
    "vulva": "vulvitis",
    "windpipe": "tracheitis",
    "womb": "endometritis",
}
_ORGANS = "|".join(sorted((re.escape(organ) for organ in _INFLAMED), key=len, reverse=True))
_INFLAMMATION_OF = re.compile(rf"\binflammation (?:of|in) {_OWNERS}({_ORGANS})s?\b")
_ITS_INFLAMMATION = re.compile(rf"\b({_ORGANS}) inflammation\b")
#: opening -> where a foreign body in it is coded
_OPENINGS: Final = {
    "airway": "respiratory tract",
    "bladder": "bladder",
    "bronchus": "bronchus",
    "cornea": "cornea",
    "ear": "ear",
    "ear canal": "ear",
    "esophagus": "esophagus",
    "eye": "external eye",
    "food pipe": "esophagus",
    "gullet": "esophagus",
    "nose": "nostril",
    "nostril": "nostril",
    "rectum": "anus and rectum",
    "throat": "pharynx",
    "urethra": "urethra",
    "vagina": "vulva and vagina",
    "windpipe": "trachea",
}
_ARTICLE = r"\b(?:an? )?"
_LODGED = r"(?: got| gets| is| was)?(?: stuck| lodged| caught| embedded)"
_IN_OPENING = re.compile(
    _ARTICLE + r"(?:bead|bean|button|battery|bug|cockroach|coin|cotton|crayon|fish ?bone|insect|marble|object"
    r"|pea|peanut|nut|pebble|popcorn|seed|speck|something|tampon|toy|food|meat|grape|bone)s?"
    rf"(?:{_LODGED})? (?:in|up) ({_OWNERS}(?:(?:right|left) )?)"
    rf"({'|'.join(sorted(_OPENINGS, key=len, reverse=True))})\b"
)
_LIMB = (
    rf"({_OWNERS}(?:(?:right|left) )?(?:\w+ )?"
    r"(?:thumb|finger|hand|palm|arm|forearm|elbow|foot|toe|heel|leg|thigh|knee|wrist)s?)\b"
)
_SPLINTER = re.compile(
    _ARTICLE + rf"(?:splinter|sliver|thorn|cactus (?:spine|needle))s?(?:{_LODGED})? (?:in|under) {_LIMB}"
)
_HOOK = re.compile(
    _ARTICLE + rf"(?:fish ?hooks?(?:{_LODGED})?|(?:needle|pencil lead|pin|staple)s?{_LODGED}) in {_LIMB}"
)


def in_titles_words(text: str) -> str:
    """The question with its clauses in a title's words, in small letters where one was found."""
    for written, meant in _CHART:
        text = written.sub(meant, text)
    low = text.lower()
    plain = _TOO_MUCH.sub("high", _TOO_LITTLE.sub("low", low))
    plain = _IN_BLOOD.sub(r"\1", plain)
    plain = _OF_WHOLE.sub(r"\1\2", plain)
    plain = _INFLAMMATION_OF.sub(lambda found: _INFLAMED[found[1]], plain)
    plain = _ITS_INFLAMMATION.sub(lambda found: _INFLAMED[found[1]], plain)
    plain = _IN_OPENING.sub(lambda found: f"foreign body in {found[1]}{_OPENINGS[found[2]]}", plain)
    plain = _SPLINTER.sub(r"superficial foreign body of \1", plain)
    plain = _HOOK.sub(r"puncture wound with foreign body of \1", plain)
    plain = _NOT_OUT.sub("without loss of consciousness,", plain).rstrip(",")
    if not _OF_A_TYPE.search(plain):
        plain = _DIABETES.sub("type 2 diabetes", plain, count=1)
    return text if plain == low else plain


def history(text: str) -> str:
    """What a question says that a patient once had, or that a relative has or had, as the history that it
    is; any other as it stands."""
    found = _OF_RELATIVES.fullmatch(text.strip().lower())
    if found is not None:
        return f"family history of {found[1]}"
    found = _ONCE_HAD.fullmatch(text.strip().lower())
    return text if found is None else f"personal history of {found[1]}"


def conditions(text: str) -> Iterator[str]:
    """The parts of a question that is two: where a cancer is from and where it has gone, a screening and what
    it found (both are coded, the screening first: guideline I.C.21.c.5)."""
    found = _SCREENING.fullmatch(text.strip().lower())
    if found is not None and "finding" not in found[2]:
        yield found[1]
        site = next((site for test, site in _LOOKED_INTO.items() if test in found[1]), "")
        yield f"{found[2]} {site}".strip()
    found = _SPREAD.match(text.lower())
    if found is not None:
        if not _OF_NO_PLACE.issuperset(found[1].split()):
            yield found[1]
        for site in re.split(r",| and ", found[2]):
            if site.strip():
                yield f"secondary malignant neoplasm of {site.strip()}"
