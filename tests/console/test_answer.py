"""What a command's answer is made of."""

from rich.console import Console

from console import answer
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


def test_a_table_cuts_no_word_at_any_width(monkeypatch, capsys):
    columns = ["encounter", "practice", "edit", "line", "place", "what is wrong", "owner", "remedy"]
    choose = (
        "Choose the codes (cleanclaim coding shows the concepts) and send the encounter as a higher version."
    )
    keep = "Keep the one modifier that the documentation supports."
    uncoded = ["B-3013", "bayview", "COD-01", "", "HI", "1 diagnosis is documented without a billing code"]
    rows = [
        [*uncoded, "CODING", choose],
        [
            "S-2008",
            "summit",
            "MOD-01",
            "1",
            "SV101-3",
            "modifiers 26 and TC contradict",
            "CREDENTIALING",
            keep,
        ],
    ]
    wanted = {word for row in rows for cell in row for word in cell.split()}
    for width in range(40, 200):
        monkeypatch.setattr(answer, "console", Console(width=width, highlight=False))
        answer.table("Held", columns, rows)
        assert wanted <= set(capsys.readouterr().out.split()), width
