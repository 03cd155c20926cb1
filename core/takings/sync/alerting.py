"""Makes digests, each once whatever the number of workers, and sends them.

A digest and the note of what it tells are one transaction, conditional on the count of digests: of two workers that
see the same one makes it. It is sent by whoever claims it, and again where that process died over it: rather twice
than never, and under the same reference. What is new first gathers for a while, so that a night in
which much goes wrong leads to one message.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from takings.errors import InstallationError, Instruction, Misconfigured, TakingsError
from takings.plugin.notifiers import Alert, NotifierType
from takings.store.alert_tables import AlertState, Digest
from takings.store.bulk import upsert
from takings.sync.concerns import Concern, load_concerns
from takings.sync.digests import subject_of, text_of
from takings.sync.joint import Services

_LOG = logging.getLogger("takings.alerts")

#: How long what is new gathers before it is told.
GATHER = timedelta(minutes=10)

#: There is at most one digest of an owner in such a time; where something urgent is new, in the shorter one.
A_DAY, AN_HOUR = timedelta(days=1), timedelta(hours=1)

#: How long it is waited after a first failure, the longest wait, and how often it is tried: for about three days.
_FIRST_WAIT, _LONGEST_WAIT, MOST_ATTEMPTS = timedelta(minutes=5), timedelta(hours=6), 18

#: Whoever is at sending a digest for longer than this has died over it.
_SENDING_TAKES = timedelta(minutes=15)

#: What was being sent longer ago is not sent again: it tells of what stood then, and may have gone out.
_STALE = timedelta(days=1)

WAITING, SENDING, SENT, GIVEN_UP = "waiting", "sending", "sent", "given_up"


def make_digests(services: Services, *, gather: timedelta = GATHER, owner: str | None = None) -> int:
    """Make the digests that are due; returns how many."""
    now = services.clock.now()
    with services.database.read() as session:
        found = load_concerns(session, now, owner)
        query = select(AlertState)
        states = {one.owner: one for one in session.exec(query) if owner in (None, one.owner)}
    made = 0
    for name in sorted({*found, *(one.owner for one in states.values() if one.told)}):
        state = states.get(name) or AlertState(owner=name)
        concerns = found.get(name, [])
        keys = {one.key for one in concerns}
        if set(state.told) - keys:  # what is over is told anew when it comes again
            _change(services, state, told={key: at for key, at in state.told.items() if key in keys})
        new = [one for one in concerns if one.key not in state.told]
        if not new and state.noticed_at is not None:
            _change(services, state, noticed_at=None)
        elif new and state.noticed_at is None and gather:
            _change(services, state, noticed_at=now)
        elif new and _is_due(state, new, now, gather=gather):
            made += _make(services, state, new, concerns=concerns, now=now)
    return made


def _is_due(state: AlertState, new: Sequence[Concern], now: datetime, *, gather: timedelta) -> bool:
    if gather and (state.noticed_at is None or now - state.noticed_at < gather):
        return False
    pause = AN_HOUR if any(one.urgent for one in new) else A_DAY
    return state.last_digest_at is None or now - state.last_digest_at >= pause


def _change(services: Services, state: AlertState, **values: Any) -> None:
    """Change an owner's state unless another worker has made a digest meanwhile."""
    with services.database.write() as session:
        _there(session, state)
        session.execute(
            update(AlertState)
            .where(col(AlertState.owner) == state.owner, col(AlertState.digests) == state.digests)
            .values(**values)
        )
    for name, value in values.items():
        setattr(state, name, value)


def _there(session: Session, state: AlertState) -> None:
    upsert(session, AlertState, [{"owner": state.owner}], key=("owner",), update=())


def _make(
    services: Services, state: AlertState, new: Sequence[Concern], *, concerns: Sequence[Concern], now: datetime
) -> int:
    to = recipients(services, state)
    notifiers = [name for name, one in chosen(services).items() if to or not one.needs_address]
    if not notifiers:
        return 0  # told as soon as there is somebody to tell
    told = {one.key: state.told.get(one.key, now.isoformat()) for one in concerns}
    with services.database.write() as session:
        _there(session, state)
        mine = session.execute(
            update(AlertState)
            .where(col(AlertState.owner) == state.owner, col(AlertState.digests) == state.digests)
            .values(digests=state.digests + 1, told=told, last_digest_at=now, noticed_at=None)
        )
        if not mine.rowcount:  # type: ignore[attr-defined]
            return 0
        for name in notifiers:
            session.add(
                Digest(
                    owner=state.owner,
                    n=state.digests + 1,
                    notifier=name,
                    recipients=to,
                    subject=subject_of(new),
                    text=text_of(new, len(concerns) - len(new), state.last_digest_at),
                    urgent=any(one.urgent for one in new),
                    made_at=now,
                    try_at=now,
                )
            )
    return 1


def recipients(services: Services, state: AlertState) -> list[str]:
    """Return who is told of an owner's concerns: the owner first, then the operator."""
    return list(dict.fromkeys(one for one in (state.address, services.installation.alerts_to) if one))


def chosen(services: Services) -> dict[str, NotifierType]:
    """Return the notifiers that the operator chose; raises Misconfigured for one that is not there."""
    there = services.host.notifiers()
    named = services.installation.notifiers
    for unknown in (name for name in named if name not in there):
        raise Misconfigured("takings.notifiers", f"there is no {unknown}; there are: {', '.join(there)}.")
    return {name: there[name] for name in named}


def send_digests(services: Services, *, owner: str | None = None) -> int:
    """Send what waits, each by whoever claims it; returns how many were sent."""
    now, sent = services.clock.now(), 0
    _take_back(services, now)
    with services.database.read() as session:
        query = select(Digest.id).where(Digest.state == WAITING, col(Digest.try_at) <= now)
        ids = session.exec(query if owner is None else query.where(Digest.owner == owner)).all()
    for id_ in ids:
        digest = _claim(services, id_, now)
        if digest is not None:
            sent += _send(services, digest)
    return sent


def _take_back(services: Services, now: datetime) -> None:
    """Let digests be sent again whose process died over it, unless that was long ago.

    It counts as an attempt, whatever it died of.
    """
    lost = (col(Digest.state) == SENDING, col(Digest.try_at) <= now - _SENDING_TAKES)
    with services.database.read() as session:
        if session.exec(select(Digest.id).where(*lost).limit(1)).first() is None:
            return
    with services.database.write() as session:
        for row in session.exec(select(Digest).where(*lost)):
            over = row.attempts + 1 >= MOST_ATTEMPTS or row.try_at < now - _STALE
            row.attempts += 1
            row.state, row.try_at = GIVEN_UP if over else WAITING, now
            row.reason = "The program that sent it ended before it said whether it went out"
            session.add(row)
            if over:
                _LOG.error("alert given up, of %s by %s: %s", f"{row.made_at:%Y-%m-%d}", row.notifier, row.reason)


def _claim(services: Services, id_: int | None, now: datetime) -> Digest | None:
    with services.database.write() as session:
        mine = session.execute(
            update(Digest)
            .where(col(Digest.id) == id_, col(Digest.state) == WAITING)
            .values(state=SENDING, try_at=now)
        )
        return session.get(Digest, id_) if mine.rowcount else None  # type: ignore[attr-defined]


def _send(services: Services, digest: Digest) -> bool:
    try:
        declared = services.host.notifier(digest.notifier)
        settings = services.installation.settings(digest.notifier, declared.installation)
        with services.host.guard(digest.notifier):
            declared.send(settings, _alert(digest))
    except TakingsError as problem:
        _put_back(services, digest, problem)
        return False
    with services.database.write() as session:
        row = session.get_one(Digest, digest.id)
        row.state, row.sent_at, row.reason = SENT, services.clock.now(), ""
        row.attempts += 1
        session.add(row)
    return True


def _alert(digest: Digest) -> Alert:
    owner = hashlib.sha256(digest.owner.encode()).hexdigest()[:12]
    return Alert(
        owner=digest.owner,
        recipients=tuple(digest.recipients),
        subject=digest.subject,
        text=digest.text,
        reference=f"takings-{owner}-{digest.n}-{digest.made_at:%Y%m%d%H%M%S}",
        urgent=digest.urgent,
    )


def _put_back(services: Services, digest: Digest, problem: TakingsError) -> None:
    """Try it again later, unless it was tried for long enough."""
    now = services.clock.now()
    wait = min(_FIRST_WAIT * 2 ** min(digest.attempts, 10), _LONGEST_WAIT)
    asked = getattr(problem, "after", timedelta(0)) if isinstance(problem, Instruction) else timedelta(0)
    with services.database.write() as session:
        row = session.get_one(Digest, digest.id)
        row.attempts += 1
        row.reason = str(problem)
        row.state = GIVEN_UP if row.attempts >= MOST_ATTEMPTS else WAITING
        row.try_at = now + max(wait, asked)
        session.add(row)
    loud = isinstance(problem, (Misconfigured, InstallationError)) or row.state == GIVEN_UP
    (_LOG.error if loud else _LOG.warning)("alert not sent by %s: %s", digest.notifier, problem)
