"""Integrations as a whole: create, show, pause, resume, disconnect, delete; and who asks."""

from __future__ import annotations

from takings.views import IntegrationView
from takings.views.history import DeletedView
from takings.views.pages import IntegrationsView
from takings.web import csrf
from takings.web.api.bodies import Pause, Provision
from takings.web.api.operation import Ask, Operation
from takings.web.api.page_queries import IntegrationsQuery
from takings.web.api.problems import Refused
from takings.web.api.shapes import Components, Me, OneComponent, Overviews, Sharing


def who_asks(ask: Ask) -> Me:
    """Say who asks, with the token that calls with a cookie must send when they change something."""
    one = ask.person
    token = "" if one.is_program else csrf.make_token(ask.site.csrf_key, one.session_id)
    return Me(
        owner=one.owner,
        name=one.name,
        integration=one.integration,
        can_provision=one.can_provision,
        csrf_token=token,
    )


def list_components(ask: Ask) -> Components:
    """List what integrations can be made of."""
    plugins = ask.engine.plugins
    return Components(
        sources=tuple(OneComponent(id=id_, title=one.title) for id_, one in plugins.sources().items()),
        targets=tuple(OneComponent(id=id_, title=one.title) for id_, one in plugins.targets().items()),
        numberings=tuple(OneComponent(id=id_, title=one.title) for id_, one in plugins.numberings().items()),
    )


def list_integrations(ask: Ask, query: IntegrationsQuery) -> IntegrationsView:
    """List the owner's integrations by name."""
    return ask.engine.page_of_integrations(ask.principal, after=query.after, limit=query.limit)


def list_overviews(ask: Ask) -> Overviews:
    """List the owner's integrations at a glance, those that need a person first."""
    return Overviews(integrations=tuple(ask.engine.overview(ask.principal)))


def create_integration(ask: Ask, body: Provision) -> IntegrationView:
    """Create an integration in state draft, with nothing connected yet."""
    if not ask.person.can_provision:
        raise Refused(403, "refused", "You are not allowed to create integrations.")
    return ask.engine.provision(ask.principal, **body.model_dump())


def show_integration(ask: Ask) -> IntegrationView:
    """Show one integration."""
    return ask.engine.integration(ask.principal, ask.ref)


def show_deletion(ask: Ask) -> DeletedView:
    """Show what deleting an integration would remove, and what stays in the ledger; removes nothing."""
    return ask.engine.what_deleting_removes(ask.principal, ask.ref)


def show_sharing(ask: Ask) -> Sharing:
    """List the owner's other integrations that post through the same connection, and would be disconnected too."""
    return Sharing(integrations=ask.engine.sharing_ledger(ask.principal, ask.ref))


def delete_integration(ask: Ask) -> DeletedView:
    """Delete an integration with its days, mapping and runs; its ledger must be disconnected, and is not touched."""
    return ask.engine.delete(ask.principal, ask.ref, request_id=ask.request_id)


def pause_integration(ask: Ask, body: Pause) -> IntegrationView:
    """Stop an integration from posting until it is resumed; days that come in are kept."""
    return ask.engine.pause(ask.principal, ask.ref, body.reason)


def resume_integration(ask: Ask) -> IntegrationView:
    """Let a paused integration post again."""
    return ask.engine.resume(ask.principal, ask.ref)


def disconnect_ledger(ask: Ask) -> IntegrationView:
    """Disconnect the integration's ledger; what was posted stays."""
    ask.engine.disconnect(ask.principal, ask.ref)
    return ask.engine.integration(ask.principal, ask.ref)


ONE = "/integrations/{ref}"
OPERATIONS = (
    Operation(method="GET", path="/me", answer=who_asks),
    Operation(method="GET", path="/components", answer=list_components, whole=True),
    Operation(method="GET", path="/overview", answer=list_overviews, whole=True),
    Operation(method="GET", path="/integrations", answer=list_integrations, whole=True),
    Operation(
        method="POST", path="/integrations", answer=create_integration, status=201, act="provision", whole=True
    ),
    Operation(method="GET", path=ONE, answer=show_integration),
    Operation(method="DELETE", path=ONE, answer=delete_integration, act="delete", whole=True),
    Operation(method="GET", path=f"{ONE}/deletion", answer=show_deletion, whole=True),
    Operation(method="GET", path=f"{ONE}/sharing", answer=show_sharing, whole=True),
    Operation(method="POST", path=f"{ONE}/pause", answer=pause_integration, act="pause"),
    Operation(method="POST", path=f"{ONE}/resume", answer=resume_integration, act="resume"),
    Operation(method="POST", path=f"{ONE}/disconnect", answer=disconnect_ledger, act="disconnect"),
)
