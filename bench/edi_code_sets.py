"""The code sets that a check asks, all of them loaded, so that it stops nowhere at "not loaded"."""

from functools import cached_property

from coding.codes import Codes, load
from console.edi.code_sets import CodeSets

DESCRIPTION = "ICD-10-CM as shipped; CPT and taxonomy codes, which are not shipped, laid over it"


class LoadedCodeSets(CodeSets):
    """As `cleanclaim edi check` plugs them in, with the sets that a practice loads itself."""

    @cached_property
    def _codes(self) -> Codes:
        return load().having(
            cpt=[(f"{code}", None, None, "a sample") for code in range(99202, 99262)],
            taxonomy=[("207Q00000X", None, None, "a sample")],
        )
