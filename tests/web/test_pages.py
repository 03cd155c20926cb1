"""Every page in the states that it can be in: drawn by strict templates, from real data."""

from __future__ import annotations

import re
from pathlib import Path

from tests.support.chain import Venue
from tests.web.site import Browser, id_of

import takings
from takings.web import wording

REPORTS = (
    "reports/month",
    "reports/month?month=2026-10",
    "reports/month/print?month=2026-10",
    "reports/day",
    "reports/day?day=2026-10-18",
    "reports/day?day=2027-01-01",
    "reports/clearing",
    "reports/clearing/csv?from=2026-10-01&to=2026-10-31",
    "reports/clearing/json",
)


def paths(venue: Venue) -> list[str]:
    """The address of every page that only looks."""
    ref = id_of(venue)
    days = venue.engine.days(venue.principal, ref)
    run = venue.engine.runs(venue.principal, ref)
    mine = f"/i/{ref}"
    found = ["/", "/audit", "/alerts", "/new", mine]
    found += [f"{mine}/{name}" for name in ("calendar", "held", "runs", "audit", "disconnect", "delete")]
    found += [f"{mine}/{name}" for name in ("drift", "settings", "undo", "confirm", "payments", "reports", *REPORTS)]
    found += [f"{mine}/calendar?month=2026-10", f"{mine}/days.csv", f"{mine}/documents.csv"]
    found += [f"{mine}/setup/{one.key}" for one in venue.engine.setup(venue.principal, ref).steps]
    found += [f"{mine}/days/{one.business_date}/{one.sequence}" for one in days]
    of_each_state = {one.state: one for one in days}.values()
    found += [f"{mine}/days/{one.business_date}/{one.sequence}/decide" for one in of_each_state]
    return found + [f"{mine}/runs/{one.id}" for one in run]


def test_every_page_of_a_venue_with_a_posted_month_is_drawn(month: Venue, browser: Browser):
    for path in paths(month):
        answer = browser.get(path)
        assert answer.status_code == 200, (path, answer.text)


def test_every_act_in_the_audit_trail_has_words():
    """What was done is told in words, not by its name in the database."""
    source = Path(takings.__file__).parent
    named: set[str] = set()
    for path in (
        *source.glob("engine/*.py"),
        *source.glob("sync/*.py"),
        *source.glob("setup/*.py"),
        *source.glob("connect/*.py"),
    ):
        text = path.read_text()
        named |= set(re.findall(r'action="([a-z_]+\.[a-z_]+)"', text))
        named |= set(re.findall(r'_audit(?:_link)?\(\s*session, principal, "([a-z_]+\.[a-z_]+)"', text))
    assert len(named) >= 12
    assert {one for one in named if wording.action(one) == wording.plain(one)} == set()
