"""The codes that a source uses and that a person maps to the ledger, grouped in dimensions."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class DimensionKind(StrEnum):
    """What the codes of a dimension are, which decides where they stand in a day and what they map to."""

    TAX = "tax"
    TENDER = "tender"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """One table of codes that the source declares, in its own words (`Payment methods`).

    Example::

        from takings.plugin import Dimension, DimensionKind, SourceCode

        # In the words of the till's own screens: people look for the codes there.
        GROUPS = Dimension(key="groups", title="Product groups", kind=DimensionKind.ACCOUNT, help="Office, Groups")
        BREAD = SourceCode(dimension=GROUPS.key, code="10", name="Bread", tax_code="REDUCED")
        assert BREAD.dimension == "groups"
    """

    key: str
    title: str
    kind: DimensionKind
    help: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCode:
    """One code of a dimension as the source describes it; `rate` in per cent for tax codes.

    `role` is a `LineKind` value where the source knows that the code serves that kind of line only.
    """

    dimension: str
    code: str
    name: str = ""
    category: str = ""
    rate: Decimal | None = None
    tax_code: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """All codes of a source, with the site they belong to where the source says so."""

    codes: tuple[SourceCode, ...]
    site_id: str = ""
    site_name: str = ""
    timezone: str = ""
    currency: str = ""
