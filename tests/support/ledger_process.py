"""The Xero sandbox in a process of its own, steered and read over its control API."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx


class LedgerProcess:
    """A running sandbox that survives whatever happens to its clients; a context manager."""

    def __init__(self, data: Path) -> None:
        command = [sys.executable, "-W", "error", "-m", "takings_xero.sandbox", "--port", "0", "--data", str(data)]
        command += ["--auto-consent", "--no-limits", "--until-stdin-closes"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._http = httpx.Client(timeout=120, trust_env=False)
        assert self._process.stdout is not None
        try:
            self.ready: dict[str, Any] = json.loads(self._process.stdout.readline())
        except BaseException:
            self.close()
            raise
        self._http.base_url = self.ready["control"]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process, by force after fifteen seconds."""
        self._http.close()
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(timeout=60)
        process.stdout.close()

    @property
    def installation(self) -> dict[str, Any]:
        """The addresses, client id and secret that an operator would set."""
        settings: dict[str, Any] = self.ready["installation"]
        return settings

    def add_organisation(self, name: str) -> str:
        """Create an organisation, which alone the next consent connects; returns its tenant id."""
        tenant = str(self._post("/organisations", {"name": name})["tenant"])
        self.switch(consent_tenants=[tenant])
        return tenant

    def consent(self, address: str) -> str:
        """Open the address of the consent page, which consents by itself; returns where it leads back to."""
        return self._http.get(address).headers["location"]

    def switch(self, **changes: Any) -> None:
        """Change switches."""
        self._post("/switches", changes)

    def fault(
        self, do: str, resource: str, tenant: str, *, nth: int | None = None, method: str = "PUT", **more: Any
    ) -> int:
        """Add a fault for the creating calls of one resource, or those of another method; returns its id."""
        match = {"method": method, "resource": resource, "tenant": tenant, "nth": nth}
        return int(self._post("/faults", {"do": do, "match": match, **more})["id"])

    def used(self, fault: int) -> int:
        """Return how often a fault struck."""
        return next(int(rule["used"]) for rule in self._get("/faults") if rule["id"] == fault)

    def clear_faults(self) -> None:
        """Remove all faults and let go of held calls."""
        self._http.delete("/faults").raise_for_status()
        self.release()

    def held(self) -> list[dict[str, Any]]:
        """Wait until a call is held, and return those that are."""
        found = self.held_within(20)
        assert found, "no call was held"
        return found

    def held_within(self, seconds: float) -> list[dict[str, Any]]:
        """Wait for a held call for so long, and return those that are held."""
        found: list[dict[str, Any]] = self._get("/held", wait_for=1, timeout=seconds)
        return found

    def release(self) -> None:
        """Let the held calls go on."""
        self._post("/held/release", {})

    def await_idle(self) -> None:
        """Let every call go on and wait until none is in work; fails after twenty seconds."""
        deadline = time.monotonic() + 120
        while self._get("/counters")["in_flight"]:
            self.release()
            assert time.monotonic() < deadline, "a call is still in work"

    def documents(self, tenant: str) -> dict[str, list[dict[str, Any]]]:
        """Return every document of an organisation, by plural; money is text or a number as the sandbox keeps it."""
        dump: dict[str, list[dict[str, Any]]] = self._get(f"/organisations/{tenant}/documents")
        return dump

    def trial_balance(self, tenant: str) -> dict[str, Any]:
        """Return the accounts that moved, by double entry."""
        found: dict[str, Any] = self._get(f"/organisations/{tenant}/balances")
        return found

    def change(self, tenant: str, part: str, key: str, changes: dict[str, Any]) -> Any:
        """Change a document as a person does in the ledger."""
        return self._post(f"/organisations/{tenant}/{part}/{key}", changes)

    def lock_through(self, tenant: str, day: str | None) -> None:
        """Set or remove the organisation's lock date."""
        self._post(f"/organisations/{tenant}", {"PeriodLockDate": day})

    def _get(self, path: str, **params: Any) -> Any:
        reply = self._http.get(path, params=params)
        reply.raise_for_status()
        return json.loads(reply.content, parse_float=str)

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        reply = self._http.post(path, json=body)
        assert reply.status_code == 200, reply.text
        return reply.json()
