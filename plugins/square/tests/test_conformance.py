"""The conformance kit, through the real entry point and the declared sandbox."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import httpx

from takings.plugin import DaySummary, Period
from takings.testing import SourceConformance, StaticConformance


class TestStatic(StaticConformance):
    component = "square:pos"


class TestSource(SourceConformance):
    component = "square:pos"
    period = Period(date(2026, 3, 25), date(2026, 4, 12))

    def change_a_day(self, ready: Mapping[str, Any], day: DaySummary) -> bool:
        assert day.closed_at is not None
        at = (day.closed_at - timedelta(minutes=1)).isoformat()
        given = {"day": day.business_date.isoformat(), "kind": "tip", "at": at}
        with httpx.Client(trust_env=False) as client:
            return client.post(f"{ready['control']}/amend", json=given).status_code == 200
