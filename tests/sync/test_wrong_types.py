"""What a plugin gives that the contract does not know is a fault of that plugin, told with its name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from tests.setup.conftest import NAME, MakeSetup, make_setup, schema_file

from takings.errors import PluginFault
from takings.plugin import Batch, Period, RecordReader
from takings.testing import FakeSource, FakeTarget
from takings.views import LOCAL

__all__ = ["make_setup", "schema_file"]


class WrongBatches(FakeSource):
    def read(self, period: Period, cursor: str | None) -> Iterator[Batch]:
        yield ([], None)  # type: ignore[misc]


def test_a_source_that_yields_no_batches_is_named(make_setup: MakeSetup) -> None:
    setup = make_setup(WrongBatches().declaration(), FakeTarget().declaration())
    setup.answer("connect.target")
    run = setup.engine.fetch(LOCAL, NAME)
    assert run.state == "failed"
    assert [one.code for one in run.findings] == ["run.plugin_fault"]
    assert "The plugin fake (takings-fake 1.0) failed: it gave a tuple, not a Batch" in run.findings[0].what


def test_a_reader_that_returns_a_dict_is_named(make_setup: MakeSetup) -> None:
    class WrongReader(type(FakeSource().declaration().reader)):  # type: ignore[misc]
        def parse(self, record: Any) -> Any:
            return {"amount": 1}

    reader: RecordReader = WrongReader()
    setup = make_setup(replace(FakeSource().declaration(), reader=reader), FakeTarget().declaration())
    with pytest.raises(PluginFault, match="parse gave a dict, not a DaySummary or tuple"):
        setup.engine.import_file(LOCAL, NAME, b"{}", name="days.json")
