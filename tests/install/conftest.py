"""The application as it is installed: its wheel in an environment of its own, without the checkout."""

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from tests.conftest import CHECKOUT


class Installed:
    """An environment that the wheel was installed into. What it depends on is the running environment's;
    the editable install there is not seen, because only a site folder's own .pth files are followed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.wheel = self._build(folder / "wheel")
        self.environment = folder / "environment"
        venv.create(self.environment, symlinks=True)
        self.python = self.environment / "bin" / "python"
        self.cleanclaim = self.environment / "bin" / "cleanclaim"
        asked = "import sysconfig; print(sysconfig.get_path('purelib'))"
        self.packages = Path(subprocess.check_output([self.python, "-c", asked], text=True).strip())
        _pip("--python", self.python, "install", "--no-deps", "--no-index", self.wheel)
        (self.packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")

    @staticmethod
    def _build(folder: Path) -> Path:
        _pip("wheel", "--no-build-isolation", "--no-deps", "--no-index", "--wheel-dir", folder, CHECKOUT)
        [wheel] = folder.glob("*.whl")
        return wheel

    def settings(self) -> dict[str, str]:
        """The environment of a program of it: nothing of the test's, of Prefect's or of another home."""
        ours = {
            k: v for k, v in os.environ.items() if not k.startswith(("PREFECT_", "CLEANCLAIM_", "PYTHON"))
        }
        return ours | {"DO_NOT_TRACK": "1"}

    def run(
        self, *words: object, cwd: Path, program: Path | None = None, **more: str
    ) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [str(program or self.cleanclaim), *map(str, words)],
            cwd=cwd,
            env=self.settings() | more,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )


def _pip(*words: object) -> None:
    quiet = ("--quiet", "--disable-pip-version-check")
    subprocess.run([sys.executable, "-m", "pip", *quiet, *map(str, words)], check=True)


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return Installed(tmp_path_factory.mktemp("installed"))


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A folder with nothing in it, to start programs from."""
    folder = tmp_path / "empty"
    folder.mkdir()
    return folder
