"""A short round of `manage.py workbooks`."""

import sys

import pytest

from benchmarks.workbooks import campaign


@pytest.mark.same_everywhere
@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="limits and sizes are asked of Linux")
def test_no_mangled_workbook_breaks_the_server_or_is_saved_by_half() -> None:
    found = campaign(60, seconds=280)
    assert found["errors"] == []
    assert found["halves"] == []
    assert found["rounds"] == 60
    assert found["slowest_cpu"] < 2
    assert found["most_growth"] < 200 << 20
    # The mangling is neither so mild that nothing is refused nor so wild that nothing is saved.
    assert found["answers"]["422"] >= 20
    assert found["saved"] >= 10
    assert found["with_faults"] >= 5
    # The negative control: the reader alone does not keep the bounds.
    assert found["control"] != "within the bounds"
