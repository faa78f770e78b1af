"""The checks must not cost what nobody would pay: beside a bare put, read-back and rename."""

from transport.cost import compare, side_by_side


def test_small_files_reach_six_tenths_of_the_bare_speed(make_sshd):
    cost = compare(make_sshd().site, size=10_000, count=60)
    assert cost.share >= 0.6, f"{cost.share:.0%} of bare, {cost.files_a_second:.0f} files a second"


def test_large_files_reach_eight_tenths_of_the_bare_speed(make_sshd):
    cost = compare(make_sshd().site, size=12_000_000, count=1)
    assert cost.share >= 0.8, f"{cost.share:.0%} of bare, {cost.megabytes_a_second:.0f} MB/s"


def test_four_connections_side_by_side_lose_nothing(make_sshd):
    place = make_sshd()
    assert side_by_side(place.site, size=10_000, count=40, connections=4) > 0
    assert len(list(place.inbound.iterdir())) == 40
