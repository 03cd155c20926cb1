"""What can go wrong, by its kind: the status, when that is, and what mends it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from takings.errors import TakingsError


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of refusal; `do` is what who asked can do about it."""

    status: int
    when: str
    do: str


_AGAIN = "Ask again after the time in Retry-After"
_OPERATOR = "Tell the operator of this site, with the X-Request-Id"
_CONNECT = "Connect that side again by its step of the setup"

#: What only HTTP can refuse.
HTTP: Mapping[str, Kind] = MappingProxyType(
    {
        "not_signed_in": Kind(
            401, "nobody is signed in, or the key is unknown, expired or revoked", "Sign in, or send a key that works"
        ),
        "refused": Kind(
            403,
            "it was asked for by another site or without X-CSRF-Token, or the host does not allow it",
            "Send the token of GET /me, or ask whoever may do this",
        ),
        "method_not_allowed": Kind(
            405, "the address has other methods; they are in the header Allow", "Use a method of the header Allow"
        ),
        "answers_refused": Kind(
            422,
            "answers to a step are wrong; `result` has an error at each of them",
            "Put the answers in `result.errors` right, and send them again",
        ),
        "fault": Kind(500, "a fault of ours; it is in the log under the id in X-Request-Id", _OPERATOR),
    }
)

#: What the engine refuses, by the names of its errors.
ENGINE: Mapping[str, Kind] = MappingProxyType(
    {
        "takings_error": Kind(400, "something else was not possible", "Do what the message says"),
        "usage_error": Kind(
            400,
            "what was asked for is not possible as things stand, and would be refused again",
            "Look at how it stands now, and ask for something else",
        ),
        "invalid_input": Kind(
            400,
            "the body or the query is not of the documented shape; `field` says where",
            "Put `field` right; the OpenAPI document has the shape",
        ),
        "too_large": Kind(413, "the body is too large", "Send it in smaller parts"),
        "signature_wrong": Kind(400, "a notification is not signed as agreed", "Sign it with the secret agreed upon"),
        "not_found": Kind(
            404,
            "there is no such address, or no such thing for this owner",
            "Ask for the list, and use an id or a name in it",
        ),
        "confirmation_needed": Kind(
            409,
            "nobody confirmed it yet, or another number; `count` is how many documents or days it is about",
            "Show it to who decides, and send `count` as `confirm`",
        ),
        "stale_answer": Kind(
            409,
            "the step was changed meanwhile; `theirs` is what stands there now, `yours` what you sent",
            "Show `theirs`, and send `yours` again with its version",
        ),
        "connect_invalid": Kind(400, "the connect was not begun by who finishes it, or is over", "Begin it again"),
        "consent_denied": Kind(
            400, "the other system's owner did not consent", "Begin to connect again, and consent"
        ),
        "code_refused": Kind(400, "the other system did not take its own code", "Begin to connect again"),
        "wrong_organisation": Kind(
            400, "another organisation was chosen than the integration's", "Choose the one that the message names"
        ),
        "redirect_refused": Kind(
            400, "the address to come back to is none that systems take", "Use an https address"
        ),
        "not_o_auth": Kind(400, "the side is not connected by consent", "Connect it by its step of the setup"),
        "token_unusable": Kind(400, "what was typed in can't be a token", "Copy it once more from the other system"),
        "instruction": Kind(503, "another system did not do what was asked", _AGAIN),
        "retry": Kind(503, "another system has a passing fault", _AGAIN),
        "rate_limited": Kind(503, "the ledger's limit of calls is used up", _AGAIN),
        "unavailable": Kind(503, "another system can't be reached", _AGAIN),
        "refused_as_whole": Kind(502, "another system refused a call as a whole", "Do what its words say"),
        "reply_lost": Kind(
            504, "another system did not answer, and may have done it", "Look at how it stands before asking again"
        ),
        "authorisation_expired": Kind(409, "a system no longer accepts the authorisation", _CONNECT),
        "token_missing": Kind(409, "there is no Auth Token that works", "Make one, and hand it over"),
        "disconnected": Kind(409, "the connection was removed at the other system, or was never made", _CONNECT),
        "misconfigured": Kind(422, "a setting is wrong; `field` names it", "Put the setting right"),
        "busy": Kind(503, "another run posts to the organisation", _AGAIN),
        "overtaken": Kind(409, "another run took over what this one was at", "Look at the newest run"),
        "posting_disabled": Kind(
            409, "the integration is in a state in which it posts nothing", "Resume it, or finish its setup"
        ),
        "installation_error": Kind(500, "something of the installation is to be mended", _OPERATOR),
        "database_missing": Kind(500, "the database can't be opened", _OPERATOR),
        "database_full": Kind(500, "the disk of the database is full", _OPERATOR),
        "database_busy": Kind(503, "another program holds the database", _AGAIN),
        "database_outdated": Kind(500, "the database has another schema than this version needs", _OPERATOR),
        "key_unknown": Kind(500, "a key that seals credentials is not there", _OPERATOR),
        "secret_unreadable": Kind(500, "a stored credential can't be opened", _OPERATOR),
        "plugin_missing": Kind(422, "a plugin of the integration is not loaded", _OPERATOR),
        "settings_too_new": Kind(500, "settings were stored by a later version of a plugin", _OPERATOR),
        "plugin_fault": Kind(500, "a plugin failed", _OPERATOR),
    }
)

KINDS: Mapping[str, Kind] = MappingProxyType({**HTTP, **ENGINE})


def kind_of(error: TakingsError) -> str:
    """Return the kind of an error: its own, else that of what it is a kind of."""
    return next(name for one in type(error).__mro__ if (name := name_of(one)) in ENGINE)


def name_of(kind: type) -> str:
    """Return a class's name as kinds are written."""
    return re.sub(r"(?<!^)([A-Z])", r"_\1", kind.__name__).lower()
