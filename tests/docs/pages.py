"""The pages that tests of the documentation look at, and what stands in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"

_FENCE = re.compile(
    r"^(?:<!--[ ](?P<note>[^\n]*?)[ ]-->\n\n?)?"  # what a comment directly before says of the block
    r"^(?P<indent>[ ]*)```(?P<language>\w*)\n(?P<text>.*?)^(?P=indent)```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text, the line it begins on, and the comment directly before it."""

    language: str
    text: str
    line: int
    note: str


def pages() -> list[Path]:
    """README and every page of the documentation."""
    return [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md"))]


def name_of(page: Path) -> str:
    """How a page is called in the names of tests."""
    return str(page.relative_to(ROOT))


def blocks(page: Path, *languages: str) -> Iterator[Block]:
    """The fenced blocks of a page, in order; only those of these languages where some are named."""
    text = page.read_text("utf-8")
    for found in _FENCE.finditer(text):
        if not languages or found["language"] in languages:
            indent = len(found["indent"])
            body = "".join(line[indent:] for line in found["text"].splitlines(keepends=True))
            line = text.count("\n", 0, found.start("language")) + 1
            yield Block(found["language"], body, line, found["note"] or "")


def without_blocks(text: str) -> str:
    """The page's own text, without fenced blocks and inline code."""
    return re.sub(r"`[^`\n]*`", "", _FENCE.sub("", text))
