"""Signing in by OpenID Connect, at a real provider on loopback; and whatever cannot be trusted is refused."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from werkzeug.test import TestResponse

from accounts import Accounts
from tests.accounts.provider import CLIENT, SECRET, Mischief, Provider, User, serving
from tests.conftest import FixedClock
from tests.service.conftest import Shop
from tests.service.people import Caller, join, nobody, signed_in

pytestmark = [pytest.mark.network, pytest.mark.enable_socket]

START = "/v1/manage/signin/oidc"


@pytest.fixture
def provider(clock: FixedClock) -> Iterator[Provider]:
    """A provider that gives ann the group `writers`."""
    with serving(clock) as made:
        made.user.claims["realm"] = {"groups": ["writers", "lunch"]}
        yield made


@pytest.fixture
def open_by(open_shop: Callable[..., Shop], provider: Provider) -> Callable[..., Shop]:
    """Opens shops whose people sign in at the provider."""

    def make(**settings: Any) -> Shop:
        mapped = {"writers": ("author",), "chiefs": ("editor", "approver")}
        chosen = {"oidc_role_claim": "realm.groups", "oidc_roles": mapped, **settings}
        shop = open_shop(oidc_issuer=provider.issuer, oidc_client_id=CLIENT, oidc_client_secret=SECRET, **chosen)
        provider.client.redirect_uris = (f"{shop.house.settings.admin_url}{START}/callback",)
        return shop

    return make


@pytest.fixture
def shop(open_by: Callable[..., Shop]) -> Shop:
    return open_by()


def away(shop: Shop) -> tuple[str, str]:
    """To the provider: the address there, and the cookie that keeps the state."""
    answer = nobody(shop.app)("GET", START)
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"], answer.headers["Set-Cookie"].partition(";")[0]


def back(address: str) -> str:
    """What the provider sends the browser back with."""
    return requests.get(address, allow_redirects=False, timeout=5).headers["Location"]


def arrive(shop: Shop, location: str, cookie: str) -> TestResponse:
    """Back at our own door."""
    parts = urlsplit(location)
    return nobody(shop.app)("GET", f"{parts.path}?{parts.query}", Cookie=cookie)


def sign_in(shop: Shop) -> TestResponse:
    """The whole way there and back."""
    address, cookie = away(shop)
    return arrive(shop, back(address), cookie)


def session_of(shop: Shop, answer: TestResponse) -> dict[str, Any]:
    """Who the browser is signed in as now."""
    cookies = [value.partition(";")[0] for value in answer.headers.getlist("Set-Cookie")]
    mine = next(value for value in cookies if value.startswith("intarsia="))
    told: dict[str, Any] = Caller(shop.app, {"Cookie": mine})("GET", "/v1/manage/session").get_json()
    return told


def test_somebody_new_gets_an_account_with_the_roles_of_their_groups(shop: Shop, provider: Provider) -> None:
    address, cookie = away(shop)
    asked = parse_qs(urlsplit(address).query)
    assert asked["code_challenge_method"] == ["S256"] and asked["response_type"] == ["code"]
    assert {"state", "nonce", "code_challenge"} <= set(asked) and "code_verifier" not in asked
    assert asked["state"][0] in cookie
    answer = arrive(shop, back(address), cookie)
    assert (answer.status_code, answer.headers["Location"]) == (302, "http://127.0.0.1:8322/")
    told = session_of(shop, answer)
    assert (told["name"], told["roles"]) == ("ann", ["author"])
    account = Accounts(shop.house.database).get("ann")
    assert (account.subject, account.password) == ("subject-1", False)


def test_roles_follow_the_provider_at_each_sign_in(shop: Shop, provider: Provider) -> None:
    sign_in(shop)
    provider.user.claims["realm"] = {"groups": "chiefs"}
    assert session_of(shop, sign_in(shop))["roles"] == ["editor", "approver"]
    provider.user.claims["realm"] = {}
    assert sign_in(shop).status_code == 403


def test_nobody_takes_over_an_account_by_its_name(shop: Shop, provider: Provider) -> None:
    """Whoever may choose their name at the provider could else be anybody here."""
    join(shop.app, "ann", "admin")
    told = session_of(shop, sign_in(shop))
    assert told["name"].startswith("ann-") and told["roles"] == ["author"]
    provider.user = User("subject-2", {**provider.user.claims, "email": "ann"})
    assert session_of(shop, sign_in(shop))["name"] not in {"ann", told["name"]}
    provider.user = User("subject-1", {**provider.user.claims, "preferred_username": "quite another"})
    assert session_of(shop, sign_in(shop))["name"] == told["name"], "the subject is who it is"


def test_an_account_is_linked_by_its_subject(open_by: Callable[..., Shop], provider: Provider) -> None:
    """Where the provider gives no roles, accounts are made here, and nobody else comes in."""
    shop = open_by(oidc_role_claim="")
    assert sign_in(shop).status_code == 403
    root = signed_in(shop.app, join(shop.app, "root", "admin"), shop.clock())
    made = root("POST", "/v1/manage/accounts", {"name": "bob", "roles": ["viewer"], "subject": "subject-1"})
    assert made.status_code == 201 and "link" not in made.get_json()
    assert session_of(shop, sign_in(shop))["name"] == "bob"
    root("PATCH", "/v1/manage/accounts/bob", {"active": False})
    assert sign_in(shop).status_code == 403


def _tampered(token: str) -> str:
    """The same signature under another subject."""
    head, body, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    changed = base64.urlsafe_b64encode(json.dumps({**claims, "sub": "subject-of-another"}).encode()).rstrip(b"=")
    return f"{head}.{changed.decode()}.{signature}"


def _unsigned(token: str) -> str:
    head = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    return f"{head}.{token.split('.')[1]}."


@pytest.mark.parametrize(
    ("mischief", "reason"),
    [
        (Mischief(claims={"nonce": "of another sign-in"}), "InvalidClaimError"),
        (Mischief(claims={"nonce": None}), "InvalidClaimError"),
        (Mischief(claims={"iss": "https://evil.example"}), "InvalidClaimError"),
        (Mischief(claims={"aud": ["another client"]}), "InvalidClaimError"),
        (Mischief(claims={"aud": [CLIENT, "another client"]}), "MissingClaimError"),
        (Mischief(claims={"azp": "another client"}), "InvalidClaimError"),
        (Mischief(claims={"exp": 1}), "ExpiredTokenError"),
        (Mischief(claims={"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}), "InvalidClaimError"),
        (Mischief(tamper=_tampered), "BadSignatureError"),
        (Mischief(tamper=_unsigned), "does not hold"),
        (Mischief(tamper=lambda token: "not.a.token"), "does not hold"),
        (Mischief(sign="HS256"), "does not hold"),
        (Mischief(foreign_key=True), "BadSignatureError"),
        (Mischief(codes_expire=True), "invalid_grant"),
        (Mischief(answer={"iss": "https://evil.example"}), "another issuer"),
    ],
)
def test_what_cannot_be_trusted_is_refused(shop: Shop, provider: Provider, mischief: Mischief, reason: str) -> None:
    provider.mischief = mischief
    refused = sign_in(shop)
    assert refused.status_code == 403, refused.text
    assert reason in refused.get_json()["detail"]
    assert not [one for one in Accounts(shop.house.database).all() if one.subject]


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://127.0.0.2/token"},
        {"jwks_uri": None},
        {"authorization_endpoint": "file:///etc/passwd"},
    ],
)
def test_a_provider_that_says_odd_things_of_itself_is_not_asked(
    shop: Shop, provider: Provider, metadata: dict[str, Any]
) -> None:
    provider.mischief = Mischief(metadata=metadata)
    assert nobody(shop.app)("GET", START).status_code == 403


def test_an_answer_counts_once_in_the_browser_that_began_and_for_ten_minutes(shop: Shop, provider: Provider) -> None:
    address, cookie = away(shop)
    location = back(address)
    _, other = away(shop)
    assert arrive(shop, location, other).status_code == 403, "another browser's cookie"
    assert arrive(shop, location, "").status_code == 403
    assert arrive(shop, location.replace("state=", "state=x"), cookie).status_code == 403
    assert arrive(shop, location, cookie).status_code == 302
    again = arrive(shop, location, cookie)
    assert again.status_code == 403 and "finished before" in again.get_json()["detail"]
    address, cookie = away(shop)
    location = back(address)
    shop.clock.forward(601)
    assert arrive(shop, location, cookie).status_code == 403


def test_a_code_is_worth_nothing_without_the_verifier(shop: Shop, provider: Provider) -> None:
    """Who reads the address of the answer somewhere cannot use it."""
    address, _ = away(shop)
    code = parse_qs(urlsplit(back(address)).query)["code"][0]
    stolen = requests.post(
        f"{provider.issuer}/token",
        data={
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": provider.client.redirect_uris[0],
            "code_verifier": "x" * 43,
        },
        auth=(CLIENT, SECRET),
        timeout=5,
    )
    assert stolen.json()["error"] == "invalid_grant"


def test_whoever_declines_at_the_provider_is_told(shop: Shop) -> None:
    address, cookie = away(shop)
    state = parse_qs(urlsplit(address).query)["state"][0]
    refused = arrive(shop, f"http://x{START}/callback?error=access_denied&state={state}", cookie)
    assert refused.status_code == 403 and "access_denied" in refused.get_json()["detail"]


def test_a_provider_changes_its_keys(shop: Shop, provider: Provider) -> None:
    assert sign_in(shop).status_code == 302
    provider.new_key()
    provider.asked.clear()
    assert sign_in(shop).status_code == 302
    assert provider.asked == ["token", "keys"], "what is known already is not asked again"


def test_a_provider_that_breaks_lets_nobody_in(shop: Shop, provider: Provider) -> None:
    address, cookie = away(shop)
    location = back(address)
    provider.mischief = Mischief(tamper=lambda token: 1 / 0)  # type: ignore[arg-type, return-value]
    assert arrive(shop, location, cookie).status_code == 403


def test_without_a_provider_there_is_no_way_there(open_shop: Callable[..., Shop]) -> None:
    shop = open_shop()
    for path in (START, f"{START}/callback"):
        answer = nobody(shop.app)("GET", path)
        assert answer.status_code == 404
        assert "INTARSIA_OIDC_ISSUER" in answer.get_json()["detail"]
