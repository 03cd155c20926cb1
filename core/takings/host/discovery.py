"""Which plugins are installed, and what can be decided about them without importing anything."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from importlib.metadata import EntryPoint, PackageNotFoundError, distributions, entry_points

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from takings.host.records import BUILTIN, CORE_DISTRIBUTION, PluginRecord, PluginState
from takings.host.selection import EVERY_PLUGIN
from takings.plugin import ENTRY_POINT_GROUP


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An entry point with the distribution that declares it; both texts are empty where none does."""

    entry: EntryPoint
    distribution: str
    version: str

    @property
    def id(self) -> str:
        """The plugin's id."""
        return self.entry.name

    def record(self, state: PluginState, reason: str) -> PluginRecord:
        """Return the record of this candidate, if it goes no further."""
        return PluginRecord(
            id=self.id,
            distribution=self.distribution,
            version=self.version,
            state=state,
            reason=reason,
            module=self.entry.value,
            path=self.path,
        )

    @property
    def path(self) -> str:
        """The file of the plugin's module where it was imported, else the folder that it is installed in."""
        module = sys.modules.get(self.entry.value.partition(":")[0])
        try:
            folder = self.entry.dist.locate_file("") if self.entry.dist else ""
            return str(getattr(module, "__file__", None) or folder)
        except Exception:
            return ""


def find_candidates(entries: Iterable[EntryPoint] | None = None) -> tuple[Candidate, ...]:
    """Return the entry points of the group, ordered so that nothing depends on the order of installation."""
    candidates = [_candidate(entry) for entry in (_installed() if entries is None else entries)]
    return tuple(sorted(candidates, key=lambda one: (one.id, one.distribution, one.version, one.entry.value)))


def _installed() -> list[EntryPoint]:
    try:
        return list(entry_points(group=ENTRY_POINT_GROUP))
    except Exception:
        # One distribution with damaged metadata, a plugin or not, makes the call above fail for all of them.
        return list(_one_by_one())


def _one_by_one() -> Iterator[EntryPoint]:
    seen: set[str] = set()
    for distribution in distributions():
        try:
            name = canonicalize_name(distribution.name)
            found = [one for one in distribution.entry_points if one.group == ENTRY_POINT_GROUP]
        except Exception:  # noqa: S112 - what can't be read offers nothing
            continue
        if name not in seen:
            yield from found
        seen.add(name)


def _candidate(entry: EntryPoint) -> Candidate:
    name = version = ""
    try:
        if entry.dist:
            name, version = canonicalize_name(entry.dist.name), entry.dist.version
    except Exception:
        name = version = ""
    return Candidate(entry=entry, distribution=name, version=version)


def why_not_selected(
    candidate: Candidate, *, allow: Collection[str] | None, disabled: Collection[str]
) -> PluginRecord | None:
    """Return the record of a candidate that is switched off or not on the allow list.

    The allow list keeps foreign code out, so it never concerns the plugin that is part of the core.
    """
    own = candidate.id == BUILTIN and candidate.distribution == CORE_DISTRIBUTION
    if candidate.id in disabled:
        return candidate.record(PluginState.DISABLED, f"the plugin {candidate.id} is disabled")
    if EVERY_PLUGIN in disabled and not own:
        return candidate.record(PluginState.DISABLED, "all plugins but the built-in one are disabled")
    if allow is not None and candidate.id not in allow and not own:
        return candidate.record(PluginState.NOT_ALLOWED, f"{candidate.id} is not on the list of allowed plugins")
    return None


def settle_conflicts(
    candidates: Iterable[Candidate], prefer: Mapping[str, str]
) -> tuple[list[Candidate], list[PluginRecord]]:
    """Return the candidates whose id is theirs alone, and records of those whose is not.

    Of several neither loads, because whichever did would be chance; `prefer` gives an id to one distribution.
    """
    groups: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        groups.setdefault(candidate.id, []).append(candidate)
    clear: list[Candidate] = []
    records: list[PluginRecord] = []
    for plugin, group in groups.items():
        winner, state = _winner(group, prefer.get(plugin, ""))
        if winner:
            clear.append(winner)
        records += [one.record(state, _why_conflict(group, winner)) for one in group if one is not winner]
    return clear, records


def _winner(group: list[Candidate], preferred: str) -> tuple[Candidate | None, PluginState]:
    """Return who gets the id, if anyone does, and the state of the others."""
    if len(group) == 1:
        return group[0], PluginState.CONFLICT
    # Nobody takes the place of the core's own plugin by accident, so it needs no preference.
    own = CORE_DISTRIBUTION if group[0].id == BUILTIN else ""
    chosen = canonicalize_name(preferred or own)
    fitting = [one for one in group if chosen and one.distribution == chosen]
    if len(fitting) != 1:
        return None, PluginState.CONFLICT
    return fitting[0], PluginState.DISABLED if preferred else PluginState.CONFLICT


def _why_conflict(group: list[Candidate], winner: Candidate | None) -> str:
    names = " and ".join(f"{one.distribution or 'an unknown distribution'} {one.version}".strip() for one in group)
    reason = f"{names} offer the same plugin {group[0].id}"
    if winner:
        return f"{reason}, and {winner.distribution} is preferred"
    return f"{reason}: uninstall one, or prefer one by its distribution's name"


def core_version() -> str:
    """Return the installed version of the core, or an empty text where it runs without being installed."""
    try:
        return metadata.version(CORE_DISTRIBUTION)
    except PackageNotFoundError:
        return ""


def why_incompatible(candidate: Candidate, core: str) -> str:
    """Return why the distribution's own requirements rule this core out, read without importing it, or nothing.

    The installer checks this too; what was installed without dependencies, or went stale, is caught here.
    """
    if not core or not candidate.entry.dist or candidate.distribution == CORE_DISTRIBUTION:
        return ""
    try:
        requirements = candidate.entry.dist.requires or []
    except Exception:
        return ""
    for text in requirements:
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            continue
        if canonicalize_name(requirement.name) != CORE_DISTRIBUTION:
            continue
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        if not requirement.specifier.contains(core, prereleases=True):
            return f"it requires {CORE_DISTRIBUTION}{requirement.specifier}, and this is {CORE_DISTRIBUTION} {core}"
    return ""
