"""What is held on a worker, table by table: what it is called, and what deletion does with it."""

from dataclasses import dataclass
from datetime import date
from enum import Enum

from jobmatch.kernel.periods import add_months
from jobmatch.kernel.text import Text, text


class Fate(Enum):
    """What becomes of the rows when a worker's data is deleted."""

    GOES = "goes"
    # Proof of work and pay, which the law wants kept; it loses the name when the time is over.
    STAYS = "stays"
    # Books and plans of others, in which the worker is a number.
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Held:
    title: Text
    fate: Fate


GOES, STAYS, NUMBER = Fate.GOES, Fate.STAYS, Fate.NUMBER
# Every table that points at a worker stands here (a test looks).
BY_WORKER: dict[str, Held] = {
    "worker_skill": Held(text("会干的活"), GOES),
    "skill_proposal": Held(text("从您的话里认出的活"), GOES),
    "availability": Held(text("能干活的日子"), GOES),
    "bank_account": Held(text("收款账户"), GOES),
    "match_push": Held(text("给您配活的日子"), GOES),
    "match_pushed": Held(text("推给您的活"), GOES),
    "crew_member": Held(text("所在班组"), GOES),
    "season_pin": Held(text("给您定住的日子"), GOES),
    "consent_event": Held(text("同意和撤回的记录"), STAYS),
    "erasure": Held(text("删除资料的申请"), STAYS),
    "brand_member": Held(text("劳务品牌"), STAYS),
    "credential": Held(text("证书"), STAYS),
    "enrolment": Held(text("培训"), STAYS),
    "work_request": Held(text("求职登记"), STAYS),
    "instant_offer": Held(text("快招问过的活"), STAYS),
    "signup": Held(text("报名"), STAYS),
    "engagement": Held(text("录用"), STAYS),
    "engagement_day": Held(text("录用的日子"), STAYS),
    "attendance_event": Held(text("考勤"), STAYS),
    "work_day": Held(text("出工"), STAYS),
    "worker_month": Held(text("每月合计"), STAYS),
    "pay_slip": Held(text("工资条"), STAYS),
    "wage_charge": Held(text("扣款和借支"), STAYS),
    "wage_arrears": Held(text("到期没付的工资"), STAYS),
    "journal_line": Held(text("工资的账"), STAYS),
    "ledger_balance": Held(text("账上的余额"), STAYS),
    "pay_run_row": Held(text("发工资的批次"), STAYS),
    "dispute": Held(text("有出入的日子"), STAYS),
    "dispute_party": Held(text("参加的争议"), STAYS),
    "dispute_case": Held(text("争议"), STAYS),
    "income_doubt": Held(text("对家庭收入的疑问"), STAYS),
    "crew": Held(text("当班组长的班组"), NUMBER),
    "season_spell": Held(text("整季安排里的段"), NUMBER),
    "season_release": Held(text("整季安排里撤下的段"), NUMBER),
}
BY_USER: dict[str, Held] = {
    "notice": Held(text("消息"), GOES),
    "reach": Held(text("怎么告诉您"), GOES),
    "idempotency_key": Held(text("交过的表"), GOES),
    "user_session": Held(text("登录过的手机和电脑"), GOES),
    "second_factor": Held(text("验证器"), GOES),
    "recovery_code": Held(text("备用码"), GOES),
    "role_grant": Held(text("身份"), STAYS),
}


def kept_until(last_deed: date | None, months: int) -> date | None:
    """The day on which proof of work and pay need no longer be kept; None when there is none.

    last_deed   the last work day, slip or payment; months: what the wage rules ask (36)
    """
    return None if last_deed is None else add_months(last_deed, months)
