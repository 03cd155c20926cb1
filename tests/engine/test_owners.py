"""Nobody sees another owner's integration, by whatever door."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from tests.engine.conftest import Ready
from tests.support.chain import CALLBACK, OCTOBER, Venue

from takings.domain.schedule import Schedule
from takings.engine import Engine
from takings.errors import NotFound, TakingsError
from takings.views import LOCAL, Principal

STRANGER = Principal(owner="stranger", name="Eve")

#: What the methods that name an integration need besides.
ARGUMENTS: dict[str, dict[str, Any]] = {
    "begin_connect": {"redirect_uri": CALLBACK},
    "configure": {"trailing_days": 7},
    "candidates": {"dimension": "accounts"},
    "day": {"business_date": OCTOBER.first},
    "day_sheet": {"day": OCTOBER.first},
    "month_summary": {"month": OCTOBER.first},
    "decide": {"days": [OCTOBER.first], "decision": "leave"},
    "confirm_days": {"reason": "It is right"},
    "difference": {"day": OCTOBER.first},
    "preview_undo": {"period": OCTOBER},
    "set_late_changes": {"policy": "adjust"},
    "set_closed": {"dates": [OCTOBER.first]},
    "set_pay_approved": {"automatic": True},
    "request_payments": {"confirm": 1},
    "undo": {"period": OCTOBER},
    "request_undo": {"period": OCTOBER, "confirm": 1},
    "document_link": {"key": "any"},
    "set_checks": {"every": "daily"},
    "set_schedule": {"schedule": Schedule()},
    "finish_setup": {"schedule": Schedule(), "start": OCTOBER.first},
    "setup_step": {"key": "review"},
    "submit_step": {"key": "review"},
    "taken_numbers": {"numbers": ["INV-1"]},
    "missing_days": {"period": OCTOBER},
    "page_of_days": {"period": OCTOBER},
    "set_connection": {"side": "target", "settings": {}},
    "import_file": {"body": b"[]", "name": "x.json"},
    "set_mapping": {"dimension": "accounts", "code": "MERCH", "to": "201"},
}


def methods() -> list[str]:
    """Every public method of the engine that takes a principal and an integration."""
    found = inspect.getmembers(Engine, inspect.isfunction)
    named = [(name, list(inspect.signature(one).parameters)) for name, one in found if not name.startswith("_")]
    return [name for name, parameters in named if parameters[1:3] == ["principal", "ref"]]


@pytest.fixture
def venue(ready: Ready) -> Venue:
    return ready(1)


def test_no_method_finds_another_owners_integration(venue: Venue) -> None:
    assert len(methods()) >= 14
    id_ = venue.engine.integration(LOCAL, "anchor").id
    for name in methods():
        for ref in ("anchor", id_):
            with pytest.raises(NotFound, match="There is no integration") as refused:
                getattr(venue.engine, name)(STRANGER, ref, **ARGUMENTS.get(name, {}))
            assert "The Anchor Hotel" not in str(refused.value)
            assert "There are" not in str(refused.value)
    assert venue.engine.integration(LOCAL, "anchor").trailing_days == 35


def test_lists_hold_the_owners_own_things_only(venue: Venue) -> None:
    venue.sync()
    assert venue.engine.integrations(STRANGER) == []
    assert venue.engine.runs(STRANGER) == []
    assert venue.engine.overview(STRANGER) == []
    assert venue.engine.audit_trail(STRANGER).events == ()
    with pytest.raises(NotFound, match="There is no run"):
        venue.engine.run_detail(STRANGER, venue.engine.runs(LOCAL)[0].id)
    assert [one.name for one in venue.engine.integrations(LOCAL)] == ["anchor"]
    assert len(venue.engine.runs(LOCAL)) == 1


def test_another_owners_consent_can_be_neither_finished_nor_used(venue: Venue) -> None:
    engine, ledger = venue.engine, venue.ledger
    reply = ledger.http.get(engine.begin_connect(LOCAL, "anchor", CALLBACK))
    query = dict(part.split("=", 1) for part in reply.headers["location"].partition("?")[2].split("&"))
    other = Principal(owner="local", name="somebody else")
    finished = engine.finish_connect(LOCAL, state=query["state"], code=query["code"])
    with pytest.raises(TakingsError):
        engine.finish_connect(other, state=query["state"], code=query["code"])
    with pytest.raises(TakingsError):
        engine.choose_organisation(STRANGER, finished, venue.books.tenant)
    assert engine.integration(LOCAL, "anchor").target is not None


def test_two_owners_have_integrations_of_the_same_name_and_see_their_own(venue: Venue, ready: Ready) -> None:
    theirs = ready(2, beside=venue, principal=STRANGER)
    assert len(theirs.engine.days(STRANGER, "anchor")) == 2
    assert len(venue.engine.days(LOCAL, "anchor")) == 1
    theirs.sync()
    assert len(theirs.books.invoices()) == 2
    assert venue.books.invoices() == []
