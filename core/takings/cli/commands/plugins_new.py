"""`takings plugins new`: write a project for a new plugin."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click

from takings.cli.common import Common, pass_common
from takings.cli.group import command as make
from takings.cli.output import say, write_json
from takings.cli.scaffold import KINDS, Names, render, template_folder
from takings.errors import InstallationError

_NAME = re.compile(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*")
_TITLE = re.compile(r"[^\W_][\w .&+-]{0,39}")
_LONGEST = 32


@make(
    examples=(
        "takings plugins new harbour --source",
        "takings plugins new harbour-books --target --title 'Harbour Books' --dir ./books",
    )
)
@click.argument("name")
@click.option("--source", is_flag=True, help="With a point of sale.")
@click.option("--target", is_flag=True, help="With a ledger.")
@click.option("--mapping", is_flag=True, help="With a mapping provider.")
@click.option("--numbering", is_flag=True, help="With a numbering strategy.")
@click.option("--title", metavar="TEXT", default="", help="What it is called for people. [default: from NAME]")
@click.option(
    "--dir",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write it here. [default: ./takings-NAME]",
)
@pass_common
def command(common: Common, *, name: str, title: str, folder: Path | None, **kinds: bool) -> None:
    """Write a project for the plugin NAME that installs, passes its tests and can be tried at once.

    It is a copy of a working example with your names, and with the parts that you choose.
    """
    chosen = [kind for kind in KINDS if kinds[kind]]
    if not chosen:
        raise click.UsageError(f"Say what it brings: {', '.join(f'--{kind}' for kind in KINDS)}.")
    names = _names(name, title)
    target = folder or Path(names.distribution)
    files = render(template_folder(), names, chosen)
    _write(target, files)
    following = _following(names, target, chosen)
    if common.json:
        shown = {"plugin": names.id, "distribution": names.distribution, "directory": str(target)}
        write_json({**shown, "files": sorted(files), "next": following})
        return
    say(f"Wrote {len(files)} files to {target}. Next:")
    for one in following:
        say(f"  {one}")


def _names(name: str, title: str) -> Names:
    if not _NAME.fullmatch(name) or len(name) > _LONGEST:
        raise click.UsageError(
            f"The name {name!r} is not usable: up to {_LONGEST} lower case letters, digits and single dashes, "
            "beginning with a letter."
        )
    names = Names(name=name.replace("_", "-"), title=title or name.replace("_", "-").replace("-", " ").title())
    if names.name.startswith("takings"):
        raise click.UsageError(f"Leave takings out of the name; {names.distribution} would be the distribution.")
    if not _TITLE.fullmatch(names.title):
        raise click.UsageError(f"The title {title!r} is not usable: up to 40 letters, digits, spaces and . & + -")
    from takings.host.discovery import find_candidates  # noqa: PLC0415 - slow to import; help needs none of it

    taken = next((one for one in find_candidates() if one.id == names.id), None)
    if taken:
        raise click.UsageError(f"{taken.distribution} {taken.version} offers a plugin {names.id} already.")
    return names


def _write(folder: Path, files: dict[str, str]) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise click.UsageError(f"{folder} is there and not empty; name another folder with --dir.")
    try:
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, "utf-8")
    except OSError as error:
        raise InstallationError(f"{folder} can't be written: {error.strerror}.") from error


def _following(names: Names, folder: Path, chosen: list[str]) -> list[str]:
    sides = [f"--{kind} {names.id}" for kind in ("source", "target") if kind in chosen]
    trying = f"takings demo {' '.join(sides)}" if sides else f"takings plugins show {names.id}"
    place = str(folder)
    return [f"pip install -e {shlex.quote(place + '[test]')}", f"pytest {shlex.quote(place)}", trying]
