"""One call of each operation of the JSON API, as it is meant to be made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.web.api.conftest import PARTS, Shop, answer_all, finish

from takings.views import Principal

ANNA = Principal(owner="anna", name="Anna")


@dataclass(frozen=True, slots=True)
class Sent:
    """What is sent to an operation: where, and with which body."""

    path: str
    body: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What there is to ask for: an integration that has posted, a run that waits, and a link."""

    ref: str
    run: str
    waiting: str
    link: str
    document: str


def prepare(shop: Shop) -> Known:
    """Set an integration of Anna's up, post with it, and leave a run waiting."""
    ref = shop.anna.post("/integrations", {"name": "corner", **PARTS}, 201)["id"]
    answer_all(shop, ref)
    run = finish(shop, ref)
    waiting = shop.anna.post(f"/integrations/{ref}/runs", {}, 202)["id"]
    shop.anna.post(f"/integrations/{ref}/links", {}, 201)
    link = shop.engine.setup_links(ANNA, ref)[0].id
    document = shop.engine.documents(ANNA, ref)[0].key
    return Known(ref=ref, run=run, waiting=waiting, link=link, document=document)


def calls(known: Known) -> dict[str, Sent]:
    """Return a call for each operation, by its name."""
    one = f"/integrations/{known.ref}"
    return {
        "whoAsks": Sent("/me"),
        "listComponents": Sent("/components"),
        "listOverviews": Sent("/overview"),
        "listIntegrations": Sent("/integrations"),
        "createIntegration": Sent("/integrations", {"name": "another", **PARTS}),
        "showIntegration": Sent(one),
        "deleteIntegration": Sent(one),
        "showDeletion": Sent(f"{one}/deletion"),
        "showSharing": Sent(f"{one}/sharing"),
        "pauseIntegration": Sent(f"{one}/pause", {}),
        "resumeIntegration": Sent(f"{one}/resume", {}),
        "disconnectLedger": Sent(f"{one}/disconnect", {}),
        "showSetup": Sent(f"{one}/setup"),
        "showStep": Sent(f"{one}/setup/map.accounts"),
        "answerStep": Sent(f"{one}/setup/advanced.target", {"values": {"trailing_days": 20}}),
        "beginConnect": Sent(f"{one}/connect", {"side": "target"}),
        "finishConnect": Sent("/connect/finish", {"state": "of-nobody", "code": "1"}),
        "chooseOrganisation": Sent(f"{one}/connect/choose", {"authorisation_id": "1", "organisation_id": "1"}),
        "makeToken": Sent(f"{one}/token", {}),
        "revokeToken": Sent(f"{one}/token"),
        "listLinks": Sent(f"{one}/links"),
        "makeLink": Sent(f"{one}/links", {"days": 2}),
        "revokeLink": Sent(f"{one}/links/{known.link}"),
        "listMapping": Sent(f"{one}/mapping?suggestions=true"),
        "decideOnCode": Sent(f"{one}/mapping", {"dimension": "methods", "code": "CASH", "choice": "do_not_post"}),
        "listCandidates": Sent(f"{one}/mapping/accounts/candidates"),
        "refreshCodes": Sent(f"{one}/mapping/refresh", {}),
        "acceptSuggestions": Sent(f"{one}/mapping/accept", {}),
        "previewNumbers": Sent(f"{one}/numbers/preview", {"count": 2}),
        "listUnusedNumbers": Sent(f"{one}/numbers/unused"),
        "showSchedule": Sent(f"{one}/schedule"),
        "setSchedule": Sent(f"{one}/schedule", {"every": "week", "weekday": 6}),
        "listRuns": Sent(f"{one}/runs"),
        "requestRun": Sent(f"{one}/runs", {"kind": "fetch"}),
        "showRun": Sent(f"{one}/runs/{known.run}"),
        "cancelRun": Sent(f"{one}/runs/{known.waiting}/cancel", {}),
        "listDays": Sent(f"{one}/days"),
        "showDay": Sent(f"{one}/days/2026-11-01/1"),
        "showCalendar": Sent(f"{one}/calendar"),
        "listDocuments": Sent(f"{one}/documents"),
        "showDocumentLink": Sent(f"{one}/documents/link?key={known.document}"),
        "previewSync": Sent(f"{one}/preview"),
        "verifyPostings": Sent(f"{one}/verify", {}),
        "listEvents": Sent("/audit?limit=200"),
        "showDifference": Sent(f"{one}/days/2026-11-01/1/difference"),
        "decideAboutDays": Sent(f"{one}/decisions", {"decision": "repost", "days": ["2026-11-01", "2026-11-02/1"]}),
        "showDaysToConfirm": Sent(f"{one}/confirmations"),
        "confirmDays": Sent(f"{one}/confirmations", {"reason": "Cup week", "confirm": 3}),
        "setClosed": Sent(f"{one}/closed", {"dates": ["2026-12-25"]}),
        "setLateChanges": Sent(f"{one}/late-changes", {"policy": "adjust"}),
        "previewUndo": Sent(f"{one}/undo?from=2026-11-01&to=2026-11-30"),
        "requestUndo": Sent(f"{one}/undo", {"from": "2026-11-01", "to": "2026-11-30", "confirm": 5}),
        "showPayments": Sent(f"{one}/payments"),
        "postPayments": Sent(f"{one}/payments", {"confirm": 1}),
        "setPayments": Sent(f"{one}/payments", {"automatic": True}),
        "showDrift": Sent(f"{one}/drift"),
        "setChecks": Sent(f"{one}/drift", {"every": "daily"}),
        "requestCheck": Sent(f"{one}/drift/check", {}),
        "noteDrift": Sent(f"{one}/drift/notes", {}),
        "showDaySheet": Sent(f"{one}/reports/day/2026-11-01"),
        "showMonthSummary": Sent(f"{one}/reports/month/2026-11"),
        "showClearingAccounts": Sent(f"{one}/reports/clearing?from=2026-11-01&to=2026-11-30"),
        "showAlerts": Sent("/alerts"),
        "setAlerts": Sent("/alerts", {"address": "books@shop.example"}),
        "listEventsOfOne": Sent(f"{one}/audit"),
    }
