"""The audit log is sealed, knows where it ends, and the database refuses to change it."""

import time

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SQLITE = (
    "CREATE TRIGGER audit_log_only_grows BEFORE INSERT ON audit_log WHEN NEW.seq <= "
    "(SELECT coalesce(max(seq), 0) FROM audit_log) BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
    "CREATE TRIGGER audit_log_keeps_rows BEFORE UPDATE ON audit_log "
    "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
    "CREATE TRIGGER audit_log_loses_none BEFORE DELETE ON audit_log "
    "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
)
POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION audit_log_refuse() RETURNS trigger LANGUAGE plpgsql "
    "AS $$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$",
    "CREATE OR REPLACE FUNCTION audit_log_grow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "IF NEW.seq <= (SELECT coalesce(max(seq), 0) FROM audit_log) THEN "
    "RAISE EXCEPTION 'the audit log is append-only'; END IF; RETURN NEW; END $$",
    "CREATE TRIGGER audit_log_only_grows BEFORE INSERT ON audit_log FOR EACH ROW EXECUTE FUNCTION audit_log_grow()",
    "CREATE TRIGGER audit_log_keeps_rows BEFORE UPDATE ON audit_log "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_log_refuse()",
    "CREATE TRIGGER audit_log_loses_none BEFORE DELETE OR TRUNCATE ON audit_log "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_log_refuse()",
)
TRIGGERS = ("audit_log_only_grows", "audit_log_keeps_rows", "audit_log_loses_none")
AT_ONCE = 1_000


def upgrade() -> None:
    """Seal the rows that are there, say where they end, and put the guards before them."""
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("since", sa.Double(), nullable=False),
        sa.Column("sealed_by", sa.String(length=8), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    with op.batch_alter_table("audit_log", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sealed_by", sa.String(length=8), nullable=True))
        batch_op.add_column(sa.Column("seal", sa.String(length=64), nullable=True))
        batch_op.drop_index("ix_audit_log_what")
    _seal(op.get_bind())
    with op.batch_alter_table("audit_log", schema=None) as batch_op:
        batch_op.alter_column("sealed_by", existing_type=sa.String(length=8), nullable=False)
        batch_op.alter_column("seal", existing_type=sa.String(length=64), nullable=False)
    op.create_index("ix_audit_log_at", "audit_log", ["at"])
    for name in ("who", "action", "what"):
        op.create_index(f"ix_audit_log_{name}", "audit_log", [name, "seq"])
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    """Undo `upgrade`."""
    postgresql = op.get_bind().dialect.name == "postgresql"
    for name in TRIGGERS:
        op.execute(f"DROP TRIGGER {name}{' ON audit_log' if postgresql else ''}")
    if postgresql:
        op.execute("DROP FUNCTION audit_log_refuse()")
        op.execute("DROP FUNCTION audit_log_grow()")
    for name in ("at", "who", "action", "what"):
        op.drop_index(f"ix_audit_log_{name}", "audit_log")
    with op.batch_alter_table("audit_log", schema=None) as batch_op:
        batch_op.drop_column("seal")
        batch_op.drop_column("sealed_by")
        batch_op.create_index("ix_audit_log_what", ["what"])
    op.drop_table("audit_head")


def _seal(connection: sa.Connection) -> None:
    seals = connection.get_execution_options()["intarsia_seals"]
    log = sa.table("audit_log", *(sa.column(name) for name in ("seq", "hash", "sealed_by", "seal")))
    change = sa.update(log).where(log.c.seq == sa.bindparam("here"))
    change = change.values(sealed_by=seals.newest, seal=sa.bindparam("mark"))
    seq, hash_ = 0, "0" * 64
    while rows := connection.execute(
        sa.select(log.c.seq, log.c.hash).where(log.c.seq > seq).order_by(log.c.seq).limit(AT_ONCE)
    ).all():
        connection.execute(change, [{"here": r.seq, "mark": seals.mark(f"row {r.seq} {r.hash}")} for r in rows])
        seq, hash_ = rows[-1]
    head = sa.table("audit_head", *(sa.column(n) for n in ("id", "seq", "hash", "since", "sealed_by", "seal")))
    # Before this moment changes were made that the log does not tell of; where none was made, there is no before.
    made = connection.scalar(sa.text("SELECT count(*) FROM revisions")) or 0
    since = time.time() if made else 0.0
    mark = seals.mark(f"head {seq}:{hash_} since {since!r}")
    row = {"id": 1, "seq": seq, "hash": hash_, "since": since, "sealed_by": seals.newest, "seal": mark}
    connection.execute(sa.insert(head).values(row))
