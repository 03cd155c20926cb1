"""Level target: what a survey tells of documents that others made, on the ledger's stand-in."""

from __future__ import annotations

from decimal import Decimal

from takings.plugin import Capability
from takings.testing.base import needs
from takings.testing.target_base import TargetBase
from takings.testing.target_bench import TargetBench

_BY_HAND = Decimal("417.35")


class TargetSurvey(TargetBase):
    """The tests of what a target reads before posting."""

    def test_what_others_made_is_surveyed(self, bench: TargetBench) -> None:
        """A document that somebody made by hand is surveyed with date and total (`Capability.SEES_OTHERS`)."""
        needs(Capability.SEES_OTHERS in bench.declaration.capabilities, "Capability.SEES_OTHERS is not declared")
        made = self.made_by_hand(bench.ready, bench.chart, bench.day, total=_BY_HAND)
        needs(made, "made_by_hand() makes nothing: give it to have this tested")
        found = [one for one in bench.survey().documents if one.id == made]
        assert len(found) == 1, f"survey lists it {len(found)} times"
        assert not found[0].key, f"it was not made here, and survey gives it the key {found[0].key}"
        assert (found[0].day, found[0].sign * found[0].total) == (bench.day, _BY_HAND)
        assert not found[0].voided
