"""What a letter of appeal says, by the category of the denial: `config/data/appeal_words.toml`."""

import tomllib
from functools import cache
from importlib.resources import files

OTHER = "other"


@cache
def load() -> dict[str, tuple[str, ...]]:
    """Paragraphs by category; the last one of each asks for what is wanted."""
    read = tomllib.loads((files("config") / "data" / "appeal_words.toml").read_text("utf-8"))
    return {category: tuple(entry["paragraphs"]) for category, entry in read.items()}


def of(category: str) -> tuple[str, ...]:
    """The paragraphs of a category, or those for every other one."""
    return load().get(category) or load()[OTHER]
