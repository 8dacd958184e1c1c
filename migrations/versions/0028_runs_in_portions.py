"""A large run is issued portion by portion: whoever changed meanwhile is left for the next one."""

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

NAME = "held_known"


def upgrade() -> None:
    _allow("'no','dispute','pieces','lump','changed'")


def downgrade() -> None:
    # They were not paid in that run; what for, there was no word.
    op.execute("DELETE FROM pay_run_row WHERE held = 'changed'")
    _allow("'no','dispute','pieces','lump'")


def _allow(words: str) -> None:
    with op.batch_alter_table("pay_run_row") as table:
        table.drop_constraint(op.f(f"ck_pay_run_row_{NAME}"), type_="check")
        table.create_check_constraint(op.f(f"ck_pay_run_row_{NAME}"), f"held IN ({words})")
