"""The dialogue at a terminal: lines to read, questions, and the words that mean the same at each of them."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Sequence

import click

from takings.cli.output import note
from takings.cli.text import aligned, clean

#: What can be typed at each question.
WORDS = (
    "Enter takes what stands in brackets. b goes back, ? shows this, q leaves; everything answered so far is kept. "
    "Type \\b, \\q or \\? to mean the letter itself."
)
_WIDEST = 100


class Left(Exception):
    """The person leaves the setup; `by_force` with Ctrl-C or Ctrl-D."""

    def __init__(self, *, by_force: bool = False) -> None:
        super().__init__()
        self.by_force = by_force


class Back(Exception):
    """The person wants to see what came before."""


def say(text: object = "", *, indent: str = "") -> None:
    """Write a paragraph, wrapped to the terminal."""
    width = min(shutil.get_terminal_size().columns, _WIDEST)
    lines = textwrap.wrap(clean(text), width, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)
    for line in lines or [""]:
        note(line)


def rows(cells: Sequence[Sequence[object]], *, indent: str = "  ") -> None:
    """Write rows whose columns stand below each other."""
    plain = [[clean(cell) for cell in row] for row in cells]
    if plain:
        for line in aligned(plain, [False] * len(plain[0])):
            note(indent + line)


def ask(question: str, *, default: str = "", help: str = "", hidden: bool = False) -> str:
    """Ask until something else than a word for help comes; empty when only Enter was pressed.

    Raises `Back` and `Left`.
    """
    shown = f"{question} [{default}]:" if default else f"{question}:"
    while True:
        try:
            found: str = click.prompt(
                clean(shown), default="", show_default=False, prompt_suffix=" ", err=True, hide_input=hidden
            )
        except click.Abort:
            note("")
            raise Left(by_force=True) from None
        text = found.strip()
        if hidden:
            return text
        match text.lower():
            case "b":
                raise Back
            case "q":
                raise Left
            case "?":
                for part in (help, WORDS):
                    if part:
                        say(part, indent="  ")
            case _:
                return text[1:] if text.lower() in ("\\b", "\\q", "\\?") else text


def agrees(question: str, *, default: bool = True, help: str = "") -> bool:
    """Ask for yes or no."""
    while True:
        text = ask(question, default="yes" if default else "no", help=help).lower()
        if text in ("", "y", "yes", "n", "no"):
            return text.startswith("y") if text else default
        say("Answer yes or no.", indent="  ")
