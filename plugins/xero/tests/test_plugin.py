"""What the plugin declares, and that declaring it costs nothing."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from datetime import timedelta
from pathlib import Path

import pytest

from takings.plugin import PLUGIN_API, OAuth2, Severity
from takings_xero import findings, message_table, plugin
from takings_xero.options import InstallationSettings, IntegrationSettings

FOLDER = Path(__file__).parents[1]
SOURCES = FOLDER / "src" / "takings_xero"
REFERENCE = FOLDER.parents[1] / "docs" / "reference" / "xero.md"


def test_the_plugin_is_named_like_its_entry_point_and_its_distribution():
    project = tomllib.loads((FOLDER / "pyproject.toml").read_text())["project"]
    info = plugin.takings_plugin()
    assert project["entry-points"]["takings.plugins"] == {info.id: "takings_xero.plugin"}
    assert (project["name"], project["version"]) == (f"takings-{info.id}", info.version)
    assert info.api == PLUGIN_API


def test_the_target_is_declared_with_what_xero_allows():
    (target,) = plugin.takings_targets()
    assert f"xero:{target.key}" == plugin.COMPONENT
    assert isinstance(target.connecting, OAuth2)
    assert target.connecting.grace_minutes == 30
    assert "offline_access" in target.connecting.scopes
    assert target.idempotency_life == timedelta(minutes=6)
    assert (target.budget.minute, target.budget.concurrent, target.budget.day) == (60, 5, 5000)
    assert {kind.key: kind.max_count for kind in target.kinds} == {
        "contact": 50,
        "invoice": 50,
        "creditnote": 50,
        "journal": 50,
        "payment": 75,
        "payment_removal": 1,
        "void": 50,
        "void_creditnote": 50,
        "void_journal": 50,
        "allocation": 1,
    }
    assert [kind.key for kind in target.kinds if kind.number] == ["invoice", "creditnote"]
    assert target.sandbox
    assert target.sandbox.module == "takings_xero.sandbox"


def test_the_conventions_serve_this_target_only():
    (provider,) = plugin.takings_mappings()
    assert provider.targets == (plugin.COMPONENT,)


def test_loading_the_plugin_imports_nothing_that_posts():
    code = "import sys, takings_xero.plugin; print(' '.join(sys.modules))"
    modules = set(
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    )
    assert not modules & {"httpx", "flask", "authlib", "takings_xero.target", "takings_xero.suggesting"}


def test_the_plugin_imports_only_the_contract_of_takings():
    for source in SOURCES.rglob("*.py"):
        used = re.findall(r"^\s*(?:from|import) (takings(?:\.[\w.]+)?)\b", source.read_text(), re.MULTILINE)
        assert set(used) <= {"takings.plugin"}, source


@pytest.mark.parametrize("model", [InstallationSettings, IntegrationSettings])
def test_every_setting_has_a_title_and_is_documented(model):
    reference = REFERENCE.read_text()
    for name, field in model.model_fields.items():
        assert field.title
        assert f"`{name}`" in reference


def test_every_finding_code_is_documented():
    made = set()
    for source in SOURCES.glob("*.py"):
        made |= set(re.findall(r'code="(xero\.\w+)"', source.read_text()))
    made |= {f"xero.{rule.code}" for rule in message_table.RULES}
    documented = set(re.findall(r"^\| `(xero\.\w+)`", REFERENCE.read_text(), re.MULTILINE))
    assert made == documented


def test_a_finding_holds_what_it_concerns():
    assert findings.contact_archived("POS sales").severity is Severity.ERROR
