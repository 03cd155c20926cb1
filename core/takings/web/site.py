"""What all pages of one mounted site share: the engine, the look, and the rules of the host."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from jinja2 import Environment
from starlette.routing import Router
from starlette.types import Scope

from takings.engine import Engine
from takings.views import Principal
from takings.web.assets import Assets
from takings.web.branding import Branding
from takings.web.principal import Allow, FindPrincipal, WebPrincipal, allow_all

#: Where other systems send people back to.
CALLBACK = "/oauth/callback"


@dataclass(kw_only=True)
class Site:
    """One set of pages on one engine; `public_base_url` is the origin that browsers see, without a path.

    `login_url` is where a host lets people sign in; where it is empty, a page says that nobody is signed in.
    `can_sign_out` is for a site with sign-ins of its own. `operator` is whose connects, begun at the command line,
    may be finished here without a sign-in. `find_program` finds out who asks the JSON API, where that differs.
    """

    engine: Engine
    find_principal: FindPrincipal
    public_base_url: str
    csrf_key: bytes
    environment: Environment
    assets: Assets
    branding: Branding = field(default_factory=Branding)
    allow: Allow = allow_all
    login_url: str = ""
    can_sign_out: bool = False
    operator: Principal | None = None
    find_program: FindPrincipal | None = None
    router: Router = field(default_factory=lambda: Router(redirect_slashes=False))

    def url(self, scope: Scope, page: str, /, **params: Any) -> str:
        """Return the path of a page, below whatever prefix the site is mounted."""
        return str(scope["root_path"]).rstrip("/") + str(self.router.url_path_for(page, **params))

    def find_caller(self, scope: Scope) -> WebPrincipal | None:
        """Find out who asks the JSON API."""
        return (self.find_program or self.find_principal)(scope)

    def callback_url(self, scope: Scope) -> str:
        """Return the address that is registered at other systems: from the settings, never from a Host header."""
        return self.public_base_url.rstrip("/") + str(scope["root_path"]).rstrip("/") + CALLBACK

    def render(self, template: str, values: Mapping[str, Any]) -> str:
        """Return a page."""
        return self.environment.get_template(template).render(values)
