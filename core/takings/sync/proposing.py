"""Plans groups of days with everything that may hold them: the same for a sync and for a preview."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from takings.plugin.targets import Survey, Target
from takings.sync.combining import Combined, not_clear
from takings.sync.guarding import guard_units
from takings.sync.intents import posted_elsewhere
from takings.sync.joint import Joint, Services
from takings.sync.numbers import NumberBook
from takings.sync.planning import Group, Planned, known_units, plan_units, units_given_up


def plan_groups(
    services: Services,
    joint: Joint,
    target: Target,
    *,
    survey: Survey,
    groups: Sequence[Group],
    standing: Collection[str] = (),
) -> list[Planned]:
    """Plan a unit for each group, with what the database knows of numbers and of other units.

    Units that are posted anew are `standing` still, by their keys.
    """
    candidates = [one for group in groups for one in group.candidates]
    with services.database.read() as session:
        dates = [one.key.business_date for one in candidates]
        book = NumberBook(session, services.host, joint, dates=dates)
        known = known_units(session, joint, candidates).union(standing)
        given_up = units_given_up(session, joint, candidates)
    return plan_units(
        services, joint, target, survey=survey, groups=groups, book=book, known=known, given_up=given_up
    )


def propose(services: Services, joint: Joint, target: Target, *, survey: Survey, combined: Combined) -> list[Planned]:
    """Plan what was combined, and hold what somebody should look at first or what another integration posts."""
    planned = plan_groups(services, joint, target, survey=survey, groups=combined.groups)
    planned += not_clear(combined, joint)
    with services.database.read() as session:
        return posted_elsewhere(session, joint, guard_units(session, joint, survey, planned=planned))
