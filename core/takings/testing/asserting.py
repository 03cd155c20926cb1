"""Has pytest show the values of the kit's own assertions; imported before the modules that have some."""

from __future__ import annotations

import pytest

# Of an installed wheel pytest does this by itself, of an editable installation it does not.
pytest.register_assert_rewrite(
    *(
        f"takings.testing.{name}"
        for name in ("base", "source", "source_bench", "static", "target", "target_bench", "target_faults")
    )
)
