"""What the engine shows of long lists: one page, and what to ask for to get the next one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from takings.views.work import DayView, DocumentView, IntegrationView, RunView

#: How many integrations, days, documents or runs a page has unless it is said.
PAGE = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrationsView:
    """Integrations by name; `next` is what to go on after, empty at the end."""

    integrations: tuple[IntegrationView, ...]
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DaysView:
    """Days in order, whole dates of them; `next` is the date to go on from, null at the end."""

    days: tuple[DayView, ...]
    next: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentsView:
    """Documents in order, without their lines; `next` is what to go on after, empty at the end."""

    documents: tuple[DocumentView, ...]
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunsView:
    """Runs, the newest first; `older` is the id to go on from, empty at the end."""

    runs: tuple[RunView, ...]
    older: str
