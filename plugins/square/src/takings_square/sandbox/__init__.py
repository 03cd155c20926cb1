"""The Square sandbox: a local stand-in for Square's OAuth server and the parts of its API that the plugin reads.

`python -m takings_square.sandbox` runs it; `Sandbox()` runs it inside a test. Needs the extra `sandbox`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from takings_square.sandbox.server import Sandbox

__all__ = ["Sandbox"]


def __getattr__(name: str) -> Any:
    # Late, so that `python -m takings_square.sandbox` can say what is missing when Flask is not installed.
    if name == "Sandbox":
        from takings_square.sandbox.server import Sandbox  # noqa: PLC0415

        return Sandbox
    raise AttributeError(name)
