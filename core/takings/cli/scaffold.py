"""Writes a new plugin project from the template: chosen parts, with names of its own. Pure but for reading files.

The template is a real plugin, so nothing in it is a placeholder: what belongs to a kind of component is known by its
file, and the rest of the others' names is found in the syntax tree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from takings.cli.pruning import prune

KINDS = ("source", "target", "mapping", "numbering")

#: Files of the template that only some kinds need; `{package}` is `src/takings_example`.
_ONLY: dict[str, tuple[str, ...]] = {
    "{package}/till.py": ("source",),
    "{package}/till_reader.py": ("source",),
    "{package}/till_source.py": ("source",),
    "{package}/sandbox/till.py": ("source",),
    "{package}/sandbox/days.py": ("source",),
    "tests/test_till.py": ("source",),
    "{package}/ledger.py": ("target",),
    "{package}/ledger_api.py": ("target",),
    "{package}/ledger_target.py": ("target",),
    "{package}/planning.py": ("target",),
    "{package}/undoing.py": ("target",),
    "{package}/sandbox/ledger.py": ("target",),
    "{package}/sandbox/books.py": ("target",),
    "tests/test_ledger.py": ("target",),
    "tests/test_planning.py": ("target",),
    "tests/made_days.py": ("target",),
    "{package}/sandbox/__init__.py": ("source", "target"),
    "{package}/sandbox/__main__.py": ("source", "target"),
    "{package}/sandbox/serving.py": ("source", "target"),
    "tests/calling.py": ("source", "target"),
    "tests/test_sandbox.py": ("source", "target"),
    "{package}/mapping.py": ("mapping",),
    "tests/test_mapping.py": ("mapping",),
    "{package}/numbering.py": ("numbering",),
    "tests/test_numbering.py": ("numbering",),
}
_COMPONENTS = {"source": "till", "target": "paper", "mapping": "shelves", "numbering": "by_shop"}
_LEFT_OUT = re.compile(r"(^|/)(__pycache__|\.[^/]+|dist|build)/|\.egg-info/")
_LINE_LENGTH = 118


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What a plugin called `name` (lower case, words joined by dashes) is called in each place."""

    name: str
    title: str

    @property
    def id(self) -> str:
        """The plugin's id."""
        return self.name.replace("-", "_")

    @property
    def distribution(self) -> str:
        """The distribution's name."""
        return f"takings-{self.name}"

    @property
    def class_name(self) -> str:
        """What its classes' names begin with."""
        return "".join(part.capitalize() for part in self.name.split("-"))


def template_folder() -> Path:
    """Return the template's folder: in the installed distribution, or in the repository that it is installed from."""
    core = Path(str(import_module("takings").__file__)).parent
    inside = core / "_plugin_template"
    return inside if inside.is_dir() else core.parents[1] / "plugins" / "_template"


def render(template: Path, names: Names, kinds: Sequence[str]) -> dict[str, str]:
    """Return the files of the new project by their path in it."""
    files = {}
    for path, needed_by in template_files(template):
        if needed_by & set(kinds):
            text = (template / path).read_text("utf-8")
            files[_rename(path, names, kinds)] = _rename(_keep(path, text, kinds), names, kinds)
    longest = max(len(line) for path, text in files.items() if path.endswith(".py") for line in text.splitlines())
    project = files["pyproject.toml"]
    files["pyproject.toml"] = project.replace(
        f"line-length = {_LINE_LENGTH}", f"line-length = {max(_LINE_LENGTH, longest)}"
    )
    return files


def template_files(template: Path) -> Iterator[tuple[str, set[str]]]:
    """Yield the path of each file of the template and the kinds that need it."""
    only = {path.format(package="src/takings_example"): kinds for path, kinds in _ONLY.items()}
    for file in sorted(template.rglob("*")):
        path = file.relative_to(template).as_posix()
        if file.is_file() and not _LEFT_OUT.search(path):
            yield path, set(only.get(path, KINDS))


def _keep(path: str, text: str, kinds: Sequence[str]) -> str:
    """Take out of one file what belongs to kinds that were not chosen."""
    others = [kind for kind in KINDS if kind not in kinds]
    stems = [Path(one).stem for one, needed in _ONLY.items() if not set(needed) & set(kinds)]
    components = [f"example:{_COMPONENTS[kind]}" for kind in others]
    if path.endswith(".py"):
        modules = {f"takings_example.{_module(one)}" for one, needed in _ONLY.items() if not set(needed) & set(kinds)}
        return prune(text, modules=modules, words=components)
    if path.endswith(".md"):
        for kind in others:
            text = re.sub(rf"<!-- {kind} -->\n.*?<!-- end -->\n\n?", "", text, flags=re.DOTALL)
        text = re.sub(r"<!-- \w+ -->\n", "", text)
        unwanted = [f"`{one}`" for one in components] + [f"`{one}.py`" for one in stems]
        unwanted += [] if {"source", "target"} & set(kinds) else ["`sandbox/`"]
        return "".join(
            line
            for line in text.splitlines(keepends=True)
            if not line.startswith("| ") or not _mentions(line, unwanted)
        )
    if path == "pyproject.toml" and not {"source", "target"} & set(kinds):
        return text.replace(' "httpx>=0.28",', "")
    return text


def _module(path: str) -> str:
    return path.removeprefix("{package}/").removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _mentions(line: str, words: Sequence[str]) -> bool:
    return any(line.startswith(f"| {word}") for word in words)


def _rename(text: str, names: Names, kinds: Sequence[str]) -> str:
    """Put the new names in place of the template's."""
    both = {"source", "target"} <= set(kinds)
    for old, new in (
        (r"takings_example", f"takings_{names.id}"),
        (r"takings-example", names.distribution),
        (r"Corner Till and Paper Ledger", names.title),
        (r"Corner Till", f"{names.title} Till" if both else names.title),
        (r"Paper Ledger", f"{names.title} Ledger" if both else names.title),
        (r"A small, complete plugin for", "A plugin for"),
        (r", made to be copied: \*(.+?)\*\nare imaginary, and", r". Until you change it, *\1* is\nimaginary, and"),
        (r"stand-ins on your own machine play them", "stand-ins on your own machine play what it calls"),
        (r"example:paper", f"{names.id}:ledger"),
        (r"\bexample:(?=\w)", f"{names.id}:"),
        (r'"example\.(?=[\w{])', f'"{names.id}.'),
        (r'"example"', f'"{names.id}"'),
        (r"(?m)^example = ", f"{names.id} = "),
        (r"(show|doctor) example\b", rf"\1 {names.id}"),
        (r"\b(Till|Paper)(?=[A-Z][a-z])", names.class_name),
        (r"\bTestTill\b", "TestSource"),
        (r"\bTestPaper\b", "TestTarget"),
        (r"\bPAPER\b", "LEDGER"),
        (r'"paper(?=["-])', '"ledger'),
        (r'"ledger-ledger-', '"ledger-'),
    ):
        text = re.sub(old, new, text)
    return text
