"""Which code is which: the code systems of the formats, by identifier, address or name.

A diagnosis for a claim is ICD-10-CM, a procedure CPT or HCPCS. Everything else a document codes
in (SNOMED CT, ICD-9-CM, a vendor's own) is shown to a coder and never billed.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

ICD10CM, ICD9CM, ICD10PCS, SNOMED = "ICD-10-CM", "ICD-9-CM", "ICD-10-PCS", "SNOMED CT"
CPT, HCPCS, POS, TAXONOMY = "CPT", "HCPCS", "POS", "taxonomy"

# 6.3 is WHO's ICD-10, under which vendors send ICD-10-CM.
_BY_OID = {
    "2.16.840.1.113883.6.90": ICD10CM,
    "2.16.840.1.113883.6.3": ICD10CM,
    "2.16.840.1.113883.6.103": ICD9CM,
    "2.16.840.1.113883.6.104": ICD9CM,
    "2.16.840.1.113883.6.42": ICD9CM,
    "2.16.840.1.113883.6.4": ICD10PCS,
    "2.16.840.1.113883.6.96": SNOMED,
    "2.16.840.1.113883.6.12": CPT,
    "2.16.840.1.113883.6.285": HCPCS,
    "2.16.840.1.113883.6.14": HCPCS,
    "2.16.840.1.113883.6.50": POS,
    "2.16.840.1.113883.6.101": TAXONOMY,
}
_BY_ADDRESS = {
    "hl7.org/fhir/sid/icd-10-cm": ICD10CM,
    "hl7.org/fhir/sid/icd-10": ICD10CM,
    "hl7.org/fhir/sid/icd-10-us": ICD10CM,
    "hl7.org/fhir/sid/icd-9-cm": ICD9CM,
    "hl7.org/fhir/sid/icd-9": ICD9CM,
    "www.cms.gov/medicare/coding/icd10": ICD10PCS,
    "snomed.info/sct": SNOMED,
    "www.ama-assn.org/go/cpt": CPT,
    "www.ada.org/cdt": HCPCS,  # the D codes, which HCPCS names too
    "www.cms.gov/medicare/coding/hcpcsreleasecodesets": HCPCS,
    "terminology.hl7.org/codesystem/hcpcs-level-ii": HCPCS,
    "terminology.hl7.org/codesystem/hcpcs-all-codes": HCPCS,
    "purl.bioontology.org/ontology/hcpcs": HCPCS,
    "www.nlm.nih.gov/research/umls/hcpcs": HCPCS,
    "www.cms.gov/medicare/coding/place-of-service-codes/place_of_service_code_set": POS,
    "nucc.org/provider-taxonomy": TAXONOMY,
}
_BY_NAME = {
    "ICD10": ICD10CM,
    "ICD10CM": ICD10CM,
    "ICD10C": ICD10CM,
    "I10": ICD10CM,
    "I10C": ICD10CM,
    "ICD10CMDIAGNOSIS": ICD10CM,
    "ICD10CMDIAGNOSISCODES": ICD10CM,
    "ICD10DX": ICD10CM,
    "INTERNATIONALCLASSIFICATIONOFDISEASES10THREVISIONCLINICALMODIFICATION": ICD10CM,
    "10": ICD10CM,
    "ICD9": ICD9CM,
    "ICD9CM": ICD9CM,
    "I9": ICD9CM,
    "I9C": ICD9CM,
    "I9CDX": ICD9CM,
    "ICD9CMDIAGNOSISCODES": ICD9CM,
    "ICD9CMDIAGNOSISCODE": ICD9CM,
    "ICD9CMPROCEDURECODES": ICD9CM,
    "09": ICD9CM,
    "9": ICD9CM,
    "I10P": ICD10PCS,
    "ICD10PCS": ICD10PCS,
    "SNOMED": SNOMED,
    "SNOMEDCT": SNOMED,
    "SNOMEDCLINICALTERMS": SNOMED,
    "SCT": SNOMED,
    "SNM": SNOMED,
    "CDT": HCPCS,
    "CPT": CPT,
    "CPT4": CPT,
    "C4": CPT,
    "CPTM": CPT,
    "CPTHCPCS": CPT,
    "CPTCODES": CPT,
    "CURRENTPROCEDURALTERMINOLOGY": CPT,
    "HCPCS": HCPCS,
    "HPC": HCPCS,
    "HCPC": HCPCS,
    "HCPCSII": HCPCS,
    "HCPCSLEVELII": HCPCS,
    "HEALTHCARECOMMONPROCEDURECODINGSYSTEM": HCPCS,
}
_ICD10CM_SHAPE = re.compile(r"([A-Z]\d[0-9A-Z])\.?([0-9A-Z]{0,4})")
_PROCEDURE_SHAPE = re.compile(r"(\d{4}[0-9AFMTU]|[A-Z]\d{4})((?:[-\s][0-9A-Z]{2}){0,4})")
_MODIFIER_SHAPE = re.compile(r"[0-9A-Z]{2}")


@dataclass(frozen=True, slots=True)
class Code:
    """One code: its system's name where we know it, else what the document calls it."""

    system: str
    code: str
    text: str = ""


@lru_cache(maxsize=2_000)  # a document names the same few systems with each of its codes
def system_of(identifier: str, name: str = "") -> str:
    """The system's name from an OID or web address; from its own name where neither is a known one."""
    identifier = identifier.strip().removeprefix("urn:oid:")
    if found := _BY_OID.get(identifier):
        return found
    address = re.sub(r"^https?://", "", identifier.lower()).rstrip("/")
    known = _BY_ADDRESS.get(address) or _BY_NAME.get(_plain(identifier)) or _BY_NAME.get(_plain(name))
    return known or identifier or name.strip() or "unknown"


def diagnoses_of(codes: Iterable[Code]) -> tuple[str, ...]:
    """The ICD-10-CM codes of one concept, each once and with its dot.

    A concept may need two (diabetes, and treatment with insulin). A code that is a prefix of another is left
    out: it is the same diagnosis in less detail, as in WHO's ICD-10. Only the shape of codes is checked here;
    an edit checks whether they are valid.
    """
    shapes = [_ICD10CM_SHAPE.fullmatch(c.code.upper()) for c in codes if c.system == ICD10CM]
    found = dict.fromkeys(f"{shape[1]}.{shape[2]}".rstrip(".") for shape in shapes if shape)
    return tuple(code for code in found if not any(c.startswith(code) and c != code for c in found))


def procedures_of(codes: Iterable[Code]) -> dict[str, tuple[str, ...]]:
    """CPT and HCPCS codes with the modifiers written behind them (99213-25), each code once."""
    found: dict[str, tuple[str, ...]] = {}
    for code in codes:
        match = _PROCEDURE_SHAPE.fullmatch(code.code.upper()) if code.system in (CPT, HCPCS) else None
        if match:
            found.setdefault(match[1], tuple(_MODIFIER_SHAPE.findall(match[2])))
    return found


def modifiers_of(codes: Iterable[Code]) -> tuple[str, ...]:
    """The codes of two characters among them."""
    upper = (code.code.upper() for code in codes)
    return tuple(dict.fromkeys(code for code in upper if _MODIFIER_SHAPE.fullmatch(code)))


def chosen(codes: list[Code]) -> Code | None:
    """The code that says most to a coder: SNOMED CT, else the first."""
    return next((c for c in codes if c.system == SNOMED), codes[0] if codes else None)


def _plain(name: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", name.upper())
