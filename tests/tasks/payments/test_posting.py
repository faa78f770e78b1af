"""The remittances of a file are posted together, and may be read before their turn to be posted comes."""

from dataclasses import replace

from ledger.payments.ahead import Ahead
from ledger.payments.remittance_facts import PaymentFacts, RemittanceFacts
from ledger.queries.night import problems
from tasks import nightly_run
from tasks.payments.posting import Kept, post_read, read_whole
from tasks.steps import post
from tests.tasks.answering import TUESDAY, Partner, books, paid, remitted


def collected(partner, opened):
    """The files of a partner as pieces of the post step."""
    step = nightly_run.step_named("collect")
    for piece in step.pieces(opened, TUESDAY):
        step.do(opened, TUESDAY, piece)
    return post.pieces(opened, TUESDAY)


def test_one_that_cannot_be_written_is_left_and_the_others_of_its_group_are_posted(home):
    partner = Partner(home)
    partner.pay("a.835", *(remitted(paid(f"OURS{n}"), trace=f"T{n}") for n in range(3)))
    with home.opened() as opened:
        [piece] = collected(partner, opened)
        read = read_whole(opened, TUESDAY, int(piece))
        [(group, ahead)] = read.groups
        group[1][1].payments[0].patient_owes = 2**70
        counts = post_read(opened, TUESDAY, replace(read, groups=[(group, ahead)]))
        assert (counts["remittances"], counts["posted"], counts["suspense"]) == (3, 2, 2)
        assert [found.code for found in problems(opened.ledger)] == ["RSP-FAILED"]
    _, posted, _ = books(home)
    assert [one.trace for one in posted] == ["T0", "T2"]


def test_files_that_were_read_before_any_was_posted_are_posted_in_their_turn(home):
    partner = Partner(home)
    for n, name in enumerate(("a.835", "b.835")):
        partner.pay(name, remitted(paid(f"OURS{n}"), trace=f"T{n}"), remitted(paid("BOTH"), trace="T9"))
    with home.opened() as opened:
        pieces = collected(partner, opened)
        assert 1 <= post.claims_in(opened, pieces) <= 12
        prepared = [post.prepare(opened, TUESDAY, piece) for piece in pieces]
        counts = [post.finish(opened, TUESDAY, one) for one in prepared]
    assert [one["posted"] for one in counts] == [2, 1], "T9 is known when its second copy comes"
    assert len(books(home)[1]) == 3


def facts(trace: str, **more) -> RemittanceFacts:
    payment = PaymentFacts(position=1, patient_control_number=trace, status="1", charge=1, paid=1)
    return RemittanceFacts(
        response_id=1, payer="harbor", payee="1", practice="lakeside", trace=trace, amount=0,
        paid_on="2026-11-17", method="ACH", content=trace, difference=0, **{"payments": [payment], **more},
    )  # fmt: skip


def test_groups_are_kept_in_their_order_beside_the_memory(tmp_path):
    large = facts("LARGE", payments=(), elsewhere=1, again=lambda: iter(()))
    groups = [
        [("1", facts("A")), ("2", facts("B"))],
        [("3", large)],
        [("4", facts("C"))],
        [("5", facts("D"))],
    ]
    kept = Kept(tmp_path)
    for group in groups:
        kept.add(group, Ahead(newest=(len(group),)))
    found, ahead = zip(*kept, strict=True)
    assert list(found) == groups
    assert [one.newest for one in ahead] == [(2,), (1,), (1,), (1,)]
    assert found[0] is not groups[0], "it came back from its place"
    assert found[1] is groups[1]
    assert list(tmp_path.iterdir()) == []
    assert list(Kept(tmp_path)) == []
