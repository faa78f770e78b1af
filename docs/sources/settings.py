"""Every key of the settings and of the partners' files, from the pydantic models that read them."""

import types
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from config.clearinghouse import Clearinghouse
from config.payer import Payer
from config.practice import Practice
from config.settings import PREFIX, Settings

HEAD = f"""# Settings and partners

Generated from the models that read them. An unknown key is refused, with its name and file. Keys
without a default are required.

`HOME/cleanclaim.toml` holds the settings. Each may be given in the environment as `{PREFIX}` and its name
in capitals (`{PREFIX}CHUNK_SIZE`), which wins over the file; options of a command win over both. `home`
is given by `--home` or `{PREFIX}HOME`, never in the file. Partners are one TOML file each:
`HOME/partners/practices/KEY.toml`, `payers/KEY.toml`, `clearinghouses/KEY.toml`; `key` is the file's name.
"""

FILES: tuple[tuple[str, str, type[BaseModel]], ...] = (
    ("Settings", "cleanclaim.toml", Settings),
    ("Practice", "partners/practices/KEY.toml", Practice),
    ("Payer", "partners/payers/KEY.toml", Payer),
    ("Clearinghouse", "partners/clearinghouses/KEY.toml", Clearinghouse),
)


def pages() -> dict[str, str]:
    return {"reference/settings.md": "\n".join([HEAD, *_told()])}


def _told() -> Iterator[str]:
    told: set[type[BaseModel]] = set()
    waiting: list[type[BaseModel]] = []
    for title, file, model in FILES:
        yield from _model(f"{title}: `{file}`", model, waiting)
        told.add(model)
    while waiting:
        model = waiting.pop(0)
        if model not in told:
            told.add(model)
            yield from _model(f"Table `{model.__name__}`", model, waiting)


def _model(title: str, model: type[BaseModel], waiting: list[type[BaseModel]]) -> Iterator[str]:
    yield f"## {title}"
    yield ""
    yield " ".join((model.__doc__ or "").split())
    yield ""
    yield "| Key | Type | Default | Meaning |"
    yield "|---|---|---|---|"
    for name, field in model.model_fields.items():
        waiting.extend(_models(field.annotation))
        yield f"| `{name}` | {_type(field.annotation, field)} | {_default(field)} | {_meaning(field)} |"
    yield ""


def _plain(annotation: Any) -> Any:
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    return annotation


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    annotation = _plain(annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models(inner)


def _type(annotation: Any, field: FieldInfo | None = None) -> str:
    annotation = _plain(annotation)
    origin = get_origin(annotation)
    arguments = [a for a in get_args(annotation) if a not in (type(None), Ellipsis)]
    if origin is Literal:
        return "one of " + ", ".join(f'`"{a}"`' if a else "empty" for a in arguments)
    if origin in (Union, types.UnionType):
        return " or ".join(dict.fromkeys(_type(a) for a in arguments if get_args(_plain(a)) != ("",)))
    if origin is tuple:
        return f"list of {_type(arguments[0])}"
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return f"table of {_type(arguments[0])} to {_type(arguments[1])}"
    names = {
        "str": "text", "int": "whole number", "float": "number", "bool": "true or false",
        "Path": "path", "date": "date", "SecretStr": "text",
    }  # fmt: skip
    name = getattr(annotation, "__name__", str(annotation))
    limits = _limits(field) if field is not None else ""
    return names.get(name, f"[{name}](#table-{name.lower()})") + limits


def _limits(field: FieldInfo) -> str:
    found = []
    for rule in field.metadata:
        for name, words in (
            ("ge", "at least"),
            ("gt", "more than"),
            ("le", "at most"),
            ("max_length", "up to"),
        ):
            value = getattr(rule, name, None)
            if value is not None:
                found.append(f"{words} {value}" + (" characters" if name == "max_length" else ""))
        pattern = getattr(rule, "pattern", None)
        if pattern:
            found.append("form `" + str(pattern).replace("|", "\\|") + "`")
    return f", {', '.join(found)}" if found else ""


def _default(field: FieldInfo) -> str:
    value = field.default
    if field.default_factory is not None:
        return "empty"
    if value is PydanticUndefined:
        return "**required**"
    if value is None or value in ("", ()) or str(value) in ("", "."):
        return "none"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f'`"{value}"`' if isinstance(value, str) else f"`{value}`"


def _meaning(field: FieldInfo) -> str:
    return " ".join((field.description or "").split()).replace("|", "\\|")
