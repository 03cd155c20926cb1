"""The dashboard: all integrations of an owner, those that need a person first."""

from __future__ import annotations

from starlette.responses import Response

from takings.web.call import Call, Page
from takings.web.charts import bar_chart


def get(call: Call) -> Response:
    """Show all integrations; whoever may reach one only is sent there."""
    if call.person.integration:
        return call.go("home", ref=call.person.integration)
    overviews = call.engine.overview(call.principal)
    charts = {one.id: bar_chart(one.takings, one.currency) for one in overviews}
    return call.page("dashboard.html", {"overviews": overviews, "charts": charts})


PAGES = (Page(path="/", name="dashboard", get=get),)
