"""Refusals of dispatch, each with its sentence."""

from jobmatch.kernel.errors import Conflict, Invalid
from jobmatch.kernel.text import text


class PostingClosed(Conflict):
    default = text("这份活已经不招人了。")


class DaysOver(PostingClosed):
    default = text("这份活的日子已经过了。")


class DayFull(Conflict):
    default = text("名额刚刚被占满了。")


class AlreadyBooked(Conflict):
    default = text("这几天您已经有别的活了，同一天不能接两份。")


class NotFree(Conflict):
    default = text("您填的空闲日子里没有这几天。先在“我的”里改空闲日子，再来报名。")


class TooFewDays(Invalid):
    """Fewer days than the posting's least stay."""

    def __init__(self, least: int, days: int) -> None:
        said = text("这份活至少要干 {n} 天，您这样只能去 {m} 天。", n=least, m=days)
        super().__init__(said, field="last")


class NotFit(Invalid):
    default = text("不符合这份活的上岗条件。")


class AlreadyDecided(Conflict):
    default = text("这条报名已经处理过了。")


class TurnedDown(Conflict):
    default = text("用工方这次没有录用您，不能再报这一份。看看别的活吧。")


class NothingToFree(Conflict):
    default = text("这些日子已经干过或正在干，不能取消。")


class CrewIncomplete(Conflict):
    default = text("这个班组要整班去，现在不能全员到齐。")


class NobodyFree(Conflict):
    default = text("班组里没有人能去这几天。")


class AlreadySent(Conflict):
    default = text("这个班组已经派往这份活，不用再派。")


class PlanOver(Conflict):
    """A plan is not in a state in which this can be done with it."""

    default = text("这份安排现在不能这样改：可能还在算，或已经发布、没算成。")


class AllTaken(Conflict):
    """An instant hire has its people: the answer came too late."""

    default = text("已招满，谢谢您回话。下次有活还会先问您。")


class AlreadyAsking(Conflict):
    """An instant hire for this day of the posting is open already."""

    default = text("这份活这一天已经在快招了，不用再发。")
