"""What a setup must know of an integration to say where each step stands: read at once, in a few queries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from takings.connect import scopes, tokens
from takings.domain.catalogue import DimensionKind
from takings.host.suggestions import usable_ids
from takings.plugin.connecting import OAuth2
from takings.plugin.sources import SourceType
from takings.plugin.targets import TargetType
from takings.setup.charts import KeptChart, load_chart
from takings.setup.drafts import load_session
from takings.setup.fields import check
from takings.store.query import columns
from takings.store.states import ConnectionState, IntegrationState
from takings.store.tables import Authorisation, AuthToken, CatalogueCode, Connection, Integration, MappingRow
from takings.sync.joint import Joint


class Handed(StrEnum):
    """What became of the Auth Token."""

    NONE = "none"
    OUT = "handed_out"
    USED = "used"


@dataclass(frozen=True, slots=True, kw_only=True)
class SideFacts:
    """One side's connection: `invalid` are settings of it that are missing or wrong."""

    title: str
    state: str
    reason: str = ""
    scopes: tuple[str, ...] = ()
    missing_scopes: tuple[str, ...] = ()
    invalid: Mapping[str, str] = field(default_factory=dict)

    @property
    def connected(self) -> bool:
        """Whether it works as it is."""
        return self.state == ConnectionState.CONNECTED.value and not self.missing_scopes and not self.invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeFacts:
    """The codes of one dimension: how many, without a decision, and mapped to what the ledger no longer takes.

    `unfit` are payment methods whose account takes no payments, or no lines where they are lines.
    """

    total: int = 0
    open: int = 0
    gone: tuple[str, ...] = ()
    unfit: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything that the states of the steps are decided from."""

    joint: Joint
    sides: Mapping[str, SideFacts]
    handed: Handed
    tokens: tuple[AuthToken, ...]
    codes: Mapping[str, CodeFacts]
    chart: KeptChart | None
    drafts: Mapping[str, Any]
    done: Mapping[str, Any]
    undo: Mapping[str, Any]

    @property
    def was_active(self) -> bool:
        """Whether the setup was finished once, here or on the command line."""
        return self.joint.integration.state != IntegrationState.DRAFT.value

    @property
    def codes_known(self) -> bool:
        """Whether the source ever told its codes."""
        return any(one.total for one in self.codes.values())


def load_facts(session: Session, joint: Joint) -> Facts:
    """Read what there is to know."""
    integration = joint.integration
    kept = load_session(session, integration)
    chart = load_chart(session, integration.target_connection_id)
    live = tuple(tokens.live(session, joint.source_connection.id))
    return Facts(
        joint=joint,
        sides={
            "target": _side(
                session, integration, joint.target_type, connection=joint.target_connection, side="target"
            ),
            "source": _side(
                session, integration, joint.source_type, connection=joint.source_connection, side="source"
            ),
        },
        handed=_handed(joint.source_connection, live),
        tokens=live,
        codes=_codes(session, joint, chart),
        chart=chart,
        drafts=kept.drafts if kept else {},
        done=kept.done if kept else {},
        undo=kept.undo if kept else {},
    )


def _handed(connection: Connection, live: tuple[AuthToken, ...]) -> Handed:
    """A source that pushes with its token, or answers when we present it, has authorised us."""
    if not live:
        return Handed.NONE
    used = connection.state == ConnectionState.CONNECTED.value or any(one.last_used_at for one in live)
    return Handed.USED if used else Handed.OUT


def missing_scopes(
    session: Session,
    declared: SourceType | TargetType,
    values: Mapping[str, Any],
    *,
    connection: Connection | None,
) -> tuple[str, ...]:
    """Return the permissions that settings need and the connection was not given; nothing before it is connected."""
    further = scopes.scopes_of(declared.integration, values) if isinstance(declared.connecting, OAuth2) else []
    known = connection.authorisation_id if connection and further else None
    row = session.get(Authorisation, known) if known else None
    return tuple(one for one in further if row and one not in row.scopes.split())


def _side(
    session: Session,
    integration: Integration,
    declared: SourceType | TargetType,
    *,
    connection: Connection | None,
    side: str,
) -> SideFacts:
    asked: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    if isinstance(declared.connecting, OAuth2):
        values = integration.source_settings if side == "source" else integration.target_settings
        further = scopes.scopes_of(declared.integration, values)
        asked = tuple(scopes.joined(declared.connecting.scopes, further).split())
        missing = missing_scopes(session, declared, values, connection=connection)
    return SideFacts(
        title=declared.title,
        state=connection.state if connection else ConnectionState.NEW.value,
        reason=connection.reason if connection else "",
        scopes=asked,
        missing_scopes=missing,
        invalid=check(declared.connection, connection.settings if connection else {}),
    )


def _codes(session: Session, joint: Joint, chart: KeptChart | None) -> dict[str, CodeFacts]:
    id_ = joint.integration.id
    totals = dict(
        session.execute(
            columns(CatalogueCode.dimension, func.count())
            .where(CatalogueCode.integration_id == id_)
            .group_by(col(CatalogueCode.dimension))
        ).all()
    )
    decided = session.exec(
        select(MappingRow.dimension, MappingRow.code, MappingRow.ref_id)
        .join(
            CatalogueCode,
            (col(CatalogueCode.integration_id) == MappingRow.integration_id)
            & (col(CatalogueCode.dimension) == MappingRow.dimension)
            & (col(CatalogueCode.code) == MappingRow.code),
        )
        .where(MappingRow.integration_id == id_)
        .order_by(col(MappingRow.code))
    ).all()
    offered, unable = _offered(chart), set[str]()
    if chart is not None:
        usable = usable_ids(DimensionKind.TENDER, chart.chart, as_lines=joint.tenders_as_lines)
        unable = {one.id for one in chart.chart.accounts} - usable
    found = {}
    for one in joint.source_type.dimensions:
        rows = [(code, ref) for dimension, code, ref in decided if dimension == one.key]
        total = totals.get(one.key, 0)
        gone = tuple(code for code, ref in rows if ref and offered is not None and ref not in offered)
        unfit = tuple(code for code, ref in rows if ref in unable and one.kind is DimensionKind.TENDER)
        found[one.key] = CodeFacts(total=total, open=total - len(rows), gone=gone, unfit=unfit)
    return found


def _offered(chart: KeptChart | None) -> frozenset[str] | None:
    if chart is None:
        return None
    accounts = {one.id for one in chart.chart.accounts if one.active}
    return frozenset(accounts | {one.id for one in chart.chart.taxes if one.active})
