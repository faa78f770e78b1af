"""`cleanclaim edi check`: every fault of a file to SNIP 5, with place, remedy and the partner's answer."""

import edi
from console.answer import leave, print_json
from console.edi.code_sets import CodeSets
from console.edi.findings import as_json, show, summary
from console.edi.sources import FilesArgument, PhiOption, SetsOption, Source, exit_code, name_of, source_of
from console.options import JsonOption


def check(
    files: FilesArgument, json: JsonOption = False, show_phi: PhiOption = False, home: SetsOption = None
) -> None:
    """Check files: envelopes, structure, elements, balances, situations and code sets (SNIP 1 to 5).

    Exit code 0: clean (warnings and code sets that are not loaded are clean). 1: an error. 2: no X12.
    With --json: {"findings": [...]}, each with code, severity, snip, loop, segment, position, element,
    message, fix and answer; with several files also file. answer names the report (TA1, 999, 277CA) and
    its codes, or is null.
    """
    codes = CodeSets(home)
    worst = 0
    answered = []
    everything: list[edi.Finding] = []
    for file in files:
        source = source_of(file)
        findings = edi.check(source, codes)
        worst = max(worst, exit_code(source, findings))
        if json:
            own = {"file": name_of(file)} if len(files) > 1 else {}
            answered += [{**own, **as_json(f)} for f in findings]
        else:
            everything += findings
            show(name_of(file), findings, kinds_of(source), values=show_phi)
    if json:
        print_json({"findings": answered})
    else:
        summary(len(files), everything)
    leave(worst)


def kinds_of(source: Source) -> dict[tuple[str, str, str], str]:
    """What each transaction set of a source is, by interchange, group and its own number."""
    return {
        (i.control_number, t.group_control_number, t.control_number): f"{t.transaction_set} {t.version}"
        for i in edi.read_envelopes(source)
        for t in i.transactions
    }
