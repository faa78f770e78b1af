"""Where a straight-line reader may take loops from the wire itself."""


class Stretch(str):
    """The first segment of a loop, at which a straight-line reader may take loops from the wire itself.

    It sets `taken` to the segments that it took, this one included; 0 leaves the loop to the tree.
    `position` is that of this segment.
    """

    taken = 0
    position = 0
