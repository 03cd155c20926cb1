"""What all conformance classes share: the plugin under test, declared failures, and that nobody changes a test."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import pytest

from takings.domain.findings import Finding
from takings.host import PluginRecord
from takings.host.guard import describe
from takings.testing.loading import PluginUnderTest, find_plugin

T = TypeVar("T")

_GUARD = "test_no_standard_test_is_changed"
_KEPT = pytest.StashKey[dict[str, Any]]()
_FAILED = pytest.StashKey[dict[str, str]]()


class Conformance:
    """The base of the conformance classes.

    `component` is the id of what is tested. `known_failures` maps names of standard tests to the reason why they fail
    today: they are expected to fail, and a test that passes in spite of it fails the run. `project` is the folder of
    a plugin that is not installed; `entry_points` replaces what is installed, for tests of the kit.
    """

    component: ClassVar[str] = ""
    known_failures: ClassVar[Mapping[str, str]] = {}
    project: ClassVar[Path | None] = None
    entry_points: ClassVar[Sequence[EntryPoint]] = ()

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        if not _is_ours(cls) and _GUARD in vars(cls):
            raise TypeError(f"{cls.__name__} may not replace {_GUARD}")

    @classmethod
    def standard_tests(cls) -> dict[str, Callable[..., None]]:
        """Return the tests that the kit itself declares for this class, by name."""
        found: dict[str, Callable[..., None]] = {}
        for one in reversed(cls.__mro__):
            if _is_ours(one):
                found |= {name: value for name, value in vars(one).items() if name.startswith("test_")}
        return found

    @pytest.fixture(autouse=True)
    def _expected_failure(self, request: pytest.FixtureRequest) -> None:
        """Make a declared failure a strict expected one."""
        reason = self.known_failures.get(getattr(request.node, "originalname", ""))
        if reason:
            request.node.add_marker(pytest.mark.xfail(reason=reason, strict=True))

    @pytest.fixture
    def plugin(self, request: pytest.FixtureRequest) -> PluginUnderTest:
        """The plugin, loaded through its entry point."""
        name, project, entries = self.component.partition(":")[0], self.project, self.entry_points
        return once_a_class(request, "plugin", lambda stack: find_plugin(name, project, entries))

    @pytest.fixture
    def record(self, plugin: PluginUnderTest) -> PluginRecord:
        """The record of the plugin, which must be loaded."""
        if not plugin.record.is_loaded:
            pytest.skip(f"the plugin is {plugin.record.state}: {plugin.record.reason}")
        return plugin.record

    def test_no_standard_test_is_changed(self) -> None:
        """No standard test is replaced or removed: what fails for a reason is declared in `known_failures`."""
        for name, standard in self.standard_tests().items():
            mine = getattr(type(self), name, None)
            assert mine is standard, f"{name} is replaced or removed; declare it in known_failures with the reason"

    def test_known_failures_are_standard_tests_with_a_reason(self) -> None:
        """Every declared failure names a standard test and says why it fails."""
        for name, reason in self.known_failures.items():
            assert name in self.standard_tests(), f"there is no standard test {name}"
            assert reason.strip(), f"the known failure {name} has no reason"


def _is_ours(one: type) -> bool:
    return one.__module__.startswith("takings.testing.")


def none_of(findings: Iterable[Finding]) -> None:
    """Fail with what the findings say, if there are any."""
    found = tuple(findings)
    assert not found, "\n" + "\n".join(f"- {one}" for one in found)


def needs(condition: object, reason: str) -> None:
    """Skip the test visibly unless the condition holds."""
    if not condition:
        pytest.skip(reason)


def once_a_class(request: pytest.FixtureRequest, name: str, make: Callable[[ExitStack], T]) -> T:
    """Return what `make` made for the first test of the class; what it enters ends with the class.

    Where it fails, the first test that needs it says so, and the others are skipped: one fault is told once.
    """
    node = request.node.getparent(pytest.Class)
    kept, failed = node.stash.setdefault(_KEPT, {}), node.stash.setdefault(_FAILED, {})
    if name in failed:
        pytest.skip(f"the test before could not be prepared: {failed[name]}")
    if name not in kept:
        with ExitStack() as stack:
            try:
                kept[name] = make(stack)
            except Exception as error:
                failed[name] = describe(error)
                raise
            lasting = stack.pop_all()
        node.addfinalizer(lasting.close)
        node.addfinalizer(lambda: kept.pop(name, None))
    found: T = kept[name]
    return found
