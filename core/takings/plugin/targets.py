"""The contract of a target connector: a ledger that takes documents."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from takings.domain.findings import Finding
from takings.domain.period import Period
from takings.plugin.connecting import Connecting
from takings.plugin.context import Context
from takings.plugin.declarations import Flow, Sandbox
from takings.plugin.documents import Call, Found, Inspection, Operation, Outcome, Plan, Unit
from takings.plugin.kinds import UNLIMITED, Budget, OperationKind
from takings.plugin.settings import Migrate, NoSettings, Settings
from takings.plugin.steps import Capability, Step
from takings.plugin.undoing import PostedUnit
from takings.plugin.webhooks import Webhook


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerAccount:
    """An account of the ledger; `takes_payments` and `takes_lines` say what it can be mapped to.

    `role` is a `LineKind` value where the ledger itself says what the account is for, like its rounding account.
    """

    id: str
    code: str
    name: str
    kind: str = ""
    active: bool = True
    takes_payments: bool = False
    takes_lines: bool = True
    tax: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerTax:
    """A tax rate of the ledger, in per cent; `kinds` are the account kinds it can be used with (empty: all)."""

    id: str
    name: str
    rate: Decimal
    code: str = ""
    active: bool = True
    kinds: tuple[str, ...] = ()
    for_income: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerOption:
    """One option of a tracking category of the ledger (a class, a department), which lines can carry.

    Example::

        from takings.plugin import Chart, LedgerOption

        bar = LedgerOption(id="opt-1", name="Bar", category="cat-1", category_name="Department")
        chart = Chart(organisation="1", organisation_name="Pub", currency="AUD", options=(bar,))
        assert {one.category_name for one in chart.options} == {"Department"}
    """

    id: str
    name: str
    category: str
    category_name: str = ""
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """What a source code can be mapped to, and whose ledger it is; `timezone` is IANA where known.

    Nothing dated on or before `locked_through` can be posted, as far as that is known without a survey.
    """

    organisation: str
    organisation_name: str
    currency: str
    timezone: str = ""
    accounts: tuple[LedgerAccount, ...] = ()
    taxes: tuple[LedgerTax, ...] = ()
    options: tuple[LedgerOption, ...] = ()
    locked_through: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingDocument:
    """A document that already stands in the period; `key` is ours, or empty. `voided` ones still hold their key.

    One whose `sign` is -1 takes its amounts from the takings. `contact` is the name of whom it is made out to, and
    `lines` sums its lines, tax included, per ledger account id, as an `Inspection` does; both where the ledger tells.
    """

    id: str
    number: str
    key: str
    day: date
    total: Decimal
    status: str = ""
    voided: bool = False
    sign: int = 1
    contact: str = ""
    lines: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """All reading before posting, once a run: nothing dated on or before `locked_through` can be posted.

    `extra` is the target's own, JSON only. `findings` are problems that concern the whole run.
    """

    chart: Chart
    locked_through: date | None = None
    documents: tuple[StandingDocument, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


class Target(ABC):
    """One connection to a ledger, opened for a few calls. It keeps nothing between calls.

    `plan`, `plan_undo` and `prepare` are pure: they use no context, and equal arguments give equal results.

    Example::

        import json
        from collections.abc import Iterator, Mapping, Sequence
        from types import SimpleNamespace
        from typing import Any

        from takings.plugin import Call, Chart, Context, Done, Finding, Found, Inspection, LedgerAccount
        from takings.plugin import Movement, Operation, Outcome, Period, Plan, Standing, Survey, Target, Unit


        class Books(Target):
            '''A ledger that is one JSON file, with what each day moves under the day's key.'''

            def __init__(self, context: Context) -> None:
                self._files = context.files

            def check(self) -> Sequence[Finding]:
                return ()

            def chart(self) -> Chart:
                cash = LedgerAccount(id="cash", code="1000", name="Cash", takes_payments=True)
                sales = LedgerAccount(id="sales", code="4000", name="Sales")
                return Chart(
                    organisation="1", organisation_name="Corner Shop", currency="EUR", accounts=(cash, sales)
                )

            def survey(self, period: Period, settings: Any) -> Survey:
                return Survey(chart=self.chart())

            def plan(self, unit: Unit, survey: Survey, settings: Any) -> Plan:
                moves = [(one.account.id, -one.line.amount) for day in unit.days for one in day.lines]
                moves += [
                    (one.account.id, one.tender.counted) for day in unit.days for one in day.tenders if one.account
                ]
                payload = {"moves": [[account, str(amount)] for account, amount in moves]}
                write = Operation(key=unit.operation_key("entry"), kind="entry", payload=payload)
                return Plan(operations=(write,), movements=tuple(Movement(account=a, amount=m) for a, m in moves))

            def prepare(self, kind: str, operations: Sequence[Operation]) -> bytes:
                return json.dumps({one.key: one.payload["moves"] for one in operations}).encode()

            def execute(self, call: Call) -> Sequence[Outcome]:
                self._files.write("books.json", json.dumps(self._held() | json.loads(call.body)))
                return [Done(receipt={"id": one.key}) for one in call.operations]

            def find(self, kind: str, operations: Sequence[Operation]) -> Sequence[Found]:
                return [Found(standing=self._standing(one.key), receipt={"id": one.key}) for one in operations]

            def inspect(self, receipts: Mapping[str, Mapping[str, str]], period: Period) -> Iterator[Inspection]:
                yield from (Inspection(key=key, standing=self._standing(key)) for key in receipts)

            def _held(self) -> dict[str, Any]:
                return dict(json.loads(self._files.read("books.json") or "{}"))

            def _standing(self, key: str) -> Standing:
                return Standing.STANDS if key in self._held() else Standing.ABSENT


        shelf: dict[str, str] = {}
        books = Books(SimpleNamespace(files=SimpleNamespace(read=shelf.get, write=shelf.__setitem__)))
        entry = Operation(key="till/1", kind="entry", payload={"moves": [["cash", "9.00"], ["sales", "-9.00"]]})
        assert books.find("entry", [entry])[0].standing is Standing.ABSENT
        books.execute(Call(key="c1", kind="entry", operations=(entry,), body=books.prepare("entry", [entry])))
        assert books.find("entry", [entry])[0].standing is Standing.STANDS
    """

    @abstractmethod
    def check(self) -> Sequence[Finding]:
        """Say what stands in the way of posting; nothing when the ledger can be posted to now."""

    @abstractmethod
    def chart(self) -> Chart:
        """Read what codes can be mapped to."""

    @abstractmethod
    def survey(self, period: Period, settings: Any) -> Survey:
        """Read everything that planning the period needs; `settings` are the integration's."""

    def look_back(self, period: Period, settings: Any) -> Sequence[StandingDocument]:
        """Read what of ours may stand in kinds of documents that `survey` leaves out; nothing by default.

        Asked for days that may have been posted by a database that is lost, with other settings.
        """
        return ()

    @abstractmethod
    def plan(self, unit: Unit, survey: Survey, settings: Any) -> Plan:
        """Decide what will be done for a unit. Pure."""

    @abstractmethod
    def prepare(self, kind: str, operations: Sequence[Operation]) -> bytes:
        """Write the exact body of one call for these operations, which the core journals before it is sent. Pure."""

    @abstractmethod
    def execute(self, call: Call) -> Sequence[Outcome]:
        """Send `call.body` under `call.key` and return an outcome per operation, in order.

        An instruction raised here means that nothing of the call was accepted. `ReplyLost` may escape: the core
        then knows that every outcome is unknown.
        """

    @abstractmethod
    def find(self, kind: str, operations: Sequence[Operation]) -> Sequence[Found]:
        """Look up, by the operations' keys, which of them the ledger holds; in order."""

    @abstractmethod
    def inspect(self, receipts: Mapping[str, Mapping[str, str]], period: Period) -> Iterator[Inspection]:
        """Read documents back by key and receipt, in pages; `period` spans their dates."""

    def plan_undo(
        self, posted: PostedUnit, inspections: Mapping[str, Inspection], survey: Survey, *, settings: Any
    ) -> Plan:
        """Decide how a posted unit is taken back: by removing what stands, or by documents that reverse it. Pure.

        `inspections` say how the ledger holds the unit's documents now, by their keys. Keys come from
        `posted.operation_key`. Findings of severity error leave the whole unit as it is; what stands no longer needs
        no operation. A target that can take something back says so by `Capability.UNDOES`.
        """
        return Plan(
            findings=(
                Finding(
                    code="undo.not_offered",
                    what=f"What was posted for {posted.key} can't be taken back from here",
                    why="The plugin of this ledger has no way to remove or reverse what it posted",
                    do="Remove it in the ledger by hand, then say that the day is to be posted again, or never",
                    where="ledger",
                    subject=posted.key,
                ),
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetType:
    """One target connector as its plugin declares it; its component id is `plugin:key`.

    `open(installation, connection, organisation, context)` gives a `Target`; `organisation` is the ledger's id
    of the connected organisation. `idempotency_life` is how long the ledger remembers a call's key. `webhook` says
    how its notifications are read, where it sends any. `tenders_as_lines(settings)` says whether payment methods are
    lines with an integration's settings, so that their accounts have to take lines. One of `look_back_scopes` must be
    granted for `Target.look_back` to be asked, where there are any.

    Example::

        from datetime import timedelta
        from typing import Any

        from takings.plugin import Budget, Capability, Context, Flow, NumberRules, OperationKind, Settings
        from takings.plugin import Target, TargetType, TokenTyped, option


        class Integration(Settings):
            contact: str = option("Takings", title="Customer of the invoices")


        def migrate(level: str, version: tuple[int, int], values: dict[str, Any]) -> dict[str, Any]:
            '''In version 1 the setting was called `customer`.'''
            return {"contact": values["customer"]} if level == "integration" else values


        def open_books(installation: Any, connection: Any, organisation: str, context: Context) -> Target:
            from takings_shop.books import Books

            return Books(organisation, context)


        BOOKS = TargetType(
            key="books",
            title="Corner Shop books",
            open=open_books,
            connecting=TokenTyped(title="Key"),
            flows=(Flow(key="end_of_day", title="Invoices"),),
            kinds=(OperationKind(key="invoice", title="Invoice", key_lives_in="reference", number=NumberRules()),),
            idempotency_life=timedelta(hours=24),
            budget=Budget(minute=60),
            integration=Integration,
            settings_version=(2, 0),
            migrate=migrate,
            capabilities=frozenset({Capability.VOIDS}),
        )
        assert migrate("integration", (1, 0), {"customer": "Shop"}) == {"contact": "Shop"}
    """

    key: str
    title: str
    open: Callable[[Any, Any, str, Context], Target]
    connecting: Connecting
    flows: tuple[Flow, ...]
    kinds: tuple[OperationKind, ...]
    idempotency_life: timedelta = timedelta(0)
    budget: Budget = UNLIMITED
    installation: type[Settings] = NoSettings
    connection: type[Settings] = NoSettings
    integration: type[Settings] = NoSettings
    settings_version: tuple[int, int] = (1, 0)
    migrate: Migrate | None = None
    steps: tuple[Step, ...] = ()
    capabilities: frozenset[Capability] = frozenset()
    sandbox: Sandbox | None = None
    webhook: Webhook | None = None
    tenders_as_lines: Callable[[Any], bool] | None = None
    look_back_scopes: tuple[str, ...] = ()
    docs_url: str = ""
