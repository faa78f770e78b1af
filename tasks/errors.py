"""What a step raises: a stable code, a message without patients' data, whether to try again.

    StepError                code, message, retryable
    ├── NightTaken           NIT-01   another run holds the night
    ├── PostingsDoNotClose   NIT-02   the proof of the night failed
    ├── (a night's note)     NIT-03   the run ended before its night was closed
    ├── (a line of the log)  NIT-04   Prefect did not take an artifact; nothing else is touched
    ├── (a line of the log)  NIT-05   a worker that shared a step was lost or broke off; the run does the rest
    ├── (a line of the log)  NIT-06   no workers could be had to share a step; the run does it alone
    └── StepBroke            NIT-09   something unforeseen; only its kind and place are named

`as_step_error` turns any exception into one of these. Prefect keeps messages and tracebacks in the clear,
so nothing else may leave a step.
"""

from config.unforeseen import raised_at


class StepError(Exception):
    """A step could not be done. Pickles, and holds nothing but its message."""

    def __init__(self, code: str, message: str, retryable: bool = False) -> None:
        super().__init__(code, message, retryable)
        self.code, self.message, self.retryable = code, message, retryable

    def __str__(self) -> str:
        return self.message if self.message.startswith(self.code) else f"{self.code} {self.message}"


def as_step_error(error: Exception, step: str) -> StepError:
    """The error as it may be shown: a coded error with its own message, any other by its kind and place."""
    if isinstance(error, StepError):
        return error
    code = getattr(error, "code", None)
    if isinstance(code, str) and code and "sqlalche" not in type(error).__module__:
        return StepError(code, str(error), bool(getattr(error, "retryable", False)))
    if isinstance(error, OSError):
        return StepError("NIT-08", f"{step}: {error.strerror or type(error).__name__}; check disk and rights")
    return StepError("NIT-09", f"{step}: {type(error).__name__} at {raised_at(error)}; please report this")
