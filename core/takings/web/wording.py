"""How states, kinds and moments are called on pages: sign, words and tone, so that colour never stands alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from takings.domain.money import show_amount


@dataclass(frozen=True, slots=True)
class Word:
    """What stands for a state: a sign, a word, and a tone (`good`, `wait`, `warn`, `bad`, `quiet`)."""

    sign: str
    text: str
    tone: str


_DAYS = {
    "posted": Word("✓", "Posted", "good"),
    "held": Word("!", "Held", "bad"),
    "partly": Word("◐", "Posted in part", "bad"),
    "changed": Word("≠", "Changed since", "warn"),
    "missing": Word("?", "Missing", "warn"),
    "posting": Word("…", "Sending", "wait"),
    "pending": Word("…", "Waiting", "wait"),
    "never": Word("⊘", "Not to be posted", "quiet"),
    "undoing": Word("…", "Being taken back", "wait"),
    "undone": Word("↶", "Taken back", "quiet"),
    "nothing": Word("–", "Nothing to post", "quiet"),
}
_RUNS = {
    "queued": Word("…", "Waiting", "wait"),
    "running": Word("…", "Running", "wait"),
    "done": Word("✓", "Done", "good"),
    "problems": Word("!", "Done, with something to look at", "warn"),
    "failed": Word("✕", "Failed", "bad"),
    "interrupted": Word("✕", "Did not finish", "bad"),
    "cancelled": Word("⊘", "Cancelled", "quiet"),
}
_INTEGRATIONS = {
    "attention": Word("!", "Needs attention", "bad"),
    "needs_attention": Word("!", "Needs attention", "bad"),
    "running": Word("…", "Syncing", "wait"),
    "healthy": Word("✓", "In order", "good"),
    "active": Word("✓", "Active", "good"),
    "unfinished": Word("◦", "Not finished", "quiet"),
    "draft": Word("◦", "Not finished", "quiet"),
    "paused": Word("‖", "Paused", "quiet"),
}
_STEPS = {
    "completed": Word("", "Completed", "quiet"),
    "in_progress": Word("", "In progress", "wait"),
    "not_started": Word("", "Not yet started", "wait"),
    "cannot_start": Word("", "Cannot start yet", "quiet"),
    "problem": Word("!", "There is a problem", "bad"),
}
_CALLS = {
    "open": Word("…", "No answer yet", "warn"),
    "answered": Word("✓", "Answered", "good"),
    "settled": Word("✓", "Looked up afterwards", "good"),
    "planned": Word("…", "To be sent", "wait"),
    "calling": Word("…", "Being sent", "wait"),
    "unknown": Word("?", "To be looked up", "warn"),
    "done": Word("✓", "Stands in the ledger", "good"),
    "refused": Word("✕", "Refused", "bad"),
    "waiting": Word("…", "Waits until the document is approved", "wait"),
}
_CONNECTIONS = {
    "new": Word("◦", "Not connected", "quiet"),
    "connected": Word("✓", "Connected", "good"),
    "expired": Word("!", "Connect again", "bad"),
    "revoked": Word("✕", "Disconnected", "bad"),
}
_ALL = {
    "day": _DAYS,
    "run": _RUNS,
    "integration": _INTEGRATIONS,
    "step": _STEPS,
    "call": _CALLS,
    "connection": _CONNECTIONS,
}

#: An instant as it is stored.
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(\+00:00|Z)")
_TRIGGERS = {
    "manual": "by hand",
    "schedule": "by the schedule",
    "push": "by a push",
    "setup": "from the setup",
    "webhook": "because the ledger said so",
}
_RUN_KINDS = {
    "sync": "Sync",
    "preview": "Count for the setup",
    "verify": "Check of the ledger",
    "undo": "Taking back",
    "payments": "Payments of approved documents",
}
#: What a run counts, where the name of a count alone would say too little.
_COUNTS = {
    "new": "New",
    "changed": "Changed since posted",
    "nothing": "Nothing to post",
    "operations": "Writes",
    "partly": "Posted in part",
    "received": "Days received",
    "taken_over": "Stood in the ledger already",
    "undone": "Taken back",
    "checked": "Documents checked",
    "differing": "Documents that differ",
}

#: What an act was called in the audit trail, for people.
_ACTIONS = {
    "integration.provisioned": "Created the integration",
    "integration.scheduled": "Changed when it syncs",
    "integration.set_up": "Finished the setup",
    "integration.needs_attention": "Marked it as needing attention",
    "connection.source_joined": "Connected the point of sale",
    "connection.target_joined": "Connected the ledger",
    "connection.source_configured": "Changed the connection of the point of sale",
    "connection.target_configured": "Changed the connection of the ledger",
    "records.push": "Sent days",
    "records.file": "Read days from a file",
    "records.pull": "Fetched days",
    "integration.configured": "Changed settings",
    "integration.paused": "Paused it",
    "integration.active": "Resumed it",
    "integration.draft": "Resumed it",
    "integration.deleted": "Deleted the integration",
    "token.created": "Made an Auth Token",
    "token.revoked": "Revoked the Auth Token",
    "connection.joined": "Connected an organisation",
    "connection.disconnected": "Disconnected an organisation",
    "link.created": "Made a set-up link",
    "link.opened": "Opened a set-up link",
    "link.revoked": "Revoked a set-up link",
    "run.requested": "Asked for a run",
    "run.cancelled": "Took a run back before it began",
    "ledger.verified": "Compared the ledger with what was posted",
    "run.ended": "A sync ended",
    "history.confirmed": "Confirmed days of the past",
    "mapping.decided": "Decided on the mapping",
    "mapping.taken_back": "Took a decision on the mapping back",
    "api_key.created": "Made a key for a program",
    "day.repost": "Decided to post a day anew",
    "day.adjust": "Decided to adjust a day",
    "day.leave": "Decided to leave a day as it was posted",
    "day.never": "Decided never to post a day",
    "day.post_difference": "Decided to post a day with its difference",
    "day.post_anyway": "Confirmed an unusual day",
    "day.reconsider": "Took a decision on a day back",
    "unit.undone": "Took a document back",
    "integration.closed": "Said that the venue was closed on a date",
    "integration.not_closed": "Said that the venue was not closed on a date",
    "integration.pay_approved": "Payments of approved drafts are posted by themselves",
    "integration.pay_asked": "Payments of approved drafts wait for somebody",
    "integration.late_changes.ask": "Late changes wait for somebody",
    "integration.late_changes.repost": "Late changes are posted anew by themselves",
    "integration.late_changes.adjust": "Late changes are adjusted by themselves",
    "integration.late_changes.leave": "Late changes are left by themselves",
    "drift.noted": "Noted differences in the ledger",
    "checks.scheduled": "Changed how often the ledger is checked",
    "alerts.set": "Changed where alerts go",
    "api_key.revoked": "Revoked the key of a program",
}


_PHASES = {
    "pull": "Fetching days",
    "survey": "Looking at the ledger",
    "wait": "Waiting for the ledger",
    "post": "Posting",
    "verify": "Comparing",
}


def progress_text(phase: str, done: int, total: int, *, note: str = "") -> str:
    """Return how far a run is, like `Posting, 12 of 31`; empty before the first phase."""
    if not phase:
        return ""
    far = f", {done:,} of {total:,}" if total else f", {done:,}" if done else ""
    return f"{_PHASES.get(phase, plain(phase))}{far}{f' ({note})' if note else ''}"


def word(kind: str, state: str) -> Word:
    """Return what stands for a state of a day, run, integration, step, call or connection."""
    return _ALL[kind].get(state) or Word("◦", plain(state), "quiet")


def plain(name: str) -> str:
    """Return a name from the database for people: `do_not_post` becomes `Do not post`."""
    text = name.replace("_", " ").replace(".", ": ")
    return text[:1].upper() + text[1:]


def trigger(name: str) -> str:
    """Return what began a run."""
    return _TRIGGERS.get(name, plain(name).lower())


def run_kind(name: str) -> str:
    """Return what a run is called."""
    return _RUN_KINDS.get(name, plain(name))


def counted(name: str) -> str:
    """Return what a number of a run counts."""
    return _COUNTS.get(name, plain(name))


def action(name: str) -> str:
    """Return what was done, as the audit trail tells it to people."""
    return _ACTIONS.get(name) or plain(name)


def long_date(value: date) -> str:
    """Return a date in words, like `Saturday 31 October 2026`."""
    return f"{value:%A} {value.day} {value:%B %Y}"


def short_date(value: date) -> str:
    """Return a date for tables, like `Sat 31 Oct 2026`."""
    return f"{value:%a} {value.day} {value:%b %Y}"


def month_name(value: date) -> str:
    """Return a month, like `October 2026`."""
    return f"{value:%B %Y}"


def moment(value: datetime | None, zone: str = "UTC") -> str:
    """Return an instant at a place, like `31 Oct 2026, 22:05 AEDT`; `never` for None."""
    if value is None:
        return "never"
    local = value.astimezone(_zone(zone))
    return f"{local.day} {local:%b %Y, %H:%M} {local.tzname()}"


def detail(value: Any, zone: str = "UTC") -> Any:
    """Return a detail of the audit trail; an instant that was stored as text is told as one at a place."""
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        return value
    return moment(datetime.fromisoformat(value), zone)


def clock_time(value: datetime, zone: str = "UTC") -> str:
    """Return the time of day at a place, to the second."""
    return f"{value.astimezone(_zone(zone)):%H:%M:%S}"


def lasted(begun: datetime, ended: datetime | None) -> str:
    """Return how long something took."""
    if ended is None:
        return ""
    seconds = max((ended - begun) / timedelta(seconds=1), 0)
    return f"{seconds:.1f} s" if seconds < 60 else f"{seconds // 60:.0f} min {seconds % 60:.0f} s"


def duration(seconds: int) -> str:
    """Return about how long something takes, like `about 20 minutes`."""
    if seconds < 90:
        return f"about {several(max(seconds, 1), 'second')}"
    minutes = round(seconds / 60)
    if minutes < 120:
        return f"about {several(minutes, 'minute')}"
    hours = round(minutes / 60)
    return f"about {several(hours, 'hour')}" if hours < 48 else f"about {several(round(hours / 24), 'day')}"


def signed(amount: Decimal, currency: str) -> str:
    """Return a difference with its sign, like `+1,234.50`."""
    return f"{'+' if amount > 0 else ''}{show_amount(amount, currency)}"


def several(count: int, noun: str) -> str:
    """Return a count with its noun, which gets an s unless it is one."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
