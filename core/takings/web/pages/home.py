"""The home of one integration: how it is doing, what comes next, its steps, and what can be done with it."""

from __future__ import annotations

from starlette.responses import Response

from takings.web.call import Call, Page
from takings.web.charts import bar_chart


def get(call: Call) -> Response:
    """Show an integration."""
    overview = call.engine.overview_of(call.principal, call.ref)
    values = {
        "overview": overview,
        "view": call.engine.integration(call.principal, call.ref),
        "setup": call.engine.setup(call.principal, call.ref),
        "runs": call.engine.runs(call.principal, call.ref, 5),
        "chart": bar_chart(overview.takings, overview.currency),
    }
    return call.page("home.html", values)


PAGES = (Page(path="/i/{ref}", name="home", get=get),)
