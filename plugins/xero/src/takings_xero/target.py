"""The Xero target: joins reading, planning and writing to the contract's methods."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from takings.plugin import (
    Call,
    Chart,
    Context,
    Finding,
    Found,
    Inspection,
    Operation,
    Outcome,
    Period,
    Plan,
    PostedUnit,
    StandingDocument,
    Survey,
    Target,
    Unit,
    Unknown,
)
from takings_xero import inspecting, looking_up, surveying
from takings_xero.api import Api
from takings_xero.bodies import write_body
from takings_xero.kinds import KINDS
from takings_xero.ledger import organisation_findings, read_chart, read_organisation
from takings_xero.ledger_index import LedgerIndex
from takings_xero.options import InstallationSettings
from takings_xero.planning import plan_unit
from takings_xero.undoing import plan_undo
from takings_xero.verdicts import outcomes


class XeroTarget(Target):
    """One organisation in Xero."""

    def __init__(self, installation: InstallationSettings, organisation: str, context: Context) -> None:
        self._organisation = organisation
        self._api_url = installation.api_url
        self._api = Api(context, installation.api_url, organisation)
        self._log = context.log
        self._index: LedgerIndex | None = None

    def check(self) -> Sequence[Finding]:
        """Read the organisation: that alone proves authorisation, connection and scope."""
        return organisation_findings(read_organisation(self._api))

    def chart(self) -> Chart:
        """Read accounts, tax rates and tracking options: four calls."""
        return read_chart(self._api, self._organisation, read_organisation(self._api))

    def survey(self, period: Period, settings: Any) -> Survey:
        """Read lock dates, chart, contact and standing invoices."""
        return surveying.survey(self._api, self._organisation, period, settings=settings)

    def look_back(self, period: Period, settings: Any) -> Sequence[StandingDocument]:
        """Read the journals of the period, where these settings make invoices."""
        return surveying.look_back(self._api, period, settings)

    def plan(self, unit: Unit, survey: Survey, settings: Any) -> Plan:
        """Plan one document and its payments. Pure; only the survey's index is kept for the next unit."""
        index = self._index
        if index is None or index.survey is not survey:
            index = self._index = LedgerIndex(survey)
        return plan_unit(unit, index, settings)

    def plan_undo(
        self, posted: PostedUnit, inspections: Mapping[str, Inspection], survey: Survey, *, settings: Any
    ) -> Plan:
        """Plan how a unit is taken back. Pure."""
        return plan_undo(posted, inspections, survey)

    def prepare(self, kind: str, operations: Sequence[Operation]) -> bytes:
        """Write the body of one call."""
        return write_body(kind, operations)

    def execute(self, call: Call) -> Sequence[Outcome]:
        """Create what the call holds with PUT, which never updates; take back with POST, by ids."""
        kind = KINDS[call.kind]
        reply = self._api.write(kind.method, kind.address(call.operations[0].payload), call.body, key=call.key)
        found = outcomes(reply, call.kind, call.operations)
        unclear = next((one.reason for one in found if isinstance(one, Unknown)), "")
        if unclear:
            self._log.warning("Xero's reply leaves outcomes open", kind=call.kind, reason=unclear)
        return found

    def find(self, kind: str, operations: Sequence[Operation]) -> Sequence[Found]:
        """Look operations up by their keys."""
        return looking_up.find(self._api, kind, operations)

    def inspect(self, receipts: Mapping[str, Mapping[str, str]], period: Period) -> Iterator[Inspection]:
        """Read documents and payments back."""
        return inspecting.inspect(self._api, receipts, period, api_url=self._api_url)
