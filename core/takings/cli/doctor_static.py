"""Runs the conformance kit's static checks on a plugin that was found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from takings.domain.findings import Finding, Severity
from takings.host import PluginRecord
from takings.host.checks import CHECKS


def examine_statically(record: PluginRecord) -> Iterator[Finding]:
    """Yield what the checks of a record find, as warnings: a plugin that is loaded works all the same."""
    if record.is_loaded:
        for check in CHECKS:
            for finding in check(record):
                yield replace(finding, severity=Severity.WARNING)
