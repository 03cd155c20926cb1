"""Who asks, as the host says it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from starlette.types import Scope

from takings.views import Principal


@dataclass(frozen=True, slots=True, kw_only=True)
class WebPrincipal:
    """A person whom the host has checked.

    `owner` is the host's reference of the customer, `name` goes into the audit trail. `session_id` is anything that
    changes with the host's sign-in and that nobody else knows: forms are bound to it. `integration` is the id of the
    only integration that this person may reach, or empty. `can_provision` lets the person create integrations.
    `is_program` says that no browser sends by itself what showed who it is, so that no token of ours is asked for.
    """

    owner: str
    name: str
    session_id: str
    integration: str = ""
    can_provision: bool = False
    is_program: bool = False

    @property
    def for_engine(self) -> Principal:
        """The same person as the engine knows it."""
        return Principal(owner=self.owner, name=self.name)

    def may_reach(self, integration: str) -> bool:
        """Whether this person may see an integration of the owner."""
        return self.integration in ("", integration)


#: Finds out who asks; None where nobody is signed in.
FindPrincipal = Callable[[Scope], WebPrincipal | None]

#: Says whether a person may do an act, like `sync`, `disconnect` or `delete`; looking is not asked for.
Allow = Callable[[WebPrincipal, str], bool]


#: What a host is asked before it is done, and what that is.
ACTS: Mapping[str, str] = MappingProxyType(
    {
        "provision": "create an integration",
        "connect": "connect a side, by consent or by what is typed into its step",
        "configure": "answer the setup, map codes, make Auth Tokens, set schedule, checks, policies and alerts",
        "disconnect": "disconnect the ledger",
        "pause": "stop an integration from posting",
        "resume": "let it post again",
        "sync": "fetch, preview and post",
        "verify": "compare the ledger with what was posted",
        "decide": "decide about held and changed days, and note differences that are known",
        "undo": "take back what was posted",
        "link": "make and end set-up links",
        "delete": "delete an integration",
    }
)


def act_of(action: str, step: str = "") -> str:
    """Return the act that the host is asked for before an action of a setup step, beside `configure`.

    What connects a side needs `connect`, whether somebody consents elsewhere or types a token into the step.
    """
    if step.startswith("connect."):
        return "connect"
    return "sync" if action in ("preview", "retrieve") else ""


def allow_all(principal: WebPrincipal, act: str) -> bool:
    """Let everybody do everything with what is theirs."""
    return True
