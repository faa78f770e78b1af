"""The best that a desk can do which knows what comes and what payers will do: claims assigned to touches."""

from collections.abc import Sequence


def assigned(worth: Sequence[Sequence[float]]) -> list[int]:
    """For each row the column that it gets, so that the sum of `worth[row][column]` is greatest. There are at
    least as many columns as rows. By the Hungarian method with potentials, rows^2 x columns steps."""
    rows, columns = len(worth), len(worth[0])
    of_row, of_column = [0.0] * (rows + 1), [0.0] * (columns + 1)
    row_at = [0] * (columns + 1)  # column 0 is where a row waits for its own
    for row in range(1, rows + 1):
        row_at[0], column = row, 0
        least, came_from = [float("inf")] * (columns + 1), [0] * (columns + 1)
        seen = [False] * (columns + 1)
        while row_at[column]:
            seen[column] = True
            at, step, following = row_at[column], float("inf"), 0
            for one in range(1, columns + 1):
                if seen[one]:
                    continue
                cost = -worth[at - 1][one - 1] - of_row[at] - of_column[one]
                if cost < least[one]:
                    least[one], came_from[one] = cost, column
                if least[one] < step:
                    step, following = least[one], one
            for one in range(columns + 1):
                if seen[one]:
                    of_row[row_at[one]] += step
                    of_column[one] -= step
                else:
                    least[one] -= step
            column = following
        while column:
            row_at[column] = row_at[came_from[column]]
            column = came_from[column]
    found = [0] * rows
    for column in range(1, columns + 1):
        if row_at[column]:
            found[row_at[column] - 1] = column - 1
    return found
