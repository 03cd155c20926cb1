"""The jinja2 environment of the pages: strict, escaping, with a host's templates before ours."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PackageLoader,
    PrefixLoader,
    StrictUndefined,
)

from takings.domain.money import show_amount
from takings.web import choices, dates, remedies, wording
from takings.web.branding import Branding

#: By this prefix a host's template extends the one of the same name here.
CORE = "@core"


def make_environment(branding: Branding, folder: str | Path | None = None) -> Environment:
    """Return the environment; templates in `folder` come before those of the same name here."""
    core = PackageLoader("takings.web", "templates")
    own: list[BaseLoader] = [FileSystemLoader(folder)] if folder else []
    environment = Environment(
        loader=ChoiceLoader([*own, core, PrefixLoader({CORE: core})]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= _FILTERS
    environment.globals |= {
        "brand": branding,
        "word": wording.word,
        "lasted": wording.lasted,
        "remedy": remedies.remedy,
        "place": remedies.place,
        "messages": MESSAGES,
    }
    return environment


def _pretty(text: Any) -> str:
    """Return JSON text with line breaks, anything else as it is."""
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    except ValueError:
        return str(text)


#: What a page says after something was done, by the name in its address.
MESSAGES = {
    "paused": "It is paused. Days that come in are kept, and nothing is posted until you resume it.",
    "resumed": "It is active again.",
    "connected": "It is connected.",
    "disconnected": "It is disconnected. What was posted stays in the ledger.",
    "deleted": "It is deleted. What was posted stays in the ledger.",
    "cancelled": "It is cancelled.",
    "created": "It is created. Go on with its setup.",
    "link_revoked": "The link no longer works.",
    "signed_out": "You are signed out.",
    "saved": "It is saved.",
    "set_up": "It is set up. Nothing was sent now; it syncs at its time, or when you say so.",
    "kept_for_later": "Your answers are kept as they are. Come back whenever you like.",
    "suggested": "The suggestions are used. Look through them; Undo takes them back.",
    "filled": "The empty rows are filled. Undo takes it back.",
    "undone": "That is undone.",
    "kept": "It is kept.",
    "read": "It was read again.",
    "decided": "It is decided, and kept with who decided and why.",
    "decided_waits": "It is decided. The next sync carries it out.",
    "confirmed_waits": "They are confirmed. The next sync posts them.",
    "noted": "It is noted. Other differences of the same document would count again.",
    "agrees_again": "That document does not differ any more.",
    "alerts_set": "It is saved. Alerts go there from now on.",
    "alerts_off": "It is saved. Nobody gets alerts now.",
}

#: What templates make of values.
_FILTERS: dict[str, Callable[..., Any]] = {
    "money": show_amount,
    "signed": wording.signed,
    "duration": wording.duration,
    "decided": choices.decided_words,
    "month_end": lambda month: dates.whole_month(month).last,
    "long_date": wording.long_date,
    "short_date": wording.short_date,
    "month_name": wording.month_name,
    "moment": wording.moment,
    "clock_time": wording.clock_time,
    "plain": wording.plain,
    "trigger": wording.trigger,
    "run_kind": wording.run_kind,
    "counted": wording.counted,
    "detail": wording.detail,
    "action": wording.action,
    "several": wording.several,
    "pretty": _pretty,
}
