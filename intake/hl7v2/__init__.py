"""HL7 v2 charges: DFT^P03 (and P11), one message or many in a file."""

from intake.hl7v2.reading import FORMAT, read, recognises

__all__ = ["FORMAT", "read", "recognises"]
