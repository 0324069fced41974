"""The tables of accounts, sessions, roles and keys. No secret is kept as it is, but the seed of a second factor."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Double, ForeignKey, Integer, String, Table, UniqueConstraint

from storage import Base

accounts = Table(
    "accounts",
    Base.metadata,
    Column("name", String(100), primary_key=True),
    Column("roles", JSON, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("password", String(200), nullable=False),
    Column("issuer", String(255), nullable=True),
    Column("subject", String(255), nullable=True),
    Column("totp_secret", String(64), nullable=False),
    Column("totp_on", Boolean, nullable=False),
    Column("totp_step", Integer, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("created_by", String(200), nullable=False),
    Column("signed_in_at", Double, nullable=True),
    UniqueConstraint("issuer", "subject"),
)

recovery_codes = Table(
    "recovery_codes",
    Base.metadata,
    Column("account", ForeignKey("accounts.name", ondelete="CASCADE"), primary_key=True),
    Column("digest", String(64), primary_key=True),
)

sessions = Table(
    "sessions",
    Base.metadata,
    Column("digest", String(64), primary_key=True),
    Column("id", String(16), nullable=False, unique=True),
    Column("account", ForeignKey("accounts.name", ondelete="CASCADE"), nullable=False, index=True),
    Column("created_at", Double, nullable=False),
    Column("seen_at", Double, nullable=False),
    Column("ends_at", Double, nullable=False),
    Column("address", String(64), nullable=False),
    Column("agent", String(200), nullable=False),
)

password_links = Table(
    "password_links",
    Base.metadata,
    Column("digest", String(64), primary_key=True),
    Column("account", ForeignKey("accounts.name", ondelete="CASCADE"), nullable=False, index=True),
    Column("ends_at", Double, nullable=False),
)

attempts = Table(
    "signin_attempts",
    Base.metadata,
    Column("subject", String(80), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("at", Double, nullable=False, index=True),
    Column("until", Double, nullable=False),
)
"""How often signing in failed, by account and by address."""

oidc_flows = Table(
    "oidc_flows",
    Base.metadata,
    Column("state", String(64), primary_key=True),
    Column("nonce", String(64), nullable=False),
    Column("verifier", String(128), nullable=False),
    Column("ends_at", Double, nullable=False),
)
"""Sign-ins that are away at the provider."""

roles = Table(
    "roles",
    Base.metadata,
    Column("name", String(64), primary_key=True),
    Column("summary", String(500), nullable=False),
    Column("grants", JSON, nullable=False),
    Column("updated_at", Double, nullable=False),
    Column("updated_by", String(200), nullable=False),
)

api_keys = Table(
    "api_keys",
    Base.metadata,
    Column("name", String(200), primary_key=True),
    Column("scopes", String(200), nullable=False),
    Column("roles", JSON, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("created_by", String(200), nullable=False),
    Column("ends_at", Double, nullable=True),
)

key_secrets = Table(
    "api_key_secrets",
    Base.metadata,
    Column("digest", String(64), primary_key=True),
    Column("name", ForeignKey("api_keys.name", ondelete="CASCADE"), nullable=False, index=True),
    Column("hint", String(8), nullable=False),
    Column("created_at", Double, nullable=False),
    Column("ends_at", Double, nullable=True),
    Column("used_at", Double, nullable=True),
)
