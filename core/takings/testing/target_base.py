"""How a target under test is started and connected; what an author can replace of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import AbstractContextManager, ExitStack, nullcontext, suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

import pytest

from takings.connect.http import HttpPool
from takings.connect.scopes import scopes_of
from takings.host import PluginRecord
from takings.plugin import Chart, NoConnection, NumberRules, Operation, Sandbox, TargetType
from takings.testing.base import Conformance, once_a_class
from takings.testing.connecting import connect
from takings.testing.loading import PluginUnderTest
from takings.testing.sandboxes import RunningSandbox
from takings.testing.target_bench import TargetBench, spoiled


class TargetBase(Conformance):
    """The target under test.

    `settings` are the integration's, `installation` and `connection` add to what the stand-in's ready line gives.
    `examples` is how many made-up days are planned.
    """

    settings: ClassVar[Mapping[str, Any]] = {}
    installation: ClassVar[Mapping[str, Any]] = {}
    connection: ClassVar[Mapping[str, Any]] = {}
    examples: ClassVar[int] = 40

    def stand_in(self, sandbox: Sandbox | None, folder: Path) -> AbstractContextManager[Mapping[str, Any]]:
        """Start the ledger's stand-in, and give its ready line; by default the declared sandbox.

        A ledger of files on this machine needs none: it is given a folder of its own.
        """
        return RunningSandbox(sandbox, folder) if sandbox else nullcontext({})

    def refused(self, operation: Operation, chart: Chart) -> Operation:
        """Return the operation changed so that the ledger refuses it; by default its accounts are unknown ones."""
        return spoiled(operation, chart)

    def number(self, count: int, rules: NumberRules) -> str:
        """Return a document's number that keeps to the rules and was not used before; as long as may be."""
        number = f"KIT{count:05d}"
        longest = number + "9" * (rules.longest - len(number))
        return next(one for one in (longest, number, "") if not one or re.fullmatch(rules.pattern, one))

    def void(self, ready: Mapping[str, Any], receipt: Mapping[str, str]) -> bool:
        """Have the stand-in void a document, for targets with `Capability.VOIDS`; False where it can't."""
        return False

    def made_by_hand(self, ready: Mapping[str, Any], chart: Chart, day: date, *, total: Decimal) -> str:
        """Have the stand-in hold a document as a person makes one there, for targets with `Capability.SEES_OTHERS`.

        Returns the ledger's id of it; empty where the stand-in can't.
        """
        return ""

    def notification(self, secret: str, organisation: str, document: str) -> tuple[Mapping[str, str], bytes] | None:
        """Return headers and body of a notification of one document, signed with the secret, as the ledger sends it.

        For targets that declare `webhook`; header names are in small letters.
        """
        return None

    @pytest.fixture
    def bench(
        self,
        request: pytest.FixtureRequest,
        plugin: PluginUnderTest,
        record: PluginRecord,
        tmp_path_factory: pytest.TempPathFactory,
    ) -> TargetBench:
        """The target, connected to its stand-in."""

        def make(stack: ExitStack) -> TargetBench:
            declaration = plugin.host.target(self.component)
            return self._start(stack, declaration, tmp_path_factory.mktemp("stand_in"))

        return once_a_class(request, "bench", make)

    @pytest.fixture
    def calling(self, bench: TargetBench) -> TargetBench:
        """The target, where it makes calls that can go wrong."""
        if not bench.http.calls:
            pytest.skip("it makes no HTTP calls")
        return bench

    def _start(self, stack: ExitStack, declaration: TargetType, folder: Path) -> TargetBench:
        if declaration.sandbox is None and not isinstance(declaration.connecting, NoConnection):
            assert type(self).stand_in is not TargetBase.stand_in, (
                f"{self.component} declares no sandbox: declare one, or give its stand-in by stand_in()"
            )
        pool = stack.enter_context(HttpPool(threads=4))
        ready = stack.enter_context(self.stand_in(declaration.sandbox, folder))
        connected = connect(
            declaration,
            ready,
            component=self.component,
            pool=pool,
            folder=folder / "files",
            installation=self.installation,
            connection=self.connection,
            scopes=tuple(scopes_of(declaration.integration, self.settings)),
        )
        bench = TargetBench(
            declaration=declaration,
            connected=connected,
            settings=declaration.integration.model_validate(dict(self.settings)),
            day=datetime.now(UTC).date() - timedelta(days=1),
            ready=ready,
        )
        bench.opened("")  # one that can't be opened fails once, and not in each test
        # What units share, like a contact, is made now, so that each test is about its own document. A plugin that
        # can't do even this fails in the tests that say why.
        with suppress(Exception):
            bench.post(bench.plan())
        return bench
