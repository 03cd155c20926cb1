"""What is told about a plugin and its components, as the documented JSON shapes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from takings.host import Component, PluginRecord

_LEVELS = ("installation", "connection", "integration", "settings")


def plugin_shape(record: PluginRecord) -> dict[str, Any]:
    """Return the shape Plugin: what `plugins list` tells."""
    return {
        "id": record.id,
        "distribution": record.distribution,
        "version": record.version,
        "state": record.state.value,
        "reason": record.reason,
        "warnings": record.warnings,
        "load_seconds": f"{record.load_seconds:.3f}",
        "components": [{"kind": one.kind.value, "id": one.id, "title": one.title} for one in record.components],
    }


def detail_shape(record: PluginRecord, *, verbose: bool) -> dict[str, Any]:
    """Return the shape PluginDetail: all that is known of a plugin, loaded or not."""
    info = record.info
    return {
        **plugin_shape(record),
        "title": info.title if info else "",
        "api": info.api if info else None,
        "home_page": info.home_page if info else "",
        "module": record.module,
        "path": record.path,
        "hooks": record.hooks,
        "traceback": record.traceback if verbose else "",
        "components": [component_shape(one) for one in record.components],
    }


def component_shape(component: Component) -> dict[str, Any]:
    """Return the shape Component; what a kind of component does not have is empty."""
    declared = component.declaration
    connecting = getattr(declared, "connecting", None)
    version = getattr(declared, "settings_version", None)
    sandbox = getattr(declared, "sandbox", None)
    return {
        "kind": component.kind.value,
        "id": component.id,
        "title": component.title,
        "connecting": type(connecting).__name__ if connecting else "",
        "ways_in": sorted(one.value for one in getattr(declared, "ways_in", ())),
        "flows": [one.key for one in getattr(declared, "flows", ())],
        "dimensions": [one.key for one in getattr(declared, "dimensions", ())],
        "operations": [one.key for one in getattr(declared, "kinds", ())],
        "steps": [
            {"key": one.key, "title": one.title, "phase": one.phase.value} for one in getattr(declared, "steps", ())
        ],
        "settings": list(_fields(declared)),
        "settings_version": f"{version[0]}.{version[1]}" if version else "",
        "capabilities": sorted(one.value for one in getattr(declared, "capabilities", ())),
        "sandbox": sandbox.module if sandbox else "",
        "docs_url": getattr(declared, "docs_url", ""),
    }


def _fields(declared: Any) -> Iterator[dict[str, Any]]:
    for level in _LEVELS:
        model = getattr(declared, level, None)
        for name, field in model.model_fields.items() if model else ():
            extra = field.json_schema_extra["takings"]
            yield {
                "level": "numbering" if level == "settings" else level,
                "name": name,
                "title": field.title,
                "kind": extra["kind"],
                "secret": extra["secret"],
                "required": field.is_required(),
                "help": field.description or "",
            }
