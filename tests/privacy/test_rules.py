"""What is held on a worker is known table by table, and how long it must be kept."""

from datetime import date

import pytest

from jobmatch.privacy.rules.tables import kept_until


@pytest.mark.parametrize(
    ("last_deed", "until"),
    [
        (None, None),
        (date(2026, 9, 30), date(2029, 9, 30)),
        (date(2024, 2, 29), date(2027, 2, 28)),
    ],
)
def test_proof_of_work_and_pay_is_kept_for_three_years(
    last_deed: date | None, until: date | None
) -> None:
    assert kept_until(last_deed, 36) == until
