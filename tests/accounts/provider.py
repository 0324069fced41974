"""A real OpenID Connect provider on loopback, made of Authlib's server parts, which can be told to misbehave."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, ClientMixin
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core.grants import OpenIDCode
from flask import Flask, Response, jsonify
from joserfc.jwk import KeySet, OctKey, RSAKey
from werkzeug.serving import make_server

CLIENT, SECRET = "intarsia", "a secret that goes with it"


@dataclass
class Mischief:
    """What the provider does wrong, or says of whom."""

    claims: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    answer: dict[str, str] = field(default_factory=dict)
    codes_expire: bool = False
    sign: str = "RS256"
    tamper: Callable[[str], str] = str
    foreign_key: bool = False


@dataclass
class User:
    """Who signs in at the provider."""

    sub: str
    claims: dict[str, Any]


@dataclass
class Code(AuthorizationCodeMixin):  # type: ignore[misc]
    """A code that was given out."""

    code: str
    redirect_uri: str
    scope: str
    nonce: str
    user: User
    code_challenge: str
    code_challenge_method: str

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str:
        return self.nonce

    def get_auth_time(self) -> None:
        return None

    get_acr = get_amr = get_auth_time


class Client(ClientMixin):  # type: ignore[misc]
    """The one client that there is."""

    redirect_uris: tuple[str, ...] = ()

    def get_client_id(self) -> str:
        return CLIENT

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri in self.redirect_uris

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


@dataclass
class Provider:
    """Where it is, who signs in there, and what it does wrong."""

    clock: Callable[[], float]
    issuer: str = ""
    user: User = field(default_factory=lambda: User("subject-1", {"preferred_username": "ann"}))
    mischief: Mischief = field(default_factory=Mischief)
    client: Client = field(default_factory=Client)
    codes: dict[str, Code] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    asked: list[str] = field(default_factory=list)

    def new_key(self) -> None:
        """Sign with another key from now on, as providers do from time to time."""
        self.key = RSAKey.generate_key(2048, {"kid": "two"})


@contextmanager
def serving(clock: Callable[[], float]) -> Iterator[Provider]:
    """The provider, as long as this is entered."""
    provider = Provider(clock)
    server = make_server("127.0.0.1", 0, application(provider), threaded=True)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def application(provider: Provider) -> Flask:
    """Its four routes: discovery, keys, authorization, token."""
    app = Flask("provider")
    server = AuthorizationServer(app, lambda client_id: provider.client if client_id == CLIENT else None, _forget)
    server.register_grant(_grant(provider), [CodeChallenge(required=True), _openid(provider)])

    @app.get("/.well-known/openid-configuration")
    def discovery() -> Response:
        own = {
            "issuer": provider.issuer,
            "authorization_endpoint": f"{provider.issuer}/authorize",
            "token_endpoint": f"{provider.issuer}/token",
            "jwks_uri": f"{provider.issuer}/keys",
        }
        provider.asked.append("discovery")
        return jsonify({**own, **provider.mischief.metadata})

    @app.get("/keys")
    def keys() -> Response:
        provider.asked.append("keys")
        return jsonify(KeySet([provider.key]).as_dict(private=False))

    @app.get("/authorize")
    def authorize() -> Response:
        grant = server.get_consent_grant(end_user=provider.user)
        answer: Response = server.create_authorization_response(grant=grant, grant_user=provider.user)
        for name, value in provider.mischief.answer.items():
            answer.headers["Location"] += f"&{name}={value}"
        return answer

    @app.post("/token")
    def token() -> Response:
        provider.asked.append("token")
        answer: Response = server.create_token_response()
        return answer

    return app


def _forget(token: Any, request: Any) -> None:
    """Access tokens are of no use here."""


def _grant(provider: Provider) -> type[AuthorizationCodeGrant]:
    class Grant(AuthorizationCodeGrant):  # type: ignore[misc]
        TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic",)

        def save_authorization_code(self, code: str, request: Any) -> None:
            asked = request.payload.data
            challenge = (asked["code_challenge"], asked["code_challenge_method"])
            scope, nonce = request.payload.scope, asked.get("nonce", "")
            provider.codes[code] = Code(code, request.payload.redirect_uri, scope, nonce, provider.user, *challenge)

        def query_authorization_code(self, code: str, client: Client) -> Code | None:
            return None if provider.mischief.codes_expire else provider.codes.get(code)

        def delete_authorization_code(self, authorization_code: Code) -> None:
            del provider.codes[authorization_code.code]

        def authenticate_user(self, authorization_code: Code) -> User:
            return authorization_code.user

    return Grant


def _openid(provider: Provider) -> OpenIDCode:
    class OpenId(OpenIDCode):  # type: ignore[misc]
        def exists_nonce(self, nonce: str, request: Any) -> bool:
            return any(code.nonce == nonce for code in provider.codes.values())

        def resolve_client_private_key(self, client: Client) -> Any:
            if provider.mischief.sign == "HS256":
                return OctKey.import_key(SECRET)
            foreign = provider.mischief.foreign_key
            return RSAKey.generate_key(2048, {"kid": provider.key.kid}) if foreign else provider.key

        def get_client_algorithm(self, client: Client) -> str:
            return provider.mischief.sign

        def get_encode_header(self, client: Client) -> dict[str, str]:
            return {"alg": provider.mischief.sign, "kid": str(provider.key.kid)}

        def get_client_claims(self, client: Client) -> dict[str, Any]:
            now = int(provider.clock())
            return {"iss": provider.issuer, "aud": [CLIENT], "iat": now, "exp": now + 300, "auth_time": now}

        def generate_user_info(self, user: User, scope: str) -> dict[str, Any]:
            return {"sub": user.sub, **user.claims, **provider.mischief.claims}

        def encode_id_token(self, token: Any, request: Any) -> str:
            return provider.mischief.tamper(super().encode_id_token(token, request))

    return OpenId(require_nonce=True)
