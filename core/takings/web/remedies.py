"""Where a finding is mended: the step, day or settings page that it points at, as a link."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from takings.domain.findings import Finding
from takings.web.call import Call

_STEPS = {
    "connect": ("connect.target", "Connect the ledger"),
    "map": ("", "Go on with the mapping"),
    "advanced": ("advanced.target", "Change the settings"),
    "numbering": ("advanced.target", "Change the numbering"),
    "timezone": ("review", "Choose the time zone"),
    "at": ("review", "Choose the time"),
    "start_date": ("review", "Choose the start date"),
    "review": ("review", "Look at the review"),
}
_PAYMENTS = {"payments.ready", "payments.refused", "payments.wait_for_approval"}
_NO_STEP = {"day", "verify", "ledger", "catalogue"}


@dataclass(frozen=True, slots=True)
class Remedy:
    """What mends something: where, and what the link says."""

    url: str
    text: str


def remedy(call: Call, ref: str, finding: Finding) -> Remedy | None:
    """Return where a finding is mended; None where nothing here mends it."""
    kind, _, dimension = finding.where.partition(":")
    if finding.code in _PAYMENTS:
        return Remedy(call.url("payments", ref=ref), "Look at the payments that wait")
    if kind == "map" and dimension:
        subject = f": {finding.subject}" if finding.subject else ""
        return Remedy(call.setup_url(ref, f"map.{quote(dimension, safe='')}"), f"Map it{subject}")
    if kind in _STEPS:
        key, text = _STEPS[kind]
        return Remedy(call.setup_url(ref, key), text)
    if finding.code == "run.waits_for_confirmation":
        return Remedy(call.setup_url(ref, "review"), "Look at them and confirm")
    if kind == "settings" or (finding.where.isidentifier() and finding.where not in _NO_STEP):
        return Remedy(call.setup_url(ref, "advanced.target"), "Change this setting")
    return None


def place(call: Call, ref: str, where: str) -> str:
    """Return the address of what a dashboard points at, as `AttentionView` says it."""
    kind, _, name = where.partition(":")
    if kind == "run":
        return call.url("run", ref=ref, run=name)
    if kind in ("map", "connect", "review"):
        return call.setup_url(ref, {"connect": "connect.target", "review": "review"}.get(kind, ""))
    if kind in ("drift", "payments"):
        return call.url(kind, ref=ref)
    return call.url("held", ref=ref) + ("#changed" if kind == "changed" else "")
