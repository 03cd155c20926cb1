"""Connecting by consent, the Auth Token, and links that let an owner set one integration up."""

from __future__ import annotations

from starlette.routing import NoMatchFound

from takings.errors import NotFound
from takings.views import ConnectView, IntegrationView
from takings.views.history import LinkView
from takings.web.api.bodies import BeginConnect, ChooseOrganisation, FinishConnect, MakeLink
from takings.web.api.operation import Ask, Operation
from takings.web.api.shapes import Address, NewLink, NewToken, RevokedToken, SetupLinks


def begin_connect(ask: Ask, body: BeginConnect) -> Address:
    """Begin to connect a side by consent; a person opens the address in a browser."""
    back = ask.site.callback_url(ask.request.scope)
    if body.return_path is not None:
        back = ask.site.public_base_url.rstrip("/") + body.return_path
    return Address(address=ask.engine.begin_connect(ask.principal, ask.ref, back, side=body.side))


def finish_connect(ask: Ask, body: FinishConnect) -> ConnectView:
    """Finish what was begun, with what came back to the return path; then choose one of the organisations."""
    begun = ask.engine.begun_connect(ask.principal, body.state)
    if begun is not None:
        ask.reached(begun.integration)
    return ask.engine.finish_connect(ask.principal, **body.model_dump())


def choose_organisation(ask: Ask, body: ChooseOrganisation) -> IntegrationView:
    """Join one organisation of a finished connect to the integration."""
    found = ConnectView(
        integration=ask.engine.integration(ask.principal, ask.ref).id,
        authorisation_id=body.authorisation_id,
        component="",
        organisations=(),
    )
    return ask.engine.choose_organisation(ask.principal, found, body.organisation_id)


def make_token(ask: Ask) -> NewToken:
    """Make the integration's Auth Token; an older one stops working."""
    view = ask.engine.integration(ask.principal, ask.ref)
    return NewToken(integration=view.name, token=ask.engine.new_token(ask.principal, view.id))


def revoke_token(ask: Ask) -> RevokedToken:
    """Stop the Auth Token from working."""
    view = ask.engine.integration(ask.principal, ask.ref)
    ask.engine.revoke_token(ask.principal, view.id)
    return RevokedToken(integration=view.name, revoked=True)


def list_links(ask: Ask) -> SetupLinks:
    """List the set-up links of an integration, the newest first."""
    return SetupLinks(links=tuple(ask.engine.setup_links(ask.principal, ask.ref)))


def make_link(ask: Ask, body: MakeLink) -> NewLink:
    """Make a link that signs an owner in for this integration only."""
    view = ask.engine.integration(ask.principal, ask.ref)
    token = ask.engine.create_setup_link(ask.principal, view.id, days=body.days)
    try:
        path = ask.site.url(ask.request.scope, "link", token=token)
    except NoMatchFound:
        return NewLink(integration=view.name, token=token, address="")
    return NewLink(integration=view.name, token=token, address=ask.site.public_base_url.rstrip("/") + path)


def revoke_link(ask: Ask) -> LinkView:
    """End a set-up link, and whoever is signed in by it."""
    link = ask.path("link")
    if all(one.id != link for one in ask.engine.setup_links(ask.principal, ask.ref)):
        raise NotFound("set-up link", link)
    return ask.engine.revoke_setup_link(ask.principal, link)


_ONE = "/integrations/{ref}"
OPERATIONS = (
    Operation(method="POST", path=f"{_ONE}/connect", answer=begin_connect, act="connect"),
    Operation(method="POST", path="/connect/finish", answer=finish_connect, act="connect"),
    Operation(method="POST", path=f"{_ONE}/connect/choose", answer=choose_organisation, act="connect"),
    Operation(method="POST", path=f"{_ONE}/token", answer=make_token, status=201, act="configure"),
    Operation(method="DELETE", path=f"{_ONE}/token", answer=revoke_token, act="configure"),
    Operation(method="GET", path=f"{_ONE}/links", answer=list_links, whole=True),
    Operation(method="POST", path=f"{_ONE}/links", answer=make_link, status=201, act="link", whole=True),
    Operation(method="DELETE", path=f"{_ONE}/links/{{link}}", answer=revoke_link, act="link", whole=True),
)
