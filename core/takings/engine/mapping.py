"""The part of the engine that maps source codes to the ledger."""

from __future__ import annotations

from collections.abc import Sequence

from takings.domain.catalogue import DimensionKind
from takings.domain.mapping import Choice, MappingEntry
from takings.engine.base import EngineBase
from takings.errors import NotFound, UsageError
from takings.host.suggestions import usable_ids
from takings.plugin.targets import Chart
from takings.setup import mapping as mapping_setup
from takings.setup.charts import keep_chart, load_chart
from takings.setup.mapping_notes import add_notes
from takings.sync import receiving
from takings.sync.joint import Joint
from takings.sync.rechecking import recheck_days
from takings.views import MappingView, Principal, SuggestionView


class Mapping(EngineBase):
    """Codes, suggestions and decisions."""

    def refresh_catalogue(self, principal: Principal, ref: str) -> int:
        """Ask the source for its codes; returns how many there are."""
        count = receiving.refresh_catalogue(self._services, self._id(principal, ref))
        self._recheck(principal, ref)
        return count

    def mapping(
        self, principal: Principal, ref: str, *, suggestions: bool = False, dimension: str | None = None
    ) -> list[MappingView]:
        """List the codes with their decisions, with suggestions if wanted (the ledger is asked for them)."""
        with self.database.read() as session:
            joint = self._joint(session, principal, ref)
            rows = mapping_setup.load_rows(session, joint, dimension)
            kept = load_chart(session, joint.integration.target_connection_id)
            rows = add_notes(session, joint, rows, chart=kept.chart if kept else None)
        if not suggestions:
            return rows
        chart = self._chart(joint)
        with self.database.read() as session:
            return mapping_setup.add_suggestions(session, self.plugins, joint, views=rows, chart=chart)

    def candidates(self, principal: Principal, ref: str, dimension: str) -> list[SuggestionView]:
        """List what codes of a dimension can be mapped to, as the ledger orders it; reasons and scores are empty."""
        with self.database.read() as session:
            joint = self._joint(session, principal, ref)
        kind = _kind_of(joint, dimension)
        chart = self._chart(joint)
        usable = usable_ids(kind, chart, as_lines=joint.tenders_as_lines)
        offered = chart.taxes if kind is DimensionKind.TAX else chart.accounts
        return [
            SuggestionView(id=one.id, code=one.code, name=one.name, reason="", score=0)
            for one in offered
            if one.id in usable
        ]

    def set_mapping(
        self,
        principal: Principal,
        ref: str,
        *,
        dimension: str,
        code: str,
        choice: str = "post",
        to: str | None = None,
    ) -> MappingView:
        """Decide on one code; `to` is a code, name or id of the ledger. Held days are looked at again at once."""
        with self.database.read() as session:
            joint = self._joint(session, principal, ref)
        kind = _kind_of(joint, dimension)
        chosen = mapping_setup.parse_choice(choice, kind)
        if (chosen is Choice.POST) != bool(to):
            raise UsageError("Give the ledger's account or tax rate exactly when the code is to be posted.")
        chart = self._chart(joint) if to else None
        found = mapping_setup.find_ref(chart, kind, to, as_lines=joint.tenders_as_lines) if chart and to else None
        entry = MappingEntry(dimension=dimension, code=code, choice=chosen, ref=found)
        self._decide(principal, ref, [entry], chart=chart)
        return next(row for row in self.mapping(principal, ref, dimension=dimension) if row.code == code)

    def accept_suggestions(self, principal: Principal, ref: str, *, least_score: int = 60) -> list[MappingView]:
        """Give each open code its best suggestion with at least this score; returns the rows that were set."""
        rows = [row for row in self.mapping(principal, ref, suggestions=True) if row.choice == mapping_setup.OPEN]
        good = [row for row in rows if row.suggestions and row.suggestions[0].score >= least_score]
        entries = [mapping_setup.accepted(row) for row in good]
        self._decide(principal, ref, entries)
        keys = {(entry.dimension, entry.code) for entry in entries}
        return [row for row in self.mapping(principal, ref) if (row.dimension, row.code) in keys]

    def _decide(
        self, principal: Principal, ref: str, entries: Sequence[MappingEntry], *, chart: Chart | None = None
    ) -> None:
        with self.database.write() as session:
            joint = self._joint(session, principal, ref)
            if chart is not None:
                keep_chart(session, joint.connected_target, chart, now=self.clock.now())
            mapping_setup.decide(session, joint, principal, entries=entries, now=self.clock.now())
            recheck_days(session, joint, self.clock.now())


def _kind_of(joint: Joint, dimension: str) -> DimensionKind:
    kinds = {one.key: one.kind for one in joint.source_type.dimensions}
    if dimension not in kinds:
        raise NotFound("dimension", dimension, tuple(kinds))
    return kinds[dimension]
