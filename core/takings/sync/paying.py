"""The phase of a run that lets payments of approved documents go: by itself where that is set, or on request."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from takings.domain.money import ZERO
from takings.domain.period import Period
from takings.errors import ConfirmationNeeded
from takings.plugin.targets import Target
from takings.sync.approving import Approval, Unpaid, any_released, inspect_unpaid, load_unpaid, release, tell
from takings.sync.joint import Joint, Services
from takings.sync.orders import Confirm
from takings.sync.phases import Tally
from takings.sync.repaying import plan_payments_anew, with_kept
from takings.views import Confirmation


class Paying:
    """Looks at documents whose payments wait, under the organisation's posting lock."""

    def __init__(self, services: Services, joint: Joint, target: Target, *, tally: Tally) -> None:
        self._services, self._joint, self._target, self._tally = services, joint, target, tally

    def beside(self, decided: Confirmation | bool) -> Confirmation | bool:
        """Let go what is ready beside what was decided to be posted; a question comes first."""
        return decided if isinstance(decided, Confirmation) else self.by_itself() or decided

    def by_itself(self) -> bool:
        """Let go what is ready where the integration says so; returns whether there is something to send."""
        unpaid = self._look()
        automatic = self._joint.integration.pay_approved
        self._tell(unpaid, ready=not automatic)
        return self._release(unpaid) if automatic else self._left()

    def asked_for(self, confirm: Confirm) -> Confirmation | bool:
        """Let go what is ready once its count was confirmed; returns the question that comes before it."""
        unpaid = self._look()
        ready = ready_of(unpaid)
        question = ask_payments(self._joint, ready)
        if ready and callable(confirm):
            return question
        if ready and confirm != question.count:
            raise ConfirmationNeeded(question.count, str(question), given=None if callable(confirm) else confirm)
        self._tell(unpaid, ready=False)
        return self._release(ready)

    def _look(self) -> list[Unpaid]:
        unpaid = self._load()
        kept = plan_payments_anew(self._services, self._joint, self._target, unpaid=unpaid)
        if kept is not None:
            told = dict.fromkeys(one for why in kept.values() for one in why)
            self._tally.findings += [one for one in told if one not in self._tally.findings]
            unpaid = with_kept(self._load(), kept)
        return inspect_unpaid(self._services, self._joint, self._target, unpaid=unpaid)

    def _load(self) -> list[Unpaid]:
        with self._services.database.read() as session:
            return load_unpaid(session, self._joint)

    def _tell(self, unpaid: Sequence[Unpaid], *, ready: bool) -> None:
        self._tally.findings += [one for one in tell(unpaid, ready=ready) if one not in self._tally.findings]

    def _release(self, unpaid: Sequence[Unpaid]) -> bool:
        ready = ready_of(unpaid)
        if ready:
            with self._services.database.write() as session:
                release(session, ready)
        return bool(ready) or self._left()

    def _left(self) -> bool:
        with self._services.database.read() as session:
            return any_released(session, self._joint)


def period_of_documents(days: Sequence[date], today: date) -> Period:
    """Return the period that payments of documents of these days are about."""
    return Period(min(days, default=today), max(days, default=today))


def ready_of(unpaid: Sequence[Unpaid]) -> list[Unpaid]:
    """Return the documents that were approved as they were posted, and have payments to be made."""
    return [one for one in unpaid if one.payments and one.approval is Approval.READY]


def ask_payments(joint: Joint, ready: Sequence[Unpaid]) -> Confirmation:
    """Return the question: the payments of how many documents would be posted, and what they come to."""
    days = [one.document.day for one in ready]
    period = str(Period(min(days), max(days))) if days else ""
    return Confirmation(
        integration=joint.integration.name,
        organisation=joint.connected_target.name,
        period=period,
        currency=ready[0].document.currency if ready else "",
        count=len(ready),
        total=sum((one.document.sign * one.total for one in ready), ZERO),
        held=0,
        verb="paid in",
    )
