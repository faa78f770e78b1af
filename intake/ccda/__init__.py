"""C-CDA R2.1 and R1.1 documents, and sections cut out of them that hold encounters."""

from intake.ccda.reading import FORMAT, read, recognises

__all__ = ["FORMAT", "read", "recognises"]
