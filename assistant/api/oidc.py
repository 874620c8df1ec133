"""`/sign-in/oidc`: people sign in with the organisation's identity provider (OpenID Connect, code flow with PKCE)."""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import httpx2
from authlib.integrations.starlette_client import OAuth, OAuthError
from joserfc.errors import JoseError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from assistant.access import Grant, PeopleStore, Reader, combined
from assistant.api.session_cookie import prefix_of, set_session

log = logging.getLogger(__name__)
OIDC = "/sign-in/oidc"
_BEGUN_S = 600  # how long a sign-in that was begun may take
_LEEWAY_S = 60  # how far the clocks of provider and server may differ
_TIMEOUT_S = 10


@dataclass(frozen=True, slots=True)
class Provider:
    """The identity provider and what its groups open here. `public_url`: the assistant's address as browsers see it."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False, default="")
    scopes: str = "openid profile email"
    groups_claim: str = "groups"
    grants: Mapping[str, Grant] = field(default_factory=dict)
    public_url: str | None = None
    name: str = ""


class _RefusedError(Exception):
    """Signing in did not work; the text is the code that the sign-in page explains."""


def oidc_app(provider: Provider, people: PeopleStore) -> Starlette:
    """The two addresses of the code flow, to be mounted at `OIDC`."""
    flow = _Flow(provider, people)
    # State, nonce and PKCE verifier of a sign-in that was begun; signed, and gone with it.
    begun = Middleware(
        SessionMiddleware, secret_key=secrets.token_hex(32), session_cookie="policy_sign_in", max_age=_BEGUN_S
    )
    return Starlette(routes=[Route("/start", flow.start), Route("/callback", flow.callback)], middleware=[begun])


class _Flow:
    def __init__(self, provider: Provider, people: PeopleStore) -> None:
        self.provider = provider
        self.people = people
        self.client: Any = OAuth().register(
            "provider",
            client_id=provider.client_id,
            client_secret=provider.client_secret or None,
            server_metadata_url=f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration",
            client_kwargs={"scope": provider.scopes, "code_challenge_method": "S256", "timeout": _TIMEOUT_S},
        )

    async def start(self, request: Request) -> Response:
        """To the provider."""
        request.session["next"] = request.query_params.get("next", "/")[:2000]
        try:
            answer: Response = await self.client.authorize_redirect(request, self._callback(request))
        except (httpx2.HTTPError, OAuthError, ValueError, RuntimeError) as error:
            log.warning("the identity provider cannot be reached: %s", error)
            return self._back(request, "unreachable")
        return answer

    async def callback(self, request: Request) -> Response:
        """Back from the provider."""
        target = request.session.get("next", "/")
        try:
            reader = await self._reader(request)
        except _RefusedError as refused:
            request.session.clear()
            return self._back(request, str(refused))
        request.session.clear()
        return set_session(request, self.people.open_session(reader), target)

    async def _reader(self, request: Request) -> Reader:
        expected = {"iss": {"essential": True, "values": [self.provider.issuer]}, "aud": {"essential": True}}
        try:
            token = await self.client.authorize_access_token(request, claims_options=expected, leeway=_LEEWAY_S)
            claims = token.get("userinfo")
            if not claims or not claims.get("sub"):
                raise _RefusedError("failed")  # a provider that sends no ID token vouches for nobody
            groups = claims.get(self.provider.groups_claim)
            if groups is None:  # many providers tell groups only when asked
                told = await self.client.userinfo(token=token)
                groups = told.get(self.provider.groups_claim) if told.get("sub") == claims["sub"] else None
        except (OAuthError, JoseError, httpx2.HTTPError, ValueError, KeyError, RuntimeError) as error:
            log.warning("signing in with the identity provider failed: %s: %s", type(error).__name__, error)
            raise _RefusedError("failed") from error
        grant = combined(_names(groups), self.provider.grants)
        if grant is None:
            raise _RefusedError("no-group")
        person = hashlib.sha256(f"{self.provider.issuer}\0{claims['sub']}".encode()).hexdigest()[:16]
        name = next((claims[key] for key in ("name", "preferred_username", "email", "sub") if claims.get(key)), "")
        seen = None if grant.collections is None else frozenset(grant.collections)
        return Reader(f"oidc:{person}", grant.role, seen, name=str(name)[:200])

    def _callback(self, request: Request) -> str:
        if self.provider.public_url:
            return f"{self.provider.public_url.rstrip('/')}{OIDC}/callback"
        return f"{request.url.scheme}://{request.url.netloc}{prefix_of(request)}{OIDC}/callback"

    def _back(self, request: Request, problem: str) -> Response:
        return RedirectResponse(f"{prefix_of(request)}/sign-in?problem={quote(problem)}", 303)


def _names(groups: object) -> Sequence[str]:
    """Group names as providers send them: a list, or one string."""
    if isinstance(groups, str):
        return [groups]
    return [group for group in groups if isinstance(group, str)] if isinstance(groups, list) else []
