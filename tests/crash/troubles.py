"""What may go wrong on a partner's side in one night, as strategies that give lines of a scenario."""

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

KINDS = ("TA1", "999", "277CA", "835")
ANSWERS = ("no_answer", "late", "duplicate", "renamed", "reissued", "truncated", "growing", "corrupt")
NOTES = ("000", "018", "022", "020", "006")  # of a TA1; the last two stop the partner
UPLOAD = ("drop", "full_disk", "lost_write", "false_success", "close_error")
OPERATIONS = ("connect", "login", "open", "read", "list", "rename")


def answers() -> SearchStrategy[str]:
    """Every answer, or every one of a kind, is not there, late, twice, truncated ... or does not balance."""
    return st.one_of(
        st.builds(
            lambda kind, answer: _fault(kind=kind, answer=answer, times=0),
            st.sampled_from(ANSWERS),
            st.one_of(st.just("*"), st.sampled_from(KINDS)),
        ),
        st.just(_fault(kind="unbalanced", answer="835", times=0)),
    )


def refusals() -> SearchStrategy[str]:
    """A TA1 or a 999 that refuses every interchange of the night."""
    return st.one_of(
        st.sampled_from(NOTES).map(lambda note: f'\n[[interchange]]\nta1 = "R"\nnote = "{note}"\n'),
        st.just('\n[[interchange]]\nta1 = "A"\nsyntax = "R"\n'),
    )


def line() -> SearchStrategy[str]:
    """A line or a site that fails: broken off, its disk full, the key refused, swept at once."""
    return st.one_of(
        st.builds(
            lambda operation, nth, times: _fault(kind="drop", operation=operation, nth=nth, times=times),
            st.sampled_from(OPERATIONS),
            st.integers(1, 3),
            st.integers(0, 1),
        ),
        st.integers(1, 2).map(lambda nth: _fault(kind="drop", operation="rename", nth=nth, after=True)),
        st.builds(
            lambda kind, at, times: _fault(kind=kind, at_byte=at, times=times),
            st.sampled_from(UPLOAD),
            st.sampled_from((0, 700)),
            st.sampled_from((1, 0)),
        ),
        st.sampled_from(("refuse_login", "change_host_key", "sweep", "hostile_names", "endless")).map(
            lambda kind: _fault(kind=kind, times=0)
        ),
    )


def nights() -> SearchStrategy[str]:
    """What goes wrong tonight: nothing, one thing, or two."""
    return st.lists(st.one_of(answers(), refusals(), line()), max_size=2).map("".join)


def _fault(**facts: object) -> str:
    shown = {k: f'"{v}"' if isinstance(v, str) else str(v).lower() for k, v in facts.items()}
    return "\n[[fault]]\n" + "".join(f"{name} = {value}\n" for name, value in shown.items())
