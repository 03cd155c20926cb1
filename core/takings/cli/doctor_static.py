"""Runs the conformance kit's static checks on a plugin that was found."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec

from takings.domain.findings import Finding
from takings.host import PluginRecord

_CHECKS = "takings.host.checks"


def examine_statically(record: PluginRecord) -> Iterator[Finding]:
    """Yield what the checks that need no connection find wrong with a loaded plugin."""
    if not record.is_loaded or find_spec(_CHECKS) is None:
        return
    checks = import_module(_CHECKS)
    for name in sorted(vars(checks)):
        if name.startswith("check_"):
            yield from getattr(checks, name)(record)
