"""Steps that plugins declare are on the pages without a line of interface code, those of the ledger's consent too."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.cli.world import call
from tests.support.chain import Ledger, Venue
from tests.support.fixtures import MakeVenue, all_plugins, ledger_sandbox, make_venue, schema_file
from tests.web.conftest import KIM
from tests.web.site import Browser, browse, make_test_web
from tests.web.test_consent import LOCAL_ORIGIN, consent, leave
from tests.web.wizard import ME, Person

from takings.engine import Engine
from takings.host import PluginHost
from takings.store.database import Database
from takings.store.secrets import KeyRing
from takings.views import LOCAL

__all__ = ["all_plugins", "ledger_sandbox", "make_venue", "schema_file"]

STEPS = """    steps=(
        SettingsStep(key="sheets", title="What stands on a sheet", fields=("memo",), phase=Phase.SEND),
        NoticeStep(key="paper", title="Put paper in", text="The printer needs <A4> paper.", phase=Phase.TOKEN),
    ),
"""


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PluginHost]:
    """A plugin as `plugins new` writes it, with two further steps in its declaration."""
    project = tmp_path / "harbour"
    assert call("plugins", "new", "harbour-bar", "--source", "--target", "--dir", project).code == 0
    ledger = next(one for one in (project / "src").rglob("ledger.py"))
    text = ledger.read_text()
    with_steps = text.replace("    flows=", STEPS + "    flows=", 1)
    ledger.write_text(
        with_steps.replace(
            "    OperationKind,\n", "    OperationKind,\n    NoticeStep,\n    Phase,\n    SettingsStep,\n", 1
        )
    )
    monkeypatch.syspath_prepend(str(project / "src"))
    package = ledger.parent.name
    modules = {"builtin": "takings.builtin.plugin", "harbour_bar": f"{package}.plugin"}
    entries = [EntryPoint(name, module, "takings.plugins") for name, module in modules.items()]
    yield PluginHost.load(entry_points=entries, strict=True)
    for name in [one for one in sys.modules if one.startswith(package)]:
        monkeypatch.delitem(sys.modules, name)


def person(engine: Engine, source: str, target: str) -> Person:
    made = engine.provision(LOCAL, name="venue", source=source, target=target)
    given: dict[str, Any] = {"principal": lambda scope: ME}
    return Person(engine, Browser(make_test_web(engine, **given)), made.id)


def walk(me: Person) -> dict[str, str]:
    """Load every step, and save each for later that can be."""
    pages = {}
    for step in me.engine.setup(LOCAL, "venue").steps:
        pages[step.key] = me.open(step.key)
        assert f"<h1>{step.title}</h1>" in pages[step.key]
        if "Save and come back later" in pages[step.key]:
            assert me.go_on("Save and come back later") == "?done=kept_for_later"
    return pages


def test_a_plugin_of_plugins_new_shows_its_own_steps(tmp_path: Path, schema_file: Path, written: PluginHost):
    file = tmp_path / "takings.db"
    shutil.copy(schema_file, file)
    with Engine(Database(file), written, keys=KeyRing.generate()) as engine:
        (source,), (target,) = written.sources(), written.targets()
        me = person(engine, source, target)
        pages = walk(me)
        assert 'value="Takings"' in pages["settings.target.sheets"]
        assert "Stands at the head of each sheet, before the dates." in pages["settings.target.sheets"]
        assert "The printer needs &lt;A4&gt; paper." in pages["notice.target.paper"]
        assert 'name="field:memo"' not in pages["advanced.target"]
        me.open("settings.target.sheets")
        assert me.press("Continue", field__memo="x" * 61).status_code == 422
        assert "Use at most 60 characters." in me.page
        assert me.go_on(field__memo="Sheet").startswith("/setup/")
        assert engine.integration(LOCAL, "venue").target_settings["memo"] == "Sheet"


def test_every_pair_of_installed_plugins_is_drawn(tmp_path: Path, schema_file: Path, all_plugins: PluginHost):
    file = tmp_path / "takings.db"
    shutil.copy(schema_file, file)
    with Engine(Database(file), all_plugins, keys=KeyRing.generate()) as engine:
        for source, target in product(all_plugins.sources(), all_plugins.targets()):
            me = person(engine, source, target)
            assert "review" in walk(me)
            engine.delete(LOCAL, "venue")


@pytest.fixture
def venue(make_venue: MakeVenue) -> Venue:
    return make_venue(principal=KIM, name="Anchor Hotel", connect=False)


@pytest.fixture
def kim(venue: Venue) -> Person:
    browser = browse(venue, public_base_url=LOCAL_ORIGIN)
    browser.base = LOCAL_ORIGIN
    return Person(venue.engine, browser, venue.engine.integration(KIM, venue.name).id)


def test_consent_is_asked_for_on_a_page_of_its_own_with_a_state_and_a_challenge(venue: Venue, kim: Person):
    page = kim.open("connect.target")
    assert "No password of " in page
    assert ">Continue<" not in page
    answer = kim.press("Connect to ")
    assert answer.status_code == 200
    assert "You are leaving for " in answer.text
    link = answer.text.partition('<a class="button" href="')[2].partition('"')[0].replace("&amp;", "&")
    query = parse_qs(urlsplit(link).query)
    assert query["code_challenge_method"] == ["S256"]
    assert len(query["code_challenge"][0]) >= 43
    assert len(query["state"][0]) >= 32
    assert query["redirect_uri"] == [f"{LOCAL_ORIGIN}/oauth/callback"]
    kim.open("connect.target")
    assert query["state"][0] not in kim.press("Connect to ").text


def test_after_consent_the_step_names_the_organisation_and_continue_reads_its_accounts(
    venue: Venue, kim: Person, ledger_sandbox: Ledger
):
    back = kim.browser.get(consent(ledger_sandbox, leave(kim.browser, venue)))
    if back.status_code == 200:  # the sandbox has organisations of other tests too
        authorisation = back.text.partition('name="authorisation" value="')[2].partition('"')[0]
        form = {"integration": kim.ref, "authorisation": authorisation, "organisation": venue.books.tenant}
        back = kim.browser.post("/oauth/choose", {**form, "side": "target"})
    landed = kim.browser.follow(back)
    assert "It is connected." in landed.text
    assert "Connected" in landed.text
    assert kim.go_on() == "/setup/send"
    assert "was not read yet" not in kim.open("map.tax_codes")
    assert "token" not in landed.text.partition("<h1>")[2]


def test_a_lost_permission_opens_the_step_again_with_the_reason(make_venue: MakeVenue):
    venue = make_venue(principal=KIM, name="Anchor Hotel")
    venue.engine.disconnect(KIM, venue.name)
    browser = browse(venue)
    page = browser.get(f"/i/{venue.engine.integration(KIM, venue.name).id}/setup/connect.target")
    assert page.status_code == 200
    assert "Connect again to " in page.text
