"""The calls to a token endpoint: exchange, refresh, revoke; authlib writes the requests, our client sends them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from takings.connect import protocol
from takings.connect.http import HttpPool, HttpReply
from takings.domain.durations import retry_after
from takings.errors import Misconfigured, Retry
from takings.plugin.connecting import OAuthEndpoints
from takings.plugin.context import Clock

#: Seconds that a token endpoint may stay silent: others wait for the refresh lock meanwhile.
PATIENCE = 12.0
_CLIENT_ERRORS = frozenset({"invalid_client", "unauthorized_client"})
_GRANT_ERRORS = frozenset({"invalid_grant", "access_denied"})


class GrantRefused(Exception):
    """The code or refresh token is not accepted, and would not be if sent again; `verbatim` is the reply's word."""

    def __init__(self, verbatim: str) -> None:
        super().__init__(verbatim)
        self.verbatim = verbatim


class TokenEndpoint:
    """The token and revocation endpoints of one component."""

    def __init__(
        self, endpoints: OAuthEndpoints, *, pool: HttpPool, clock: Clock, component: str, system: str
    ) -> None:
        self._endpoints, self._pool, self._clock = endpoints, pool, clock
        self._component, self._system = component, system

    def exchange(self, *, code: str, redirect_uri: str, verifier: str) -> dict[str, Any]:
        """Exchange a code; returns the token reply. Raises `GrantRefused`, `Retry`, `Misconfigured`, `ReplyLost`."""
        return self._tokens("authorization_code", code=code, redirect_uri=redirect_uri, code_verifier=verifier)

    def refresh(self, refresh_token: str) -> dict[str, Any]:
        """Renew a token set; returns the token reply. Raises as `exchange` does."""
        return self._tokens("refresh_token", refresh_token=refresh_token)

    def revoke(self, token: str) -> None:
        """Revoke a refresh token, where the component declares how (RFC 7009)."""
        if self._endpoints.revocation_url:
            reply = self._post(self._endpoints.revocation_url, protocol.revocation_request(token))
            if reply.status_code >= 400:
                self._judge(reply)

    def _tokens(self, grant: str, **values: str) -> dict[str, Any]:
        reply = self._post(self._endpoints.token_url, protocol.token_request(grant, **values))
        if reply.status_code != 200:
            self._judge(reply)
        said = _object(reply)
        if not isinstance(said.get("access_token"), str) or not said["access_token"]:
            raise Retry(f"{self._system} answered without a token.", timedelta(seconds=30))
        return said

    def _post(self, url: str, form: str) -> HttpReply:
        url, headers, body = protocol.authenticated(self._endpoints, url, form)
        return self._pool.send("POST", url, headers=headers, content=body, system=self._system, patience=PATIENCE)

    def _judge(self, reply: HttpReply) -> None:
        """Raise what a refusal means; a passing fault is one whatever its body says."""
        status = reply.status_code
        if status == 429 or status >= 500:
            after = retry_after(reply.headers.get("Retry-After", ""), self._clock.now())
            waits = after or timedelta(seconds=5)
            raise Retry(f"{self._system} can't renew authorisations at the moment (status {status}).", waits)
        said = _object(reply)
        error = str(said.get("error", ""))
        verbatim = " ".join(str(said.get("error_description") or error).split())[:500]
        if error in _GRANT_ERRORS:
            raise GrantRefused(verbatim)
        if error in _CLIENT_ERRORS or (status == 401 and not error):
            raise Misconfigured(
                f"{self._component}.client_id", f"{self._system} refuses client id and secret. {verbatim}".strip()
            )
        if error:
            raise Misconfigured(f"{self._component} (authorisation)", f"{self._system} answered {verbatim}.")
        # Neither tokens nor an OAuth error: something in between has answered.
        raise Retry(f"{self._system} answered status {status} without saying why.", timedelta(minutes=1))


def _object(reply: HttpReply) -> dict[str, Any]:
    try:
        said = reply.json()
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
