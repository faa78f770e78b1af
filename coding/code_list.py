"""A set of codes written as words, so that a long list stays readable."""


def code_list(text: str) -> frozenset[str]:
    """The codes of a blank-separated list."""
    return frozenset(text.split())
