"""Lines of the log carry a sign and where they come from; seals bind them together."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

NEW = ("audit_seal", "audit_checkpoint")
COVERED = (
    "EXISTS (SELECT 1 FROM audit_checkpoint c WHERE OLD.id <= c.last_id AND OLD.at < c.before)"
)


def on_postgres() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def freeze(table: str, deed: str) -> None:
    body = (
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        if on_postgres()
        else f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are never changed'); END"
    )
    op.execute(f"CREATE TRIGGER {table}_no_{deed.lower()} BEFORE {deed} ON {table} {body}")


def thaw(table: str, deed: str) -> None:
    on = f" ON {table}" if on_postgres() else ""
    op.execute(f"DROP TRIGGER {table}_no_{deed.lower()}{on}")


def keep_log() -> None:
    if on_postgres():
        op.execute(
            "CREATE OR REPLACE FUNCTION keep_log() RETURNS trigger AS $$ BEGIN "
            f"IF {COVERED} AND OLD.at < now() - interval '184 days' THEN RETURN OLD; END IF; "
            "RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME "
            "USING ERRCODE = 'restrict_violation'; END $$ LANGUAGE plpgsql"
        )
        op.execute(
            "CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry "
            "FOR EACH ROW EXECUTE FUNCTION keep_log()"
        )
        return
    op.execute(
        "CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry "
        f"WHEN NOT {COVERED} "
        "OR OLD.at >= strftime('%Y-%m-%d %H:%M:%f', 'now', '-184 days') "
        "BEGIN SELECT RAISE(ABORT, 'rows of audit_entry are never changed'); END"
    )


def upgrade() -> None:
    op.create_table(
        "audit_seal",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ranges", sa.Text(), nullable=False),
        sa.Column("last_id", sa.BigInteger(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("newest_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("mac", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_seal")),
    )
    op.create_table(
        "audit_checkpoint",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seal_id", sa.Integer(), nullable=False),
        sa.Column("last_id", sa.BigInteger(), nullable=False),
        sa.Column("before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mac", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_checkpoint")),
    )
    # Added in place: a rebuild of the table would lose its triggers.
    op.add_column(
        "audit_entry",
        sa.Column("source", sa.String(length=43), server_default="", nullable=False),
    )
    op.add_column("audit_entry", sa.Column("uid", sa.String(length=16), nullable=True))
    op.add_column("audit_entry", sa.Column("mac", sa.String(length=64), nullable=True))
    op.create_index(op.f("ix_audit_entry_uid"), "audit_entry", ["uid"], unique=True)
    op.create_index(op.f("ix_audit_entry_actor_user_id_at"), "audit_entry", ["actor_user_id", "at"])
    for table in NEW:
        for deed in ("UPDATE", "DELETE"):
            freeze(table, deed)
    thaw("audit_entry", "DELETE")
    keep_log()


def downgrade() -> None:
    thaw("audit_entry", "DELETE")
    if on_postgres():
        op.execute("DROP FUNCTION keep_log()")
    freeze("audit_entry", "DELETE")
    op.drop_index(op.f("ix_audit_entry_actor_user_id_at"), "audit_entry")
    op.drop_index(op.f("ix_audit_entry_uid"), "audit_entry")
    for name in ("mac", "uid", "source"):
        op.drop_column("audit_entry", name)
    for table in NEW[::-1]:
        op.drop_table(table)
