import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from jobmatch.infra import clock
from jobmatch.matching import index
from jobmatch.matching.index import Keeper
from tests.support import instant

# Compiling takes longer than all tests together: kept from run to run.
HERE = Path(__file__).resolve()
COMPILED = Path(os.environ.get("NUMBA_CACHE_DIR") or HERE.parents[3] / "build" / "compiled")


@pytest.fixture
def _in_september() -> Iterator[None]:
    with clock.at(instant(2026, 9, 20)):
        yield


@pytest.fixture
def keeper(app: Flask, _in_september: None) -> Iterator[Keeper]:
    """This application's keeper, switched on, with no index yet."""
    found = index.keeper()
    found.index, found.builder, found.enabled, found.folder = None, None, True, COMPILED
    yield found
    # One that is still building would put this test's people before the next.
    if found.builder is not None:
        found.builder.join()
    found.index, found.enabled = None, False
