import pytest

from bench import submission


@pytest.mark.skipif(submission.SSHD is None, reason="no sshd on this machine: install openssh-server")
def test_four_connections_side_by_side_lose_nothing(tmp_path):
    with submission.openssh(tmp_path / "site") as site:
        assert submission.side_by_side(site, size=10_000, count=40, connections=4) > 0
        assert len(list((tmp_path / "site/inbound").iterdir())) == 40
