"""Random sequences of nights, answers and faults, with the same invariants after each of them.

Steps: encounters come (clean, held, corrected, the same file twice, broken), a night runs with
whatever goes wrong at the partner, is killed at its Nth side effect, finds the disk full or the
partner down, and a person reruns, releases or abandons a batch. At the end the partner recovers, a
person releases what is held, quiet nights follow, and then everything that is clean has arrived.
"""

import shutil
import signal
import tempfile
from collections import Counter
from contextlib import AbstractContextManager
from datetime import date, timedelta
from pathlib import Path

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from tests.crash import documents, operators, processes, troubles
from tests.crash.full_disk import fill
from tests.crash.partner import Partner
from tests.crash.points import Points
from tests.crash.standing import Person, finished, wrong
from tests.crash.tally import Tally
from tests.memory import MEMORY

FIRST = date(2026, 11, 16)
STORIES = ("W1", "W2", "W3", "W41", "W43", "W51", "W52", "W53", "W61", "W62", "W63", "W71", "W72", "W81")
SITE = [(n, "site") for n in range(1, 15)]
POINTS = st.sampled_from(
    [
        *((n, "") for n in range(1, 121)),
        *((n, kind) for n in range(1, 31) for kind in ("commit", "file")),
        *SITE * 4,
    ]
)
"""Where a run dies: at its Nth side effect, of all or of one kind."""


class Nights(RuleBasedStateMachine):
    """One home over some weeks. What is wrong after a step ends the example."""

    tally = Tally()

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="cleanclaim-nights-", dir=MEMORY))
        self.home = documents.make_home(self.folder / "home")
        self.day = FIRST
        self.habit = ""
        self.people: list[Person] = []
        self.files: list[Path] = []
        self.asked: Counter[str] = Counter()  # one more copy, by ISA13
        self.tally.new_home()

    # ---- what practices document

    @initialize(
        stories=st.lists(st.sampled_from(STORIES), min_size=2, max_size=5),
        habit=st.sampled_from(("", troubles.AGAIN)),
        sent=st.booleans(),
    )
    def begin(self, stories: list[str], habit: str, sent: bool) -> None:
        """The first encounters; in half of the sequences they are with the partner already."""
        self.habit = habit
        self.come([(story, True) for story in stories])
        if sent:
            self.night("")

    @rule(encounters=st.lists(st.tuples(st.sampled_from(STORIES), st.booleans()), min_size=1, max_size=4))
    def come(self, encounters: list[tuple[str, bool]]) -> None:
        """One file of encounters, each clean or to be held."""
        new = [Person(len(self.people) + n, story) for n, (story, _) in enumerate(encounters, 1)]
        self.people += new
        self.drop(*(p.documented(clean=clean) for p, (_, clean) in zip(new, encounters, strict=True)))

    @rule(which=st.integers(0, 9), clean=st.booleans(), cents=st.sampled_from((13500, 9000, 20001)))
    def correct(self, which: int, clean: bool, cents: int) -> None:
        """A newer version of an encounter, wherever its claim is; the last file again; a broken one."""
        inbox = self.home / "inbox" / "lakeside"
        shutil.copy(self.files[-1], inbox / f"again-{self.files[-1].name}")
        (inbox / f"broken-{len(self.files)}.json").write_text('{"source": "crash", ', encoding="utf-8")
        self.drop(self.people[which % len(self.people)].documented(clean=clean, cents=cents))

    def drop(self, *encounters: dict[str, object]) -> None:
        name = f"{len(self.files):04d}.json"
        self.files.append(documents.drop(self.home, name, list(encounters)))

    # ---- nights

    @rule(trouble=troubles.nights)
    def night(self, trouble: str) -> None:
        """A night with whatever goes wrong at the partner."""
        self.next_day()
        with self.partner(trouble):
            code = self.run()
        if code and not trouble:
            raise AssertionError(f"a night without trouble ended with {code}")
        self.look()

    @rule(trouble=troubles.answers)
    def night_of_strange_answers(self, trouble: str) -> None:
        self.night(trouble)

    @rule(kill_at=POINTS, trouble=troubles.nights, again=st.booleans(), same_day=st.booleans())
    def killed_night(self, kill_at: tuple[int, str], trouble: str, again: bool, same_day: bool) -> None:
        """It dies at its Nth side effect and runs again at once, or is left as it is."""
        self.next_day(same_day)
        with self.partner(trouble):
            if self.run(kill_at) == -signal.SIGKILL and again:
                self.run()
        self.look()

    @rule(kill_at=st.sampled_from(SITE), again=st.booleans())
    def night_killed_at_the_partner(self, kill_at: tuple[int, str], again: bool) -> None:
        self.killed_night(kill_at, "", again, same_day=False)

    @rule(kill_at=st.one_of(st.just((0, "")), POINTS))
    def night_with_the_partner_down(self, kill_at: tuple[int, str]) -> None:
        self.next_day()
        with self.partner() as partner:
            partner.stop()
            self.run(kill_at)
        self.look()

    @rule(trouble=troubles.nights, pages=st.integers(0, 12), files=st.integers(0, 12))
    def night_with_a_full_disk(self, trouble: str, pages: int, files: int) -> None:
        """The ledger's disk takes so many pages more, the home so many files."""
        self.next_day()

        def work() -> int:
            fill(self.home, pages, files)
            return processes.run(self.home, self.day)

        with self.partner(trouble):
            self.wait(processes.start(self.home, work))
        self.look()

    # ---- what a person does

    @rule(
        act=st.sampled_from(operators.ACTS),
        number=st.integers(1, 4),
        trouble=st.one_of(st.just(""), troubles.line),
        kill_at=st.one_of(st.just((0, "")), POINTS),
    )
    def person(self, act: str, number: int, trouble: str, kill_at: tuple[int, str]) -> None:
        """Reruns, resends, releases or abandons a batch, or releases a partner to whom sending stopped."""
        if act == "resend":
            self.asked[f"{number:09d}"] += 1  # one receiver: its numbers and ours run together
        with self.partner(trouble):
            self.act(act, number, kill_at)
        self.look()

    def act(self, act: str, number: int, kill_at: tuple[int, str] = (0, "")) -> None:
        points = Points(self.home, *kill_at)
        self.wait(processes.start(self.home, lambda: operators.do(self.home, self.day, act, number), points))

    # ---- how it is done

    def next_day(self, same: bool = False) -> None:
        if not same:
            self.day += timedelta(days=1)

    def partner(self, trouble: str = "") -> AbstractContextManager[Partner]:
        return Partner(self.home, self.day, self.habit + trouble)

    def run(self, kill_at: tuple[int, str] = (0, "")) -> int:
        points = Points(self.home, *kill_at)
        code = self.wait(processes.start(self.home, lambda: processes.run(self.home, self.day), points))
        if code >= 0:
            self.tally.completed()
        return code

    def wait(self, pid: int) -> int:
        """The exit code; a kill is counted; what is neither a kill nor reported clearly is a fault."""
        code = processes.wait(pid)
        failures = processes.beside(self.home, "failures")
        note(f"  {self.day}: ended with {code} {failures.read_text() if code == 1 else ''}")
        if code == -signal.SIGKILL:
            self.tally.killed()
        elif code not in (0, 1, operators.REFUSED):
            broke = processes.beside(self.home, "broke")
            raise AssertionError(f"it broke: {broke.read_text() if broke.exists() else code}")
        return code

    def look(self, last: bool = False) -> None:
        faults = (finished if last else wrong)(self.home, self.people, self.tally, self.asked)
        if faults:
            raise AssertionError("; ".join(faults))

    def teardown(self) -> None:
        """Quiet nights, then everything has to be where it belongs."""
        try:
            if self.people:
                self.settle()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def settle(self) -> None:
        for _ in range(2):
            for act in ("release partner", "release every batch"):
                self.act(act, 0)
            self.next_day()
            with self.partner():
                code = self.run()
            if code:
                raise AssertionError(f"a quiet night ended with {code}")
        self.look(last=True)
