"""A plugin that is broken in one way fails the one test of the kit that is about it, and a good one fails none."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from tests.testing.running import Outcomes, broken, run

MUTANTS = Path(__file__).parent / "mutants"
sys.path.insert(0, str(MUTANTS))

import broken_fake  # noqa: E402 - found in the folder of the mutants, as they find each other
import broken_paper  # noqa: E402
import broken_till  # noqa: E402
from broken_projects import PROJECTS  # noqa: E402
from shared import Mutant  # noqa: E402

COMPONENTS = {
    f"Test_{module.__name__}_{name}": mutant.breaks
    for module in (broken_till, broken_fake, broken_paper)
    for name, mutant in vars(module).items()
    if isinstance(mutant, Mutant)
}


@pytest.fixture(scope="module")
def components(tmp_path_factory: pytest.TempPathFactory) -> Outcomes:
    """How the kit's tests ended for every mutant of source and target, each of which met a share of them."""
    folder = tmp_path_factory.mktemp("components")
    return run(MUTANTS / "run_components.py", folder, "-p", "sharing", PYTHONPATH=str(MUTANTS))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Outcomes:
    """The same where each meets all tests."""
    return run(MUTANTS / "run_components.py", tmp_path_factory.mktemp("whole"))


@pytest.fixture(scope="module")
def projects(tmp_path_factory: pytest.TempPathFactory) -> Outcomes:
    """How the kit's static tests ended for every broken project."""
    folder = tmp_path_factory.mktemp("projects")
    for name, project in PROJECTS.items():
        project.write(folder / name, f"m_{name}")
    return run(MUTANTS / "run_projects.py", folder, MUTANTS=str(folder))


@pytest.mark.parametrize(("title", "breaks"), COMPONENTS.items())
def test_a_broken_component_fails_exactly_its_test(title: str, breaks: str, components: Outcomes):
    assert broken(components[title]) == ({breaks} if breaks else set())


@pytest.mark.soak
@pytest.mark.parametrize(("title", "breaks"), COMPONENTS.items())
def test_a_broken_component_fails_no_other_of_all_tests(title: str, breaks: str, whole: Outcomes):
    assert broken(whole[title]) == ({breaks} if breaks else set())


@pytest.mark.parametrize("name", PROJECTS)
def test_a_broken_project_fails_exactly_its_test(name: str, projects: Outcomes):
    breaks = PROJECTS[name].breaks
    assert broken(projects[f"Test_{name}"]) == ({breaks} if breaks else set())


def test_hostile_plugins_are_tested_and_pass(components: Outcomes):
    for title in ("Test_broken_till_hostile", "Test_broken_paper_hostile"):
        outcomes = list(components[title].values())
        assert outcomes.count("passed") > 15
        assert broken(components[title]) == set()


def test_nearly_every_test_of_the_kit_has_a_mutant():
    from takings.testing import SourceConformance, StaticConformance, TargetConformance

    tests = {
        name for one in (SourceConformance, StaticConformance, TargetConformance) for name in one.standard_tests()
    }
    killed = {*COMPONENTS.values(), *(one.breaks for one in PROJECTS.values())}
    # The first two are tested by `test_rules.py`; the others need what the template does not have.
    assert tests - killed == {
        "test_no_standard_test_is_changed",
        "test_known_failures_are_standard_tests_with_a_reason",
        "test_pushed_records_give_the_same_days",
        "test_a_changed_day_comes_with_a_higher_revision",
        "test_a_voided_document_is_not_done",
        "test_live_the_ledger_can_be_read",
    }
