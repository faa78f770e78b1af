"""Each transaction set of a partner's file is taken or quarantined by name; none is lost unreported."""

import gzip
import re
from pathlib import Path

import pytest

import edi
from edi.records import (
    ClaimAcknowledgment,
    ClaimStatus,
    ImplementationAcknowledgment,
    InterchangeAcknowledgment,
    Party,
    ProviderStatus,
    Status,
    TransactionAcknowledgment,
)
from ledger.queries.batches import all_batches
from ledger.queries.money import remittances
from ledger.queries.night import problems
from ledger.queries.work import alerts
from tests.tasks.answering import HARBOR, LAKESIDE, TUESDAY, books, paid, remitted

CASES = Path(__file__).parents[1] / "edi" / "cases"

pytestmark = pytest.mark.usefixtures("either_database")


def found_in(partner) -> dict[str, list[str]]:
    """The codes of what was quarantined, by file."""
    by: dict[str, list[str]] = {}
    with partner.home.opened() as opened:
        for p in reversed(problems(opened.ledger)):
            by.setdefault(p.name, []).append(p.code)
    return by


def posted(partner) -> dict[str, str]:
    with partner.home.opened() as opened:
        return {r.trace: r.state for r in remittances(opened.ledger)}


def open_alerts(partner) -> list[str]:
    with partner.home.opened() as opened:
        return [a.code for a in alerts(opened.ledger)]


class Writer:
    """Files of the partner: each remittance pays a stranger's claim of its own, so that all may post."""

    def __init__(self, partner) -> None:
        self.partner = partner
        self.count = 0

    def remittance(self, trace: str = "", **changes) -> bytes:
        self.count += 1
        one = remitted(paid(f"STRANGER{self.count}"), trace=trace or f"T{self.count}")
        return edi.write_remittances([one], self.partner.envelope(**changes))

    def answer(self, *records) -> bytes:
        if len(records) == 1 and isinstance(records[0], InterchangeAcknowledgment):
            return edi.write_interchange_acknowledgment(records[0], self.partner.envelope())
        return edi.write_acknowledgments(records, self.partner.envelope())


def ta1(number: str = "000000001") -> InterchangeAcknowledgment:
    return InterchangeAcknowledgment(control_number=number, created=TUESDAY, status="A")


def nine(number: str = "1") -> ImplementationAcknowledgment:
    one = TransactionAcknowledgment(transaction_set="837", control_number="0001", status="A")
    return ImplementationAcknowledgment(
        functional_code="HC", group_control_number=number, status="A", included=1, received=1, accepted=1,
        version="005010X222A1", transactions=(one,),
    )  # fmt: skip


def claim_answer(partner, number: str = "000000001") -> ClaimAcknowledgment:
    status = (Status(category="A2", code="20", entity="PR", effective=TUESDAY, amount=13500),)
    one = ClaimStatus(patient_control_number=partner.claim.patient_control_number, statuses=status)
    return ClaimAcknowledgment(
        source=HARBOR,
        receiver=Party(last="CLEANCLAIM", id="CLEANCLAIM", id_qualifier="46"),
        batch_reference=number,
        source_trace="S1",
        received=TUESDAY,
        processed=TUESDAY,
        statuses=status,
        accepted_count=1,
        accepted_amount=13500,
        providers=(ProviderStatus(provider=LAKESIDE, claims=(one,)),),
    )


def reset(data: bytes, old: bytes, new: bytes) -> bytes:
    assert old in data, old
    return data.replace(old, new)


def bare(partner, *sets: bytes, group: bytes = b"HP*NORTHGATE*CLEANCLAIM*20261117*0600*7*X*005010X221A1"):
    """An interchange around segments as they are."""
    number = partner.envelope().control_number
    isa = b"ISA*00*          *00*          *ZZ*NORTHGATE      *ZZ*CLEANCLAIM     *261117*0600*^*00501*"
    control = b"%09d" % number
    body = b"".join(sets)
    count = len(re.findall(rb"(?:\A|~)ST\*", body))
    return isa + control + b"*0*T*:~GS*" + group + b"~" + body + b"GE*%d*7~IEA*1*" % count + control + b"~"


def test_what_is_not_read_here_is_quarantined_by_name_and_version_and_the_others_go_on(partner):
    write = Writer(partner)
    good = write.remittance("GOOD")
    files = {
        "a_case.835": (
            # with a control number that no other file here has
            reset((CASES / "version_005010X221E1_None.835").read_bytes(), b"000000101", b"000000099"),
            ["RSP-VERSION"],
        ),
        "a_version.835": (reset(write.remittance(), b"005010X221A1", b"005010X221E1"), ["RSP-VERSION"]),
        "b_version.999": (reset(write.answer(nine()), b"005010X231A1", b"005010X999"), ["RSP-VERSION"]),
        "c_version.277": (
            reset(write.answer(claim_answer(partner)), b"005010X214", b"005010X333"),
            ["RSP-VERSION"],
        ),
        "d_997": (
            bare(
                partner,
                b"ST*997*0001~AK1*HC*1~AK9*A*1*1*1~SE*4*0001~",
                group=b"FA*NORTHGATE*CLEANCLAIM*20261117*0600*7*X*004010",
            ),
            ["RSP-SET"],
        ),
        "e_status.277": (
            bare(
                partner,
                b"ST*277*0001*005010X212~BHT*0010*08*1*20261117*0600*DG~SE*3*0001~",
                group=b"HN*NORTHGATE*CLEANCLAIM*20261117*0600*7*X*005010X212",
            ),
            ["RSP-UNREAD"],
        ),
        "f_coverage.271": (
            bare(
                partner,
                b"ST*271*0001*005010X279A1~BHT*0022*11*1*20261117*0600~SE*3*0001~",
                group=b"HB*NORTHGATE*CLEANCLAIM*20261117*0600*7*X*005010X279A1",
            ),
            ["RSP-UNREAD"],
        ),
        "g_no_set.835": (bare(partner), ["RSP-EMPTY"]),
        "h_empty.835": (b"", ["RSP-EMPTY"]),
        "i_blank.835": (b" \r\n\t\n", ["RSP-EMPTY"]),
        "j_cut.835": (good[:60], ["RSP-DAMAGED"]),
        "k_no_isa.835": (write.remittance()[106:], ["RSP-DAMAGED"]),
        "l_packed.835": (gzip.compress(good), ["RSP-FORMAT"]),
        "l_encrypted.835": (b"-----BEGIN PGP MESSAGE-----\n\nhQEMA5\n", ["RSP-FORMAT"]),
        "m_utf16.835": (good.decode().encode("utf-16"), ["RSP-FORMAT"]),
        "n_number.835": (
            re.sub(rb"\*0000001\d\d\*1\*T", b"*ABCDEFGHI*1*T", write.remittance()),
            ["RSP-DAMAGED"],
        ),
    }
    for name, (data, _) in files.items():
        partner.put(name, data)
    partner.put("z_good.835", good)
    partner.collect()
    assert found_in(partner) == {name: codes for name, (_, codes) in files.items()}
    assert posted(partner) == {"GOOD": "posted"}
    with partner.home.opened() as opened:
        listed = {p.name: p for p in problems(opened.ledger)}
        assert all(p.quarantined and p.remedy for p in listed.values())
        assert all("005010X221E1" in listed[name].message for name in ("a_case.835", "a_version.835"))
        assert "ST 835 0001" in listed["a_version.835"].place
        assert "004010" in listed["d_997"].message
    assert open_alerts(partner).count("RSP-ASIDE") == len(files)
    before = books(partner.home)
    partner.collect()
    assert (books(partner.home), len(found_in(partner))) == (before, len(files))


def test_harmless_spellings_of_a_version_are_read(partner):
    write = Writer(partner)
    spelled = (b"005010X221", b"005010X221  ", b"005010x221a1", b" 005010X221A1")
    for n, version in enumerate(spelled):
        data = reset(write.remittance(f"SPELLED{n}"), b"005010X221A1", version)
        partner.put(f"{n}.835", data)
    partner.put("a.999", reset(write.answer(nine()), b"005010X231A1", b"005010x231 "))
    partner.put("b.277", reset(write.answer(claim_answer(partner)), b"005010X214", b"005010X214  "))
    partner.collect()
    assert found_in(partner) == {}
    assert posted(partner) == {f"SPELLED{n}": "posted" for n in range(len(spelled))}
    with partner.home.opened() as opened:
        assert [b.state for b in all_batches(opened.ledger)] == ["accepted"]


def test_where_gs08_and_st03_name_two_versions_a_known_one_is_read_st03_first(partner):
    write = Writer(partner)
    st03 = reset(write.remittance("ST03"), b"005010X221A1", b"005010X221E1")
    partner.put("a.835", reset(st03, b"ST*835*0001~", b"ST*835*0001*005010X221A1~"))
    partner.put("b.835", reset(write.remittance("GS08"), b"ST*835*0001~", b"ST*835*0001*005010X221E1~"))
    status = reset(write.answer(claim_answer(partner)), b"*0001*005010X214~", b"*0001*005010X212~")
    partner.put("c.277", status)
    partner.collect()
    assert posted(partner) == {"ST03": "posted", "GS08": "posted"}
    assert found_in(partner) == {"c.277": ["STA-UNKNOWN"]}


def test_of_a_mixed_file_the_sets_that_can_be_read_are_posted_once_and_the_rest_is_named(partner):
    write = Writer(partner)
    first = write.remittance("FIRST")
    middle = reset(write.remittance("MIDDLE"), b"005010X221A1", b"005010X221E1")
    damaged = reset(write.remittance("DAMAGED"), b"SE*", b"SE*9")
    last = write.remittance("LAST")
    partner.put("a.835", first + middle + b"\n" + damaged + last)
    partner.collect()
    assert posted(partner) == {"FIRST": "posted", "LAST": "posted"}
    assert found_in(partner) == {"a.835": ["RSP-DAMAGED", "RSP-VERSION"]}
    before = books(partner.home)
    partner.put("again.835", first + middle + b"\n" + damaged + last)
    partner.put("whole.835", first + reset(middle, b"X221E1", b"X221A1") + write.remittance("LATE") + last)
    partner.collect()
    assert posted(partner) == dict.fromkeys(("FIRST", "LAST", "MIDDLE", "LATE"), "posted")
    assert books(partner.home)[0].cash == before[0].cash * 2


def test_a_file_of_remittances_and_acknowledgments_is_taken_whole(partner):
    write = Writer(partner)
    partner.put("a", write.answer(ta1()) + write.answer(nine()) + write.remittance("BOTH"))
    partner.put("b", write.answer(claim_answer(partner)))
    partner.collect()
    assert found_in(partner) == {}
    assert posted(partner) == {"BOTH": "posted"}
    with partner.home.opened() as opened:
        assert [b.state for b in all_batches(opened.ledger)] == ["accepted"]


def test_a_ta1_alone_is_taken_and_text_beside_it_is_reported(partner):
    write = Writer(partner)
    partner.put("a.ta1", write.answer(ta1()))
    partner.put("b.ta1", b"FROM: NORTHGATE\n" + write.answer(ta1()))
    partner.put("c.ta1", write.answer(ta1()) + b"ISA*00*   ")
    partner.put("d.ta1", b"\r\n\n " + write.answer(ta1()) + b"\r\n\x1a\0\0")
    partner.collect()
    assert found_in(partner) == {"b.ta1": ["RSP-DAMAGED"], "c.ta1": ["RSP-DAMAGED"]}
    with partner.home.opened() as opened:
        assert [b.state for b in all_batches(opened.ledger)] == ["acknowledged"]


def test_amounts_dates_names_and_numbers_out_of_form_quarantine_only_their_transaction_set(partner):
    write = Writer(partner)
    claim = b"CLP*STRANGER"
    remitted_at_fault = {
        "digits.835": (b"*135*100*", b"*" + b"9" * 20 + b"*" + b"9" * 20 + b"*"),
        "letters.835": (b"*135*100*0*", b"*135*100*0O*"),
        "far.835": (b"*20261117~\nTRN", b"*99991231~\nTRN"),
        "none.835": (b"*20261117~\nTRN", b"*~\nTRN"),
        "old.835": (b"*20261117~\nTRN", b"*10000101~\nTRN"),
        "service.835": (b"DTM*472*20261102", b"DTM*472*99991231"),
        "long.835": (b"*ICN1", b"*" + b"I" * 5000),
        "nul.835": (claim, b"CLP*STRAN\0GER"),
        "escape.835": (claim, b"CLP*\x1b[2JGER"),
        "trace.835": (b"TRN*1*TRACE*", b"TRN*1**"),
        "plb.835": (b"~\nSE*", b"~\nPLB*1999000015*20261231*WO:X*" + b"9" * 30 + b"~\nSE*"),
    }
    for name, (old, new) in remitted_at_fault.items():
        data = reset(write.remittance("TRACE"), old, new)
        # the set is longer by one segment where one was put in
        if name == "plb.835":
            data = re.sub(rb"SE\*(\d+)\*", lambda m: b"SE*%d*" % (int(m[1]) + 1), data)
        two = write.remittance(f"BESIDE {name}".upper())
        partner.put(name, data + two)
    partner.put("zz_good.835", write.remittance("GOOD"))
    partner.collect()
    assert found_in(partner) == {name: ["RMT-FORM"] for name in remitted_at_fault}
    assert posted(partner) == {
        **{f"BESIDE {name}".upper(): "posted" for name in remitted_at_fault},
        "GOOD": "posted",
    }


def test_acknowledgments_out_of_form_are_quarantined_alone(partner):
    write = Writer(partner)
    answers = {
        "ta1": reset(write.answer(ta1()), b"TA1*000000001", b"TA1*" + b"9" * 20),
        "signs.ta1": reset(write.answer(ta1()), b"TA1*000000001", "TA1*00000000²".encode("latin-1")),
        "group.999": reset(write.answer(nine()), b"AK1*HC*1*", b"AK1*HC*" + b"9" * 20 + b"*"),
        "nul.277": reset(write.answer(claim_answer(partner)), b"STC*A2:20", b"STC*A2:\x07" + b"0" * 9000),
    }
    for name, data in answers.items():
        partner.put(name, data)
    partner.put("zz.ta1", write.answer(ta1()))
    partner.collect()
    assert found_in(partner) == {name: ["ACK-FORM"] for name in answers}
    with partner.home.opened() as opened:
        assert [b.state for b in all_batches(opened.ledger)] == ["acknowledged"]


def test_the_alert_of_a_damaged_file_settles_when_the_same_interchange_comes_whole(partner):
    whole = Writer(partner).remittance("MENDED")
    partner.put("a.835", whole[: len(whole) // 2])
    partner.collect()
    assert "RSP-ASIDE" in open_alerts(partner)
    partner.put("a.835", whole)
    partner.collect()
    assert "RSP-ASIDE" not in open_alerts(partner)
    assert posted(partner) == {"MENDED": "posted"}


def test_a_file_of_an_unknown_version_may_come_again_under_its_number(partner):
    right = Writer(partner).remittance("MENDED")
    partner.put("a.835", reset(right, b"005010X221A1", b"005010X221E1"))
    partner.collect()
    assert found_in(partner) == {"a.835": ["RSP-VERSION"]}
    partner.put("b.835", right)
    partner.collect()
    assert posted(partner) == {"MENDED": "posted"}
    assert found_in(partner) == {"a.835": ["RSP-VERSION"]}
    assert "RSP-ASIDE" not in open_alerts(partner)
