"""What a command's answer is made of."""

from console.answer import share


def test_a_share_is_a_bar_with_its_per_cent_and_nothing_where_there_is_no_whole():
    assert share(50, 100, width=4) == "██    50 %"
    assert share(0, 100, width=4) == "       0 %"
    assert share(150, 100, width=4) == "████ 150 %"
    assert share(-5, 100, width=4) == "      -5 %"
    assert share(5, 0) == ""


def test_a_small_part_below_nothing_is_no_minus_nothing():
    assert share(-1, 1000, width=4) == "       0 %"
    assert share(-20, 1000, width=4) == "      -2 %"
