"""What may go wrong on a partner's side in one night: lines of a scenario, each as likely as the others."""

from itertools import product

from hypothesis import strategies as st


def _fault(**facts: object) -> str:
    shown = {k: f'"{v}"' if isinstance(v, str) else str(v).lower() for k, v in facts.items()}
    return "\n[[fault]]\n" + "".join(f"{name} = {value}\n" for name, value in shown.items())


ANSWERS = [
    _fault(kind=kind, answer=answer, times=0)
    for kind, answer in product(
        ("no_answer", "late", "duplicate", "renamed", "reissued", "truncated", "growing", "corrupt"),
        ("*", "TA1", "999", "277CA", "835"),
    )
] + [_fault(kind="unbalanced", answer="835", times=0)]
"""Every answer, or every one of a kind, is not there, late, twice, truncated ... or does not balance."""

AGAIN = "".join(_fault(kind=kind, times=0) for kind in ("duplicate", "renamed", "reissued"))
"""A partner's habit: every answer comes twice, the next night under another name, and renumbered."""

REFUSALS = [
    *(f'\n[[interchange]]\nta1 = "R"\nnote = "{note}"\n' for note in ("000", "018", "022", "020", "006")),
    '\n[[interchange]]\nta1 = "A"\nsyntax = "R"\n',
]
"""A TA1 or a 999 that refuses every interchange of the night; notes 020 and 006 stop the partner."""

LINE = [
    *(
        _fault(kind="drop", operation=operation, nth=nth, times=times)
        for operation, nth, times in product(
            ("connect", "login", "open", "read", "list", "rename"), (1, 2, 3), (0, 1)
        )
    ),
    *(_fault(kind="drop", operation="rename", nth=nth, after=True) for nth in (1, 2, 3)),
    *(
        _fault(kind=kind, at_byte=at, times=times)
        for kind, at, times in product(
            ("drop", "full_disk", "lost_write", "false_success", "close_error"), (0, 700), (0, 1)
        )
    ),
    *(
        _fault(kind=kind, times=0)
        for kind in ("refuse_login", "change_host_key", "sweep", "hostile_names", "endless")
    ),
]
"""A line or a site that fails: broken off, its disk full, the key refused, swept at once."""

answers = st.sampled_from(ANSWERS)
refusals = st.sampled_from(REFUSALS)
line = st.sampled_from(LINE)
anything = st.one_of(answers, refusals, line)
nights = st.one_of(st.just(""), anything, st.builds(str.__add__, anything, anything))
"""Nothing, one thing, or two."""
