"""The Xero sandbox: a local stand-in for Xero's OAuth server and Accounting API, for work without a network.

`python -m takings_xero.sandbox` runs it; `Sandbox(folder)` runs it inside a test. Needs the extra `sandbox`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from takings_xero.sandbox.server import Sandbox

__all__ = ["Sandbox"]


def __getattr__(name: str) -> Any:
    # Late, so that `python -m takings_xero.sandbox` can say what is missing when Flask is not installed.
    if name == "Sandbox":
        from takings_xero.sandbox.server import Sandbox  # noqa: PLC0415

        return Sandbox
    raise AttributeError(name)
