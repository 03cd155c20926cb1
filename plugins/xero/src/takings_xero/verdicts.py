"""What became of each operation of a call, read from Xero's reply. Pure.

A 200 is no proof: with `summarizeErrors=false` each element carries its own verdict. Elements are in the order
of the request; where the echo contradicts that, nothing is believed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import msgspec

from takings.plugin import Done, Finding, Operation, Outcome, Refused, RefusedAsWhole, Reply, ReplyLost, Unknown
from takings_xero.customers import customer_of
from takings_xero.errors import SYSTEM, instruction, problem_of
from takings_xero.findings import customer_archived
from takings_xero.kinds import KINDS
from takings_xero.messages import explain
from takings_xero.shapes import NO_ID, Element, Problem, Written

_written = msgspec.json.Decoder(Written)
_KEY_REUSED = "is used with a different request"

# Answers of something in front of Xero, which may still be at work: the same bytes go again under the same key.
_GATEWAY = frozenset({408, 502, 503, 504})

# Xero's own 503, before it looks at a call; anything else in front of it may answer 503 after handing the call on.
_CLOSED = ("is currently offline", "temporarily unavailable", "organisation is offline", "offline for maintenance")


def outcomes(reply: Reply, kind: str, operations: Sequence[Operation]) -> tuple[Outcome, ...]:
    """Return an outcome for each operation, in order.

    Raises an instruction where the status says that nothing of the call was accepted, and `ReplyLost` where only
    a gateway answered.
    """
    if reply.status_code == 200:
        return _accepted(reply, kind, operations)
    if reply.status_code == 400:
        return _refused(problem_of(reply), kind, operations)
    known = instruction(reply)
    if known is not None and not (reply.status_code == 503 and not _is_xeros_own(reply)):
        raise known
    if reply.status_code in _GATEWAY:
        raise ReplyLost(SYSTEM, f"a gateway answered {reply.status_code}")
    if reply.status_code == 413:
        problem = Problem(message="Request Entity Too Large")
        return _refused(problem, kind, operations)
    return _unknown(operations, f"Xero answered {reply.status_code}: {problem_of(reply).text}".rstrip(": "))


def _accepted(reply: Reply, kind: str, operations: Sequence[Operation]) -> tuple[Outcome, ...]:
    try:
        written = _written.decode(reply.content)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return _unknown(operations, f"Xero's reply could not be read: {error}")
    elements: list[Element] = getattr(written, KINDS[kind].elements) or []
    if len(elements) != len(operations):
        return _unknown(operations, f"Xero answered {len(elements)} elements for {len(operations)} operations")
    return tuple(_outcome(element, kind, operation) for element, operation in zip(elements, operations, strict=True))


def _outcome(element: Element, kind: str, operation: Operation) -> Outcome:
    echoed, sent = _echo(element, kind), _sent(kind, operation)
    if echoed and echoed.casefold() != sent.casefold():
        return Unknown(reason=f"Xero answered about {echoed!r} in the place of {sent!r}")
    ident = _ident(element, kind)
    if element.failed or ident == NO_ID:
        messages = element.messages()
        if not messages and ident not in {"", NO_ID}:
            return Unknown(reason="Xero marked an error, gave no reason, and named an id")
        return _refusal(messages, operation)
    if not ident:
        return Unknown(reason="Xero's reply holds no id")
    receipt = {"id": ident}
    if KINDS[kind].number:
        receipt["number"] = getattr(element, KINDS[kind].number) or ""
    return Done(receipt=receipt)


def _refused(problem: Problem, kind: str, operations: Sequence[Operation]) -> tuple[Outcome, ...]:
    """Read a 400, which stored nothing: only those that an element convicts are refused.

    The others of the call are absent, which `find` confirms. Raises `RefusedAsWhole` when none is convicted.
    """
    if _KEY_REUSED in problem.text:
        # The key stands for another body that may have been carried out: only a look into the ledger tells.
        return _unknown(operations, problem.text)
    elements = problem.elements or []
    if len(operations) == 1:
        found = tuple(message for element in elements for message in element.messages())
        return (_refusal(found or ((problem.text,) if problem.text else ()), operations[0]),)
    told = [element.messages() if element else () for element in _match(elements, kind, operations)]
    if not any(told):
        raise RefusedAsWhole(problem.text or "Xero gave no reason")
    rest = Unknown(reason=f"Xero refused the call because of others in it: {problem.text}")
    return tuple(
        _refusal(messages, operation) if messages else rest
        for messages, operation in zip(told, operations, strict=True)
    )


def _match(elements: list[Element], kind: str, operations: Sequence[Operation]) -> list[Element | None]:
    """Put elements beside their operations: by our key in the echo, by place where all are there and none has one."""
    by_key = {_echo(element, kind): element for element in elements if _echo(element, kind)}
    if not by_key and len(elements) == len(operations):
        return list(elements)
    return [by_key.get(_sent(kind, operation)) for operation in operations]


def _refusal(messages: Sequence[str], operation: Operation) -> Refused:
    return Refused(findings=tuple(_explained(message, operation) for message in messages or ("",)))


def _explained(message: str, operation: Operation) -> Finding:
    found, customer = explain(message, operation.key), customer_of(operation)
    if customer and found.code == "xero.contact_archived":
        # The setting that names the contact of the takings mends nothing of a customer's.
        return replace(customer_archived(customer), verbatim=message)
    return found


def _unknown(operations: Sequence[Operation], reason: str) -> tuple[Outcome, ...]:
    return tuple(Unknown(reason=reason) for _ in operations)


def _ident(element: Element, kind: str) -> str:
    found: str | None = getattr(element, KINDS[kind].ident)
    return found or ""


def _echo(element: Element, kind: str) -> str:
    found: str = (getattr(element, KINDS[kind].echo) if KINDS[kind].echo else "") or ""
    if KINDS[kind].sent and found == NO_ID:
        return ""
    return found.rsplit(" ", 1)[-1] if kind == "journal" else found


def _sent(kind: str, operation: Operation) -> str:
    if KINDS[kind].sent:
        return str(operation.payload[KINDS[kind].sent])
    return str(operation.payload["Name"]).strip() if kind == "contact" else operation.key


def _is_xeros_own(reply: Reply) -> bool:
    return any(words in reply.text.casefold() for words in _CLOSED)
