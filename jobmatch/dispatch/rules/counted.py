"""The best path where days are counted: rest, most days worked, what the first days are worth.

A state after a day is one of
  idle    (c)           not at a posting on this day
  done    (r, c)        worked on this day, and the stay may end here
  at work (k, l, r, c)  in a stay at pair k, worked on this day
  resting (k, l, 0, c)  in a stay at pair k, rested on this day
c: days worked, as far as they matter; l: days of the stay, up to the least; r: days worked without
a day off. Rest counts to the length of a stay, takes no place and earns nothing.
"""

from jobmatch.dispatch.rules.paths import NEVER, SCALE, Ground, Scratch
from jobmatch.dispatch.rules.problem import Ints
from jobmatch.matching.rules.index.jit import compiled, inlined

# What came before, packed into 32 bits: kind, days of the stay, run.
IDLE, DONE, STAY = 0, 1, 2


@compiled
def pack(kind: int, stay: int, run: int, count: int) -> int:
    return ((count * 512 + stay) * 512 + run) * 4 + kind


@inlined
def is_counted(u: int, ground: Ground) -> bool:
    """Whether this unit needs the counted programme."""
    return (
        ground.max_run > 0
        or ground.most[u] < ground.can.shape[1]
        or (ground.bonus[u] > 0 and ground.fair[u] > 0)
    )


@compiled
def counted(u: int, ground: Ground, s: Scratch) -> int:
    """The best path with all that is counted; NEVER: no path.

    s.out  the pair of each day, -1 idle, -2 - pair at rest
    """
    first = ground.first_pair[u]
    pairs = ground.first_pair[u + 1] - first
    days = ground.can.shape[1]
    has_pins = ground.pinned.shape[0] > 0
    is_bounded = ground.most[u] < days
    top = ground.most[u] if is_bounded else (ground.fair[u] if ground.bonus[u] > 0 else 0)
    counts = top + 1
    runs = max(1, ground.max_run)
    longest = 1
    for k in range(pairs):
        longest = max(longest, ground.min_stay[ground.posting[first + k]])
    # Layout of a day's states: idle [counts], done [runs + 1, counts], stays [K, l, r, counts].
    at_done = counts
    at_stay = at_done + (runs + 1) * counts
    per_run = counts
    per_stay = (runs + 1) * per_run
    per_pair = longest * per_stay
    room = at_stay + pairs * per_pair
    half = len(s.state) // 2
    now, new = s.state[:half], s.state[half:]
    for i in range(room):
        now[i] = NEVER
    came = min(ground.run[u], runs) if ground.max_run else 0
    now[at_done + came * counts if came else 0] = 0
    if ground.entry[u] >= 0:
        k = ground.entry[u]
        full = at_stay + k * per_pair + (ground.min_stay[ground.posting[first + k]] - 1) * per_stay
        now[full + (came if ground.max_run else 1) * per_run] = 0
    for d in range(days):
        for i in range(room):
            new[i] = NEVER
        base = d * room
        is_pinned = has_pins and ground.pinned[u, d] >= 0
        if not is_pinned:
            for c in range(counts):
                value, back = now[c], pack(IDLE, 0, 0, c)
                for r in range(1, runs + 1):
                    if now[at_done + r * counts + c] > value:
                        value = now[at_done + r * counts + c]
                        back = pack(DONE, 0, r, c)
                new[c] = value
                s.was[base + c] = back
        for k in range(pairs):
            stay = ground.min_stay[ground.posting[first + k]]
            here = at_stay + k * per_pair
            if s.open[k, d]:
                for c in range(counts):
                    if is_bounded and c == top:
                        break
                    after = min(c + 1, top)
                    gain = s.gain[k, d]
                    if c < ground.fair[u]:
                        gain += ground.bonus[u] * SCALE
                    # A stay begins.
                    begun = gain - ground.cost[first + k] * SCALE
                    if now[c] > NEVER:
                        to = here + per_run + after
                        if now[c] + begun > new[to]:
                            new[to] = now[c] + begun
                            s.was[base + to] = pack(IDLE, 0, 0, c)
                    for r in range(1, runs + 1):
                        value = now[at_done + r * counts + c]
                        run = r + 1 if ground.max_run else 1
                        if value > NEVER and run <= runs:
                            to = here + run * per_run + after
                            if value + begun > new[to]:
                                new[to] = value + begun
                                s.was[base + to] = pack(DONE, 0, r, c)
                    # It goes on.
                    for length in range(stay):
                        longer = min(length + 1, stay - 1)
                        for r in range(runs + 1):
                            value = now[here + length * per_stay + r * per_run + c]
                            run = r + 1 if ground.max_run else 1
                            if value > NEVER and run <= runs:
                                to = here + longer * per_stay + run * per_run + after
                                if value + gain > new[to]:
                                    new[to] = value + gain
                                    s.was[base + to] = pack(STAY, length, r, c)
            if ground.max_run and ground.can[u, d] and not is_pinned:
                for length in range(stay):
                    longer = min(length + 1, stay - 1)
                    for r in range(runs + 1):
                        for c in range(counts):
                            value = now[here + length * per_stay + r * per_run + c]
                            to = here + longer * per_stay + c
                            if value > new[to]:
                                new[to] = value
                                s.was[base + to] = pack(STAY, length, r, c)
            full = here + (stay - 1) * per_stay
            for r in range(1, runs + 1):
                for c in range(counts):
                    value = new[full + r * per_run + c]
                    if value > new[at_done + r * counts + c]:
                        new[at_done + r * counts + c] = value
                        s.was[base + at_done + r * counts + c] = k
        now, new = new, now
    return _trace(u, ground, s, now, counts, runs, longest)


@compiled
def _trace(
    u: int, ground: Ground, s: Scratch, now: Ints, counts: int, runs: int, longest: int
) -> int:
    """Walk back from the best last state; fills s.out: a pair, -1 idle, -2 - pair at rest."""
    days = ground.can.shape[1]
    first = ground.first_pair[u]
    pairs = ground.first_pair[u + 1] - first
    at_done, per_stay = counts, (runs + 1) * counts
    at_stay = at_done + (runs + 1) * counts
    per_pair = longest * per_stay
    room = at_stay + pairs * per_pair
    best, kind, run, count = NEVER, IDLE, 0, 0
    for c in range(counts):
        if now[c] > best:
            best, kind, run, count = now[c], IDLE, 0, c
        for r in range(1, runs + 1):
            if now[at_done + r * counts + c] > best:
                best, kind, run, count = now[at_done + r * counts + c], DONE, r, c
    if best <= NEVER:
        return NEVER
    k, length = -1, 0
    for back in range(days):
        d = days - 1 - back
        base = d * room
        if kind == DONE:
            k = s.was[base + at_done + run * counts + count]
            length = ground.min_stay[ground.posting[first + k]] - 1
            kind = STAY
        if kind == IDLE:
            s.out[d] = -1
            code = s.was[base + count]
        else:
            s.out[d] = k if run > 0 else -2 - k
            code = s.was[base + at_stay + k * per_pair + length * per_stay + run * counts + count]
        kind = code % 4
        run = code // 4 % 512
        length = code // 2048 % 512
        count = code // 1048576
    return best
