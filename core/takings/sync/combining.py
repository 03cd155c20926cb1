"""Groups the days that wait for posting into those that become one document, and leaves the others waiting.

What of ours stands in the ledger decides first: a day that a lost database posted by itself, or with others, is found
again as it was posted, whatever the setting is now. Only days that were never posted are grouped by the setting.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, or_
from sqlmodel import Session, col, select

from takings.domain.combining import (
    WAITING,
    Combining,
    PeriodFacts,
    cut,
    month_of,
    span_of,
    waits_for,
    widened,
)
from takings.domain.day import DayKey, Prices
from takings.domain.findings import Finding
from takings.domain.identity import ReadKey, key_base, read_key, unit_key
from takings.domain.missing import EVIDENCE_WEEKS, missing_dates
from takings.domain.period import Period
from takings.plugin.documents import Plan, Unit
from takings.plugin.targets import Survey
from takings.store.bulk import update_many
from takings.store.journal import UnitRow
from takings.store.query import ask, chunks, columns, fields
from takings.store.states import DayState, UnitState
from takings.store.tables import Day, Integration
from takings.sync.agreed import confirms
from takings.sync.encoding import encode_findings
from takings.sync.joint import Joint, Services
from takings.sync.phases import Tally
from takings.sync.planning import Candidate, Group, Planned
from takings.sync.standing import Standings

_UNIT = fields(UnitRow)
_KNOWN = columns(_UNIT.key).where(
    # What another integration took back is no news either.
    or_(_UNIT.integration_id == bindparam("of"), _UNIT.state == UnitState.UNDONE.value),
    _UNIT.organisation == bindparam("organisation"),
    _UNIT.first <= bindparam("last"),
    _UNIT.last >= bindparam("first"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How an integration's days are combined; `is_confirmed` says whether a date is posted without asking."""

    source: str
    combining: Combining = Combining.CLOSE
    week_starts: int = 0
    locked_through: date | None = None
    is_confirmed: Callable[[date], bool] = lambda day: True

    def span(self, day: date) -> Period:
        """Return the period whose closes become one document with those of `day`."""
        whole = span_of(day, self.combining, week_starts=self.week_starts)
        return cut(whole, day, self.locked_through)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Days whose document can't be made yet, with what says why."""

    candidates: tuple[Candidate, ...]
    findings: tuple[Finding, ...]


@dataclass(slots=True, kw_only=True)
class Combined:
    """The days as they become documents, those that wait, and those of which it can't be told what stands."""

    groups: list[Group] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    unclear: list[tuple[Group, Finding]] = field(default_factory=list)


def rules_of(integration: Integration, locked_through: date | None = None) -> Rules:
    """Return how an integration's days are combined."""
    return Rules(
        source=integration.source_component,
        combining=Combining(integration.combining),
        week_starts=integration.week_starts,
        locked_through=locked_through,
        is_confirmed=confirms(integration),
    )


def widened_for(integration: Integration, period: Period) -> Period:
    """Return a period with the whole of what becomes one document with its days."""
    return widened(period, Combining(integration.combining), week_starts=integration.week_starts)


def load_facts(
    session: Session, integration: Integration, candidates: Sequence[Candidate], *, today: date
) -> PeriodFacts:
    """Read what else is held and what has not arrived in the periods of these days."""
    if not candidates or Combining(integration.combining) is Combining.CLOSE:
        return PeriodFacts(today=today)
    dates = [one.key.business_date for one in candidates]
    period = widened_for(integration, Period(min(dates), max(dates)))
    since = period.first - timedelta(weeks=EVIDENCE_WEEKS)
    rows = session.execute(
        columns(Day.site, Day.business_date, Day.sequence, Day.state).where(
            Day.integration_id == integration.id, Day.business_date >= since, Day.business_date <= period.last
        )
    ).all()
    first = max(period.first, integration.start_date or period.first)
    last = min(period.last, today - timedelta(days=1))
    known, mine = {business_date for _, business_date, _, _ in rows}, {one.key for one in candidates}
    missing = missing_dates(known, Period(first, last)) if first <= last else ()
    return PeriodFacts(
        today=today,
        held=tuple(
            key
            for site, business_date, sequence, state in rows
            if state == DayState.HELD.value
            and business_date in period
            and (key := DayKey(site=site, business_date=business_date, sequence=sequence)) not in mine
        ),
        missing=tuple(day for day in missing if day.isoformat() not in integration.closed),
    )


def combine(
    candidates: Sequence[Candidate],
    rules: Rules,
    facts: PeriodFacts,
    *,
    standing: Standings,
    known: Collection[str] = (),
) -> Combined:
    """Group days; `known` are the keys of all units of this database: what stands of those is no news. Pure."""
    found = Combined(groups=[Group(candidates=(one,)) for one in candidates if one.adjusts is not None])
    left = {one.key: one for one in sorted(candidates, key=lambda one: one.key) if one.adjusts is None}
    _find_standing(left, rules, standing, known=known, found=found)
    parts: dict[tuple[str, Period | DayKey, bool, bool, Prices], list[Candidate]] = {}
    for key, one in left.items():
        by_itself = rules.combining is Combining.CLOSE
        span = key if by_itself else rules.span(key.business_date)
        # What was posted before is posted anew at once, and history apart from what needs no asking.
        anew = one.generation > 1
        # Lines with tax in them and lines without are never on one document.
        sort = (rules.is_confirmed(key.business_date), one.mapped.day.prices)
        parts.setdefault((key.site, span, anew, *sort), []).append(one)
    for (site, span, anew, *_), some in parts.items():
        waits = waits_for(span, site, _facts_for(facts, span, anew=anew)) if isinstance(span, Period) else ()
        if waits:
            found.waiting.append(Waiting(candidates=tuple(some), findings=waits))
        else:
            found.groups.append(Group(candidates=tuple(some)))
    return found


def _facts_for(facts: PeriodFacts, span: Period, *, anew: bool) -> PeriodFacts:
    """Return what a period waits for; one that was complete before waits for held days only."""
    return PeriodFacts(today=max(facts.today, span.last + timedelta(days=1)), held=facts.held) if anew else facts


def _find_standing(
    left: dict[DayKey, Candidate], rules: Rules, standing: Standings, *, known: Collection[str], found: Combined
) -> None:
    """Take out of `left` the days that stand in the ledger, as they were posted by a database that is lost."""
    living = [
        (key, read)
        for key, documents in standing.documents.items()
        if key not in known and any(not one.voided for one in documents) and (read := read_key(key)) is not None
    ]
    stands = [(key, read) for key, read in living if not standing.is_reversed(key)]
    _take_out(left, rules, stands, found=found)
    # What was reversed is the day's where nothing else is, and until this is to be posted as a later generation.
    gone = [(key, read) for key, read in living if standing.is_reversed(key)]
    _take_out(left, rules, gone, found=found, reversed_=True)


def _take_out(
    left: dict[DayKey, Candidate],
    rules: Rules,
    units: Sequence[tuple[str, ReadKey]],
    *,
    found: Combined,
    reversed_: bool = False,
) -> None:
    if not units:
        return
    bases = {site: key_base(rules.source, site) for site in {day.site for day in left}}
    places = {(bases[day.site], (day.business_date, day.sequence)): day for day in left}
    alone = {
        day
        for _, read in units
        if read.is_single
        and (day := places.get((read.base, read.first)))
        and not (reversed_ and left[day].generation > read.generation)
    }
    for key, read in units:
        if read.is_single:
            continue
        inside = [
            day
            for day, one in left.items()
            if bases[day.site] == read.base
            and read.first <= (day.business_date, day.sequence) <= read.last
            and not (reversed_ and one.generation > read.generation)
        ]
        if not inside:
            continue
        days = _that_give(key, rules.source, read.generation, inside=inside, alone=alone)
        clear = days is not None and alone.isdisjoint(days)
        taken = tuple(left.pop(day) for day in (days if days is not None else inside))
        group = Group(candidates=taken, generation=read.generation)
        if clear:
            found.groups.append(group)
        else:
            found.unclear.append((group, _unclear(key, read)))
    found.groups += [Group(candidates=(left.pop(day),)) for day in sorted(alone) if day in left]


def _that_give(
    key: str, source: str, generation: int, *, inside: list[DayKey], alone: Collection[DayKey]
) -> list[DayKey] | None:
    """Return those of the days of which a document was made: all of them, or all but some that came late."""
    tries: Iterable[list[DayKey]] = (
        inside,
        [day for day in inside if day not in alone],
        *([day for day in inside if day != one] for one in inside),
    )
    return next((days for days in tries if days and unit_key(source, days, generation) == key), None)


def _unclear(key: str, read: ReadKey) -> Finding:
    return Finding(
        code="ledger.combined_unclear",
        what=f"The ledger holds one document for the days of {read.first[0]} to {read.last[0]}, and it can't be told "
        "here which days those are",
        why="It was posted before this database knew of it, and a day is missing here or came since",
        do="Sync the whole of its period; where all of its days are here, decide never to post those that it holds",
        where="day",
        subject=key,
    )


def combine_days(
    services: Services, joint: Joint, survey: Survey, *, candidates: Sequence[Candidate], tally: Tally
) -> Combined:
    """Group days that wait for posting, and say of those that go on waiting why they do."""
    now = services.clock.now()
    with services.database.read() as session:
        found = group_days(session, joint, survey, candidates=candidates, today=joint.today(now))
    if found.waiting:
        with services.database.write() as session:
            tell_waiting(session, found.waiting, now)
        # A run plans again after a person was asked, and tells once.
        tally.counts["waiting"] = sum(len(one.candidates) for one in found.waiting)
        told = dict.fromkeys(finding for one in found.waiting for finding in one.findings)
        tally.findings += [one for one in told if one not in tally.findings]
    return found


def group_days(
    session: Session, joint: Joint, survey: Survey, *, candidates: Sequence[Candidate], today: date
) -> Combined:
    """Group days by the integration's setting and by what the ledger holds; writes nothing."""
    dates = [one.key.business_date for one in candidates]
    mine = {"of": joint.integration.id, "organisation": joint.organisation}
    return combine(
        candidates,
        rules_of(joint.integration, survey.locked_through),
        load_facts(session, joint.integration, candidates, today=today),
        standing=Standings(survey),
        known=set(ask(session, _KNOWN, **mine, first=min(dates), last=max(dates)).scalars()) if dates else (),
    )


def not_clear(found: Combined, joint: Joint) -> list[Planned]:
    """Return the days of which it can't be told what stands, as units that are held."""
    planned, source = [], joint.integration.source_component
    for group, finding in found.unclear:
        key = unit_key(source, [one.key for one in group.candidates], group.own_generation)
        days = tuple(one.mapped for one in group.candidates)
        planned.append(
            Planned(
                unit=Unit(key=key, generation=group.own_generation, number=None, days=days),
                plan=Plan(),
                candidates=group.candidates,
                findings=(finding,),
                reservation=None,
                stands=False,
            )
        )
    return planned


def surveyed(dates: Sequence[date]) -> Period:
    """Return the period to survey for some dates: up to the end of the month, as a document of the month is dated."""
    return Period(min(dates), month_of(max(dates)).last)


def tell_waiting(session: Session, waiting: Sequence[Waiting], now: datetime) -> None:
    """Write beside waiting days why their document is not made yet, and take away what was written before."""
    ids = {candidate.day_id: one.findings for one in waiting for candidate in one.candidates}
    rows = []
    for some in chunks(ids):
        for day in session.exec(select(Day).where(col(Day.id).in_(some))):
            assert day.id is not None
            findings = [one for one in day.findings if one["code"] not in WAITING]
            findings += encode_findings(ids[day.id])
            if findings != day.findings:
                rows.append({"id": day.id, "findings": findings, "updated_at": now})
    update_many(session, Day, rows, columns=("findings", "updated_at"))
