"""What the plugin declares, and that its documentation knows all of it."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import entry_points, version
from pathlib import Path

import pytest

from takings.plugin import ENTRY_POINT_GROUP, Misconfigured, OAuth2, WayIn
from takings_square import codes, connecting, findings, plugin
from takings_square.options import ConnectionSettings, InstallationSettings

ROOT = Path(__file__).resolve().parents[3]
REFERENCE = ROOT / "docs" / "reference" / "square.md"
HOW_TO = ROOT / "docs" / "how-to" / "square.md"
CODES = sorted(set(re.findall(r'code="(square\.[a-z0-9_]+)"', Path(findings.__file__).read_text())))


def test_the_entry_point_leads_to_the_plugin() -> None:
    (entry,) = (one for one in entry_points(group=ENTRY_POINT_GROUP) if one.name == "square")
    assert entry.load() is plugin
    info = plugin.takings_plugin()
    assert (info.id, info.version) == (entry.name, version("takings-square"))


def test_there_is_one_source_that_is_pulled() -> None:
    (source,) = plugin.takings_sources()
    assert (source.key, source.title, source.ways_in) == ("pos", "Square", frozenset({WayIn.PULL}))
    assert isinstance(source.connecting, OAuth2)
    assert [flow.key for flow in source.flows] == ["end_of_day"]


def test_loading_the_plugin_loads_no_server_and_no_http() -> None:
    heavy = "[name for name in ('flask', 'httpx', 'authlib', 'takings_square.pull') if name in sys.modules]"
    script = f"import sys, takings_square.plugin; print({heavy})"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_plugin_imports_nothing_of_takings_but_the_contract() -> None:
    imported = {
        module
        for file in (ROOT / "plugins" / "square" / "src").rglob("*.py")
        for module in re.findall(r"^\s*(?:from|import) (takings(?:\.[a-z_.]+)?)\b", file.read_text(), re.MULTILINE)
    }
    assert imported == {"takings.plugin"}


def test_square_s_own_addresses_are_the_defaults() -> None:
    settings = InstallationSettings(client_id="x")
    ends = connecting.endpoints(settings)
    assert ends.authorise_url.startswith("https://connect.squareup.com/oauth2/authorize")
    assert ends.token_url == "https://connect.squareup.com/oauth2/token"
    assert settings.api_url == "https://connect.squareup.com"


def test_who_consented_is_the_merchant() -> None:
    assert connecting.subject({"merchant_id": "ML1"}) == "ML1"
    for reply in ({}, {"merchant_id": ""}, {"merchant_id": 5}):
        with pytest.raises(Misconfigured):
            connecting.subject(reply)


@pytest.mark.parametrize("text", ["12:00", "4:00", "04:60", "0400", "", "24:00"])
def test_a_day_ends_before_noon(text: str) -> None:
    with pytest.raises(ValueError, match="day_ends_at"):
        ConnectionSettings(day_ends_at=text)


def test_a_catalogue_of_anything_gives_codes_or_nothing() -> None:
    odd = [5, None, {}, {"id": 5}, {"id": "A", "type": "ITEM"}, {"id": "T", "type": "TAX", "is_deleted": True}]
    tax = {"id": "T", "type": "TAX", "tax_data": {"percentage": "ten"}}
    category = {"id": "C", "type": "CATEGORY", "category_data": None}
    found = codes.from_catalogue([*odd, tax, category])
    assert [(one.code, one.name, one.rate) for one in found] == [("C", "C", None), ("T", "T", None)]


@pytest.mark.parametrize("code", CODES)
def test_every_finding_code_is_documented(code: str) -> None:
    assert f"| `{code}`" in REFERENCE.read_text()


def test_every_documented_finding_code_exists() -> None:
    assert set(re.findall(r"^\| `(square\.[a-z0-9_]+)`", REFERENCE.read_text(), re.MULTILINE)) == set(CODES)


@pytest.mark.parametrize("one", codes.fixed(), ids=lambda one: one.code)
def test_every_fixed_code_is_documented(one: codes.SourceCode) -> None:
    assert f"`{one.code}`" in REFERENCE.read_text()


@pytest.mark.parametrize("name", [*InstallationSettings.model_fields, *ConnectionSettings.model_fields])
def test_every_setting_is_documented(name: str) -> None:
    assert f"`{name}`" in HOW_TO.read_text()
