"""Whether values have the types that the contract names: dataclasses don't check it, and the engine relies on it."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import Any, Union, get_args, get_origin, get_type_hints


def misfits(value: Any, where: str = "") -> Iterator[str]:
    """Yield each part of a value of the contract that is of another type than it is declared with."""
    for one in fields(value):
        yield from _misfits(getattr(value, one.name), _hints(type(value))[one.name], f"{where}.{one.name}".strip("."))


_HINTS: dict[type, Mapping[str, Any]] = {}


def _hints(type_: type) -> Mapping[str, Any]:
    if type_ not in _HINTS:
        _HINTS[type_] = get_type_hints(type_)
    return _HINTS[type_]


def _misfits(value: Any, wanted: Any, where: str) -> Iterator[str]:
    origin, parts = get_origin(wanted), get_args(wanted)
    if origin in (Union, types.UnionType):
        found = [list(_misfits(value, one, where)) for one in parts]
        yield from () if not all(found) else found[0]
    elif not isinstance(wanted, type) and origin is None:
        return
    elif not _is(value, origin or wanted):
        expected = (origin or wanted).__name__
        yield f"{where} is {value!r:.60}, of type {type(value).__name__}; {expected} is expected"
    elif origin is tuple and parts[-1:] == (Ellipsis,):
        for number, one in enumerate(value):
            yield from _misfits(one, parts[0], f"{where}[{number}]")
    elif origin is Mapping or origin is dict or (parts and isinstance(value, Mapping)):
        for name, one in value.items():
            yield from _misfits(one, parts[1], f"{where}[{name!r}]")
    elif is_dataclass(value):
        yield from misfits(value, where)


def _is(value: Any, wanted: type) -> bool:
    # A datetime is a date, and True a whole number, to Python only.
    if (wanted is date and isinstance(value, datetime)) or (wanted is int and isinstance(value, bool)):
        return False
    return isinstance(value, wanted)
