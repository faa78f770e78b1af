"""What has to be in the environment before Prefect is imported.

Prefect reads its settings when it is imported. Its own files stay inside the home, nothing is
reported to anyone, and its console lines do not come between an operator and our tables.
"""

import os
import sys
from collections.abc import Callable, Iterable
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

from config.settings import Settings

RESTS_ON = ("prefect", "sqlalchemy", "fastapi", "apprise")  # what decides whether a night is ever scheduled


def unsuitable(
    installed: Callable[[str], str] = metadata.version, bounds: Iterable[str] | None = None
) -> str:
    """Why Prefect and what it rests on do not fit together here; "" where they do.

    The bounds are those of this distribution (pyproject.toml says why): outside of them Prefect's
    scheduler was seen to schedule nothing and to report nothing.
    """
    wanted = {
        r.name.lower(): r
        for r in map(Requirement, bounds or metadata.requires("cleanclaim") or ())
        if r.name.lower() in RESTS_ON
    }
    wrong = [
        f"{name} {installed(name)} is outside {requirement.specifier}"
        for name, requirement in wanted.items()
        if not requirement.specifier.contains(installed(name), prereleases=True)
    ]
    if not wrong:
        return ""
    return (
        f"{'; '.join(wrong)}: with prefect {installed('prefect')} and SQLAlchemy {installed('sqlalchemy')} "
        "nights may never be scheduled; install the versions of requirements.lock"
    )


def prepare(settings: Settings, *, quiet: bool = True) -> None:
    """Sets Prefect up for this home. Does nothing where Prefect is imported already (tests, a worker)."""
    if "prefect" in sys.modules:
        return
    home = settings.home / "prefect"
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] = "false"
    os.environ["DO_NOT_TRACK"] = "1"
    os.environ["PREFECT_HOME"] = str(home)
    os.environ["PREFECT_PROFILES_PATH"] = str(home / "profiles.toml")
    os.environ["PREFECT_RESULTS_PERSIST_BY_DEFAULT"] = "false"
    os.environ["PYTHONSAFEPATH"] = "1"  # a folder named like a room where a run starts is not imported
    os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "120")
    # The temporary server's, of connections that nobody uses. Prefect's client forgets one after 5 s, as the
    # server does by default: where the server was first, each request after a longer task took 2 s more.
    os.environ.setdefault("UVICORN_TIMEOUT_KEEP_ALIVE", "60")
    if settings.prefect_api_url:
        os.environ["PREFECT_API_URL"] = settings.prefect_api_url
    else:
        os.environ.pop("PREFECT_API_URL", None)
        os.environ["PREFECT_SERVER_ALLOW_EPHEMERAL_MODE"] = "true"
        # The temporary server's database lies in its home, whatever the environment says elsewhere.
        os.environ["PREFECT_API_DATABASE_CONNECTION_URL"] = (
            f"sqlite+aiosqlite:///{Path(home / 'prefect.db').absolute()}"
        )
    if quiet:
        os.environ["PREFECT_LOGGING_LEVEL"] = "CRITICAL"
        os.environ["PREFECT_SERVER_LOGGING_LEVEL"] = "CRITICAL"
        os.environ["PREFECT_LOGGING_ROOT_LEVEL"] = "CRITICAL"  # a server that is stopped complains
    else:
        os.environ.setdefault("PREFECT_LOGGING_LEVEL", "WARNING")  # our own log says what runs do
        os.environ.setdefault("PREFECT_LOGGING_EXTRA_LOGGERS", "cleanclaim")  # steps show in Prefect's logs
        os.environ["PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW"] = "ignore"  # what `serve` itself logs
