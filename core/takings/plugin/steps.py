"""Further setup steps that a source or target declares, and what it is able to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Phase(StrEnum):
    """Where in the setup a step stands; the phases come in this order."""

    CONNECT = "connect"
    SEND = "send"
    TOKEN = "token"  # noqa: S105 - a phase's name
    MAP = "map"
    OTHER_DIRECTION = "other_direction"
    ADVANCED = "advanced"
    REVIEW = "review"


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsStep:
    """A page of settings of its own: the named fields of the integration's settings, in this order.

    Fields that no step names are shown together in the advanced settings.
    """

    key: str
    title: str
    fields: tuple[str, ...]
    phase: Phase = Phase.ADVANCED
    help: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeStep:
    """A page that tells something and asks nothing, in plain text."""

    key: str
    title: str
    text: str
    phase: Phase


Step = SettingsStep | NoticeStep


class Capability(StrEnum):
    """What a component is able to do; the conformance kit tests what is declared and shows what is skipped.

    For a target: `NUMBERS` gives documents numbers by itself, `UNIQUE_NUMBERS` refuses a number twice, `LOCK_DATES`
    has dates before which nothing can be posted, `VOIDS` can hold a document that is voided. For a source:
    `REVISIONS` sends a changed day again with a higher revision.
    """

    NUMBERS = "numbers"
    UNIQUE_NUMBERS = "unique_numbers"
    LOCK_DATES = "lock_dates"
    VOIDS = "voids"
    REVISIONS = "revisions"
