"""Accounts, sessions and roles; keys have roles, an end, and two secrets while one is exchanged."""

from collections.abc import Iterator
from itertools import count

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

OLD_KEYS = "SELECT digest, name, scopes, created_at FROM api_keys ORDER BY created_at, digest"
# What an older version cannot say must not become more than it was: what has an end is left out.
LASTING = """
SELECT s.digest, k.name, k.scopes, k.roles, s.created_at FROM api_key_secrets s JOIN api_keys k ON k.name = s.name
WHERE k.ends_at IS NULL AND s.ends_at IS NULL
"""
EDITORS = {"editor", "admin"}


def upgrade() -> None:
    """Make the tables that this revision adds, and move the keys; of a name with several scopes each set is a key."""
    _move_keys_up()
    op.create_table(
        "accounts",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("password", sa.String(length=200), nullable=False),
        sa.Column("issuer", sa.String(length=255), nullable=True),
        sa.Column("subject", sa.String(length=255), nullable=True),
        sa.Column("totp_secret", sa.String(length=64), nullable=False),
        sa.Column("totp_on", sa.Boolean(), nullable=False),
        sa.Column("totp_step", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("signed_in_at", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_accounts")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_accounts_issuer")),
    )
    op.create_table(
        "oidc_flows",
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("verifier", sa.String(length=128), nullable=False),
        sa.Column("ends_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("state", name=op.f("pk_oidc_flows")),
    )
    op.create_table(
        "roles",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("summary", sa.String(length=500), nullable=False),
        sa.Column("grants", sa.JSON(), nullable=False),
        sa.Column("updated_at", sa.Double(), nullable=False),
        sa.Column("updated_by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_roles")),
    )
    op.create_table(
        "signin_attempts",
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("until", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_signin_attempts")),
    )
    with op.batch_alter_table("signin_attempts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_signin_attempts_at"), ["at"], unique=False)

    op.create_table(
        "password_links",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("account", sa.String(length=100), nullable=False),
        sa.Column("ends_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account"], ["accounts.name"], name=op.f("fk_password_links_account_accounts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_password_links")),
    )
    with op.batch_alter_table("password_links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_password_links_account"), ["account"], unique=False)

    op.create_table(
        "recovery_codes",
        sa.Column("account", sa.String(length=100), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["account"], ["accounts.name"], name=op.f("fk_recovery_codes_account_accounts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account", "digest", name=op.f("pk_recovery_codes")),
    )
    op.create_table(
        "sessions",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("account", sa.String(length=100), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("seen_at", sa.Double(), nullable=False),
        sa.Column("ends_at", sa.Double(), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("agent", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["account"], ["accounts.name"], name=op.f("fk_sessions_account_accounts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_sessions")),
        sa.UniqueConstraint("id", name=op.f("uq_sessions_id")),
    )
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sessions_account"), ["account"], unique=False)


def downgrade() -> None:
    """Undo `upgrade`; keys without an end stay, and manage only if they may do all that every key could then."""
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sessions_account"))

    op.drop_table("sessions")
    op.drop_table("recovery_codes")
    with op.batch_alter_table("password_links", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_password_links_account"))

    op.drop_table("password_links")
    with op.batch_alter_table("signin_attempts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_signin_attempts_at"))

    op.drop_table("signin_attempts")
    op.drop_table("roles")
    op.drop_table("oidc_flows")
    op.drop_table("accounts")
    _move_keys_down()


def _move_keys_up() -> None:
    old = op.get_bind().execute(sa.text(OLD_KEYS)).all()
    op.drop_table("api_keys")
    keys = op.create_table(
        "api_keys",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("scopes", sa.String(length=200), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("ends_at", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_api_keys")),
    )
    secrets = op.create_table(
        "api_key_secrets",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("hint", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("ends_at", sa.Double(), nullable=True),
        sa.Column("used_at", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["name"], ["api_keys.name"], name=op.f("fk_api_key_secrets_name_api_keys"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_api_key_secrets")),
    )
    with op.batch_alter_table("api_key_secrets", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_api_key_secrets_name"), ["name"], unique=False)

    named: dict[tuple[str, str], str] = {}
    for row in old:
        if (row.name, row.scopes) not in named:
            name = next(n for n in _names(row.name) if n not in named.values())
            named[row.name, row.scopes] = name
            roles = ["editor"] if "manage" in row.scopes.split() else []
            more = {"scopes": row.scopes, "roles": roles, "created_at": row.created_at, "created_by": "(cli)"}
            op.bulk_insert(keys, [{"name": name, **more, "ends_at": None}])
        secret = {"digest": row.digest, "name": named[row.name, row.scopes], "hint": "", "created_at": row.created_at}
        op.bulk_insert(secrets, [{**secret, "ends_at": None, "used_at": None}])


def _names(name: str) -> Iterator[str]:
    return (name if n == 1 else f"{name[:190]} {n}" for n in count(1))


def _move_keys_down() -> None:
    columns = {"roles": sa.JSON(), "created_at": sa.Double()}
    rows = op.get_bind().execute(sa.text(LASTING).columns(**columns)).all()
    op.drop_table("api_key_secrets")
    op.drop_table("api_keys")
    keys = op.create_table(
        "api_keys",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("scopes", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_api_keys")),
    )
    for row in rows:
        scopes = [s for s in row.scopes.split() if s != "manage" or EDITORS & set(row.roles)]
        if scopes:
            kept = {"digest": row.digest, "name": row.name, "scopes": " ".join(scopes), "created_at": row.created_at}
            op.bulk_insert(keys, [kept])
