"""The pages, one module for each concern; each module lists its addresses."""

from __future__ import annotations

from takings.web.call import Page
from takings.web.pages import (
    alerts,
    assets,
    audit,
    changes,
    checks,
    confirming,
    consent,
    dashboard,
    days,
    exports,
    home,
    paying,
    provisioning,
    reports,
    runs,
    settings,
    setup,
    undo,
    verbs,
)

#: Every page of a mounted site.
PAGES: tuple[Page, ...] = (
    *assets.PAGES,
    *dashboard.PAGES,
    *provisioning.PAGES,
    *home.PAGES,
    *verbs.PAGES,
    *days.PAGES,
    *changes.PAGES,
    *confirming.PAGES,
    *runs.PAGES,
    *undo.PAGES,
    *paying.PAGES,
    *checks.PAGES,
    *reports.PAGES,
    *settings.PAGES,
    *alerts.PAGES,
    *exports.PAGES,
    *audit.PAGES,
    *consent.PAGES,
    *setup.PAGES,
)
