"""How coders and clinicians write: phrases that stand for the tabular's words, and words close to others.

The phrases are data, one a line in `coder_words.txt`; `RELATED` words may stand for each other at a
lower weight.
"""

from pathlib import Path

from coding.code_list import code_list

_FILE = Path(__file__).with_suffix(".txt")


def phrases() -> dict[str, str]:
    """What is said -> what the tabular calls it, as the file has it."""
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    pairs = (line.split(": ", 1) for line in lines if line and not line.startswith("#"))
    return dict(pairs)


_RELATED = """
abdominal: abdomen
abdomen: abdominal
abnormal: abnormality
alcohol: alcoholic
ankle: leg malleolus
anxious: anxiety
anus: anal
arm: upper limb
artery: arterial
back: trunk dorsal spine
baby: newborn infant child
bilateral: both
bladder: vesical cystitis
bleeding: hemorrhage
bleed: hemorrhage bleeding
blood: hemorrhage
bone: osseous
bowel: intestine
brain: cerebral intracranial
breast: mammary
breathing: respiratory
bronchitis: bronchial
bursitis: bursopathy
calf: leg
carcinoma: neoplasm
cervical: cervix neck
cervix: cervical
child: childhood juvenile
circulatory: cardiovascular
colon: intestine
cornea: corneal
corneal: cornea
cyst: cystic
dementia: alzheimer
depressed: depressive depression
depression: depressive
diabetes: diabetic
diabetic: diabetes
distal: lower end
proximal: upper end
ear: otic auricular
elevated: elevation abnormal
eye: ocular ophthalmic
eyelid: lid
face: facial
failure: insufficiency
fall: falling
feet: foot
finger: fingers hand
foot: feet lower limb
fungal: mycosis tinea
gallbladder: biliary
groin: inguinal
hand: hands upper limb
hearing: auditory
heart: cardiac
heel: calcaneus foot
hemorrhage: bleeding
hip: femur
hypoxia: hypoxic
infant: newborn
infection: infectious
inflammation: inflammatory
injury: traumatic
insufficiency: failure
jaw: mandible
joint: arthropathy
kidney: renal nephropathy
labor: delivery childbirth
leg: lower limb
limb: extremity
extremity: limb
liver: hepatic
low: decreased
lung: pulmonary bronchus respiratory
lymph: lymphatic
malignant: malignancy
mild: early
mouth: oral
muscle: muscular
nail: nails
neck: cervical
nerve: neuropathy
neuropathy: polyneuropathy
nose: nasal
numb: anesthesia
obese: obesity
opiate: opioid
suicide: intentional self harm
ovary: ovarian
ovarian: ovary
overweight: obesity
pain: painful
pancreas: pancreatic
pancreatic: pancreas
pelvis: pelvic
penis: penile
peripheral: polyneuropathy
poisoning: toxic
lipid: lipoid
exposure: contact
pregnancy: pregnant gestational
pregnant: pregnancy
prostate: prostatic
psoriatic: psoriasis
rash: eruption
rectal: rectum
rectum: rectal
renal: kidney
retinopathy: retina
rupture: tear
sacral: sacrum
sacrum: sacral
scalp: head
scarring: scar
seizure: convulsions epileptic epilepsy
seizures: convulsions epileptic epilepsy
shoulder: shoulders
skin: cutaneous
smoking: tobacco nicotine
smoke: tobacco
spine: spinal vertebra
spinal: spine
stomach: gastric
strep: streptococcal
stress: psychosocial
swelling: edema swollen
swollen: swelling edema
tear: rupture
teeth: tooth dental
testicle: testis
testicular: testis
testis: testicular
thigh: upper leg femur
throat: pharynx pharyngitis
thumb: finger
lipoma: lipomatous
toe: toes foot
tooth: teeth dental
trauma: traumatic injury
tumor: neoplasm
ulcer: ulceration
urinary: urine urination
urine: urinary
uterine: uterus
uterus: uterine
vagina: vaginal
vaginal: vagina
vein: venous
venous: vein
vision: visual
vomiting: emesis
vulva: vulvar
wrist: radius carpal
"""
RELATED: dict[str, tuple[str, ...]] = {
    word: tuple(others.split())
    for word, others in (line.split(": ") for line in _RELATED.strip().splitlines())
}
#: British and older spellings.
SPELLINGS: tuple[tuple[str, str], ...] = (
    ("haem", "hem"),
    ("anaem", "anem"),
    ("oedema", "edema"),
    ("oesoph", "esoph"),
    ("diarrhoea", "diarrhea"),
    ("tumour", "tumor"),
    ("paed", "ped"),
    ("leuk", "leuk"),
    ("orrhoea", "orrhea"),
    ("ischaem", "ischem"),
    ("glycaem", "glycem"),
)
IGNORED = code_list("the of with and or in for to a an by on due w at is has")
#: Words about the visit, not about the condition: they find nothing by themselves and cost little unsaid.
LIGHT = code_list(
    "visit patient subsequent initial followup follow up check new routine year month week day old side "
    "status current nos unspecified closed daily"
)
#: Words for the side, which stand anywhere in a question.
SIDES = {
    "right": "right",
    "rt": "right",
    "left": "left",
    "lt": "left",
    "both": "bilateral",
    "bilateral": "bilateral",
}
#: Words that turn what follows into its absence.
WITHOUT = code_list("without no not non denies")
