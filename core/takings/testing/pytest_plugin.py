"""The pytest plugin of the kit: the option `--live`, and its mark. It does nothing else."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that lets conformance tests read real systems."""
    group = parser.getgroup("takings")
    group.addoption(
        "--live",
        action="store_true",
        default=False,
        help="let conformance tests read real systems, with credentials from TAKINGS_LIVE_<PLUGIN>",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Tell the mark."""
    config.addinivalue_line("markers", "live: a conformance test that reads a real system, done with --live only")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of the level live, so that they can be chosen by `-m live`."""
    for item in items:
        if getattr(item, "originalname", "").startswith("test_live_"):
            item.add_marker("live")
