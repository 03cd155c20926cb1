"""Records that are nearly right: real ones with something replaced, removed or cut off."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

#: What stands where something else was expected.
_STRANGE: tuple[Any, ...] = (
    None, True, False, 0, -1, 1.5, 1e308, 10**30, "", " ", "1.005", "NaN", "Infinity", "-0.00", "1e5", "½",
    "2026-02-30", "9999-12-31", "0001-01-01", "\x00", "\ud7ff", "x" * 2000, [], {}, [[]], [None], {"": None},
    "Europe/Nowhere", "XXX",
)  # fmt: skip


def mutated(records: Sequence[bytes]) -> st.SearchStrategy[bytes]:
    """Return a strategy of records that are those given, broken in one or two places."""
    return st.one_of(_changed(records), _cut(records), st.binary(max_size=60))


@st.composite
def _changed(draw: st.DrawFn, records: Sequence[bytes]) -> bytes:
    """Change values of a record that is JSON; any other gets cells or bytes replaced."""
    body = draw(st.sampled_from(records))
    try:
        data = json.loads(body)
    except ValueError:
        return draw(st.one_of(_cells_changed(body), _cells_changed(body), _bytes_changed(body)))
    for _ in range(draw(st.integers(1, 2))):
        data = _break(draw, copy.deepcopy(data))
    return json.dumps(data).encode()


def _break(draw: st.DrawFn, data: Any) -> Any:
    places = list(_places(data))
    if not places:
        return draw(st.sampled_from(_STRANGE))
    holder, key = draw(st.sampled_from(places))
    how = draw(st.sampled_from(("replace", "remove", "double")))
    if how == "remove":
        del holder[key]
    elif how == "double" and isinstance(holder, list):
        holder.append(holder[key])
    else:
        holder[key] = draw(st.sampled_from(_STRANGE))
    return data


def _places(data: Any) -> list[tuple[Any, Any]]:
    """Return every place in a JSON value as its holder and key."""
    keys: list[Any] = (
        list(data) if isinstance(data, dict) else list(range(len(data))) if isinstance(data, list) else []
    )
    found = [(data, key) for key in keys]
    for key in keys:
        found += _places(data[key])
    return found


@st.composite
def _cells_changed(draw: st.DrawFn, body: bytes) -> bytes:
    """Put something strange into a few places of a text of rows, whatever parts them."""
    lines = body.split(b"\n")
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(lines) - 1))
        cells = re.split(rb"([,;\t|])", lines[at])
        strange = str(draw(st.sampled_from(_STRANGE)))
        cells[draw(st.integers(0, len(cells) // 2)) * 2] = strange.encode("utf-8", "replace")
        lines[at] = b"".join(cells)
    return b"\n".join(lines)


@st.composite
def _bytes_changed(draw: st.DrawFn, body: bytes) -> bytes:
    at = draw(st.integers(0, max(len(body) - 1, 0)))
    return body[:at] + draw(st.binary(max_size=4)) + body[at + draw(st.integers(0, 3)) :]


@st.composite
def _cut(draw: st.DrawFn, records: Sequence[bytes]) -> bytes:
    body = draw(st.sampled_from(records))
    return body[: draw(st.integers(0, len(body)))]
