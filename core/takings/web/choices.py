"""What can be decided about a day and about late changes, in words: what each choice does, and what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from takings.store.states import DayState, LateChanges
from takings.sync.deciding import REASON_NEEDED
from takings.views import DifferenceView

#: Decisions that only stand with a reason.
NEED_REASON = tuple(one.value for one in REASON_NEEDED)


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that can be chosen: its value, what it is called, and what it does."""

    value: str
    title: str
    text: str


_TITLES = {
    "repost": "Post it anew",
    "adjust": "Adjust it",
    "leave": "Leave it",
    "never": "Never post it",
    "post_difference": "Post it with its difference",
    "post_anyway": "It is right, post it",
    "reconsider": "Take the decision back",
}
_TEXTS = {
    "repost": "What stands in the ledger is taken back: payments are removed and the document is voided, or reversed "
    "where the ledger does not let it go. Then the day is posted again as it is now, with a suffix like -R2 on its "
    "number.",
    "adjust": "One further document of the difference alone is posted, dated today, or on the first open date where "
    "today is closed. What was posted stays as it is.",
    "leave": "Nothing is written to the ledger. This revision is not asked about again; a further one is.",
    "never": "It is kept out of the ledger until somebody takes this decision back. Say why.",
    "post_difference": "It is posted as it was counted, with the difference on the account for differences. Say why.",
    "post_anyway": "Somebody looked at it: the day is as large as that, or nobody posted it elsewhere. Say why.",
    "reconsider": "The day is looked at as if nobody had decided.",
}
_OTHERWISE = {
    ("repost", DayState.UNDONE.value): "It is posted again as it is now, with a suffix like -R2 on its number.",
    (
        "repost",
        DayState.HELD.value,
    ): "What somebody removed in the ledger stays removed, and the day is posted again as "
    "it is now, with a suffix like -R2 on its number.",
    (
        "repost",
        DayState.POSTED.value,
    ): "What stands in the ledger is taken back, and the day is posted again by today’s "
    "mapping, with a suffix like -R2 on its number. For a day that was mapped wrongly.",
}

_POLICIES = {
    LateChanges.ASK: ("Ask", "The day waits until somebody decides. Nothing in the ledger changes before."),
    LateChanges.REPOST: (
        "Post anew",
        "The documents are taken back and the day is posted again. A day of a closed period waits for somebody.",
    ),
    LateChanges.ADJUST: ("Adjust", "A document of the difference is posted on an open date; what was posted stays."),
    LateChanges.LEAVE: ("Leave", "What was posted stays, and nobody is asked. Each is in the audit trail."),
}


def decisions(view: DifferenceView) -> list[Choice]:
    """Return what can be decided about a day."""
    return [
        Choice(name, _TITLES.get(name, name), _OTHERWISE.get((name, view.state), _TEXTS.get(name, "")))
        for name in view.allowed
    ]


def decided_words(name: str) -> str:
    """Return what a decision is called after it was made."""
    return _DECIDED.get(name, name.replace("_", " "))


_DECIDED: Mapping[str, str] = {
    "repost": "to post it anew",
    "adjust": "to adjust it",
    "leave": "to leave it as it was posted",
    "never": "never to post it",
    "post_difference": "to post it with its difference",
    "post_anyway": "to post it as it is",
    "reconsider": "to take the decision back",
}


def policies() -> list[Choice]:
    """Return what can become of late changes without anybody being asked."""
    return [Choice(one.value, title, text) for one, (title, text) in _POLICIES.items()]
