"""Whatever a ledger answers, its finding leads to a step of the wizard that is there, or says where else to go."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from plugins.xero.tests.message_list import INJECTED, RULES
from tests.engine.conftest import all_plugins, ledger_sandbox, make_venue, schema_file
from tests.support.chain import Venue
from tests.support.fixtures import MakeVenue

from takings.sync.placing import placed
from takings.views import LOCAL
from takings.web.remedies import remedy
from takings_xero.messages import explain
from takings_xero.options import IntegrationSettings

__all__ = ["all_plugins", "ledger_sandbox", "make_venue", "schema_file"]

#: What is mended in the ledger, or by support: the sentence says so.
ELSEWHERE = {"ledger", "day"}


class Addresses(SimpleNamespace):
    """The one thing that a remedy asks of a call: the address of a step."""

    def setup_url(self, ref: str, step: str) -> str:
        return step


@pytest.fixture
def venue(make_venue: MakeVenue) -> Venue:
    return make_venue()


MESSAGES = [*(one.replace("\\", "") for one in RULES), *INJECTED]


@pytest.mark.parametrize("where", sorted({explain(message, "").where for message in MESSAGES}))
def test_each_message_leads_to_a_step_that_exists_or_says_where_else_to_go(venue: Venue, where: str) -> None:
    engine = venue.engine
    call: Any = Addresses()
    steps = {one.key for one in engine.setup(LOCAL, "anchor").steps}
    with engine.database.read() as session:
        joint = engine._joint(session, LOCAL, "anchor")
    for finding in [explain(message, "the day") for message in MESSAGES if explain(message, "").where == where]:
        found = remedy(call, "anchor", placed(finding, joint))
        if where in ELSEWHERE:
            assert found is None, finding.code
            continue
        assert found is not None, finding.code
        assert found.url in steps, f"{finding.code} leads to {found.url}, and there are {sorted(steps)}"
        if found.url == "advanced.target":
            named = where.partition(":")[2] or where
            assert named in IntegrationSettings.model_fields or named == "numbering", finding.code
