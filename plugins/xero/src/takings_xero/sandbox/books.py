"""One organisation's books during one call: documents, and cached accounts, rates, tracking and lock dates."""

from __future__ import annotations

from datetime import date
from functools import cached_property

from takings_xero.sandbox import dates, messages
from takings_xero.sandbox.documents import ACCOUNT, CONTACT, ORGANISATION, TAX_RATE, TRACKING, Documents, Kind
from takings_xero.sandbox.store import Store
from takings_xero.sandbox.wire import Doc


class Books:
    """What the resources read and write; made anew for each call."""

    def __init__(self, store: Store, tenant: str) -> None:
        self.store = store
        self.tenant = tenant
        self.documents = Documents(store, tenant)
        self._contacts: dict[str, Doc | None] = {}

    @cached_property
    def organisation(self) -> Doc:
        """The organisation's own record."""
        found = self.documents.get(ORGANISATION, self.tenant)
        assert found is not None
        return found

    @cached_property
    def accounts(self) -> list[Doc]:
        """All accounts, archived ones too, by code."""
        return sorted(self.documents.where(ACCOUNT), key=lambda one: (one.get("Code") or "", one["Name"]))

    @cached_property
    def _by_code(self) -> dict[str, Doc]:
        return {one["Code"].lower(): one for one in self.accounts if one.get("Code")}

    @cached_property
    def _by_id(self) -> dict[str, Doc]:
        return {one["AccountID"]: one for one in self.accounts}

    def account(self, *, ident: str | None = None, code: str | None = None) -> Doc | None:
        """Return an account by its id, else by its code."""
        if ident:
            return self._by_id.get(str(ident).lower())
        return self._by_code.get(str(code).lower()) if code else None

    def system_account(self, name: str) -> Doc | None:
        """Return the account that Xero itself uses, for example DEBTORS or GST."""
        return next((one for one in self.accounts if one.get("SystemAccount") == name), None)

    @cached_property
    def tax_rates(self) -> dict[str, Doc]:
        """Tax rates by tax type."""
        return {one["TaxType"]: one for one in self.documents.where(TAX_RATE)}

    @cached_property
    def no_tax_type(self) -> str:
        """The tax type of lines without tax: BASEXCLUDED in Australia, NONE elsewhere."""
        return "NONE" if "NONE" in self.tax_rates else "BASEXCLUDED"

    @cached_property
    def tracking(self) -> list[Doc]:
        """Tracking categories with their options."""
        return self.documents.where(TRACKING)

    def contact(self, ident: str) -> Doc | None:
        """Return a contact by its id."""
        if ident not in self._contacts:
            self._contacts[ident] = self.documents.get(CONTACT, ident)
        return self._contacts[ident]

    def forget_contact(self, ident: str) -> None:
        """Drop a contact from the cache after it was written."""
        self._contacts.pop(ident, None)

    def today(self, now: float) -> date:
        """Return the day in the organisation's time zone."""
        return dates.today(str(self.organisation.get("Timezone", "UTC")), now)

    @cached_property
    def year_lock(self) -> date | None:
        """The end of year lock date."""
        return self._lock("EndOfYearLockDate")

    @cached_property
    def period_lock(self) -> date | None:
        """The period lock date."""
        return self._lock("PeriodLockDate")

    def _lock(self, key: str) -> date | None:
        found = self.organisation.get(key)
        return dates.read_day(found) if found else None

    def lock_messages(self, day: date) -> list[str]:
        """Return what Xero says about a document of this day: nothing, one or both sentences."""
        said = []
        if self.year_lock and day <= self.year_lock:
            said.append(messages.before_year_lock(self.year_lock))
        if self.period_lock and day <= self.period_lock:
            said.append(messages.before_period_lock(self.period_lock))
        return said

    def edit_lock_messages(self, day: date) -> list[str]:
        """Return what Xero says about editing a standing document of this day."""
        if self.year_lock and day <= self.year_lock:
            return [messages.edit_before_lock("end of year")]
        if self.period_lock and day <= self.period_lock:
            return [messages.edit_before_lock("period")]
        return []

    def next_number(self, kind: Kind, prefix: str) -> str:
        """Return the next free number of the organisation's own sequence, for example INV-0001."""
        key = f"sequence/{self.tenant}/{kind.key}"
        count = int(self.store.note(key, 0))
        while True:
            count += 1
            number = f"{prefix}-{count:04d}"
            if not self.documents.number_used(kind, number):
                self.store.remember(key, count)
                return number
