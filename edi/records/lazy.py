"""Records that decode what is rarely asked for when it is asked for.

A reader fills the members that everybody wants and leaves the others empty; reading an empty one
calls the record's decoder, which fills it. Nothing else shows: a record made from data has no
decoder, and `==`, `repr`, `dataclasses.replace`, copying and pickling see all members.
"""

from typing import TYPE_CHECKING, Any


class Lazy:
    """Base of records with slots. `_source` is the decoder and what it decodes from."""

    __slots__ = ("_source",)
    _source: tuple[Any, ...]

    if not TYPE_CHECKING:  # for the type checker a record has its declared members and no others

        def __getattr__(self, name):
            """Called where a slot is empty."""
            if name not in self.__dataclass_fields__:
                raise AttributeError(f"{type(self).__name__} has no {name}")
            source = self._source
            source[0](self, name, source)
            return object.__getattribute__(self, name)

    def __getstate__(self) -> dict[str, Any]:
        """All members, decoded; `loops` stay behind with what it was read from."""
        return {name: None if name == "loops" else getattr(self, name) for name in type(self).__slots__}

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            setattr(self, name, value)
