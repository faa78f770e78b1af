"""The wheel with compiled modules: mypyc turns those that pyproject.toml names into C, from the same source.

Opt-in, by HATCH_BUILD_HOOK_ENABLE_CUSTOM=1 (`make compiled`); without it the wheel is pure Python. Nothing is
built in the checkout, where an extension would stand before a source that is edited.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompiledModules(BuildHookInterface):
    """Adds an extension beside each source of `modules`, files or folders, but those of `pure`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        from mypyc.build import mypycify
        from setuptools import Distribution
        from setuptools.command.build_ext import build_ext

        self._folder = TemporaryDirectory(prefix="cleanclaim-compiled-")
        made, between = Path(self._folder.name, "made"), Path(self._folder.name, "between")
        extensions = mypycify(
            [f"--cache-dir={between / 'types'}", *self._sources()],
            opt_level=self.config["optimization"],
            target_dir=str(between),
            group_name="cleanclaim",
        )
        command = build_ext(Distribution({"name": "cleanclaim", "ext_modules": extensions}))
        command.build_lib, command.build_temp = str(made), str(between)
        command.ensure_finalized()
        command.run()
        build_data["force_include"] |= {
            str(path): str(path.relative_to(made)) for path in made.rglob("*") if path.is_file()
        }
        build_data["pure_python"], build_data["infer_tag"] = False, True

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        self._folder.cleanup()

    def _sources(self) -> list[str]:
        """Relative to the root, which a build runs in: that is how mypyc names modules."""
        root, pure = Path(self.root), set(self.config["pure"])
        named = [root / name for name in self.config["modules"]]
        found = {one for path in named for one in (path.rglob("*.py") if path.is_dir() else [path])}
        return sorted({str(path.relative_to(root)) for path in found} - pure)
