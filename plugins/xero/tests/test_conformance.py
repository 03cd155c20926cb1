"""The plugin passes the conformance kit, through its entry point and on its own sandbox."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

from takings.plugin import Sandbox
from takings.testing import RunningSandbox, StaticConformance, TargetConformance


class TestPlugin(StaticConformance):
    component = "xero:accounting"


class TestAccounting(TargetConformance):
    component = "xero:accounting"

    def stand_in(self, sandbox: Sandbox | None, folder: Path) -> AbstractContextManager[Mapping[str, Any]]:
        # The tests make more calls in a minute than Xero allows; limits are tested by a reply that says so.
        assert sandbox
        return RunningSandbox(replace(sandbox, args=(*sandbox.args, "--no-limits")), folder)
