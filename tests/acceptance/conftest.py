"""The month of the acceptance tests: the sample where it is at hand, and one that the simulator makes up."""

from __future__ import annotations

import pytest
from tests.support.fixtures import all_plugins, ledger_sandbox, make_lasting, make_venue, schema_file
from tests.support.month import Month, made_up_month, sample_folder, sample_month

__all__ = ["all_plugins", "ledger_sandbox", "make_lasting", "make_venue", "month", "schema_file"]


@pytest.fixture(scope="session", params=["sample", "made up"])
def month(request: pytest.FixtureRequest) -> Month:
    if request.param == "made up":
        return made_up_month()
    folder = sample_folder()
    if folder is None:
        pytest.skip("the sample month is not at hand: set TAKINGS_SHARED to the folder that has data/")
    return sample_month(folder)
