"""Keeps with a run what it surveyed, so that it can be shown later; of the newest also each document that stood."""

from __future__ import annotations

from sqlmodel import Session, col, select

from takings.plugin.targets import Survey
from takings.store.tables import Run
from takings.sync.encoding import summarise_survey

#: Of how many surveys of an integration every document is kept, and how many at most of one.
KEPT, MOST_DOCUMENTS = 10, 2000


def keep_survey(session: Session, run_id: str, survey: Survey) -> None:
    """Keep a survey with its run, and of the one that is now too old only how many documents there were.

    What stood there is some hundred bytes for each document of five weeks, each night.
    """
    run = session.get_one(Run, run_id)
    summary = summarise_survey(survey)
    run.survey = {**summary, "documents": summary["documents"][:MOST_DOCUMENTS], "count": len(summary["documents"])}
    session.add(run)
    session.flush()
    older = (
        select(Run)
        .where(Run.integration_id == run.integration_id, col(Run.survey).is_not(None))
        .order_by(col(Run.started_at).desc())
        .offset(KEPT)
        .limit(2)  # two, since one run may survey before another that began earlier
    )
    for row in session.exec(older):
        if row.survey and isinstance(row.survey.get("documents"), list) and row.survey["documents"]:
            row.survey = {**row.survey, "documents": []}
            session.add(row)
