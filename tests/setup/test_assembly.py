"""Which steps two plugins come to, in which order."""

from __future__ import annotations

from dataclasses import replace

import pytest

from takings.host import PluginHost
from takings.plugin import NoConnection, NoticeStep, Phase, Settings, SettingsStep, TokenHandedOut, TokenTyped, option
from takings.setup.assembly import PHASES, assemble
from takings.testing import FakeSource, FakeTarget

TILL, LEDGER = FakeSource().declaration(), FakeTarget().declaration()


def keys(source: object = TILL, target: object = LEDGER) -> list[str]:
    return [step.key for step in assemble(source, target)]  # type: ignore[arg-type]


def test_impos_and_xero_give_the_steps_of_the_guide_in_its_order() -> None:
    plugins = PluginHost.load()
    steps = assemble(plugins.source("impos:eod"), plugins.target("xero:accounting"))
    assert [step.title for step in steps] == [
        "Connect Xero",
        "What to send",
        "Auth Token",
        "Match tax codes",
        "Match payment methods",
        "Match accounts",
        "Xero to ImPOS",
        "Advanced settings for Xero",
        "Review",
    ]


@pytest.mark.parametrize("source", ["impos:eod", "square:pos"])
@pytest.mark.parametrize("target", ["xero:accounting", "journal:beancount"])
def test_every_pair_has_all_phases_in_order_and_each_key_once(source: str, target: str) -> None:
    plugins = PluginHost.load()
    steps = assemble(plugins.source(source), plugins.target(target))
    places = [PHASES.index(step.phase) for step in steps]
    assert places == sorted(places)
    assert len({step.key for step in steps}) == len(steps)
    assert {Phase.CONNECT, Phase.SEND, Phase.MAP, Phase.OTHER_DIRECTION, Phase.ADVANCED, Phase.REVIEW} <= {
        step.phase for step in steps
    }


def test_a_source_with_nothing_to_connect_has_no_connect_step() -> None:
    assert "connect.source" not in keys()


def test_a_source_with_a_typed_token_is_connected_beside_the_ledger() -> None:
    typed = replace(TILL, connecting=TokenTyped(title="Key"))
    assert keys(typed)[:2] == ["connect.target", "connect.source"]


def test_a_source_that_is_given_a_token_has_a_token_step_instead() -> None:
    handed = replace(TILL, connecting=TokenHandedOut())
    assert "token" in keys(handed)
    assert "connect.source" not in keys(handed)


def test_a_source_without_consent_and_with_settings_of_its_connection_asks_for_them() -> None:
    class Location(Settings):
        location: str = option(title="Location")

    assert "connect.source" in keys(replace(TILL, connecting=NoConnection(), connection=Location))


def test_declared_steps_stand_in_their_phases_and_take_their_fields_from_the_advanced_settings() -> None:
    class Options(Settings):
        first: str = option("", title="First")
        second: str = option("", title="Second")

    ledger = replace(
        LEDGER,
        integration=Options,
        steps=(
            SettingsStep(key="wording", title="Wording", fields=("second",)),
            NoticeStep(key="hello", title="Before you begin", text="Ask your accountant.", phase=Phase.CONNECT),
        ),
    )
    steps = {step.key: step for step in assemble(TILL, ledger)}
    order = list(steps)
    assert order.index("notice.target.hello") == 1
    assert order.index("advanced.target") < order.index("settings.target.wording") < order.index("review")
    assert steps["advanced.target"].fields == ("first",)
    assert steps["settings.target.wording"].fields == ("second",)
