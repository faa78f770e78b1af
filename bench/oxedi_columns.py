"""oxedi's tables as lists of Python values, through the Arrow C data interface that it exports.

oxedi gives no rows; polars and pyarrow make them, and are slower at it than this (and 170 MB each to
install). So this is oxedi at its best where a program wants claims and not data frames. The structs
are those of https://arrow.apache.org/docs/format/CDataInterface.html.
"""

import ctypes
from datetime import date
from itertools import pairwise
from typing import Any


class _Schema(ctypes.Structure):
    pass


class _Array(ctypes.Structure):
    pass


_Schema._fields_ = [
    ("format", ctypes.c_char_p),
    ("name", ctypes.c_char_p),
    ("metadata", ctypes.c_void_p),
    ("flags", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("children", ctypes.POINTER(ctypes.POINTER(_Schema))),
]
_Array._fields_ = [
    ("length", ctypes.c_int64),
    ("null_count", ctypes.c_int64),
    ("offset", ctypes.c_int64),
    ("n_buffers", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("buffers", ctypes.POINTER(ctypes.c_void_p)),
    ("children", ctypes.POINTER(ctypes.POINTER(_Array))),
]

_EPOCH = date(1970, 1, 1).toordinal()
_pointer = ctypes.pythonapi.PyCapsule_GetPointer
_pointer.restype = ctypes.c_void_p
_pointer.argtypes = [ctypes.py_object, ctypes.c_char_p]


def columns(table: Any, names: str) -> list[list[Any]]:
    """The columns of these names: whole numbers, amounts (in the column's smallest unit), days and texts."""
    schema_capsule, array_capsule = table.__arrow_c_array__()
    schema = _Schema.from_address(_pointer(schema_capsule, b"arrow_schema"))
    array = _Array.from_address(_pointer(array_capsule, b"arrow_array"))
    places = {schema.children[i].contents.name.decode(): i for i in range(schema.n_children)}
    found = []
    for name in names.split():
        at = places[name]
        found.append(_values(schema.children[at].contents.format, array.children[at].contents))
    return found


def _values(form: bytes, array: Any) -> list[Any]:
    count: int = array.length
    values: list[Any]
    if not count:
        return []
    if array.offset:
        raise ValueError("a column that begins inside its buffers")
    if form == b"l":
        values = (ctypes.c_int64 * count).from_address(array.buffers[1])[:]
    elif form.startswith(b"d:"):  # 128 bits; the lower half holds every amount of an 835
        values = (ctypes.c_int64 * (count * 2)).from_address(array.buffers[1])[::2]
    elif form == b"tdD":
        days = (ctypes.c_int32 * count).from_address(array.buffers[1])[:]
        known = {day: date.fromordinal(_EPOCH + day) for day in set(days)}
        values = [known[day] for day in days]
    elif form in (b"z", b"u"):
        ends = (ctypes.c_int32 * (count + 1)).from_address(array.buffers[1])[:]
        text = ctypes.string_at(array.buffers[2], ends[-1]) if ends[-1] else b""
        values = [text[a:b] for a, b in pairwise(ends)]
    else:
        raise ValueError(f"a column of Arrow type {form!r}")
    if array.null_count and array.buffers[0]:
        there = ctypes.string_at(array.buffers[0], (count + 7) // 8)
        return [v if there[n >> 3] >> (n & 7) & 1 else None for n, v in enumerate(values)]
    return values
