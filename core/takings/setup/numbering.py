"""The numbering strategies as fields of the advanced settings: the choice, and each strategy's own settings. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from takings.plugin.numbering import NumberingType
from takings.setup.fields import check, describe
from takings.views import ChoiceView, FieldView

CHOICE = "numbering"
GROUP = "Numbering"


def numbering_fields(strategies: Mapping[str, NumberingType], stored: Mapping[str, Any]) -> tuple[FieldView, ...]:
    """Return the choice of a strategy and the fields of all of them, each shown for its own strategy only."""
    chosen = str(stored.get("strategy", "builtin:ledger"))
    choice = FieldView(
        name=CHOICE,
        label="Document numbers",
        help="Who numbers the documents, and how",
        kind="choice",
        value=chosen,
        default="builtin:ledger",
        is_set=bool(stored),
        choices=tuple(ChoiceView(value=id_, label=one.title, group="") for id_, one in strategies.items()),
        group=GROUP,
    )
    fields = [choice]
    for id_, strategy in strategies.items():
        kept = stored.get("settings", {}) if id_ == chosen else {}
        for one in describe(strategy.settings, kept, group=GROUP):
            own = {field_name(id_, name): values for name, values in (one.show_when or {}).items()}
            fields.append(replace(one, name=field_name(id_, one.name), show_when={CHOICE: (id_,), **own}))
    return tuple(fields)


def field_name(strategy: str, name: str) -> str:
    """Return the name of a strategy's setting among the fields of the step."""
    return f"{strategy.replace(':', '_')}_{name}"


def read_numbering(
    strategies: Mapping[str, NumberingType], values: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Take strategy and settings out of the step's values; returns them with an error at each wrong field."""
    chosen = str(values[CHOICE])
    model = strategies[chosen].settings
    given = {name: values[key] for name in model.model_fields if (key := field_name(chosen, name)) in values}
    wrong = {field_name(chosen, name): text for name, text in check(model, given).items()}
    return {"strategy": chosen, "settings": given}, wrong
