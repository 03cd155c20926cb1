"""Checks of a plugin that need no connection, shared by the conformance kit and `plugins doctor`.

Each takes the plugin's record and yields findings; their codes are those of `StaticCode`.
"""

from __future__ import annotations

import ast
import inspect
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any, get_args

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from pydantic_core import PydanticUndefined

from takings.domain.findings import Finding
from takings.host.records import CORE_DISTRIBUTION, Component, PluginRecord
from takings.plugin import NotifierType, Settings
from takings.plugin.settings import FieldKind

#: Stands for a secret wherever a check looks whether one is shown.
SENTINEL = 'kit-s3cret/that must+never=be"shown'

_SECRET_PARTS = {"secret", "password", "passphrase", "passwd", "token", "apikey", "credential", "credentials"}
_SECRET_NAME = re.compile(r"(?:api|private|access|signing)_?key")


class StaticCode(StrEnum):
    """The codes of the findings of these checks."""

    NOT_LOADED = "plugins.not_loaded"
    NAMES_DIFFER = "plugins.names_differ"
    BOUNDS = "plugins.bounds"
    FIELD = "plugins.field"
    SECRET_UNMARKED = "plugins.secret_unmarked"  # noqa: S105 - a finding's code
    LEVEL = "plugins.level"
    NOT_JSON = "plugins.not_json"
    SECRET_SHOWN = "plugins.secret_shown"  # noqa: S105 - a finding's code
    IMPORTS = "plugins.imports"
    MIGRATION = "plugins.migration"
    OPENS_SOCKET = "plugins.opens_socket"
    SLOW_IMPORT = "plugins.slow_import"
    NOTIFIER = "plugins.notifier"


def finding(code: StaticCode, record: PluginRecord, what: str, *, do: str) -> Finding:
    """Return a finding on a plugin."""
    return Finding(code=code.value, what=f"{record.id} ({record.origin}): {what}", do=do, subject=record.id)


def check_loads(record: PluginRecord) -> Iterator[Finding]:
    """The entry point resolves, and the host takes what it declares."""
    if not record.is_loaded:
        yield finding(StaticCode.NOT_LOADED, record, f"it is {record.state}: {record.reason}", do="Mend what it says")


def check_names(record: PluginRecord) -> Iterator[Finding]:
    """The plugin's id and its distribution's name agree, so that people find one by the other."""
    wanted = canonicalize_name(f"{CORE_DISTRIBUTION}-{record.id}")
    if record.distribution != CORE_DISTRIBUTION and canonicalize_name(record.distribution) != wanted:
        what = f"the distribution of the plugin {record.id} is not called {wanted}"
        yield finding(StaticCode.NAMES_DIFFER, record, what, do=f"Call the distribution {wanted}, or change the id")


def check_bounds(record: PluginRecord, requires: Sequence[str] | None = None) -> Iterator[Finding]:
    """The distribution requires the core with a lower and an upper bound; `requires` replaces what is installed."""
    if record.distribution == CORE_DISTRIBUTION:
        return
    for side, operators in (("lower", {">=", ">", "==", "~="}), ("upper", {"<", "<=", "==", "~="})):
        if not operators & _operators(_requires(record) if requires is None else requires):
            what = f"its requirement on {CORE_DISTRIBUTION} has no {side} bound"
            yield finding(StaticCode.BOUNDS, record, what, do=f"Require like {CORE_DISTRIBUTION}>=0.1,<0.2")


def _requires(record: PluginRecord) -> Sequence[str]:
    try:
        return metadata.requires(record.distribution) or ()
    except (metadata.PackageNotFoundError, ValueError):
        return ()


def _operators(requires: Sequence[str]) -> set[str]:
    found = [Requirement(text) for text in requires]
    # What only an extra asks for does not bind the installed plugin.
    own = [one for one in found if canonicalize_name(one.name) == CORE_DISTRIBUTION]
    bound = [one for one in own if not one.marker or one.marker.evaluate({"extra": ""})]
    return {clause.operator for one in bound for clause in one.specifier}


def check_fields(record: PluginRecord) -> Iterator[Finding]:
    """Every setting is of a known kind and has a title and a help text."""
    kinds = get_args(FieldKind)
    for where, _, name, field in fields_of(record):
        declared = _declared(field)
        if declared.get("kind") not in kinds:
            what = f"{where} {name} is of the unknown kind {declared.get('kind')!r}"
            yield finding(
                StaticCode.FIELD, record, what, do=f"Declare it with option(kind=…), one of {', '.join(kinds)}"
            )
        for part, text in (("title", field.title), ("help", field.description)):
            if not text or not text.strip():
                yield finding(
                    StaticCode.FIELD, record, f"{where} {name} has no {part}", do=f"Give option(…, {part}=…)"
                )


def check_secrets_marked(record: PluginRecord) -> Iterator[Finding]:
    """A setting whose name looks like a secret is of the kind `secret`."""
    for where, _, name, field in fields_of(record):
        looks = bool(_SECRET_PARTS & set(name.lower().split("_")) or _SECRET_NAME.search(name.lower()))
        if looks and _declared(field).get("kind") == "text":
            what = f"{where} {name} looks like a secret and is not one"
            yield finding(StaticCode.SECRET_UNMARKED, record, what, do='Declare it with kind="secret", or rename it')


def check_levels(record: PluginRecord) -> Iterator[Finding]:
    """Addresses and folders are asked of the operator only."""
    for where, level, name, field in fields_of(record):
        kind = _declared(field).get("kind")
        if kind in ("address", "folder") and level in ("connection", "integration"):
            what = f"{where} {name} asks an owner for one ({kind}), who could point the service anywhere"
            yield finding(StaticCode.LEVEL, record, what, do="Move it to the installation settings")


def check_json(record: PluginRecord) -> Iterator[Finding]:
    """What renderers get of every setting is the same after it was JSON."""
    for where, _, name, field in fields_of(record):
        shown = _shown(name, field)
        try:
            same = json.loads(json.dumps(shown)) == shown
        except (TypeError, ValueError):
            same = False
        if not same:
            what = f"{where} {name} changes when it is written as JSON and read again"
            yield finding(StaticCode.NOT_JSON, record, what, do="Use text for choices, and plain values for defaults")


def _shown(name: str, field: Any) -> dict[str, Any]:
    default = field.default
    if default is PydanticUndefined:
        default = None
    elif isinstance(default, date):
        default = default.isoformat()
    extra = {key: value for key, value in _declared(field).items() if key != "scope"}
    return {"name": name, "title": field.title, "help": field.description, "default": default, **extra}


def check_reprs(record: PluginRecord) -> Iterator[Finding]:
    """No secret stands in the repr of settings."""
    for component in record.components:
        for level, model in models_of(component):
            secrets = {name for name, field in model.model_fields.items() if _declared(field).get("secret")}
            given: dict[str, Any] = dict.fromkeys(secrets, SENTINEL)
            made = model.model_construct(None, **given)
            if secrets and SENTINEL[:10] in f"{made!r} {made}":
                what = f"the repr of the {level} settings of {component.id} shows {', '.join(sorted(secrets))}"
                yield finding(StaticCode.SECRET_SHOWN, record, what, do="Leave it out: option(…, repr=False)")


def check_imports(record: PluginRecord) -> Iterator[Finding]:
    """The plugin's package imports nothing of the core but the contract."""
    for path in package_files(record):
        allowed = {"plugin", "testing"} if "tests" in path.parts else {"plugin"}
        for name in _imported(ast.parse(path.read_text("utf-8"))):
            first, _, rest = name.partition(".")
            if first == CORE_DISTRIBUTION and rest.partition(".")[0] not in allowed:
                what = f"{path.name} imports {name}, which is not promised to anybody"
                yield finding(StaticCode.IMPORTS, record, what, do="Import from takings.plugin only")


def _imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module == CORE_DISTRIBUTION:
            yield from (f"{node.module}.{one.name}" for one in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module or ""


def check_notifiers(record: PluginRecord) -> Iterator[Finding]:
    """What a notifier sends with is no coroutine, which nobody would wait for."""
    for component in record.components:
        declaration = component.declaration
        if isinstance(declaration, NotifierType) and inspect.iscoroutinefunction(declaration.send):
            what = f"send of {component.id} is a coroutine function: it would return at once and tell nobody"
            yield finding(
                StaticCode.NOTIFIER, record, what, do="Make it an ordinary function; it is called in a thread"
            )


def package_of(record: PluginRecord) -> str:
    """Return the name of the plugin's top-level package, or nothing where its module is not known."""
    return record.module.partition(":")[0].partition(".")[0]


def package_files(record: PluginRecord) -> Iterator[Path]:
    """Yield the Python files of the plugin's package."""
    name = package_of(record)
    spec = find_spec(name) if name and name != CORE_DISTRIBUTION else None
    for folder in (spec and spec.submodule_search_locations) or ():
        yield from sorted(Path(folder).rglob("*.py"))
    if spec and spec.submodule_search_locations is None and spec.origin:
        yield Path(spec.origin)


def models_of(component: Component) -> Iterator[tuple[str, type[Settings]]]:
    """Yield the settings models of a component by level."""
    for level in ("installation", "connection", "integration", "settings"):
        model = getattr(component.declaration, level, None)
        if isinstance(model, type) and issubclass(model, Settings):
            yield level, model


def fields_of(record: PluginRecord) -> Iterator[tuple[str, str, str, Any]]:
    """Yield every setting that the plugin declares: where it stands in words, its level, its name, the field."""
    for component in record.components:
        for level, model in models_of(component):
            for name, field in model.model_fields.items():
                yield f"{component.id}, {level} setting", level, name, field


def check_migration(
    record: PluginRecord, component: Component, older: Mapping[tuple[int, int], Mapping[str, Mapping[str, Any]]]
) -> Iterator[Finding]:
    """Settings of older versions, given by version and level, become valid settings of today's."""
    declaration = component.declaration
    version, migrate = getattr(declaration, "settings_version", (1, 0)), getattr(declaration, "migrate", None)
    if version[0] > 1 and migrate is None:
        what = f"{component.id} has settings of version {version[0]} and no migrate"
        yield finding(StaticCode.MIGRATION, record, what, do="Declare migrate, which turns older settings into these")
        return
    models = dict(models_of(component))
    for stored, levels in older.items():
        for level, values in levels.items():
            given = json.loads(json.dumps(values))
            try:
                models[level].model_validate(migrate(level, stored, given) if migrate else given)
            except Exception as error:
                what = f"{level} settings of {component.id} of version {stored} don't become valid: {error}"
                yield finding(StaticCode.MIGRATION, record, what, do="Mend migrate for this version")


def _declared(field: Any) -> Mapping[str, Any]:
    extra = field.json_schema_extra
    declared = extra.get("takings") if isinstance(extra, dict) else None
    return declared if isinstance(declared, dict) else {}


#: The checks that need nothing but the record.
CHECKS = (
    check_loads,
    check_names,
    check_bounds,
    check_fields,
    check_secrets_marked,
    check_levels,
    check_json,
    check_reprs,
    check_imports,
    check_notifiers,
)
