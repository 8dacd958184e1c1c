"""Codes by SMS also prove the phone of a sign-up: what each was asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("sign_in_code") as table:
        table.add_column(
            sa.Column("purpose", sa.String(length=8), server_default="sign_in", nullable=False)
        )
        table.create_check_constraint("purpose_known", "purpose IN ('sign_in','sign_up')")


def downgrade() -> None:
    # A code to sign up must not become one to sign in.
    op.execute("DELETE FROM sign_in_code WHERE purpose = 'sign_up'")
    with op.batch_alter_table("sign_in_code") as table:
        table.drop_constraint("purpose_known", type_="check")
        table.drop_column("purpose")
