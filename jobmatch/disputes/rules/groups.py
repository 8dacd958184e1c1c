"""A group with one claim may name a representative.

source   Law on Mediation and Arbitration of Labor Disputes (2008) art. 7: 10 workers or more with
         the same claim may name representatives
"""

from collections import Counter
from collections.abc import Collection, Mapping

from jobmatch.kernel.errors import Conflict
from jobmatch.kernel.text import text


class TooFew(Conflict):
    """Fewer people than may name a representative; each can still complain alone."""


def require_enough(members: int, least: int) -> None:
    """raises TooFew, with the way that is open instead."""
    if members < least:
        raise TooFew(
            text(
                "{least} 人以上才能推举代表，现在同意的有 {members} 人。"
                "不够也不耽误：每个人都可以各自提，一样受理；再有人同意，就可以推举。",
                least=least,
                members=members,
            )
        )


def elected(members: Collection[int], votes: Mapping[int, int], least: int) -> int | None:
    """The member for whom more than half of all members voted; None while there is none.

    members  who agreed to be in the group; votes: member -> member voted for; votes of others, and
             for others, do not count
    """
    inside = set(members)
    if len(inside) < least:
        return None
    counted = Counter(
        choice for voter, choice in votes.items() if voter in inside and choice in inside
    )
    for choice, n in counted.items():
        if 2 * n > len(inside):
            return choice
    return None
