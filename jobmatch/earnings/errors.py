"""Why pay cannot be settled, answered or recorded."""

from jobmatch.kernel.errors import Conflict
from jobmatch.kernel.text import text


class NothingToSettle(Conflict):
    default = text("这几天没有可以结算的出工：可能已经结过，或者还没有记考勤、件数。")


class SlipClosed(Conflict):
    default = text("这张工资条的状态已经变了，请刷新后再看。")


class PaidAlready(Conflict):
    default = text("里面有已经付款的工资条，请先冲销付款，再冲销结算。")


class ChargeClosed(Conflict):
    default = text("这笔钱的状态已经变了，请刷新后再看。")


class RunChanged(Conflict):
    default = text("核对以后考勤或扣款有变动：已重新算过，请再看一遍。")


class RunClosed(Conflict):
    default = text("这次工资的状态已经变了，请刷新后再看。")


class RunStands(Conflict):
    default = text("这几天的工资已经有一次在办，请先办完或者取消它。")


class SamePerson(Conflict):
    default = text("金额较大，要由本单位的另一个人批准；算这次工资的人不能自己批。")
