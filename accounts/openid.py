"""OpenID Connect as a relying party: authorization code with PKCE, state and nonce; the id token is checked whole.

OpenID Connect Core 1.0, section 3.1; PKCE is RFC 7636; the issuer in the answer is RFC 9207.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from sqlalchemy import delete, insert, select

from accounts.errors import ProviderRefused
from accounts.tables import oidc_flows
from accounts.tokens import digest_of, new_token
from rules import Instant
from storage import Database

TIMEOUT: Final = 5.0
FLOW_LIVES: Final = 600.0
"""Seconds that somebody may take at the provider."""

KEPT: Final = 3600.0
"""Seconds that what the provider says of itself is believed without asking again."""

LEEWAY: Final = 60
ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519")
"""Signatures that only the provider can make: never `none`, never one with a shared secret."""


@dataclass(frozen=True, slots=True)
class Provider:
    """The provider, and what it knows us by. `role_claim` may lead inside: `realm_access.roles`."""

    issuer: str
    client_id: str
    client_secret: str
    redirect_uri: str
    scopes: str = "openid profile email"
    role_claim: str = ""
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Value of the claim -> roles of ours."""


@dataclass(slots=True)
class OpenId:
    """The way to one provider and back. Whatever is not as it must be is refused, with the reason."""

    database: Database
    provider: Provider
    _metadata: dict[str, Any] = field(default_factory=dict)
    _keys: KeySet | None = None
    _asked_at: Instant = 0.0

    def begin(self, now: Instant) -> tuple[str, str]:
        """Where to send the browser, and the state that it must bring back, in the answer and in a cookie."""
        state, nonce, verifier = new_token(), new_token(), new_token() + new_token()
        row = {"state": digest_of(state), "nonce": nonce, "verifier": verifier, "ends_at": now + FLOW_LIVES}
        with self.database.write() as connection:
            connection.execute(delete(oidc_flows).where(oidc_flows.c.ends_at < now))
            connection.execute(insert(oidc_flows).values(row))
        metadata = self._load(now)
        url, _ = self._client().create_authorization_url(
            metadata["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier
        )
        return str(url), state

    def finish(self, answer: Mapping[str, str], cookie: str, now: Instant) -> Mapping[str, Any]:
        """The claims of whoever came back. Raises `ProviderRefused`."""
        state = answer.get("state", "")
        if not state or not hmac.compare_digest(state.encode(), cookie.encode()):
            raise ProviderRefused("it was not begun in this browser, or is too old; begin again")
        nonce, verifier = self._flow(state, now)
        metadata = self._load(now)
        if answer.get("iss", metadata["issuer"]) != metadata["issuer"]:
            raise ProviderRefused("the answer is of another issuer")
        if "code" not in answer:
            raise ProviderRefused(f"the provider answered {answer.get('error', 'without a code')[:60]!r}")
        return self._claims(self._fetch(metadata, answer["code"], verifier), nonce, now)

    def _flow(self, state: str, now: Instant) -> tuple[str, str]:
        mine = oidc_flows.c.state == digest_of(state)
        with self.database.write() as connection:
            row = connection.execute(select(oidc_flows).where(mine)).first()
            connection.execute(delete(oidc_flows).where(mine))
        if row is None or row.ends_at < now:
            raise ProviderRefused("it was finished before, or is too old; begin again")
        return row.nonce, row.verifier

    def _fetch(self, metadata: Mapping[str, Any], code: str, verifier: str) -> Mapping[str, Any]:
        def fetch() -> Mapping[str, Any]:
            with self._client() as client:
                endpoint = metadata["token_endpoint"]
                token: Mapping[str, Any] = client.fetch_token(
                    endpoint, grant_type="authorization_code", code=code, code_verifier=verifier, allow_redirects=False
                )
                return token

        token: Mapping[str, Any] = _asking(fetch)
        return token

    def _claims(self, token: Mapping[str, Any], nonce: str, now: Instant) -> Mapping[str, Any]:
        text = token.get("id_token")
        if not isinstance(text, str):
            raise ProviderRefused("there is no id token in its answer")
        provider = self.provider
        options = {
            "iss": {"essential": True, "value": provider.issuer},
            "aud": {"essential": True, "value": provider.client_id},
        }
        params = {"nonce": nonce, "client_id": provider.client_id, "access_token": token.get("access_token")}
        try:
            decoded = self._decode(text, now)
            claims = CodeIDToken(decoded.claims, decoded.header, options, params)
            claims.validate(now=int(now), leeway=LEEWAY)
        except (JoseError, ValueError) as error:
            raise ProviderRefused(f"its id token does not hold ({type(error).__name__})") from None
        return dict(claims)

    def _decode(self, text: str, now: Instant) -> jwt.Token:
        # A provider changes its keys; one that is not known yet is worth one look.
        for forget in (False, True):
            try:
                return jwt.decode(text, self._key_set(now, forget=forget), algorithms=list(ALGORITHMS))
            except JoseError:
                if forget:
                    raise
        raise AssertionError("the loop returns or raises")

    def _load(self, now: Instant) -> Mapping[str, Any]:
        if self._metadata and now < self._asked_at + KEPT:
            return self._metadata
        found = self._get(f"{self.provider.issuer.rstrip('/')}/.well-known/openid-configuration")
        if found.get("issuer") != self.provider.issuer:
            raise ProviderRefused("the discovery document is of another issuer")
        needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        if not all(_is_safe(found.get(name), self.provider.issuer) for name in needed):
            raise ProviderRefused(f"the discovery document lacks one of {', '.join(needed)}, or it is not https")
        self._metadata, self._keys, self._asked_at = found, None, now
        return found

    def _key_set(self, now: Instant, *, forget: bool) -> KeySet:
        if self._keys is None or forget:
            self._keys = KeySet.import_key_set(self._get(self._load(now)["jwks_uri"]))  # type: ignore[arg-type]
        return self._keys

    def _get(self, url: str) -> dict[str, Any]:
        def get() -> Any:
            answer = requests.get(url, timeout=TIMEOUT, allow_redirects=False)
            if answer.status_code != 200:
                raise ProviderRefused(f"the provider answered {answer.status_code}")
            return answer.json()

        found = _asking(get)
        if not isinstance(found, dict):
            raise ProviderRefused("the provider answered with no JSON object")
        return found

    def _client(self) -> OAuth2Session:
        own = self.provider
        return OAuth2Session(
            client_id=own.client_id,
            client_secret=own.client_secret or None,
            scope=own.scopes,
            redirect_uri=own.redirect_uri,
            code_challenge_method="S256",
            default_timeout=TIMEOUT,
        )


def _asking(ask: Callable[[], Any]) -> Any:
    """What the provider answers; a failure of any kind is a refusal, without a word of what was sent."""
    try:
        return ask()
    except OAuthError as error:
        raise ProviderRefused(f"the provider answered {str(error.error)[:60]!r}") from None
    except (requests.RequestException, ValueError) as error:
        raise ProviderRefused(f"the provider cannot be asked ({type(error).__name__})") from None


def _is_safe(url: Any, issuer: str) -> bool:
    """Whether an address may be asked: by https, or as the issuer itself, which the operator chose."""
    if not isinstance(url, str):
        return False
    return url.startswith("https://") or urlsplit(url)[:2] == urlsplit(issuer)[:2]
