"""A large run is taken back portion by portion: a state of its own, and whose slips stay."""

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

STATES = "'computing','draft','awaiting','issuing','issued','reversing','reversed','cancelled'"
HELD = "'no','dispute','pieces','lump','changed','paid','shared','left'"


def upgrade() -> None:
    with op.batch_alter_table("pay_run") as table:
        table.add_column(sa.Column("reversed_by", sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f("fk_pay_run_reversed_by_user"), "user", ["reversed_by"], ["id"],
            ondelete="RESTRICT",
        )  # fmt: skip
        _allow(table, "pay_run", "state", STATES)
    with op.batch_alter_table("pay_run_row") as table:
        _allow(table, "pay_run_row", "held", HELD)


def downgrade() -> None:
    # What was taken back stays so; the slips that stand can be taken back one by one.
    op.execute("UPDATE pay_run SET state = 'reversed' WHERE state = 'reversing'")
    op.execute("UPDATE pay_run_row SET held = 'no' WHERE held IN ('paid','shared','left')")
    with op.batch_alter_table("pay_run_row") as table:
        _allow(table, "pay_run_row", "held", HELD.replace(",'paid','shared','left'", ""))
    with op.batch_alter_table("pay_run") as table:
        _allow(table, "pay_run", "state", STATES.replace("'reversing',", ""))
        table.drop_constraint(op.f("fk_pay_run_reversed_by_user"), type_="foreignkey")
        table.drop_column("reversed_by")


def _allow(table: BatchOperations, name: str, column: str, words: str) -> None:
    name = op.f(f"ck_{name}_{column}_known")
    table.drop_constraint(name, type_="check")
    table.create_check_constraint(name, f"{column} IN ({words})")
