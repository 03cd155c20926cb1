"""Lists of options as HTML, drawn once and used in every select of a page; the only place that makes `Markup`.

Eighty selects of two hundred accounts would be sixteen thousand values to escape; as a list it is two hundred.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from markupsafe import Markup, escape

from takings.views import ChoiceView

NO_OPTIONS = Markup()


def option_list(choices: Iterable[ChoiceView], prefix: str = "") -> Markup:
    """Return the options of a select, those of one group together; each value begins with `prefix`."""
    parts = []
    for group, members in groupby(choices, key=lambda one: one.group):
        options = "".join(
            f'<option value="{escape(prefix + one.value)}">{escape(one.label)}</option>' for one in members
        )
        parts.append(f'<optgroup label="{escape(group)}">{options}</optgroup>' if group else options)
    return Markup("\n".join(parts))  # noqa: S704 - each value and label in it was escaped


def with_selected(options: Markup, value: str) -> Markup:
    """Return a list with one of its values selected; as it is where it has no such value."""
    found = f'value="{escape(value)}"'
    return Markup(str(options).replace(found, f"{found} selected", 1))  # noqa: S704 - as above


def _option(value: str, label: str) -> str:
    return f'<option value="{escape(value)}">{escape(label)}</option>'
