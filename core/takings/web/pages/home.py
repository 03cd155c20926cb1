"""The home of one integration: how it is doing, what comes next, its steps, and what can be done with it."""

from __future__ import annotations

from starlette.responses import Response

from takings.views import IntegrationView
from takings.web.call import Call, Page
from takings.web.charts import bar_chart


def get(call: Call) -> Response:
    """Show an integration."""
    overview = call.engine.overview_of(call.principal, call.ref)
    view = call.engine.integration(call.principal, call.ref)
    values = {
        "overview": overview,
        "view": view,
        "setup": call.engine.setup(call.principal, call.ref),
        "runs": call.engine.runs(call.principal, call.ref, 5),
        "chart": bar_chart(overview.takings, overview.currency),
        "titles": _titles(call, view),
    }
    return call.page("home.html", values)


def _titles(call: Call, view: IntegrationView) -> dict[str, str]:
    """Return how the two systems are called; the component's id where its plugin is not loaded."""
    source, target = view.source.component, view.target_component
    sources, targets = call.engine.plugins.sources(), call.engine.plugins.targets()
    return {
        "source": sources[source].title if source in sources else source,
        "target": targets[target].title if target in targets else target,
    }


PAGES = (Page(path="/i/{ref}", name="home", get=get),)
