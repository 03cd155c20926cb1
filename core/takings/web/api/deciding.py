"""The mapping, the numbers and the schedule: decisions that can be changed without going through the steps."""

from __future__ import annotations

from datetime import time

from takings.domain.schedule import Schedule, mistakes
from takings.views import IntegrationView, MappingView
from takings.web.api.bodies import AcceptSuggestions, Decide, MappingQuery, PreviewNumbers, SetSchedule
from takings.web.api.book_bodies import SetClosed
from takings.web.api.operation import Ask, Operation
from takings.web.api.problems import Refused
from takings.web.api.shapes import Candidates, Codes, MappingRows, Numbers, ScheduleShape, Unused


def list_mapping(ask: Ask, query: MappingQuery) -> MappingRows:
    """List the codes with their decisions; with suggestions the ledger is asked for what they can be mapped to."""
    wanted = query.suggestions == "true"
    rows = ask.engine.mapping(ask.principal, ask.ref, suggestions=wanted, dimension=query.dimension)
    return MappingRows(mapping=tuple(rows))


def decide_on_code(ask: Ask, body: Decide) -> MappingView:
    """Decide on one code; held days are looked at again at once."""
    return ask.engine.set_mapping(ask.principal, ask.ref, **body.model_dump())


def list_candidates(ask: Ask) -> Candidates:
    """List what codes of a dimension can be mapped to."""
    return Candidates(candidates=tuple(ask.engine.candidates(ask.principal, ask.ref, ask.path("dimension"))))


def refresh_codes(ask: Ask) -> Codes:
    """Ask the source for its codes."""
    view = ask.engine.integration(ask.principal, ask.ref)
    count = ask.engine.refresh_catalogue(ask.principal, view.id)
    rows = ask.engine.mapping(ask.principal, view.id)
    return Codes(integration=view.name, codes=count, open=sum(row.choice == "open" for row in rows))


def accept_suggestions(ask: Ask, body: AcceptSuggestions) -> MappingRows:
    """Give each open code its best suggestion with at least this score; answers with the rows that were set."""
    rows = ask.engine.accept_suggestions(ask.principal, ask.ref, least_score=body.least_score)
    return MappingRows(mapping=tuple(rows))


def preview_numbers(ask: Ask, body: PreviewNumbers) -> Numbers:
    """Show the next numbers, by the integration's own strategy or by one that is tried; nothing is reserved."""
    return Numbers(numbers=tuple(ask.engine.preview_numbers(ask.principal, ask.ref, **body.model_dump())))


def list_unused_numbers(ask: Ask) -> Unused:
    """List the numbers that were reserved and are on no document, with the reasons."""
    return Unused(unused=tuple(ask.engine.unused_numbers(ask.principal, ask.ref)))


def show_schedule(ask: Ask) -> ScheduleShape:
    """Show when an integration runs by itself."""
    return _shown(ask.engine.integration(ask.principal, ask.ref))


def set_schedule(ask: Ask, body: SetSchedule) -> ScheduleShape:
    """Say when an integration runs by itself; what is left out has its default."""
    given = body.model_dump(exclude={"missing_after"})
    for field, sentence in mistakes(given).items():
        raise Refused(422, "misconfigured", sentence, field=field)
    schedule = Schedule(**{**given, "at": time.fromisoformat(body.at)})
    return _shown(ask.engine.set_schedule(ask.principal, ask.ref, schedule, missing_after=body.missing_after))


def set_closed(ask: Ask, body: SetClosed) -> IntegrationView:
    """Say that a venue did not trade on some dates, or that it did."""
    return ask.engine.set_closed(ask.principal, ask.ref, body.dates, closed=body.closed)


def _shown(view: IntegrationView) -> ScheduleShape:
    return ScheduleShape(
        **Schedule.from_dict(view.schedule).as_dict(),
        missing_after=view.schedule.get("missing_after"),
        next_due=view.next_due,
        start_date=view.start_date,
    )


_ONE = "/integrations/{ref}"
OPERATIONS = (
    Operation(method="GET", path=f"{_ONE}/mapping", answer=list_mapping),
    Operation(method="PUT", path=f"{_ONE}/mapping", answer=decide_on_code, act="configure"),
    Operation(method="GET", path=f"{_ONE}/mapping/{{dimension}}/candidates", answer=list_candidates),
    Operation(method="POST", path=f"{_ONE}/mapping/refresh", answer=refresh_codes, act="configure"),
    Operation(method="POST", path=f"{_ONE}/mapping/accept", answer=accept_suggestions, act="configure"),
    Operation(method="POST", path=f"{_ONE}/numbers/preview", answer=preview_numbers, act="configure"),
    Operation(method="GET", path=f"{_ONE}/numbers/unused", answer=list_unused_numbers),
    Operation(method="GET", path=f"{_ONE}/schedule", answer=show_schedule),
    Operation(method="PUT", path=f"{_ONE}/schedule", answer=set_schedule, act="configure"),
    Operation(method="PUT", path=f"{_ONE}/closed", answer=set_closed, act="configure"),
)
