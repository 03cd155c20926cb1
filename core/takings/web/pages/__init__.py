"""The pages, one module for each concern; each module lists its addresses."""

from __future__ import annotations

from takings.web.call import Page
from takings.web.pages import assets, audit, consent, dashboard, days, exports, home, provisioning, runs, setup, verbs

#: Every page of a mounted site.
PAGES: tuple[Page, ...] = (
    *assets.PAGES,
    *dashboard.PAGES,
    *provisioning.PAGES,
    *home.PAGES,
    *verbs.PAGES,
    *days.PAGES,
    *runs.PAGES,
    *exports.PAGES,
    *audit.PAGES,
    *consent.PAGES,
    *setup.PAGES,
)
