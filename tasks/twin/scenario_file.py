"""What was learned of a payer as a scenario file: the mock clearinghouse plays it, and a rehearsal reads it.

It holds counts and rates, and nobody: a group of fewer lines than `LEAST_CELL` is left to the group above
it, a reason that was seen less often is not named, and counts are rounded down to tens, so that no small
group can be told from what is left of the others.
"""

import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, Final

from config.toml_file import quoted
from tasks.errors import StepError
from tasks.twin.answered import FEATURES, PAID
from tasks.twin.changes import Change
from tasks.twin.foretold import Noise
from tasks.twin.held_back import Calibration
from tasks.twin.payer_model import PayerModel
from tasks.twin.pooled_rates import OTHER, Counts, Level, Path, PooledRates
from tasks.twin.pooled_shares import DEPTH, PooledShares

LEAST_CELL: Final = 11
ROUNDED: Final = 10
UNREAD: Final = "TWN-02"


def written(
    model: PayerModel, noise: Noise, payer: str, payer_ids: Sequence[str], held_back: Calibration | None
) -> bytes:
    """The file's bytes: the same for the same answers. `held_back` says how it did on a month not seen."""
    claims, lines = _named(model.rejections), _named(model.denials)
    shares = model.shares
    kept = {path: seen for path, seen in shares.seen.items() if not path or seen >= LEAST_CELL}
    whole = sum(weight for _, weight in model.delays) or 1.0
    rows = [
        f"# What {payer} answered until {model.as_of}: counts and rates, no patient, claim or provider.",
        f"name = {quoted(f'{payer} until {model.as_of}')}",
        "",
        "[[learned]]",
        f"payer = {quoted(payer)}",
        f"payer_id = [{', '.join(quoted(one) for one in payer_ids)}]",
        f"until = {model.as_of.isoformat()}",
        "seed = 1",
        f"count = {{ claims = {_tens(model.claims)}, lines = {_tens(model.lines)} }}",
        f"days = [{', '.join(f'[{days}, {weight / whole:.4f}]' for days, weight in model.delays)}]",
        f"levels = {{ claims = {_levels(claims)}, lines = {_levels(lines)} }}",
        f"strengths = {{ claims = {_strengths(claims)}, lines = {_strengths(lines)} }}",
        f"between = [{', '.join(f'{one:.8f}' for one in shares.between)}]",
        f"within = {shares.within:.8f}",
        f"changes = [{', '.join(_table(_change(one)) for one in model.changes)}]",
        f"noise = {_table(_noise(noise, {*claims.outcomes, *lines.outcomes}))}",
        f"held_back = {_table(asdict(held_back) if held_back is not None else {})}",
        *_groups("claims", claims),
        *_groups("lines", lines),
    ]
    for path in sorted(kept, key=lambda one: (len(one), one)):
        match = dict(zip(FEATURES[:DEPTH], path, strict=False))
        rows += ["", "[[learned.shares]]", *(f"{name} = {quoted(value)}" for name, value in match.items())]
        rows += [f"count = {_tens(kept[path])}", f"share = {shares.means[path]:.4f}"]
        rows += [f"patient = {model.patient_shares.means.get(path, 0.0):.4f}"]
    return ("\n".join(rows) + "\n").encode("utf-8")


@dataclass(frozen=True, slots=True)
class Kept:
    """What a file says: of which payer, its rates, how far its days are apart, and how well it foretold."""

    payer: str
    model: PayerModel
    noise: Noise
    held_back: Calibration | None


def read(data: bytes) -> Kept:
    """What a file says.

    Raises StepError TWN-02: it is no file that `twin learn` wrote.
    """
    try:
        (table,) = tomllib.loads(data.decode("utf-8"))["learned"]
        noise = {_reason(name): float(value) for name, value in table["noise"].items()}
        held = Calibration(**table["held_back"]) if table["held_back"] else None
        return Kept(str(table["payer"]), _model(table), noise, held)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        raise StepError(
            UNREAD,
            f"the file is none that `cleanclaim twin learn` wrote ({type(error).__name__}); learn anew",
        ) from None


def _model(table: Mapping[str, Any]) -> PayerModel:
    shares = table["shares"]
    paths = [tuple(one[f] for f in FEATURES[:DEPTH] if f in one) for one in shares]
    return PayerModel(
        as_of=table["until"],
        rejections=_rates(table, "claims"),
        denials=_rates(table, "lines"),
        shares=PooledShares(
            {path: float(one["count"]) for path, one in zip(paths, shares, strict=True)},
            {path: float(one["share"]) for path, one in zip(paths, shares, strict=True)},
            tuple(map(float, table["between"])),
            float(table["within"]),
        ),
        patient_shares=PooledShares(
            {},
            {path: float(one.get("patient", 0.0)) for path, one in zip(paths, shares, strict=True)},
            tuple(0.0 for _ in table["between"]),
            0.0,
        ),
        delays=tuple((int(days), float(often)) for days, often in table["days"]),
        changes=tuple(_change_of(one) for one in table["changes"]),
        claims=int(table["count"]["claims"]),
        lines=int(table["count"]["lines"]),
        left_out=0,
        first_on=None,
        last_on=None,
    )


def _rates(table: Mapping[str, Any], name: str) -> PooledRates:
    features = table["levels"][name]
    levels = tuple(
        Level(str(feature), float(strength))
        for feature, strength in zip(features, table["strengths"][name], strict=True)
    )
    counts: dict[Path, Counts] = {}
    rates: dict[Path, Mapping[str, float]] = {}
    for one in table[name]:
        path = tuple(one[feature] for feature in features if feature in one)
        of = {str(outcome): float(rate) for outcome, rate in one["rates"].items()}
        rates[path] = {PAID: max(1 - sum(of.values()), 1e-9), **of}
        counts[path] = {outcome: rate * one["count"] for outcome, rate in rates[path].items()}
    return PooledRates(tuple(sorted(rates[()])), levels, counts, rates)


def _named(rates: PooledRates) -> PooledRates:
    """The rates without small groups, and without the names of rare reasons."""
    often = {
        outcome
        for outcome in rates.outcomes
        if outcome in (PAID, OTHER) or rates.counts.get((), {}).get(outcome, 0.0) >= LEAST_CELL
    }

    def told(of: Mapping[str, float]) -> dict[str, float]:
        found = {outcome: of.get(outcome, 0.0) for outcome in sorted(often)}
        found[OTHER] = sum(value for outcome, value in of.items() if outcome not in often - {OTHER})
        return found

    return replace(
        rates,
        outcomes=tuple(sorted(often)),
        counts={p: told(of) for p, of in rates.counts.items() if not p or sum(of.values()) >= LEAST_CELL},
        rates={
            path: told(of)
            for path, of in rates.rates.items()
            if not path or sum(rates.counts[path].values()) >= LEAST_CELL
        },
    )


def _groups(name: str, rates: PooledRates) -> Iterable[str]:
    for path in sorted(rates.rates, key=lambda one: (len(one), one)):
        of = rates.rates[path]
        yield from ("", f"[[learned.{name}]]")
        for level, value in zip(rates.levels, path, strict=False):
            yield f"{level.feature} = {quoted(value)}"
        yield f"count = {_tens(sum(rates.counts.get(path, {}).values()))}"
        yield f"rates = {_table({one: round(rate, 5) for one, rate in of.items() if one != PAID})}"


def _tens(number: float) -> int:
    return int(number // ROUNDED * ROUNDED)


def _levels(rates: PooledRates) -> str:
    return json.dumps([level.feature for level in rates.levels])


def _strengths(rates: PooledRates) -> str:
    return json.dumps([level.strength for level in rates.levels])


def _change(one: Change) -> dict[str, object]:
    found = asdict(one)
    found["where"] = [list(pair) for pair in one.where]
    found["before"], found["after"] = round(one.before, 4), round(one.after, 4)
    found["lines_before"], found["lines_after"] = _tens(one.lines_before), _tens(one.lines_after)
    return found


def _change_of(one: Mapping[str, Any]) -> Change:
    given = dict(one)
    where = tuple((str(feature), str(value)) for feature, value in given.pop("where"))
    return Change(**given, where=where)


def _noise(noise: Noise, named: set[str]) -> dict[str, object]:
    """How far days are apart, by reason; of reasons that are named alone, and of the dollars."""
    return {
        f"{kind} {reason}".strip(): round(apart, 5)
        for (kind, reason), apart in noise.items()
        if not reason or reason in named
    }


def _reason(name: str) -> tuple[str, str]:
    kind, _, reason = name.partition(" ")
    return kind, reason


def _table(of: Mapping[str, object]) -> str:
    inside = ", ".join(f"{quoted(name)} = {_value(value)}" for name, value in of.items())
    return f"{{ {inside} }}" if inside else "{}"


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return _table(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".") if value % 1 else f"{value:.1f}"
    if isinstance(value, str):
        return quoted(value)
    return json.dumps(value)
