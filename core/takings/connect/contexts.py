"""Makes the context that a plugin is given, for each way of connecting."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import partial

from takings.clock import wait
from takings.connect import components, tokens
from takings.connect.budget import CallBudget, CallBudgets, Progress
from takings.connect.components import Host
from takings.connect.context import AuthorisedHttp, Authoriser, PluginContext, PluginLog, Refusing, Unauthorised
from takings.connect.files import FolderFiles, NoFiles
from takings.connect.http import HttpPool
from takings.connect.installation import Installation
from takings.connect.oauth import OAuthFlow
from takings.connect.redaction import Secrets
from takings.errors import AuthorisationExpired, Disconnected
from takings.plugin.connecting import NoConnection, OAuth2, TokenHandedOut
from takings.plugin.context import Clock, Files
from takings.plugin.kinds import Budget
from takings.plugin.sources import SourceType
from takings.plugin.targets import TargetType
from takings.store.database import Database
from takings.store.secrets import KeyRing
from takings.store.states import ConnectionState
from takings.store.tables import Connection

#: The owner of a stand-alone installation.
LOCAL_OWNER = "local"


class ContextFactory:
    """The contexts of one engine; threads share it and what it makes.

    `budgets` are made anew where none are given. `progress` is told of waits for a ledger's limit.
    """

    def __init__(  # noqa: PLR0913 - an engine has that many parts
        self,
        *,
        database: Database,
        keys: KeyRing,
        clock: Clock,
        pool: HttpPool,
        host: Host,
        installation: Installation,
        oauth: OAuthFlow,
        budgets: CallBudgets | None = None,
        progress: Progress | None = None,
    ) -> None:
        self._database, self._keys, self._clock = database, keys, clock
        self._pool, self._host, self._installation, self._oauth = pool, host, installation, oauth
        self._budgets = budgets or CallBudgets(database, clock=clock, sleep=partial(wait, clock))
        self._progress = progress

    def for_connection(self, connection: Connection, *, progress: Progress | None = None) -> PluginContext:
        """Return the context of a connection: authorised as it is declared, within its organisation's budget."""
        component = connection.component
        declared = components.declaration(self._host, component)
        budget = self._budget(declared, component, connection.organisation)
        context = self._context(component, self._authoriser(connection, declared), budget, progress=progress)
        return replace(context, files=self._files(component, connection.owner))

    def for_authorisation(self, authorisation_id: str, component: str) -> PluginContext:
        """Return a context for calls that concern no organisation, like listing those that are reached."""
        declared = components.declaration(self._host, component)
        budget = self._budget(declared, component, "")
        return self._context(component, self._oauth.authoriser(authorisation_id), budget, progress=None)

    def bare(self, component: str) -> PluginContext:
        """Return a context that authorises nothing."""
        return self._context(component, Unauthorised(), None, progress=None)

    def _authoriser(self, connection: Connection, declared: SourceType | TargetType) -> Authoriser:
        connecting = declared.connecting
        if isinstance(connecting, NoConnection):
            return Unauthorised()
        if connection.state == ConnectionState.REVOKED:
            return Refusing(lambda: Disconnected(declared.title))
        if isinstance(connecting, OAuth2):
            if not connection.authorisation_id:
                return Refusing(lambda: AuthorisationExpired(declared.title))
            return self._oauth.authoriser(connection.authorisation_id)
        if isinstance(connecting, TokenHandedOut) and not connecting.presented:
            return Unauthorised()
        return tokens.bearer(self._database, self._keys, connection, system=declared.title)

    def _budget(self, declared: SourceType | TargetType, component: str, organisation: str) -> CallBudget:
        limits = declared.budget if isinstance(declared, TargetType) else Budget()
        return self._budgets.of(component, organisation, limits, system=declared.title)

    def _context(
        self, component: str, authoriser: Authoriser, budget: CallBudget | None, *, progress: Progress | None
    ) -> PluginContext:
        declared, secrets = components.declaration(self._host, component), Secrets()
        if isinstance(declared.connecting, OAuth2):
            endpoints = components.endpoints_of(self._host, self._installation, component)
            secrets.learn(endpoints.client_secret)
        http = AuthorisedHttp(
            self._pool,
            authoriser,
            system=declared.title,
            budget=budget,
            secrets=secrets,
            progress=progress or self._progress,
            origins=components.origins_of(self._host, self._installation, component),
        )
        return PluginContext(
            http=http, clock=self._clock, log=PluginLog(component, secrets), files=NoFiles(component)
        )

    def _files(self, component: str, owner: str) -> Files:
        """Give each owner a folder of their own; the owner of a stand-alone installation has the folder itself."""
        folder = components.folder_of(self._host, self._installation, component)
        if folder is None:
            return NoFiles(component)
        if owner != LOCAL_OWNER:
            folder = folder / hashlib.sha256(owner.encode()).hexdigest()[:16]
        return FolderFiles(folder, system=components.declaration(self._host, component).title)
