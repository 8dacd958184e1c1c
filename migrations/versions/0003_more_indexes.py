"""Find sign-ups by crew order, and work days by crew and employer."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("crew", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_crew_leader_id"), ["leader_id"], unique=False)

    with op.batch_alter_table("engagement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_engagement_crew_id"), ["crew_id"], unique=False)

    with op.batch_alter_table("posting", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_posting_brand_id"), ["brand_id"], unique=False)

    with op.batch_alter_table("signup", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_signup_crew_order_id"), ["crew_order_id"], unique=False
        )

    with op.batch_alter_table("work_day", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_work_day_crew_id_work_date"), ["crew_id", "work_date"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_work_day_employer_id_work_date"),
            ["employer_id", "work_date"],
            unique=False,
        )


def downgrade() -> None:
    with op.batch_alter_table("work_day", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_work_day_employer_id_work_date"))
        batch_op.drop_index(batch_op.f("ix_work_day_crew_id_work_date"))

    with op.batch_alter_table("signup", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_signup_crew_order_id"))

    with op.batch_alter_table("posting", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_posting_brand_id"))

    with op.batch_alter_table("engagement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_engagement_crew_id"))

    with op.batch_alter_table("crew", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_crew_leader_id"))
