"""Xero's own sentences, explained: which finding each one is, in plain words, with Xero's words kept beside it."""

from __future__ import annotations

from takings.plugin import Finding
from takings_xero.message_table import RULES


def explain(message: str, subject: str) -> Finding:
    """Return the finding that a sentence of Xero means; one that is not known is shown as it is."""
    for rule in RULES:
        if rule.matches(message):
            return Finding(
                code=f"xero.{rule.code}",
                what=rule.what,
                why=rule.why,
                do=rule.do,
                where=rule.where,
                verbatim=message,
                subject=subject,
            )
    return Finding(
        code="xero.refused",
        what=f"Xero refused it: {message}" if message else "Xero refused it and gave no reason",
        why="This version does not know the message",
        do="Mend in Xero what the message names, then post again; if it is unclear, ask support with this message",
        where="ledger",
        verbatim=message,
        subject=subject,
    )
