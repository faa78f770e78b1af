"""The implementation guides, found by the version that GS08 or ST03 names, loaded when first asked for."""

import importlib
from functools import cache
from typing import Final

from edi.guide import Guide

# GS08 (or ST03) to (module, name). Later errata of a guide are read by the same declaration.
VERSIONS: Final[dict[str, tuple[str, str]]] = {
    "005010X222": ("professional", "PROFESSIONAL"),
    "005010X222A1": ("professional", "PROFESSIONAL"),
    "005010X222A2": ("professional", "PROFESSIONAL"),
    "005010X221": ("remittance", "REMITTANCE"),
    "005010X221A1": ("remittance", "REMITTANCE"),
    "005010X231": ("implementation", "IMPLEMENTATION"),
    "005010X231A1": ("implementation", "IMPLEMENTATION"),
    "005010X214": ("claim_acknowledgment", "CLAIM_ACKNOWLEDGMENT"),
}


@cache
def _load(module: str, name: str) -> Guide:
    guide: Guide = getattr(importlib.import_module(f"edi.guides.{module}"), name)
    return guide


def find(version: str) -> Guide | None:
    """The guide of a version; None for one that is not known."""
    known = VERSIONS.get(version)
    return _load(*known) if known else None


def all_guides() -> list[Guide]:
    """Every guide once, by version."""
    found = {guide.version: guide for guide in (_load(*known) for known in VERSIONS.values())}
    return [found[version] for version in sorted(found)]
