"""The part of the engine that knows programs, by keys of the JSON API, of which only digests are kept."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from takings.engine.base import EngineBase
from takings.errors import NotFound, UsageError
from takings.store import audit
from takings.store.secrets import new_token, token_digest
from takings.store.setup_tables import ApiKey
from takings.views import Principal
from takings.views.keys import ApiKeyView

#: How old the noted time of a key's last use may become before it is written anew.
_NOTED_EVERY = timedelta(hours=1)

_LONGEST_NAME = 60


class ApiKeys(EngineBase):
    """Keys of programs."""

    def new_api_key(self, principal: Principal, name: str, *, days: int | None = None) -> str:
        """Make a key that reaches all that is this owner's, and return it, this once; it works for so many days."""
        if not name.strip() or len(name) > _LONGEST_NAME or not name.isprintable():
            raise UsageError(f"A key's name has 1 to {_LONGEST_NAME} characters, all of them printable.")
        if days is not None and not 1 <= days <= 3650:
            raise UsageError(f"A key works for 1 to 3650 days, not {days}.")
        key, now = new_token(), self.clock.now()
        with self.database.write() as session:
            row = ApiKey(
                id=uuid.uuid4().hex[:16],
                owner=principal.owner,
                name=name.strip(),
                digest=_digest(key),
                hint=f"…{key[-4:]}",
                created_by=principal.name,
                created_at=now,
                expires_at=None if days is None else now + timedelta(days=days),
            )
            session.add(row)
            self._audit_key(session, principal, "api_key.created", row=row)
        return key

    def api_keys(self, principal: Principal) -> list[ApiKeyView]:
        """List the owner's keys, the newest first."""
        now = self.clock.now()
        with self.database.read() as session:
            rows = session.exec(
                select(ApiKey).where(ApiKey.owner == principal.owner).order_by(col(ApiKey.created_at).desc())
            )
            return [_view(row, now) for row in rows.all()]

    def revoke_api_key(self, principal: Principal, key_id: str) -> ApiKeyView:
        """Stop a key from working at once; harmless when repeated."""
        now = self.clock.now()
        with self.database.write() as session:
            row = session.get(ApiKey, key_id)
            if row is None or row.owner != principal.owner:
                raise NotFound("key", key_id)
            if row.revoked_at is None:
                row.revoked_at = now
                session.add(row)
                self._audit_key(session, principal, "api_key.revoked", row=row)
            return _view(row, now)

    def principal_of_key(self, key: str) -> Principal | None:
        """Say whose key this is; None for one that is unknown, expired or revoked."""
        now = self.clock.now()
        with self.database.read() as session:
            row = session.exec(select(ApiKey).where(ApiKey.digest == _digest(key))).first()
            if row is None or _state(row, now) != "active":
                return None
            is_noted = row.last_used_at is not None and row.last_used_at > now - _NOTED_EVERY
            found = Principal(owner=row.owner, name=f"key {row.name}")
            id_ = row.id
        if not is_noted:
            with self.database.write() as session:
                row = session.get_one(ApiKey, id_)
                row.last_used_at = now
                session.add(row)
        return found

    def _audit_key(self, session: Session, principal: Principal, action: str, *, row: ApiKey) -> None:
        audit.record(
            session,
            at=self.clock.now(),
            owner=row.owner,
            principal=principal.name,
            request_id=principal.request_id,
            action=action,
            details={"key": row.id, "name": row.name},
        )


def _digest(key: str) -> str:
    return token_digest(f"api-key {key}")


def _state(row: ApiKey, now: datetime) -> str:
    if row.revoked_at is not None:
        return "revoked"
    return "expired" if row.expires_at is not None and row.expires_at <= now else "active"


def _view(row: ApiKey, now: datetime) -> ApiKeyView:
    return ApiKeyView(
        id=row.id,
        owner=row.owner,
        name=row.name,
        hint=row.hint,
        created_by=row.created_by,
        created_at=row.created_at,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
        state=_state(row, now),
    )
