"""The answers that are not a success, with the bodies that the real API sends for them."""

from __future__ import annotations

import uuid
from typing import Any


class Problem(Exception):
    """A call that ends with an error answer; `body` None means an empty body."""

    status = 500

    def __init__(
        self,
        body: dict[str, Any] | str | None = None,
        *,
        content_type: str | None = "application/json; charset=utf-8",
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(str(body))
        self.body = body
        self.content_type = content_type
        self.headers = headers or {}


class ValidationFailed(Problem):
    """400: at least one element of the request breaks a rule; nothing was stored."""

    status = 400

    def __init__(self, elements: list[dict[str, Any]]) -> None:
        super().__init__(
            {
                "ErrorNumber": 10,
                "Type": "ValidationException",
                "Message": "A validation exception occurred",
                "Elements": elements,
            }
        )


class PostDataInvalid(Problem):
    """400: the body cannot be read."""

    status = 400

    def __init__(self, message: str) -> None:
        super().__init__({"ErrorNumber": 14, "Type": "PostDataInvalidException", "Message": message})


class QueryInvalid(Problem):
    """400: the `where` or `order` of the query cannot be read."""

    status = 400

    def __init__(self, message: str) -> None:
        super().__init__({"ErrorNumber": 16, "Type": "QueryParseException", "Message": message})


class NoData(Problem):
    """400: a body without a single element. ErrorNumber 17 is a guess of the reference."""

    status = 400

    def __init__(self) -> None:
        super().__init__(
            {"ErrorNumber": 17, "Type": "NoDataProcessedException", "Message": "No data has been processed"}
        )


class BadIdempotencyKey(Problem):
    """400: the Idempotency-Key is too long, or was used with another request."""

    status = 400

    def __init__(self, message: str) -> None:
        super().__init__({"Title": "Bad Request", "Status": 400, "Detail": message, "Type": None})


class TooLarge(Problem):
    """413: the body is larger than Xero takes."""

    status = 413

    def __init__(self) -> None:
        super().__init__(None, content_type=None)


def _gateway(title: str, status: int, detail: str) -> dict[str, Any]:
    return {
        "Type": None,
        "Title": title,
        "Status": status,
        "Detail": detail,
        "Instance": str(uuid.uuid4()),
        "Extensions": {},
    }


class Unauthorised(Problem):
    """401 in one of its three variants: expired, unknown token, missing scope."""

    status = 401

    def __init__(self, detail: str, *, scope_missing: bool = False) -> None:
        headers = {"WWW-Authenticate": 'Bearer error="insufficient_scope"'} if scope_missing else {}
        super().__init__(_gateway("Unauthorized", 401, detail), headers=headers)


class Forbidden(Problem):
    """403: the tenant header is missing, wrong, or names a disconnected organisation."""

    status = 403

    def __init__(self) -> None:
        super().__init__(_gateway("Forbidden", 403, "AuthenticationUnsuccessful"))


class NotFound(Problem):
    """404: an empty HTML page, as the real API answers."""

    status = 404

    def __init__(self) -> None:
        super().__init__("", content_type="text/html; charset=utf-8")


class NotAllowed(Problem):
    """405: the resource exists and the method does not."""

    status = 405

    def __init__(self) -> None:
        super().__init__("", content_type="text/html; charset=utf-8")


class NotSimulated(Problem):
    """404 with a sentence: real Xero has this, the sandbox does not."""

    status = 404

    def __init__(self, what: str) -> None:
        super().__init__(f"The Xero sandbox does not simulate {what}.", content_type="text/plain; charset=utf-8")


class RateLimited(Problem):
    """429 with an empty body and no content type; Retry-After for minute and day only."""

    status = 429

    def __init__(self, problem: str, retry_after: int | None) -> None:
        headers = {"X-Rate-Limit-Problem": problem}
        if retry_after is not None:
            headers["Retry-After"] = str(retry_after)
        super().__init__(None, content_type=None, headers=headers)


class ServerError(Problem):
    """500 with the body of the real API."""

    status = 500

    def __init__(self) -> None:
        super().__init__(
            {
                "Title": "An error occurred",
                "Detail": "An error occurred in Xero. Check the API Status page "
                "http://status.developer.xero.com for current service status.",
                "Status": 500,
                "Instance": str(uuid.uuid4()),
            }
        )


class Invalid(Exception):
    """One element breaks rules: every message, and what the answer echoes of the element."""

    def __init__(self, messages: list[str], echo: dict[str, Any] | None = None) -> None:
        super().__init__("; ".join(messages))
        self.messages = messages
        self.echo = echo
