"""What an integration does without asking: late changes, checks, its time, and where its other settings are."""

from __future__ import annotations

from starlette.responses import Response

from takings.web.call import Call, Page
from takings.web.choices import policies


def show(call: Call) -> Response:
    """Show the settings that are not answers of the setup, and lead to those that are."""
    values = {
        "view": call.engine.integration(call.principal, call.ref),
        "setup": call.engine.setup(call.principal, call.ref),
        "drift": call.engine.drift(call.principal, call.ref),
        "policies": policies(),
    }
    return call.page("settings.html", values)


def late_changes(call: Call) -> Response:
    """Say what becomes of posted days that come again with other amounts."""
    view = call.engine.integration(call.principal, call.ref)
    call.engine.set_late_changes(call.principal, view.id, call.text("policy"))
    return call.go("settings", ref=call.ref, done="saved")


PAGES = (
    Page(path="/i/{ref}/settings", name="settings", get=show),
    Page(path="/i/{ref}/settings/late-changes", name="late_changes", post=late_changes, act="configure"),
)
