"""Picks the component that is meant when none is named."""

from __future__ import annotations

from collections.abc import Mapping

import click


def only(kind: str, components: Mapping[str, object]) -> str:
    """Return the only component there is; raises click's `UsageError` that says how to name one."""
    if len(components) == 1:
        return next(iter(components))
    if not components:
        raise click.UsageError(f"No installed plugin offers a {kind}; see: takings plugins list")
    raise click.UsageError(f"Name one with --{kind}: {', '.join(components)}")
