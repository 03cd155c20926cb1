"""Reads the ledger before a plan is made: the survey, and for old days also where a lost database may have posted."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import bindparam

from takings.domain.identity import key_base
from takings.domain.period import Period
from takings.plugin.targets import Survey, Target
from takings.store.journal import UnitRow
from takings.store.query import ask, chunks, columns, fields
from takings.store.tables import Authorisation, Day
from takings.sync.joint import Joint, Services

_UNIT, _DAY = fields(UnitRow), fields(Day)
_SITES = columns(_DAY.site).where(_DAY.integration_id == bindparam("of")).distinct()
_OURS = columns(_UNIT.key).where(
    _UNIT.organisation == bindparam("organisation"), _UNIT.key.in_(bindparam("keys", expanding=True))
)

#: A day so old should have been posted before. Where it was not, it may have been by a database that is lost.
_SHOULD_STAND = timedelta(days=2)


def read_survey(services: Services, joint: Joint, target: Target, *, period: Period) -> Survey:
    """Survey a period; what of ours may stand in other kinds of documents is read only where a day of it is old.

    So the days of a night, and nothing but them, cost no further call. Where documents of a lost database are found,
    all is read up to today: what reverses or adjusts them is dated later.
    """
    survey = _read(services, joint, target, period=period)
    today = joint.today(services.clock.now())
    if period.last < today and _are_unknown(services, joint, survey):
        return _read(services, joint, target, period=Period(period.first, today))
    return survey


def _read(services: Services, joint: Joint, target: Target, *, period: Period) -> Survey:
    looks_back = is_old(services, joint, period) and _may_look_back(services, joint)
    with services.host.guard(joint.integration.target_component):
        survey = target.survey(period, joint.target_settings)
        if looks_back:
            survey = replace(survey, documents=(*survey.documents, *target.look_back(period, joint.target_settings)))
    return survey


def _are_unknown(services: Services, joint: Joint, survey: Survey) -> bool:
    """Whether documents stand with keys of this integration's venue of which this database knows nothing.

    Of another venue another installation may post to the same organisation, night by night.
    """
    units = {one.key.rpartition("/")[0] for one in survey.documents if one.key and not one.voided}
    if not units:
        return False
    found: set[str] = set()
    with services.database.read() as session:
        source, sites = joint.integration.source_component, ask(session, _SITES, of=joint.integration.id).scalars()
        ours = tuple(f"{key_base(source, site)}/" for site in sites)
        units = {one for one in units if one.startswith(ours)}
        for keys in chunks(sorted(units)):
            found |= set(ask(session, _OURS, organisation=joint.organisation, keys=keys).scalars())
    return bool(units - found)


def is_old(services: Services, joint: Joint, period: Period) -> bool:
    """Whether a period has days that may have been posted before this database knew of them."""
    today = joint.today(services.clock.now())
    return period.first <= max(joint.today(joint.integration.created_at), today - _SHOULD_STAND)


def _may_look_back(services: Services, joint: Joint) -> bool:
    """Whether the authorisation reaches what would be read: a call without its scope would only be refused."""
    needed, connection = joint.target_type.look_back_scopes, joint.connected_target
    if not needed:
        return True
    if connection.authorisation_id is None:
        return False
    with services.database.read() as session:
        granted = session.get_one(Authorisation, connection.authorisation_id).scopes
    return not {*needed}.isdisjoint(granted.split())
