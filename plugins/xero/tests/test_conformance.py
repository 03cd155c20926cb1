"""The plugin passes the conformance kit, through its entry point and on its own sandbox."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from takings.plugin import Sandbox
from takings.testing import RunningSandbox, StaticConformance, TargetConformance


class TestPlugin(StaticConformance):
    component = "xero:accounting"
    known_failures: ClassVar[Mapping[str, str]] = {
        "test_every_setting_has_a_known_kind_title_and_help": "the addresses of the operator have no help text yet",
        "test_settings_show_no_secret": "option(kind='secret') leaves the field in the repr of the settings",
    }


class TestAccounting(TargetConformance):
    component = "xero:accounting"

    def stand_in(self, sandbox: Sandbox | None, folder: Path) -> AbstractContextManager[Mapping[str, Any]]:
        # The tests make more calls in a minute than Xero allows; limits are tested by a reply that says so.
        assert sandbox
        return RunningSandbox(replace(sandbox, args=(*sandbox.args, "--no-limits")), folder)
