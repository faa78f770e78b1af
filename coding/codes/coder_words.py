"""How coders and clinicians write: phrases that stand for the tabular's words, and words close to others.

The phrases are data, one a line in `coder_words.txt`; `RELATED` words may stand for each other at a
lower weight.
"""

from pathlib import Path

from coding.code_list import code_list

_FILE = Path(__file__).with_suffix(".txt")
_EVERYDAY_FILE = _FILE.with_name("everyday_words.txt")


def phrases() -> dict[str, str]:
    """What is said -> what the tabular calls it, as the file has it."""
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    pairs = (line.split(": ", 1) for line in lines if line and not line.startswith("#"))
    return dict(pairs)


_RELATED = """
abdomen: abdominal
abdominal: abdomen
abnormal: abnormality
addiction: dependence
alcohol: alcoholic
ankle: leg malleolus
anus: anal
anxious: anxiety
arm: upper limb
artery: arterial
baby: newborn infant child
back: trunk dorsal spine
bilateral: both
birth: delivery newborn
bladder: vesical cystitis
bleed: hemorrhage bleeding
bleeding: hemorrhage
blood: hemorrhage hematuria
bone: osseous
bowel: intestine
brain: cerebral intracranial
breast: mammary
breathing: respiratory
bronchitis: bronchial
bursitis: bursopathy
calf: leg
carcinoma: neoplasm
cell: cells
cervical: cervix neck
cervix: cervical
child: childhood juvenile
circulatory: cardiovascular
colon: intestine
cornea: corneal
corneal: cornea
crack: fracture
cyst: cystic
dementia: alzheimer
dependence: addiction
depressed: depressive depression
depression: depressive
diabetes: diabetic
diabetic: diabetes
distal: lower end
ear: otic auricular
elevated: elevation abnormal
exposure: contact
extremity: limb
eye: ocular ophthalmic
eyelid: lid eyelids
face: facial
failure: insufficiency
fall: falling
feet: foot
finger: fingers hand
fluid: effusion edema
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
hypercapnic: hypercapnia
hypoxia: hypoxic
hypoxic: hypoxia
infant: newborn
infection: infectious
inflamed: inflammation
inflammation: inflammatory
injury: traumatic
insufficiency: failure
itch: pruritus
jaw: mandible
joint: arthropathy
kidney: renal nephropathy
labor: delivery childbirth
leak: incontinence insufficiency
left: unilateral
leg: lower limb
lesion: disorder
limb: extremity
lipid: lipoid
lipoma: lipomatous
liver: hepatic
low: decreased
lump: mass swelling nodule
lung: pulmonary bronchus respiratory
lymph: lymphatic
macula: macular
macular: macula
malignant: malignancy carcinoma
mass: lump swelling
mild: early
mouth: oral
muscle: muscular
nail: nails
neck: cervical
nephritis: glomerular nephropathy
nephropathy: kidney glomerular
neoplasm: carcinoma
nerve: neuropathy
neuropathy: polyneuropathy
nodule: lump mass
nose: nasal
numb: anesthesia
obese: obesity
opiate: opioid
ovarian: ovary
ovary: ovarian
overweight: obesity
pain: painful
palsy: paralysis
pancreas: pancreatic
pancreatic: pancreas
paralysis: palsy hemiplegia
pelvis: pelvic
penis: penile
peripheral: polyneuropathy
poisoning: toxic
pregnancy: pregnant gestational
pregnant: pregnancy
prostate: prostatic
proximal: upper end
psoriatic: psoriasis
rash: eruption
rectal: rectum
rectum: rectal
renal: kidney
retinopathy: retina
right: unilateral
rupture: tear
sacral: sacrum
sacrum: sacral
scalp: head
scarring: scar
seizure: convulsions epileptic epilepsy
seizures: convulsions epileptic epilepsy
shoulder: shoulders
skin: cutaneous
smoke: tobacco
smoking: tobacco nicotine
spasm: spasms cramp
spinal: spine
spine: spinal vertebra
stomach: gastric
stone: calculus
strep: streptococcal
stress: psychosocial
suicide: intentional self harm
swelling: edema swollen
swollen: swelling edema
tear: rupture
teeth: tooth dental
testicle: testis testicular
testicular: testis
testis: testicular testicle
thigh: leg femur lower limb
throat: pharynx pharyngitis
thumb: finger
toe: toes foot
tooth: teeth dental
trauma: traumatic injury
tremor: tremors
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
weakness: hemiplegia weak
worm: helminthiasis
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
#: Words of a sentence that say nothing of a condition: questions lose them, titles keep them.
CHATTER = code_list(
    "my im me his her he she they their that this which who will would go goes going went away too very"
    " really so some bit lot lots get gets getting got have had having be been being am are was were keeps"
    " keep kept just still when while think feel feels since much many from into like kind thing"
)
#: Words about the visit, not about the condition: they find nothing by themselves and cost little unsaid.
LIGHT = code_list(
    "visit patient subsequent initial followup follow up check new routine year month week day old side "
    "status current nos unspecified closed daily"
)
#: Words of ordinary speech, of `everyday_words.txt`.
EVERYDAY = frozenset(
    word.replace("'", "")
    for line in _EVERYDAY_FILE.read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
    for word in line.split()
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
