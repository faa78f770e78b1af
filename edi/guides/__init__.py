"""The implementation guides, found by the version that GS08 or ST03 names, loaded when first asked for."""

import importlib
from functools import cache
from typing import Final

from edi.declare.guide import Guide

# GS08 (or ST03) to the guides of that version: transaction set, module, name. Later errata of a guide
# are read by the same declaration; adding a spelling is one line here.
Known = tuple[str, str, str]
_P: Final[Known] = ("837", "professional", "PROFESSIONAL")
_I: Final[Known] = ("837", "institutional", "INSTITUTIONAL")
_D: Final[Known] = ("837", "dental", "DENTAL")
_835: Final[Known] = ("835", "remittance", "REMITTANCE")
_999: Final[Known] = ("999", "implementation", "IMPLEMENTATION")
_277CA: Final[Known] = ("277", "claim_acknowledgment", "CLAIM_ACKNOWLEDGMENT")
_270: Final[Known] = ("270", "eligibility_inquiry", "ELIGIBILITY_INQUIRY")
_271: Final[Known] = ("271", "eligibility", "ELIGIBILITY")
_275: Final[Known] = ("275", "patient_information", "PATIENT_INFORMATION")
_276: Final[Known] = ("276", "status_inquiry", "STATUS_INQUIRY")
_277: Final[Known] = ("277", "status", "STATUS")
_277RFI: Final[Known] = ("277", "information_request", "INFORMATION_REQUEST")
VERSIONS: Final[dict[str, tuple[Known, ...]]] = {
    "005010X222": (_P,),
    "005010X222A1": (_P,),
    "005010X222A2": (_P,),
    "005010X222A3": (_P,),
    "005010X223": (_I,),
    "005010X223A1": (_I,),
    "005010X223A2": (_I,),
    "005010X223A3": (_I,),
    "005010X224": (_D,),
    "005010X224A1": (_D,),
    "005010X224A2": (_D,),
    "005010X224A3": (_D,),
    "005010X221": (_835,),
    "005010X221A1": (_835,),
    "005010X231": (_999,),
    "005010X231A1": (_999,),
    "005010X214": (_277CA,),
    "005010X279": (_270, _271),
    "005010X279A1": (_270, _271),
    "005010X212": (_276, _277),
    "005010X213": (_277RFI,),
    "006020X313": (_277RFI,),
    "006020X314": (_275,),
}


@cache
def _load(module: str, name: str) -> Guide:
    guide: Guide = getattr(importlib.import_module(f"edi.guides.{module}"), name)
    return guide


def find(version: str, transaction_set: str = "") -> Guide | None:
    """The guide of a version (and ST01, where several share it); None for one that is not known.

    Blanks around a version and lower case do no harm: "005010x221a1 " is 005010X221A1.
    """
    for set_id, module, name in VERSIONS.get(version, ()) or VERSIONS.get(version.strip().upper(), ()):
        if transaction_set in ("", set_id):
            return _load(module, name)
    return None


def all_guides() -> list[Guide]:
    """Every guide once, by version and transaction set."""
    known = {entry for entries in VERSIONS.values() for entry in entries}
    return sorted((_load(*entry[1:]) for entry in known), key=lambda guide: (guide.version, guide.kind))
