"""Text that is safe and aligned on a terminal, whoever wrote it."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

#: Control, invisible and direction-changing characters, lone surrogates, private use, line and paragraph breaks.
_UNSAFE = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def clean(text: object) -> str:
    """Return text without anything that could move the cursor, colour, hide or reorder what stands on a terminal."""
    plain = str(text)
    if plain.isascii() and plain.isprintable():
        return plain
    return "".join(" " if one in "\n\t" else "" if unicodedata.category(one) in _UNSAFE else one for one in plain)


def width(text: str) -> int:
    """Return how many columns a text takes."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(one) in "WF" for one in text)
    return len(text) + wide - sum(unicodedata.combining(one) > 0 for one in text)


def aligned(rows: Sequence[Sequence[str]], right: Sequence[bool]) -> list[str]:
    """Return rows as lines whose columns stand below each other; no line is cut or wrapped."""
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(_pad(*cell) for cell in zip(row, widths, right, strict=True)).rstrip() for row in rows]


def _pad(cell: str, columns: int, right: bool) -> str:
    space = " " * (columns - width(cell))
    return space + cell if right else cell + space
