"""Settings as they are stored, brought to the version that the installed plugin declares.

The core decides here, once for every plugin: the same major version is read both ways, an older one is migrated on a
copy that must validate, a newer one pauses what uses it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from takings.errors import Misconfigured, PluginFault, SettingsTooNew, UsageError
from takings.plugin.settings import Settings
from takings.plugin.sources import SourceType
from takings.plugin.targets import TargetType
from takings.setup.fields import sentence


def validate_settings(model: type[Settings], values: Mapping[str, Any], place: str) -> dict[str, Any]:
    """Return settings as they are stored, or raise Misconfigured with the field and what is expected.

    It ends a command like any value that is not allowed; stored settings are to be mended instead.
    """
    try:
        return model.model_validate(values).model_dump(mode="json", exclude_unset=True)
    except ValidationError as problem:
        refused = _misconfigured(model, problem, place)
        refused.exit_code = UsageError.exit_code
        raise refused from None


def current_settings(
    declared: SourceType | TargetType, level: str, values: Mapping[str, Any], *, stored: str, place: str
) -> Settings:
    """Return the settings of one level, migrated where they were stored by an older version of the plugin.

    `stored` is the version they were stored with, like `1.0`; `place` names the component in messages. Raises
    `PluginFault` where the plugin's own migration fails.
    """
    model: type[Settings] = getattr(declared, level)
    try:
        return model.model_validate(migrated(declared, level, values, stored=stored, place=place))
    except ValidationError as problem:
        raise _misconfigured(model, problem, place) from None


def migrated(
    declared: SourceType | TargetType, level: str, values: Mapping[str, Any], *, stored: str, place: str
) -> dict[str, Any]:
    """Return stored values as the installed version of the plugin wants them; nothing is checked yet."""
    version, wanted = parse_version(stored), declared.settings_version
    if version[0] > wanted[0]:
        raise SettingsTooNew(place, stored, show_version(wanted))
    if version[0] == wanted[0] or declared.migrate is None:
        return dict(values)
    try:
        return dict(declared.migrate(level, version, dict(values)))
    except Exception as error:
        problem = f"migrating settings of version {stored} ended with {type(error).__name__}: {error}"
        raise PluginFault(place.partition(":")[0], place, problem) from error


def parse_version(text: str) -> tuple[int, int]:
    """Read a settings version such as `1.0`."""
    major, _, minor = text.partition(".")
    return int(major), int(minor or 0)


def show_version(version: tuple[int, int]) -> str:
    """Write a settings version."""
    return f"{version[0]}.{version[1]}"


def _misconfigured(model: type[Settings], problem: ValidationError, place: str) -> Misconfigured:
    first = problem.errors(include_input=False, include_url=False)[0]
    field = ".".join([place, *(str(part) for part in first["loc"])])
    known = ", ".join(model.model_fields) or "none"
    unknown = first["type"] == "extra_forbidden"
    hint = f"there is no such setting; there are: {known}" if unknown else sentence(model, first)
    refused = Misconfigured(field, hint)
    if not first["loc"]:
        refused.args = (f"The settings of {place} do not go together: {hint}",)
    return refused
