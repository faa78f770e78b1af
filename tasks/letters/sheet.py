"""A letter's pages, drawn when they are wanted: what draws them is slow to import."""

from tasks.letters.letter import Letter


def printed(letter: Letter) -> bytes:
    """The letter as PDF. Its bytes depend on nothing but what it says."""
    from tasks.letters.pages import drawn  # a third of a second, which only what prints has to spend

    return drawn(letter)
