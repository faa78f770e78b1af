"""The real command started twice together: once with a partner of its own, once on a demo home."""

from tests.crash import prefect_server, two_commands
from tests.crash.documents import Homes
from tests.crash.tally import Tally


def test_of_two_commands_started_together_one_works_and_the_other_leaves_with_a_clear_word(tmp_path):
    tally = Tally()
    with prefect_server.running(tmp_path) as address:
        left = two_commands.rounds(Homes(tmp_path), 2, address, tally)
    assert tally.clean, f"{tally}; {tally.faults}"
    assert left == 2
