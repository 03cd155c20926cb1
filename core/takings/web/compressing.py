"""Sends large pages compressed: a table of eighty rows has 1.6 MB, of which 80 kB are left.

Only pages without a secret: what stays the same beside what a person sends could be guessed from the size. The token
of a form is another one on every page, and a page that shows an Auth Token is far below the limit.
"""

from __future__ import annotations

import gzip

from starlette.requests import Request
from starlette.responses import Response

#: Bytes from which a page is worth it.
LARGE = 100_000


def smaller(request: Request, answer: Response) -> Response:
    """Return an answer compressed where it is large and the browser takes it so."""
    body = bytes(answer.body)
    if len(body) < LARGE or "gzip" not in request.headers.get("accept-encoding", ""):
        return answer
    packed = gzip.compress(body, compresslevel=1, mtime=0)
    headers = {"content-encoding": "gzip", "vary": "accept-encoding"}
    return Response(packed, status_code=answer.status_code, headers=headers, media_type=answer.media_type)
