"""The pages hold: their Python runs, their links lead somewhere, and each can be reached from the first one."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import pytest
from tests.docs.pages import DOCS, ROOT, Block, blocks, name_of, pages, without_blocks
from tests.support import warm

#: Pages whose examples are no programs of their own, with what runs or checks them instead.
RUN_ELSEWHERE = {
    "docs/reference/database.md": "it names an operator's own files; tests/store/test_rotation.py does the same",
    "docs/reference/plugin-contract.md": "tests/host/test_documented.py loads them as a plugin",
    "docs/reference/plugin-api.md": "tests/plugin/test_examples_in_docstrings.py runs them, and loads the hooks",
    "docs/how-to/xero-sandbox.md": "they need a client's own variables; plugins/xero/tests/sandbox does the same",
    "docs/how-to/impos-simulator.md": "they read a reader's own folder; plugins/impos/tests/simulator does the same",
}
NOT_RUN = "not run: "
_LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)")
_MACHINE = re.compile(r"(?<![\w.])/(?:home|root|Users|work|tmp|opt)/\S+|file://|[A-Z]:\\\\")

#: How a tutorial marks what goes into a file of its reader's: the tests of the tutorials do that.
OF_A_FILE = ("file: ", "into: ")

PYTHON = [
    (page, block)
    for page in pages()
    for block in blocks(page, "python")
    if page.parent.name != "tutorial" or not block.note.startswith(OF_A_FILE)
]


Run = Callable[..., tuple[int, str, str]]


def label(given: object) -> str:
    return name_of(given) if isinstance(given, Path) else f"line{given.line}" if isinstance(given, Block) else ""


@pytest.mark.parametrize(("page", "block"), PYTHON, ids=label)
def test_python_on_a_page_runs(page: Path, block: Block, tmp_path: Path):
    check(page, block, tmp_path, warm.run)


@pytest.mark.soak
@pytest.mark.parametrize(("page", "block"), PYTHON, ids=label)
def test_python_on_a_page_runs_where_nothing_is_imported_yet(page: Path, block: Block, tmp_path: Path):
    check(page, block, tmp_path, in_a_new_process)


def check(page: Path, block: Block, tmp_path: Path, run: Run) -> None:
    """Run a block as its reader does, or look at its imports where it is no program of its own."""
    if block.note.startswith(NOT_RUN) or name_of(page) in RUN_ELSEWHERE:
        check_imports(block)
        return
    for other in blocks(page, "python"):
        if page.parent.name == "how-to" and other.note.startswith("file: "):
            (tmp_path / other.note.removeprefix("file: ")).write_text(other.text, "utf-8")
    file = tmp_path / "example.py"
    file.write_text(block.text, "utf-8")
    code, _, err = run(str(file), folder=tmp_path)
    assert code == 0, err


def in_a_new_process(file: str, *, folder: Path) -> tuple[int, str, str]:
    command = [sys.executable, "-W", "error", file]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=360, check=False)
    return done.returncode, done.stdout, done.stderr


def check_imports(block: Block) -> None:
    """At the least it is Python, and what it imports at its top is there."""
    for node in ast.parse(block.text).body:
        if isinstance(node, ast.Import):
            for one in node.names:
                importlib.import_module(one.name)
        elif isinstance(node, ast.ImportFrom) and node.module:
            module = importlib.import_module(node.module)
            for one in node.names:
                assert hasattr(module, one.name) or importlib.import_module(f"{node.module}.{one.name}")


def test_few_examples_are_not_run():
    marked = [block for _, block in PYTHON if block.note.startswith(NOT_RUN)]
    assert all(block.note.removeprefix(NOT_RUN).strip() for block in marked)
    assert len(marked) <= 4


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_links_lead_somewhere(page: Path):
    broken = []
    for link in internal_links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / unquote(path)).resolve() if path else page
        is_there = target.exists() and target.is_relative_to(ROOT)
        if not is_there or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def internal_links(page: Path) -> list[str]:
    found = _LINK.findall(without_blocks(page.read_text("utf-8")))
    return [link for link in found if not re.match(r"[a-z]+:", link)]


def anchors(page: Path) -> set[str]:
    """The anchors that headings give, as on GitHub."""
    text = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    seen: dict[str, int] = {}
    found = set()
    for heading in re.findall(r"^#{1,6} (.+)$", text, re.MULTILINE):
        plain = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", heading).lower()
        slug = re.sub(r"[^\w\- ]", "", plain).strip().replace(" ", "-")
        count = seen.get(slug, 0)
        seen[slug] = count + 1
        found.add(slug if not count else f"{slug}-{count}")
    return found


def test_every_page_can_be_reached_from_the_first():
    reached, waiting = set(), [DOCS / "index.md"]
    while waiting:
        page = waiting.pop()
        if page in reached or page.suffix != ".md" or not page.is_file():
            continue
        reached.add(page)
        waiting += [(page.parent / unquote(link.partition("#")[0])).resolve() for link in internal_links(page)]
    assert [name_of(page) for page in sorted(DOCS.rglob("*.md")) if page not in reached] == []


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_pages_name_no_place_of_one_machine(page: Path):
    assert _MACHINE.findall(page.read_text("utf-8")) == []


def test_the_readme_is_short():
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) < 90
