"""The plugin keeps what the contract promises: the page `conformance.md` of takings says what each test proves."""

from __future__ import annotations

from pathlib import Path

from takings.testing import SourceConformance, StaticConformance, TargetConformance

PROJECT = Path(__file__).parents[1]


class TestPlugin(StaticConformance):
    component = "example"
    project = PROJECT


class TestTill(SourceConformance):
    component = "example:till"
    project = PROJECT


class TestPaper(TargetConformance):
    component = "example:paper"
    project = PROJECT
