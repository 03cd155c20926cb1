"""`takings plugins new`: what it writes is a plugin that loads, is well, and passes its own tests and checks."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from tests.cli.world import Answer, call
from tests.support import warm

from takings.cli.pruning import prune
from takings.cli.scaffold import KINDS, Names, render, template_files
from takings.host import PluginHost
from takings.host.checks import CHECKS

COMPONENTS = {
    "source": "harbour_bar:till",
    "target": "harbour_bar:ledger",
    "mapping": "harbour_bar:shelves",
    "numbering": "harbour_bar:by_shop",
}


def new(folder: Path, *kinds: str) -> Path:
    """Write the project `harbour-bar` with these kinds."""
    project = folder / "-".join(kinds)
    answer = call("plugins", "new", "harbour-bar", *(f"--{one}" for one in kinds), "--dir", project)
    assert answer.code == 0, answer.err
    return project


def install(project: Path) -> None:
    """Put a real installed distribution beside the sources, as an installer would."""
    read = tomllib.loads((project / "pyproject.toml").read_text())["project"]
    metadata = project / "src" / f"{read['name'].replace('-', '_')}-{read['version']}.dist-info"
    metadata.mkdir()
    needs = "".join(f"Requires-Dist: {one}\n" for one in read["dependencies"])
    head = f"Metadata-Version: 2.1\nName: {read['name']}\nVersion: {read['version']}\n"
    (metadata / "METADATA").write_text(head + needs)
    entries = read["entry-points"]["takings.plugins"]
    (metadata / "entry_points.txt").write_text(
        "[takings.plugins]\n" + "".join(f"{name} = {value}\n" for name, value in entries.items())
    )


def do(project: Path, *command: str) -> Answer:
    """Run a command in the project, which is on the path."""
    environment = {**os.environ, "PYTHONPATH": str(project / "src")}
    if command[:2] == ("-m", "takings.cli"):
        return Answer(*warm.run("takings.cli", *command[2:], folder=project, environment=environment))
    done = subprocess.run(
        [sys.executable, *command], cwd=project, env=environment, capture_output=True, text=True, check=False
    )
    return Answer(done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize("kinds", [("source",), ("target",), ("mapping", "numbering")], ids="-".join)
def test_a_new_project_is_well_and_passes_its_own_tests(kinds: tuple[str, ...], tmp_path: Path) -> None:
    project = new(tmp_path, *kinds)
    install(project)
    shown = do(project, "-m", "takings.cli", "plugins", "show", "harbour_bar", "--json")
    (plugin,) = json.loads(shown.out)["plugins"]
    assert (plugin["state"], plugin["warnings"], plugin["reason"]) == ("loaded", [], "")
    assert {one["id"] for one in plugin["components"]} == {COMPONENTS[one] for one in kinds}
    tested = do(project, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    assert tested.code == 0, tested.out


def kept_by_mypy(temporary: pytest.TempPathFactory) -> Path:
    """Return a folder in which mypy keeps what it knows of libraries, for all projects of one run of the tests."""
    base = temporary.getbasetemp()
    return (base.parent if base.name.startswith("popen-") else base) / "mypy"


def test_a_new_project_passes_the_doctor_and_strict_type_checking(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    project = new(tmp_path, *KINDS)
    install(project)
    doctor = do(project, "-m", "takings.cli", "plugins", "doctor", "harbour_bar", "--strict")
    assert doctor.code == 0, doctor.out
    checked = do(project, "-m", "mypy", "--cache-dir", str(kept_by_mypy(tmp_path_factory)), "src")
    assert checked.code == 0, checked.out


def test_a_new_project_is_tried_in_the_demo(tmp_path: Path) -> None:
    project = new(tmp_path, "source", "target")
    install(project)
    sides = ("--source", "harbour_bar", "--target", "harbour_bar")
    shown = do(project, "-m", "takings.cli", "demo", *sides, "--from", "2026-10-01", "--to", "2026-10-03")
    assert shown.code == 0, shown.err
    assert shown.out.splitlines()[-1].startswith("ledger agrees to the cent: 3 documents, 6 payments, AUD ")


@pytest.mark.parametrize("kinds", [*((one,) for one in KINDS), KINDS], ids="-".join)
def test_a_new_project_passes_the_linter(kinds: tuple[str, ...], tmp_path: Path) -> None:
    checked = do(new(tmp_path, *kinds), "-m", "ruff", "check", "--no-cache")
    assert checked.code == 0, checked.out


@pytest.mark.parametrize("kinds", [*((one,) for one in KINDS), KINDS], ids="-".join)
def test_nothing_of_the_example_is_left(kinds: tuple[str, ...], template: Path) -> None:
    files = render(template, Names(name="harbour-bar", title="Harbour Bar"), kinds)
    for path, text in files.items():
        left = re.findall(
            r"(?i)corner till|paper|takings.example|\bexample:\w|\"example|<!--|made to be copied", text
        )
        assert left == [], path
        if path.endswith(".py"):
            ast.parse(text)
        assert "\n\n\n\n" not in text, path
    readme = files["README.md"]
    for name in re.findall(r"^\| `(\w+\.py)`", readme, re.MULTILINE):
        assert f"src/takings_harbour_bar/{name}" in files, name


def test_with_all_kinds_every_file_of_the_template_is_there(template: Path) -> None:
    whole = [path for path, _ in template_files(template)]
    assert len(render(template, Names(name="a", title="A"), KINDS)) == len(whole)
    for path, _ in template_files(template):
        assert (template / path).read_text("utf-8") is not None


def test_a_long_name_gives_a_longer_line(template: Path) -> None:
    files = render(template, Names(name="abcdefghijklmnopqrstuvwxyzabcdef", title="A" * 40), KINDS)
    allowed = int(re.search(r"line-length = (\d+)", files["pyproject.toml"])[1])  # type: ignore[index]
    assert all(
        len(line) <= allowed for path, text in files.items() if path.endswith(".py") for line in text.splitlines()
    )


def test_the_static_checks_find_nothing_in_the_template(host: PluginHost) -> None:
    checks = [check for check in CHECKS if check.__name__ not in ("check_bounds", "check_names")]
    assert [one for check in checks for one in check(host.record("example"))] == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["harbour"], "--source"),
        (["Harbour", "--source"], "not usable"),
        (["1st", "--source"], "not usable"),
        (["a--b", "--source"], "not usable"),
        (["a" * 33, "--source"], "not usable"),
        (["takings-harbour", "--source"], "Leave takings out"),
        (["builtin", "--mapping"], "offers a plugin builtin already"),
        (["harbour", "--source", "--title", 'x" y'], "title"),
    ],
)
def test_bad_requests_are_refused_and_nothing_is_written(
    arguments: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = call("plugins", "new", *arguments)
    assert answer.code == 2
    assert said in answer.err
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_empty_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    answer = call("plugins", "new", "harbour", "--source", "--dir", tmp_path)
    assert answer.code == 2
    assert [one.name for one in tmp_path.iterdir()] == ["mine.txt"]


def test_it_says_the_next_three_commands(tmp_path: Path) -> None:
    answer = call("plugins", "new", "harbour", "--source", "--target", "--dir", tmp_path / "p", "--json")
    assert [one.split()[0] for one in answer.json["next"]] == ["pip", "pytest", "takings"]
    assert answer.json["next"][2] == "takings demo --source harbour --target harbour"
    assert sorted(
        str(one.relative_to(tmp_path / "p")) for one in (tmp_path / "p").rglob("*") if one.is_file()
    ) == sorted(answer.json["files"])


def test_pruning_takes_what_uses_what_is_gone_and_the_imports_left_over() -> None:
    text = (
        "from a import (\n    One,\n    Two,\n)\nfrom b.gone import thing\nfrom c import x, y\n\n"
        'TABLE = {\n    "one": used,\n    "thing": thing,\n}\n\n\n'
        "# About f.\ndef f() -> Two:\n    return thing(y)\n\n\n"
        "def g() -> One:\n    return x\n\n\nclass Named:\n    component = 'gone:it'\n"
    )
    kept = prune(text, modules={"b.gone"}, words={"gone:it"})
    assert kept == (
        "from a import (\n    One,\n)\nfrom c import x\n\n"
        'TABLE = {\n    "one": used,\n}\n\n\ndef g() -> One:\n    return x\n'
    )


def test_the_entry_point_of_a_new_project_is_its_module(template: Path) -> None:
    files = render(template, Names(name="harbour", title="Harbour"), ["source"])
    project = tomllib.loads(files["pyproject.toml"])["project"]
    (entry,) = project["entry-points"]["takings.plugins"].items()
    module = EntryPoint(name=entry[0], value=entry[1], group="takings.plugins").module
    assert f"src/{module.replace('.', '/')}.py" in files
    assert project["name"] == "takings-harbour"
