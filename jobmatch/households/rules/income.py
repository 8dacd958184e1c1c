"""Net income per head against the monitoring line (docs/rules/income.md has a worked table)."""

from collections.abc import Mapping
from dataclasses import dataclass

from jobmatch.households.rules.kinds import INCOME, Source
from jobmatch.kernel.money import share_of


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a household stands in a window of time; all amounts in fen.

    net_fen       wage + business + property + transfer - cost of the whole household
    per_head_fen  net_fen / members, halves away from zero; None when nobody lives there
    line_fen      the line per head; None when none is set for that place and time
    missing_fen   what the whole household lacks to the line, 0 when it is reached
    """

    net_fen: int
    members: int
    per_head_fen: int | None
    line_fen: int | None
    missing_fen: int

    @property
    def is_under(self) -> bool:
        return self.missing_fen > 0

    @property
    def missing_per_head_fen(self) -> int:
        """missing_fen shared over the members, rounded up: so much each has to earn."""
        return -(-self.missing_fen // self.members) if self.members else 0


def net_income(sums: Mapping[Source, int]) -> int:
    """wage + business + property + transfer - cost, from sums in fen by source."""
    return sum(sums.get(source, 0) for source in INCOME) - sums.get(Source.COST, 0)


def standing(sums: Mapping[Source, int], members: int, line_fen: int | None) -> Standing:
    """The household's standing from sums by source, people and the line per head.

    raises   ValueError for a negative number of members or a negative line
    """
    if members < 0 or (line_fen or 0) < 0:
        raise ValueError("members and line cannot be negative")
    net = net_income(sums)
    if members == 0:
        return Standing(net, 0, None, line_fen, 0)
    # Compared as a whole, not per head: rounding must not lift a household over the line.
    missing = max(0, line_fen * members - net) if line_fen is not None else 0
    return Standing(net, members, share_of(net, 1, members), line_fen, missing)
