"""What pyproject.toml names to be compiled is compiled as a whole, or not at all."""

import sys
import tomllib
from importlib import import_module
from pathlib import Path

import edi
from tests.conftest import CHECKOUT

HOOK = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"][
    "wheel"
]["hooks"]["custom"]


def named() -> set[str]:
    paths = [CHECKOUT / name for name in HOOK["modules"]]
    found = {one for path in paths for one in (path.rglob("*.py") if path.is_dir() else [path])}
    return {str(path.relative_to(CHECKOUT)) for path in found}


def imported(path: str) -> Path:
    name = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    import_module(name)
    return Path(str(sys.modules[name].__file__))


def test_all_modules_that_are_named_are_compiled_or_none_is():
    compiled = {path for path in named() if imported(path).suffix != ".py"}
    assert compiled == (named() - set(HOOK["pure"]) if edi.COMPILED else set())


def test_what_is_kept_pure_is_there_and_named():
    assert set(HOOK["pure"]) <= named()


def test_a_compiled_module_keeps_its_source_beside_it_for_tracebacks():
    assert [path for path in named() if not (Path(str(edi.__file__)).parents[1] / path).is_file()] == []
