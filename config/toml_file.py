"""One TOML file into one pydantic model and back, and its faults into a `ConfigurationError`."""

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from config.errors import ConfigurationError

MAX_BYTES = 1_000_000
_SECRETS = ("password", "passphrase", "secret", "token", "private_key", "api_key")

Model = TypeVar("Model", bound=BaseModel)


def read_toml(path: Path) -> dict[str, Any]:
    """The file's table. Raises `ConfigurationError` CFG-01 where it is absent, too large or no TOML."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ConfigurationError("CFG-01", str(path), "", "larger than 1 MB: this is no settings file")
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        reason = error.strerror or "cannot be read"
        raise ConfigurationError("CFG-01", str(path), "", f"{reason}; check its path and rights") from None
    except UnicodeDecodeError:
        raise ConfigurationError("CFG-01", str(path), "", "not UTF-8; save it as UTF-8") from None
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError("CFG-01", str(path), "", f"not TOML: {error}; correct that line") from None
    except (RecursionError, ValueError):  # brackets in brackets without end, a number of thousands of digits
        raise ConfigurationError("CFG-01", str(path), "", "nested or long beyond reason") from None


def read_model(model: type[Model], path: Path, **given: Any) -> Model:
    """`model` from the file. `given` are values that the file's place says, such as its key."""
    table = read_toml(path)
    refuse_secrets(table, str(path))
    for key, value in given.items():
        if table.get(key, value) != value:
            raise ConfigurationError(
                "CFG-04", str(path), key, f"the file's name says {value!r}; leave the key out"
            )
    try:
        return model.model_validate({**table, **given})
    except ValidationError as error:
        raise configuration_error(error, str(path)) from None


def write_model(model: type[Model], path: Path, text: str, **given: Any) -> Model:
    """Puts `text` into a file that is there, and gives the model that is read from it.

    Raises `ConfigurationError` where the text can't be used; the file is then as it was.
    """
    new = path.with_name(f".{path.name}.new")
    new.write_text(text, "utf-8")
    try:
        found = read_model(model, new, **given)
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)
    return found


def quoted(text: str) -> str:
    """A text as TOML writes it: as JSON does, but for the one letter that JSON leaves as it is."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def refuse_secrets(table: Mapping[str, Any], file: str) -> None:
    """A password or private key in a file is refused: files are copied, shown and backed up."""
    for key, value in table.items():
        if key.lower() in _SECRETS:
            raise ConfigurationError(
                "CFG-07",
                file,
                key,
                f"secrets are never written here; name an environment variable ({key}_env) or a file",
            )
        if isinstance(value, str) and "-----BEGIN" in value:
            raise ConfigurationError("CFG-07", file, key, "give the path of the key's file, not the key")


def configuration_error(error: ValidationError, file: str) -> ConfigurationError:
    """The first fault of a pydantic error, with its key and a remedy and without the value."""
    first = error.errors(include_url=False, include_input=False)[0]
    key = ".".join(str(part + 1) if isinstance(part, int) else part for part in first["loc"])
    kind, message = first["type"], str(first["msg"])
    if kind == "extra_forbidden":
        return ConfigurationError("CFG-02", file, key, "no such key; check its spelling or remove it")
    if kind == "missing":
        return ConfigurationError("CFG-03", file, key, "missing; add it")
    message = message.removeprefix("Value error, ")
    return ConfigurationError("CFG-04", file, key, message[:1].lower() + message[1:])
