"""How prices move while a season is searched, in one process (`solve`) or many (`joint`)."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jobmatch.dispatch.rules.problem import Ints

# Points by which the price of a place moves with each place over or under (rho), round by round:
# large first, to find the prices; then from small to large. Other ways tried: docs/decisions/0010.
FIRST = (16.0, 8.0, 4.0, 2.0, 1.0, 2.0, 4.0, 8.0, 16.0)
AGAIN = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
# One sweep at each of these tells what places are worth after news, before as much as can stays.
LEARN = (8.0, 8.0, 2.0, 2.0)
# Sweeps at each step of a round. In a sweep units answer in so many parts, and prices follow after
# each: over the whole sweep by all that they moved.
SWEEPS, PIECES = 6, 4


def followed(
    price: Ints, rho: int, load: Ints, places: Ints, pace: NDArray[Any] | float = 1.0
) -> Ints:
    """The prices [P, T] after a part of a sweep; where there is no place at all, 0.

    pace  [P, 1] how far they follow, 1: as in one process
    """
    step = pace * (load - places) * (rho / PIECES)
    return np.where(places > 0, np.maximum(0, price + step.astype(np.int64)), 0)
