"""FHIR R4 in JSON: bundles, single resources, and NDJSON of either."""

from intake.fhir.reading import FORMAT, read, recognises

__all__ = ["FORMAT", "read", "recognises"]
