"""The static files."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.responses import Response

from takings.web.call import Call, Page


def get(call: Call) -> Response:
    """Answer with a file."""
    params = call.request.path_params
    answer = call.site.assets.answer(params["digest"], params["name"])
    if answer is None:
        raise HTTPException(404)
    return answer


PAGES = (Page(path="/static/{digest}/{name}", name="static", get=get, public=True),)
