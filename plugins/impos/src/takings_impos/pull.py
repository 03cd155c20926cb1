"""Is responsible for pulling: what "Retrieve Data Now" reads from the venue's ImPOS service."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from takings.plugin import (
    AuthorisationExpired,
    Batch,
    Catalogue,
    Context,
    Finding,
    Misconfigured,
    Period,
    RawRecord,
    Retry,
    Source,
)

from . import findings
from .fields import Fields, Notes
from .jsontext import Decoded, NotReadable, page, text_of
from .reader import catalogue_of, decoded_or_refusal, raw
from .record import read_site
from .service import SETTING, Service

_LONGEST_CURSOR = 4000


class EndOfDaySource(Source):
    """A venue's ImPOS service, read with the Auth Token that ImPOS support has entered there."""

    def __init__(self, service_url: str, context: Context) -> None:
        self._service = Service(service_url, context)

    def check(self) -> Sequence[Finding]:
        """Say whether ImPOS support has authorised the integration, and whether the service is one."""
        try:
            body, _ = self._service.get("/v1/site")
        except AuthorisationExpired as refused:
            return (findings.waiting(refused.verbatim),)
        decoded = decoded_or_refusal(body)
        if not isinstance(decoded, Decoded):
            return (decoded,)
        notes = Notes()
        if isinstance(decoded.value, dict):
            read_site(Fields(decoded.value, "$", notes))
        else:
            notes.add(findings.wrong_type("$", decoded.value, "an object, the site"))
        return notes.told()

    def catalogue(self) -> Catalogue:
        """Return the venue's codes; `Misconfigured` when what answers is no catalogue."""
        body, _ = self._service.get("/v1/catalogue")
        catalogue = catalogue_of(body)
        if isinstance(catalogue, Catalogue):
            return catalogue
        raise _not_impos("catalogue", catalogue[0])

    def read(self, period: Period, cursor: str | None) -> Iterator[Batch]:
        """Yield a batch a page; the cursor is the address of the page that comes next."""
        start = self._service.follow(cursor, cursor) if cursor else None
        if start is None:
            # No cursor, or one of a service that was at another address: the period is read from its first page.
            params = {"from": period.first.isoformat(), "to": period.last.isoformat(), "page": "1"}
            body, url = self._service.get("/v1/end-of-day", params)
        else:
            body, url = self._service.get_url(start), start
        seen = {url}
        while True:
            records, link = _page(body)
            following = self._next(link, url, seen)
            yield Batch(records=records, cursor=following)
            if following is None:
                return
            body, url = self._service.get_url(following), following

    def _next(self, link: object, url: str, seen: set[str]) -> str | None:
        if link is None:
            return None
        following = self._service.follow(link, url) if isinstance(link, str) else None
        if following is None or len(following) > _LONGEST_CURSOR:
            raise Misconfigured(
                SETTING, f"its next page is said to be {findings.show(link)}, which is not on this service"
            )
        if following in seen:
            raise Misconfigured(SETTING, f"its pages go in a circle: {findings.show(link)} comes again")
        seen.add(following)
        return following


def _page(body: bytes) -> tuple[tuple[RawRecord, ...], object]:
    try:
        found, others = page(text_of(body), "items")
    except NotReadable as error:
        # Half an answer, or the page of something in between: as a rule it is whole the next time.
        raise Retry(f"ImPOS answered with something that is not JSON ({error}).") from error
    if found is None:
        raise _not_impos("end-of-day", findings.missing_field("$.items", "an array of records"))
    return tuple(raw(one, f"[{at}]") for at, one in enumerate(found)), others.get("next")


def _not_impos(what: str, finding: Finding) -> Retry | Misconfigured:
    if finding.code in ("impos.not_json", "impos.not_utf8"):
        return Retry(f"ImPOS answered for its {what} with something that is not JSON.")
    return Misconfigured(SETTING, f"what answers there gives no {what} of ImPOS: {finding}")
