"""The kit's rules: nobody changes a test, declared failures are strict, real ledgers are read on request only."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.testing.running import ROOT, Outcomes, broken, live_plugin, run

from takings.testing import StaticConformance

TESTS = f"""
from pathlib import Path
from takings.testing import StaticConformance, TargetConformance

class Template(StaticConformance):
    component = "example:paper"
    project = Path({str(ROOT / "plugins" / "_template")!r})

class TestReplaces(Template):
    def test_id_and_distribution_agree(self):
        pass

class TestRemoves(Template):
    test_importing_it_is_quick = None

class TestNamesNoTest(Template):
    known_failures = {{"test_of_nothing": "it is not there"}}

class TestGivesNoReason(Template):
    known_failures = {{"test_the_plugin_loads": " "}}

class TestIsMended(Template):
    known_failures = {{"test_the_plugin_loads": "it did not load"}}

class TestDeclares(Template):
    component = "example:nothing"
    known_failures = {{"test_the_plugin_loads": "there is no such component"}}

class TestLive(TargetConformance):
    component = "example:paper"
    project = Template.project
"""


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Outcomes:
    folder = tmp_path_factory.mktemp("rules")
    (folder / "test_rules_of_the_kit.py").write_text(TESTS)
    return run(folder / "test_rules_of_the_kit.py", folder, "-k", "not TestLive")


@pytest.mark.parametrize(
    ("title", "breaks"),
    {
        "TestReplaces": "test_no_standard_test_is_changed",
        "TestRemoves": "test_no_standard_test_is_changed",
        "TestNamesNoTest": "test_known_failures_are_standard_tests_with_a_reason",
        "TestGivesNoReason": "test_known_failures_are_standard_tests_with_a_reason",
        "TestIsMended": "test_the_plugin_loads",
    }.items(),
)
def test_breaking_a_rule_fails(title: str, breaks: str, outcomes: Outcomes):
    expected = {breaks, "test_the_plugin_loads"} if title == "TestGivesNoReason" else {breaks}
    assert broken(outcomes[title]) == expected


def test_a_declared_failure_is_expected(outcomes: Outcomes):
    assert broken(outcomes["TestDeclares"]) == set()
    assert outcomes["TestDeclares"]["test_the_plugin_loads"] == "skipped", "pytest reports expected failures so"


def test_what_is_not_declared_is_skipped_visibly(outcomes: Outcomes):
    assert outcomes["TestReplaces"]["test_older_settings_become_valid"] == "skipped"


def test_the_test_that_guards_the_others_can_not_be_replaced():
    with pytest.raises(TypeError, match="may not replace"):
        type("TestSly", (StaticConformance,), {"test_no_standard_test_is_changed": lambda self: None})


def test_a_real_ledger_is_read_on_request_only(tmp_path: Path):
    import sys

    sys.path.insert(0, str(ROOT / "plugins" / "_template" / "src"))
    from takings_example.sandbox.books import Books
    from takings_example.sandbox.ledger import LedgerSandbox

    file = tmp_path / "test_live_ones.py"
    file.write_text(TESTS)
    with LedgerSandbox(Books()) as ledger:
        ready = ledger.ready()
        given = json.dumps({"installation": ready["installation"], "token": ready["token"]})
        options = (*live_plugin(), "--live", "-m", "live")
        found = run(file, tmp_path, *options, TAKINGS_LIVE_EXAMPLE=given)
        assert found == {"TestLive": {"test_live_the_ledger_can_be_read": "passed"}}
        assert ledger.books.sheets() == []
