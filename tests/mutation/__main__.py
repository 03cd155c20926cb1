"""Is responsible for mutation testing: changes the deciding code in small ways and asks whether a test notices.

`make mutants` runs it. It works on a copy in `.mutants`, keeps what it found there, and goes on where it was ended.
`survivors.toml` lists by function how many may survive, and why; where there are more, each is shown.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PLACE = ROOT / ".mutants"
LISTED = Path(__file__).with_name("survivors.toml")

#: How many of a hundred have to be noticed.
LEAST = 90

#: The planning half of `takings.sync`: what decides, and neither calls nor writes.
PLANNING = (
    "adjustments", "assessing", "checking", "combining", "confirmed", "kept_tenders", "mapped", "placing", "planning",
    "standing", "strangers", "treating", "windows",
)  # fmt: skip
MUTATED = ("src/takings/domain/*", *(f"src/takings/sync/{name}.py" for name in PLANNING))

#: The tests that are asked; they run in one process, some seconds for each change.
TESTS = ("tests/domain", "tests/sync")
OPTIONS = ("-p", "no:xdist", "-q", "-p", "tests.mutation.examples", "--hypothesis-profile=mutants")

_NOTICED = ("killed", "timeout", "caught by type check", "segfault")
_UNNOTICED = ("survived", "no tests", "suspicious")


@dataclass(frozen=True, slots=True)
class Survivor:
    """A change that no test noticed."""

    function: str
    was: str
    became: str

    def __str__(self) -> str:
        return f"{self.function}\n  - {self.was}\n  + {self.became}"


def _prepare() -> None:
    PLACE.mkdir(exist_ok=True)
    ignored = shutil.ignore_patterns("__pycache__", "*.pyc")
    parts = {"core": "src", "tests": "tests", "plugins": "plugins", "docs": "docs"}
    for ours, theirs in parts.items():
        shutil.rmtree(PLACE / theirs, ignore_errors=True)
        shutil.copytree(ROOT / ours, PLACE / theirs, ignore=ignored)
    # mutmut keeps there what tests there were and what they reached; its results are beside the sources.
    for name in ("tests", "plugins", "docs"):
        shutil.rmtree(PLACE / "mutants" / name, ignore_errors=True)
    (PLACE / "mutants" / "mutmut-stats.json").unlink(missing_ok=True)
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, PLACE / name)
    given = {
        "source_paths": ("src",),
        "only_mutate": MUTATED,
        "also_copy": ("plugins", "docs", "README.md"),
        "pytest_add_cli_args_test_selection": TESTS,
        "pytest_add_cli_args": OPTIONS,
    }
    lines = [f"{name}=\n" + "".join(f"    {one}\n" for one in values) for name, values in given.items()]
    (PLACE / "setup.cfg").write_text("[mutmut]\n" + "".join(lines))


def _mutmut(*arguments: str) -> str:
    call = [sys.executable, "-m", "mutmut", *arguments]
    return subprocess.run(call, cwd=PLACE, check=True, capture_output=True, text=True).stdout


def _results() -> Iterator[tuple[str, str]]:
    for line in _mutmut("results", "--all", "true").splitlines():
        name, _, state = line.strip().rpartition(": ")
        if name:
            yield name, state


def _survivor(name: str) -> Survivor:
    lines = [one for one in _mutmut("show", name).splitlines() if one[:3] not in ("---", "+++")]
    was = " ".join(one[1:].strip() for one in lines if one.startswith("-"))
    became = " ".join(one[1:].strip() for one in lines if one.startswith("+"))
    mangled = name.rpartition("__mutmut_")[0].removeprefix("takings.")
    function = re.sub(r"\.x[_ǁ]", ".", mangled).replace("ǁ", ".")
    return Survivor(function, was, became)


def _listed() -> dict[str, int]:
    """Return how many survivors of each function are known, with their reason beside them in the file."""
    return {one["function"]: one["most"] for one in tomllib.loads(LISTED.read_text())["survivors"]}


def main() -> int:
    """Run all, or what is left of a run; return 1 where too few were noticed or a survivor isn't listed."""
    _prepare()
    workers = str(min(os.cpu_count() or 1, 8))
    subprocess.run([sys.executable, "-m", "mutmut", "run", "--max-children", workers], cwd=PLACE, check=True)
    results = dict(_results())
    counts = Counter(results.values())
    asked = sum(counts[one] for one in (*_NOTICED, *_UNNOTICED))
    noticed = sum(counts[one] for one in _NOTICED)
    listed = _listed()
    survivors = {_survivor(name) for name, state in results.items() if state in _UNNOTICED}
    many = {name for name, count in Counter(one.function for one in survivors).items() if count > listed.get(name, 0)}
    new = sorted((one for one in survivors if one.function in many), key=str)
    for one in new:
        print(one)
    share = 100 * noticed / asked if asked else 0.0
    print(f"{asked} changes, {noticed} noticed: {share:.1f} %. {dict(counts)}")
    print(
        f"{len(survivors)} different survivors, {len(new)} of them in functions with more than {LISTED.name} lists."
    )
    return int(share < LEAST or bool(new))


if __name__ == "__main__":
    sys.exit(main())
