"""Whether what a plugin declares is made of the parts that the contract knows; each problem is a sentence."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import Any, get_args

from takings.host.records import ComponentKind, is_identifier
from takings.plugin import (
    CheckType,
    Counter,
    Dimension,
    Flow,
    MappingType,
    NoConnection,
    NotifierType,
    NumberingType,
    OAuth2,
    OperationKind,
    RecordReader,
    Sandbox,
    Settings,
    SourceType,
    TargetType,
    TokenHandedOut,
    TokenTyped,
    WayIn,
    Webhook,
)
from takings.plugin.settings import FieldKind

#: The declaration hooks: what each declares, and of which type.
HOOKS: dict[str, tuple[ComponentKind, type[Any]]] = {
    "takings_sources": (ComponentKind.SOURCE, SourceType),
    "takings_targets": (ComponentKind.TARGET, TargetType),
    "takings_mappings": (ComponentKind.MAPPING, MappingType),
    "takings_numberings": (ComponentKind.NUMBERING, NumberingType),
    "takings_checks": (ComponentKind.CHECK, CheckType),
    "takings_notifiers": (ComponentKind.NOTIFIER, NotifierType),
}

_FIELD_KINDS = frozenset(get_args(FieldKind))
_CONNECTING = (OAuth2, TokenHandedOut, TokenTyped, NoConnection)
_LEVELS = ("installation", "connection", "integration")


def problems_of(declaration: Any) -> Iterator[str]:
    """Yield what makes a declaration unusable.

    Dataclasses don't check their fields' types, so nothing is taken for granted here.
    """
    if not is_identifier(declaration.key):
        yield f"the key {declaration.key!r} is not of lower case letters, digits and _ (at most 32)"
    if not isinstance(declaration.title, str) or not declaration.title.strip():
        yield "it has no title"
    yield from next(check for kind, check in _CHECKS.items() if isinstance(declaration, kind))(declaration)


def remarks_of(declaration: Any) -> Iterator[str]:
    """Yield what should be mended and does not stop the plugin."""
    for level in ("connection", "integration"):
        model = getattr(declaration, level, None)
        for name, kind in _kinds(model) if model else ():
            if kind == "address":
                yield f"{level} field {name} asks an owner for an address; addresses belong to the installation"


def _source(source: Any) -> Iterator[str]:
    if not isinstance(source.reader, RecordReader):
        yield "reader is not a RecordReader"
        return
    if not isinstance(source.ways_in, frozenset) or not all(isinstance(way, WayIn) for way in source.ways_in):
        yield "ways_in is not a frozenset of WayIn, like frozenset({WayIn.FILE})"
        return
    if not source.ways_in:
        yield "ways_in names no way in"
    if WayIn.PULL in source.ways_in and not callable(source.open):
        yield "it declares WayIn.PULL and has no open"
    if source.open is not None:
        yield from _takes(source.open, "installation", "connection", "context")
    for way, method in ((WayIn.PUSH, "read_body"), (WayIn.FILE, "read_file")):
        if way in source.ways_in and getattr(type(source.reader), method) is getattr(RecordReader, method):
            yield f"it declares WayIn.{way.name} and its reader has no {method}"
    yield from _each("dimensions", source.dimensions, Dimension)
    kinds = [one.kind for one in source.dimensions if isinstance(one, Dimension)]
    if len(set(kinds)) < len(kinds):
        yield "two dimensions are of the same kind"
    yield from _connector(source)


def _target(target: Any) -> Iterator[str]:
    yield from _callables(target, "open")
    yield from _takes(target.open, "installation", "connection", "organisation", "context")
    yield from _each("kinds", target.kinds, OperationKind)
    if not target.kinds:
        yield "kinds names no kind of operation"
    for kind in target.kinds:
        if isinstance(kind, OperationKind):
            yield from _operation_kind(kind)
    if not isinstance(target.idempotency_life, timedelta) or target.idempotency_life < timedelta(0):
        yield "idempotency_life is not a duration"
    yield from _connector(target)
    if target.webhook is not None:
        yield from _webhook(target.webhook, target.installation)


def _webhook(webhook: Any, installation: Any) -> Iterator[str]:
    if not isinstance(webhook, Webhook):
        yield "webhook is not a Webhook"
        return
    yield from (f"webhook: {problem}" for problem in _callables(webhook, "check", "read"))
    fields = getattr(installation, "model_fields", {})
    if webhook.setting not in fields or _declared(fields[webhook.setting]).get("kind") != "secret":
        yield f"webhook names {webhook.setting!r}, which is no installation setting of the kind secret"


def _operation_kind(kind: Any) -> Iterator[str]:
    if kind.max_count < 1 or kind.max_bytes < 1:
        yield f"operation kind {kind.key} allows nothing in a call"
    if kind.number:
        try:
            re.compile(kind.number.pattern)
        except re.error as error:
            yield f"operation kind {kind.key} has a number pattern that is no regular expression: {error}"


def _connector(connector: Any) -> Iterator[str]:
    if not isinstance(connector.connecting, _CONNECTING):
        yield "connecting is not one of OAuth2, TokenHandedOut, TokenTyped, NoConnection"
    yield from _each("flows", connector.flows, Flow)
    if not connector.flows:
        yield "flows is empty, so nothing could be switched on"
    for level in _LEVELS:
        yield from _settings(level, getattr(connector, level))
    version = connector.settings_version
    if not isinstance(version, tuple) or len(version) != 2 or not all(isinstance(one, int) for one in version):
        yield "settings_version is not two whole numbers"
    if connector.sandbox is not None and not isinstance(connector.sandbox, Sandbox):
        yield "sandbox is not a Sandbox"


def _numbering(numbering: Any) -> Iterator[str]:
    yield from _callables(numbering, "number", "series", "first")
    if not isinstance(numbering.counter, Counter):
        yield f"counter is {numbering.counter!r}, not a Counter"
    yield from _settings("settings", numbering.settings)


def _mapping(mapping: Any) -> Iterator[str]:
    yield from _callables(mapping, "suggest")
    if not isinstance(mapping.targets, tuple) or not all(isinstance(one, str) for one in mapping.targets):
        yield "targets is not a tuple of component ids"


def _notifier(notifier: Any) -> Iterator[str]:
    yield from _callables(notifier, "send")
    yield from _takes(notifier.send, "installation", "alert", called="send")
    yield from _settings("installation", notifier.installation)


def _each(name: str, values: Any, wanted: type[Any]) -> Iterator[str]:
    if not isinstance(values, Iterable) or isinstance(values, str):
        yield f"{name} is not a tuple of {wanted.__name__}"
        return
    keys = []
    for one in values:
        if not isinstance(one, wanted):
            yield f"{name} has a {type(one).__name__} where a {wanted.__name__} is expected"
        else:
            keys.append(one.key)
    if len(set(keys)) < len(keys):
        yield f"{name} has two of the same key"


def _callables(declaration: Any, *names: str) -> Iterator[str]:
    for name in names:
        if not callable(getattr(declaration, name)):
            yield f"{name} can't be called"


def _takes(function: Any, *names: str, called: str = "open") -> Iterator[str]:
    """Say where a declared function can't be called with what it is given, in order and without names."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return
    try:
        signature.bind(*names)
    except TypeError:
        yield f"{called} is called with ({', '.join(names)}), and it takes {signature}"


def _settings(level: str, model: Any) -> Iterator[str]:
    if not (isinstance(model, type) and issubclass(model, Settings)):
        yield f"{level} is not a Settings class"
        return
    for name, field in model.model_fields.items():
        declared = _declared(field)
        kind = declared.get("kind")
        if kind not in _FIELD_KINDS:
            yield f"{level} field {name} is of the kind {kind!r}; declare it with option() and one of the known kinds"
        elif not field.title:
            yield f"{level} field {name} has no title"
        elif kind == "secret" and level != "installation":
            yield f"{level} field {name} is a secret; secrets are the operator's, or a token that the core seals"
        elif kind == "choice" and not declared.get("choices"):
            yield f"{level} field {name} is a choice without choices"


def _kinds(model: type[Settings]) -> Iterator[tuple[str, str]]:
    for name, field in model.model_fields.items():
        yield name, _declared(field).get("kind", "")


def _declared(field: Any) -> dict[str, Any]:
    extra = field.json_schema_extra
    declared = extra.get("takings") if isinstance(extra, dict) else None
    return declared if isinstance(declared, dict) else {}


_CHECKS: dict[type[Any], Callable[[Any], Iterator[str]]] = {
    SourceType: _source,
    TargetType: _target,
    NumberingType: _numbering,
    MappingType: _mapping,
    NotifierType: _notifier,
    CheckType: lambda check: _callables(check, "run"),
}
