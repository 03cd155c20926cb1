"""Problems in the user's data, as values: what is wrong, why, and what mends it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How a finding acts: an error holds what it concerns, the others are shown."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One problem, told so that its reader knows what to do and where.

    `code` is stable and documented; `where` names the step, field or JSON path; `verbatim` keeps the
    other system's own words; `subject` is what it concerns, like a day or a code.
    """

    code: str
    what: str
    why: str = ""
    do: str = ""
    where: str = ""
    severity: Severity = Severity.ERROR
    verbatim: str = ""
    subject: str = ""

    def as_dict(self) -> dict[str, str]:
        """Return the documented JSON shape."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "what": self.what,
            "why": self.why,
            "do": self.do,
            "where": self.where,
            "verbatim": self.verbatim,
            "subject": self.subject,
        }

    @classmethod
    def from_dict(cls, data: dict[str, str]) -> Finding:
        """Read what `as_dict` wrote."""
        return cls(**{**data, "severity": Severity(data["severity"])})  # type: ignore[arg-type]

    def __str__(self) -> str:
        parts = [self.what, self.why, self.do]
        return " ".join(part.rstrip(".") + "." for part in parts if part)


def errors(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return those findings that hold what they concern."""
    return tuple(one for one in findings if one.severity is Severity.ERROR)
