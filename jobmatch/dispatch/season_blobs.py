"""Numbers by posting and day, as a compressed column: demand and prices of a plan."""

import io
from datetime import date
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray


class Table(NamedTuple):
    """cells [P, T]: row by posting, column by day from `start` on."""

    start: date
    posting_ids: tuple[int, ...]
    cells: NDArray[np.int64]


def pack(table: Table) -> bytes:
    held = io.BytesIO()
    np.savez_compressed(
        held,
        start=np.array(table.start.toordinal()),
        postings=np.array(table.posting_ids, np.int64),
        cells=np.asarray(table.cells, np.int64),
    )
    return held.getvalue()


def unpack(packed: bytes) -> Table:
    with np.load(io.BytesIO(packed), allow_pickle=False) as held:
        found: Any = held
        start = date.fromordinal(int(found["start"]))
        return Table(start, tuple(int(p) for p in found["postings"]), found["cells"])


def moved(table: Table, start: date, posting_ids: tuple[int, ...], days: int) -> NDArray[np.int64]:
    """The cells for other postings and days; 0 where the table says nothing."""
    found = np.zeros((len(posting_ids), days), np.int64)
    row_of = {posting: row for row, posting in enumerate(table.posting_ids)}
    shift = (table.start - start).days
    low, high = max(0, shift), min(days, shift + table.cells.shape[1])
    for row, posting in enumerate(posting_ids):
        old = row_of.get(posting)
        if old is not None and low < high:
            found[row, low:high] = table.cells[old, low - shift : high - shift]
    return found
