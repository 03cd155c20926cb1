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

    Example::

        from takings.plugin import Phase, Settings, SettingsStep, option


        class Integration(Settings):
            contact: str = option("Takings", title="Customer of the invoices")
            due_days: int = option(0, title="Days until due", kind="whole_number", ge=0)
            memo: str = option("", title="Memo")  # no step names it, so it stands in the advanced settings


        INVOICES = SettingsStep(key="invoices", title="Invoices", fields=("contact", "due_days"), phase=Phase.SEND)
        assert set(INVOICES.fields) <= set(Integration.model_fields)
    """

    key: str
    title: str
    fields: tuple[str, ...]
    phase: Phase = Phase.ADVANCED
    help: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeStep:
    """A page that tells something and asks nothing, in plain text.

    Example::

        from takings.plugin import NoticeStep, Phase

        # Stands behind the page with the token, because its phase is the same.
        SWITCH_ON = NoticeStep(
            key="switch_on",
            title="Switch the export on",
            text="At the till, open Office, Export, and choose “At each close”. The next close sends the first day.",
            phase=Phase.TOKEN,
        )
        assert "<" not in SWITCH_ON.text  # plain text: each renderer sets it in its own way
    """

    key: str
    title: str
    text: str
    phase: Phase


#: What a source or target may add to the setup.
Step = SettingsStep | NoticeStep


class Capability(StrEnum):
    """What a component is able to do; the conformance kit tests what is declared and shows what is skipped.

    For a target: `NUMBERS` gives documents numbers by itself, `UNIQUE_NUMBERS` refuses a number twice, `LOCK_DATES`
    has dates before which nothing can be posted, `VOIDS` can hold a document that is voided, `UNDOES` takes back
    what it posted, `SEES_OTHERS` surveys what others made as well, `DRAFTS` can leave documents to be approved, with
    payments that wait, `CUSTOMERS` can make a document for each customer of a house account. For a source:
    `REVISIONS` sends a changed day again with a higher revision.
    """

    NUMBERS = "numbers"
    UNIQUE_NUMBERS = "unique_numbers"
    LOCK_DATES = "lock_dates"
    VOIDS = "voids"
    UNDOES = "undoes"
    SEES_OTHERS = "sees_others"
    DRAFTS = "drafts"
    CUSTOMERS = "customers"
    REVISIONS = "revisions"
