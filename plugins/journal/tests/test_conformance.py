"""The journal passes the conformance kit, through its entry point."""

from __future__ import annotations

from typing import Any

import pytest

kit: Any = pytest.importorskip("takings.testing.target", reason="takings is installed without its conformance kit")


class TestJournal(kit.TargetConformance):  # type: ignore[misc]
    component = "journal:beancount"
