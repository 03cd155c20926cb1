"""A plugin of pytest: each mutant meets the test that it must fail, and every fifth of the others, never the same."""

from __future__ import annotations

from typing import Any

SHARES = 5


def pytest_collection_modifyitems(config: Any, items: list[Any]) -> None:
    """Leave the healthy and the hostile ones whole, and take away what other mutants do not meet."""
    titles = {title: number for number, title in enumerate(dict.fromkeys(item.cls.__name__ for item in items))}
    names = {name: number for number, name in enumerate(dict.fromkeys(item.originalname for item in items))}

    def is_met(item: Any) -> bool:
        breaks = item.cls.breaks
        return (
            not breaks
            or item.originalname == breaks
            or titles[item.cls.__name__] % SHARES == names[item.originalname] % SHARES
        )

    config.hook.pytest_deselected(items=[item for item in items if not is_met(item)])
    items[:] = [item for item in items if is_met(item)]
