"""Why a dispute cannot be opened or moved."""

from jobmatch.disputes.rules.groups import TooFew
from jobmatch.disputes.rules.states import CaseClosed
from jobmatch.kernel.errors import Conflict
from jobmatch.kernel.text import text

__all__ = ["AlreadyOpen", "CaseClosed", "ForRepresentative", "TooFew"]


class AlreadyOpen(Conflict):
    """case_id: the dispute that is about the same thing, when the reader may know it."""

    default = text("这件事已经提过了，正在办。")


class ForRepresentative(Conflict):
    default = text("大家推举了代表，这一步由代表来办；您可以补充说明和证据。")
