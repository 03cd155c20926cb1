"""The embedding API: everything that a host, the command line and the web can ask of takings, for one database."""

from __future__ import annotations

from takings.engine.alerting import Alerting
from takings.engine.api_keys import ApiKeys
from takings.engine.checking import Checking
from takings.engine.confirming import Confirming
from takings.engine.connecting import Connecting
from takings.engine.deciding import Deciding
from takings.engine.deleting import Deleting
from takings.engine.history import History
from takings.engine.links import Links
from takings.engine.mapping import Mapping
from takings.engine.numbering import Numbering
from takings.engine.paging import Paging
from takings.engine.paying import Payments
from takings.engine.posting import Posting
from takings.engine.reporting import Reporting
from takings.engine.running import Running
from takings.engine.setting_up import Provisioning
from takings.engine.wizard import Wizard


class Engine(
    Wizard,
    Provisioning,
    Connecting,
    Mapping,
    Numbering,
    Posting,
    Checking,
    Deciding,
    Confirming,
    Payments,
    History,
    Paging,
    Reporting,
    Links,
    Deleting,
    Running,
    Alerting,
    ApiKeys,
):
    """One engine on one database; a context manager, safe in any number of threads.

    `database` is a path or URL (or an open `Database`), `keys` seal the credentials, `transport` replaces the network
    (an `httpx.BaseTransport`), `installation` has the operator's settings of the components. There is no global
    state: two engines with different databases and plugins work in one process. Each method takes the `Principal` on
    whose behalf it acts and sees that owner's data only.
    """


__all__ = ["Engine"]
