"""What the kills came to, counted so that each figure can be checked."""

from dataclasses import dataclass, field


@dataclass
class Tally:
    """`points`: runs that were killed. `recoveries`: those of them after which a run of the same home
    went to its end; a kill that strikes a run which was recovering from another waits with it, so
    both are recovered by the run that ends. The two numbers differ where a home never came to an end.

    Lost, twice and partial are counted from the partner's side and the inbox.
    """

    points: int = 0
    recoveries: int = 0
    lost: int = 0
    twice: int = 0
    partial: int = 0
    faults: list[str] = field(default_factory=list)
    open: int = 0

    def killed(self) -> None:
        """A run was killed."""
        self.points += 1
        self.open += 1

    def completed(self) -> None:
        """A run went to its end: whatever was killed before it in this home is recovered."""
        self.recoveries += self.open
        self.open = 0

    def new_home(self) -> None:
        """Kills of an earlier home that never recovered stay unrecovered."""
        self.open = 0

    def __str__(self) -> str:
        return (
            f"kill points {self.points}, recoveries {self.recoveries}, "
            f"lost {self.lost}, twice {self.twice}, partial {self.partial}"
        )

    @property
    def clean(self) -> bool:
        return self.points == self.recoveries and not (self.lost or self.twice or self.partial or self.faults)
