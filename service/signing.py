"""Signing in and managing accounts, wired."""

from __future__ import annotations

import admin
from accounts import Accounts, OpenId, Provider, RoleBook, SecondFactor, SignIn, Throttle
from service.house import House
from service.settings import Settings

CALLBACK = "/v1/manage/signin/oidc/callback"


def desk_of(house: House) -> admin.Desk:
    """What the routes about accounts, sessions, roles and keys work with."""
    database, settings = house.database, house.settings
    return admin.Desk(
        accounts=Accounts(database),
        sessions=house.door.sessions,
        sign_in=sign_in_of(house),
        second_factor=SecondFactor(database),
        roles=RoleBook(database),
        keys=house.keys.ring,
        openid=OpenId(database, provider_of(settings)) if settings.oidc_issuer else None,
        url=settings.admin_url,
        clock=house.clock,
        address=house.door.address,
        check_origin=house.door.check_origin,
        keys_changed=house.keys.refresh,
    )


def sign_in_of(house: House) -> SignIn:
    """Signing in with a password, and choosing one."""
    return SignIn(house.database, house.passwords, Throttle(house.database))


def provider_of(settings: Settings) -> Provider:
    """The provider of the settings."""
    return Provider(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret,
        redirect_uri=f"{settings.admin_url.rstrip('/')}{CALLBACK}",
        scopes=settings.oidc_scopes,
        role_claim=settings.oidc_role_claim,
        roles=settings.oidc_roles,
    )
