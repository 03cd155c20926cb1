"""What is wrong with the settings of a connection is said in plain words, at its field and to programs alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from takings import Engine
from takings.errors import Misconfigured
from takings.host import PluginHost
from takings.store.secrets import KeyRing
from takings.views import LOCAL


def test_a_wrong_setting_of_a_connection_is_told_at_its_field_without_a_pattern(tmp_path: Path) -> None:
    with Engine(tmp_path / "books.db", PluginHost.load(), keys=KeyRing.generate()) as engine:
        engine.upgrade()
        engine.provision(LOCAL, name="anchor", source="impos:eod", target="journal:beancount")
        wrong = engine.submit_step(LOCAL, "anchor", "connect.target", values={"journal": "A <b>", "currency": "AUD"})
        assert wrong.errors == {
            "journal": "This can't be the journal. The journal's file name without .beancount: lower case letters, "
            "digits and dashes."
        }
        with pytest.raises(Misconfigured, match=r"^The setting journal:beancount\.currency is not right: This can't"):
            engine.connect_directly(LOCAL, "anchor", settings={"currency": "dollars"})
