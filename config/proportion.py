"""The interval in which a share lies, seen in some of a number of cases (Wilson, 1927)."""

from math import sqrt

#: The normal deviate of 95 %.
Z_95 = 1.959964


def interval(hits: float, of: float, z: float = Z_95) -> tuple[float, float]:
    """The lowest and highest share that `hits` among `of` cases allow; 0 and 1 where there are no cases.

    Raises:
        ValueError: hits below 0 or above `of`.
    """
    if not 0 <= hits <= max(of, 0):
        raise ValueError("hits lie between 0 and the number of cases")
    if of == 0:
        return 0.0, 1.0
    share = hits / of
    middle = share + z * z / (2 * of)
    reach = z * sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    whole = 1 + z * z / of
    return max(0.0, (middle - reach) / whole), min(1.0, (middle + reach) / whole)
