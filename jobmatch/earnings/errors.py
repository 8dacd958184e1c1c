"""Why pay cannot be settled, answered or recorded."""

from jobmatch.kernel.errors import Conflict
from jobmatch.kernel.text import text


class NothingToSettle(Conflict):
    default = text("这几天没有可以结算的出工：可能已经结过，或者还没有记考勤、件数。")


class SlipClosed(Conflict):
    default = text("这张工资条的状态已经变了，请刷新后再看。")


class PaidAlready(Conflict):
    default = text("里面有已经付款的工资条，请先冲销付款，再冲销结算。")
