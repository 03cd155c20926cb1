"""Keeps with a run what it surveyed, so that it can be shown later; of the newest also each document that stood."""

from __future__ import annotations

from sqlalchemy import Text, type_coerce
from sqlmodel import Session, col, select

from takings.plugin.targets import Survey
from takings.store.query import fields
from takings.store.tables import Run
from takings.sync.encoding import summarise_survey

#: Of how many surveys of an integration every document is kept, and how many at most of one.
KEPT, MOST_DOCUMENTS = 10, 2000

#: How many older surveys let go of theirs at once: an older version kept the documents of all.
_AT_ONCE = 25

_SURVEY = fields(Run).survey


def keep_survey(session: Session, run_id: str, survey: Survey) -> None:
    """Keep a survey with its run, and of those that are too old now only how many documents there were.

    What stood there is some hundred bytes for each document of five weeks, each night.
    """
    run = session.get_one(Run, run_id)
    summary = summarise_survey(survey)
    run.survey = {**summary, "documents": summary["documents"][:MOST_DOCUMENTS], "count": len(summary["documents"])}
    session.add(run)
    session.flush()
    older = (
        select(Run)
        .where(Run.integration_id == run.integration_id, type_coerce(_SURVEY, Text).like('%"documents":[{%'))
        .order_by(col(Run.started_at).desc())
        .offset(KEPT)
        .limit(_AT_ONCE)
    )
    for row in session.exec(older):
        told = row.survey or {}
        row.survey = {"count": len(told["documents"]), **told, "documents": []}
        session.add(row)
