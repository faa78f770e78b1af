"""A count with its noun, as a person says it: 1 claim, 2 claims."""


def counted(count: int, one: str, many: str = "") -> str:
    """`counted(1, "claim")` is "1 claim"; `many` where it is not `one` with an s."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
