"""The plugin passes the conformance kit, through its entry point and on its own simulator."""

from __future__ import annotations

from takings.testing import SourceConformance, StaticConformance


class TestPlugin(StaticConformance):
    component = "impos:eod"


class TestEndOfDay(SourceConformance):
    component = "impos:eod"
