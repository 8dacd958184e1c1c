"""Attendance keeps how, where and by whose witness it was recorded; two copies of a day; disputes."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

KINDS = "kind IN ('check_in','check_out','present','absent','minutes','pieces'"


def upgrade() -> None:
    triggers = _triggers()
    with op.batch_alter_table("attendance_event", schema=None) as batch_op:
        batch_op.add_column(sa.Column("posting_id", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("how", sa.String(length=8), server_default="roster", nullable=False)
        )
        batch_op.add_column(sa.Column("witness_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("device_time", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("lat", sa.Float(), nullable=True))
        batch_op.add_column(sa.Column("lon", sa.Float(), nullable=True))
        batch_op.add_column(sa.Column("corrects_id", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("review", sa.String(length=40), server_default="", nullable=False)
        )
        batch_op.alter_column("engagement_day_id", existing_type=sa.Integer(), nullable=True)
        batch_op.drop_constraint(batch_op.f("ck_attendance_event_kind_known"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_attendance_event_kind_known"), f"{KINDS},'granted','denied')"
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_attendance_event_how_known"),
            "how IN ('tap','roster','qr','paper','answer')",
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_attendance_event_is_about_work"),
            "engagement_day_id IS NOT NULL OR posting_id IS NOT NULL",
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_attendance_event_corrects_id_attendance_event"),
            "attendance_event", ["corrects_id"], ["id"],
        )  # fmt: skip
        for column, other in (("posting_id", "posting"), ("witness_id", "user")):
            batch_op.create_foreign_key(
                batch_op.f(f"fk_attendance_event_{column}_{other}"),
                other, [column], ["id"], ondelete="RESTRICT",
            )  # fmt: skip
        for column in ("posting_id", "corrects_id"):
            batch_op.create_index(
                batch_op.f(f"ix_attendance_event_{column}"), [column], unique=False
            )
    _again(triggers)

    op.create_table(
        "day_copy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("engagement_day_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("fen", sa.BigInteger(), nullable=True),
        sa.Column("answer", sa.String(length=8), nullable=False),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "side IN ('worker','employer')", name=op.f("ck_day_copy_side_known")
        ),
        sa.CheckConstraint(
            "answer IN ('agreed','silent')", name=op.f("ck_day_copy_answer_known")
        ),
        _key("day_copy", "answered_by", "user"),
        _key("day_copy", "engagement_day_id", "engagement_day"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_day_copy")),
        sa.UniqueConstraint(
            "engagement_day_id", "side", "minutes", "pieces",
            name=op.f("uq_day_copy_engagement_day_id_side_minutes_pieces"),
        ),
    )  # fmt: skip
    op.create_table(
        "dispute",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("engagement_day_id", sa.Integer(), nullable=False),
        sa.Column("open_day_id", sa.Integer(), nullable=True),
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("work_date", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("worker_present", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("worker_minutes", sa.Integer(), nullable=False),
        sa.Column("worker_pieces", sa.Integer(), nullable=False),
        sa.Column("employer_present", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("employer_minutes", sa.Integer(), nullable=False),
        sa.Column("employer_pieces", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("opened_by", sa.Integer(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agreed_side", sa.String(length=8), nullable=False),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('day')", name=op.f("ck_dispute_kind_known")),
        sa.CheckConstraint("state IN ('open','agreed')", name=op.f("ck_dispute_state_known")),
        sa.CheckConstraint(
            "agreed_side IN ('','worker','employer')", name=op.f("ck_dispute_side_known")
        ),
        sa.CheckConstraint(
            "(state = 'open') = (open_day_id IS NOT NULL)",
            name=op.f("ck_dispute_open_has_its_day"),
        ),
        _key("dispute", "closed_by", "user"),
        _key("dispute", "engagement_day_id", "engagement_day"),
        _key("dispute", "open_day_id", "engagement_day"),
        _key("dispute", "opened_by", "user"),
        _key("dispute", "posting_id", "posting"),
        _key("dispute", "worker_id", "worker"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute")),
        sa.UniqueConstraint("open_day_id", name=op.f("uq_dispute_open_day_id")),
    )
    with op.batch_alter_table("dispute", schema=None) as batch_op:
        for columns in (["engagement_day_id"], ["posting_id", "state"], ["worker_id", "state"]):
            batch_op.create_index(
                batch_op.f(f"ix_dispute_{'_'.join(columns)}"), columns, unique=False
            )


def downgrade() -> None:
    op.drop_table("dispute")
    op.drop_table("day_copy")
    triggers = _triggers()
    kept = sa.text(
        "SELECT count(*) FROM attendance_event WHERE engagement_day_id IS NULL"
        " OR kind IN ('granted','denied')"
    )
    if op.get_bind().execute(kept).scalar_one():
        raise RuntimeError("claims outside the engagement and answers have no place in 0008")
    with op.batch_alter_table("attendance_event", schema=None) as batch_op:
        for column in ("posting_id", "corrects_id"):
            batch_op.drop_index(batch_op.f(f"ix_attendance_event_{column}"))
        for column, other in (
            ("posting_id", "posting"),
            ("witness_id", "user"),
            ("corrects_id", "attendance_event"),
        ):
            batch_op.drop_constraint(
                batch_op.f(f"fk_attendance_event_{column}_{other}"), type_="foreignkey"
            )
        for name in ("is_about_work", "how_known", "kind_known"):
            batch_op.drop_constraint(batch_op.f(f"ck_attendance_event_{name}"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_attendance_event_kind_known"), f"{KINDS})")
        batch_op.alter_column("engagement_day_id", existing_type=sa.Integer(), nullable=False)
        for column in (
            "review", "corrects_id", "lon", "lat", "device_time", "witness_id", "how", "posting_id",
        ):  # fmt: skip
            batch_op.drop_column(column)
    _again(triggers)


def _key(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"), ondelete="RESTRICT"
    )


def _triggers() -> list[str]:
    """SQLite rebuilds the table, and its triggers go with the old one: what made them."""
    if op.get_bind().dialect.name != "sqlite":
        return []
    found = op.get_bind().execute(
        sa.text(
            "SELECT sql FROM sqlite_master WHERE type='trigger' AND tbl_name='attendance_event'"
        )
    )
    return list(found.scalars())


def _again(triggers: list[str]) -> None:
    for statement in triggers:
        op.get_bind().exec_driver_sql(statement)
