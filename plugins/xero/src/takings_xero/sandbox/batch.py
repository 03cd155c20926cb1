"""Running a rule over each element of a request, and saying what went wrong in either of Xero's two ways."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from takings_xero.sandbox.call import Call, Reply
from takings_xero.sandbox.documents import Kind
from takings_xero.sandbox.problems import Invalid, ValidationFailed
from takings_xero.sandbox.wire import NO_ID, Doc


def run(
    call: Call,
    kind: Kind,
    apply: Callable[[Doc], Doc],
    *,
    elements: list[Doc] | None = None,
    per_element: bool = True,
    flag: str = "HasErrors",
) -> Reply:
    """Apply the rule to every element; answer 200 per element, or raise ValidationFailed for the whole call.

    `apply` returns what the answer shows of the stored element; it raises Invalid before it writes anything.
    """
    summarise = call.summarise or not per_element
    done: list[Doc] = []
    bad: list[Doc] = []
    for element in call.elements(kind.plural) if elements is None else elements:
        try:
            shown = apply(element)
        except Invalid as invalid:
            shown = failed(kind, element, invalid, flag=flag)
            bad.append(shown)
            if not summarise:
                shown["StatusAttributeString"] = "ERROR"
        else:
            if not summarise:
                shown["StatusAttributeString"] = "WARNING" if shown.get("Warnings") else "OK"
        done.append(shown)
    if bad and summarise:
        raise ValidationFailed(bad)
    return call.envelope(kind.plural, done)


def failed(kind: Kind, element: Doc, invalid: Invalid, *, flag: str = "HasErrors") -> Doc:
    """Return the echo of a refused element: the zero id (or the standing document's) and every message."""
    echo: dict[str, Any] = {kind.id_key: NO_ID}
    echo |= invalid.echo if invalid.echo is not None else element
    if not echo.get(kind.id_key):
        echo[kind.id_key] = NO_ID
    return echo | {flag: True, "ValidationErrors": [{"Message": text} for text in invalid.messages]}
