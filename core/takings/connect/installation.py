"""The operator's settings for each component: read from one TOML file, with the environment on top."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from takings.errors import InstallationError, Misconfigured
from takings.plugin.settings import Settings

#: The table of the file that is the engine's own; tables of components always have a colon in their name.
ENGINE_TABLE = "takings"
PREFIX = "TAKINGS_"

Model = TypeVar("Model", bound=Settings)


class Installation:
    """What the operator set for each component, by component id."""

    def __init__(self, values: Mapping[str, Mapping[str, Any]]) -> None:
        self._values = {component: dict(settings) for component, settings in values.items()}
        self._overrides: dict[tuple[str, str], dict[str, str]] = {}
        self._file: Path | None = None

    @classmethod
    def load(cls, *, file: Path | None, environ: Mapping[str, str]) -> Installation:
        """Read the file, if there is one, and the variables `TAKINGS_<PLUGIN>__<KEY>__<FIELD>`.

        Raises `InstallationError` that names the file and the place in it.
        """
        installation = cls(_read(file) if file is not None else {})
        installation._file = file
        for name, text in environ.items():
            parts = name.removeprefix(PREFIX).split("__", 2)
            if name.startswith(PREFIX) and len(parts) == 3 and all(parts):
                plugin, key, field = parts
                installation._overrides.setdefault((plugin, key), {})[field] = text
        hosts = environ.get(f"{PREFIX}PLAIN_HTTP_HOSTS")
        if hosts is not None:
            own = installation._values.setdefault(ENGINE_TABLE, {})
            own["plain_http_hosts"] = _listed(hosts)
        for name in ("notifiers", "alerts_to"):
            given = environ.get(f"{PREFIX}{name.upper()}")
            if given is not None:
                own = installation._values.setdefault(ENGINE_TABLE, {})
                own[name] = _listed(given) if name == "notifiers" else given.strip()
        return installation

    @property
    def plain_http_hosts(self) -> frozenset[str]:
        """The hosts that may be called without TLS, besides this machine itself."""
        hosts = self._values.get(ENGINE_TABLE, {}).get("plain_http_hosts", [])
        if not isinstance(hosts, list) or not all(isinstance(host, str) for host in hosts):
            raise Misconfigured(f"{ENGINE_TABLE}.plain_http_hosts", "it is a list of host names.")
        return frozenset(host.lower() for host in hosts)

    @property
    def notifiers(self) -> tuple[str, ...]:
        """The notifiers that bring alerts to people, by component id; the program's log unless it is said."""
        named = self._values.get(ENGINE_TABLE, {}).get("notifiers", ["builtin:log"])
        if not isinstance(named, list) or not all(isinstance(one, str) for one in named):
            raise Misconfigured(f"{ENGINE_TABLE}.notifiers", "it is a list of notifiers, like builtin:email.")
        return tuple(named)

    @property
    def alerts_to(self) -> str:
        """The operator's own address, which gets the alerts of all owners; empty for none."""
        address = self._values.get(ENGINE_TABLE, {}).get("alerts_to", "")
        if not isinstance(address, str):
            raise Misconfigured(f"{ENGINE_TABLE}.alerts_to", "it is an e-mail address.")
        return address

    def settings(self, component: str, model: type[Model]) -> Model:
        """Return the validated settings of a component.

        Raises `Misconfigured`, which names the field and where it is set, never the value of a secret.
        """
        values = dict(self._values.get(component, {}))
        fields = {_variable_part(name): name for name in model.model_fields}
        for variable, text in self._overrides.get(_variable_parts(component), {}).items():
            if variable not in fields:
                raise Misconfigured(f"{component}.{variable.lower()}", _unknown(variable, component, tuple(fields)))
            values[fields[variable]] = text
        try:
            return model.model_validate(values)
        except ValidationError as problem:
            refusal = self._misconfigured(component, model, problem)
        raise refusal  # out here: the validator's error, which may quote a secret, is not dragged along

    def _misconfigured(self, component: str, model: type[Settings], problem: ValidationError) -> Misconfigured:
        # Only the kind of problem is told for a secret: a validator's own message may quote the value.
        first = problem.errors(include_input=False, include_url=False, include_context=False)[0]
        place = [str(part) for part in first["loc"]]
        field = place[0] if place else ""
        said = first["msg"]
        if _is_secret(model, field) and first["type"] != "missing":
            said = "the value is not acceptable"
        hint = f"{said}. {self._where(component, field)}"
        return Misconfigured(".".join([component, *place]), hint)

    def _where(self, component: str, field: str) -> str:
        variable = f"{PREFIX}{'__'.join(_variable_parts(component))}__{_variable_part(field)}"
        place = f"[{_quoted(component)}] of {self._file or 'the installation file'}"
        return f"It is set as {field} in {place}, or in the environment as {variable}."


def _read(file: Path) -> dict[str, dict[str, Any]]:
    try:
        tables = tomllib.loads(file.read_text("utf-8"))
    except OSError as problem:
        raise InstallationError(f"The installation file {file} can't be read: {problem.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise InstallationError(f"The installation file {file} is not TOML: {problem}.") from None
    for name, table in tables.items():
        if not isinstance(table, dict):
            hint = "settings stand in tables named by component, like" + ' ["plugin:key"]'
            raise InstallationError(f"The installation file {file} has {name} outside a table: {hint}.")
        if name != ENGINE_TABLE and ":" not in name:
            hint = f'a table is named by a component, like ["plugin:key"], or [{ENGINE_TABLE}]'
            raise InstallationError(f"The installation file {file} has a table [{name}]: {hint}.")
    return tables


def _variable_parts(component: str) -> tuple[str, str]:
    plugin, _, key = component.partition(":")
    return _variable_part(plugin), _variable_part(key)


def _variable_part(name: str) -> str:
    return name.upper().replace("-", "_")


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _quoted(component: str) -> str:
    return f'"{component}"'


def _unknown(variable: str, component: str, known: tuple[str, ...]) -> str:
    start = f"{PREFIX}{'__'.join(_variable_parts(component))}__"
    there = f"there are: {', '.join(start + name for name in known)}" if known else "the component has no settings"
    return f"the environment has {start}{variable}, but {there}."


def _is_secret(model: type[Settings], field: str) -> bool:
    info = model.model_fields.get(field)
    extra = info.json_schema_extra if info is not None else None
    own = extra.get("takings") if isinstance(extra, dict) else None
    return isinstance(own, dict) and bool(own.get("secret"))
