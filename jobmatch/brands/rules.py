"""What a labor brand, its members and its crews may become. Pure."""

import re
from enum import StrEnum

from jobmatch.kernel.errors import Conflict, Invalid
from jobmatch.kernel.text import Text, text


class Rank(StrEnum):
    NONE = "none"
    BANNER = "banner"
    LEAGUE = "league"
    REGION = "region"
    NATION = "nation"


class BrandState(StrEnum):
    DRAFT = "draft"
    PENDING = "pending"
    APPROVED = "approved"
    REFUSED = "refused"


class MemberState(StrEnum):
    REQUESTED = "requested"
    INVITED = "invited"
    MEMBER = "member"
    LEFT = "left"
    DECLINED = "declined"


RANK_NAMES: dict[Rank, Text] = {
    Rank.NONE: text("未定级"),
    Rank.BANNER: text("旗县级"),
    Rank.LEAGUE: text("盟市级"),
    Rank.REGION: text("自治区级"),
    Rank.NATION: text("国家级"),
}
STATE_NAMES: dict[BrandState, Text] = {
    BrandState.DRAFT: text("草稿"),
    BrandState.PENDING: text("待审核"),
    BrandState.APPROVED: text("已批准"),
    BrandState.REFUSED: text("未通过"),
}
MEMBER_STATE_NAMES: dict[MemberState, Text] = {
    MemberState.REQUESTED: text("申请加入"),
    MemberState.INVITED: text("已邀请"),
    MemberState.MEMBER: text("是成员"),
    MemberState.LEFT: text("已退出"),
    MemberState.DECLINED: text("已谢绝"),
}

# The longest place code of an officer who may give the rank: banner 6 digits, league 4, region 2.
_LONGEST_SCOPE = {Rank.BANNER: 6, Rank.LEAGUE: 4, Rank.REGION: 2, Rank.NATION: 2}
MOST_DESCRIPTION = 2000
LONGEST_INVITE_DAYS = 90


class NotOpenYet(Conflict):
    default = text("品牌还没有批准，暂时不能招收成员。")


class NotWaiting(Conflict):
    default = text("这一条已经处理过了。")


class AlreadyMember(Conflict):
    default = text("已经是这个品牌的成员了。")


class InOtherCrew(Conflict):
    default = text("有人已经在别的班组里，请先从那个班组移出来。")


class NotMember(Conflict):
    default = text("班组里只能是本品牌的成员。")


class NameTaken(Conflict):
    default = text("这个名字已经有人用了，请换一个。")


class InviteOver(Conflict):
    default = text("这个邀请已经过期或被收回，请向带头人要新的。")


def checked_name(typed: str) -> str:
    """The name without stray blanks. raises Invalid (field name)."""
    name = " ".join(typed.split())
    if not 2 <= len(name) <= 60:
        raise Invalid(text("请填写品牌名称，2 到 60 个字。"), field="name")
    return name


def checked_crew_name(typed: str) -> str:
    """The crew's name without stray blanks. raises Invalid (field name)."""
    name = " ".join(typed.split())
    if not 1 <= len(name) <= 40:
        raise Invalid(text("请填写班组名称，不超过 40 个字。"), field="name")
    return name


def checked_description(typed: str) -> str:
    """The description; at most 2,000 signs. raises Invalid (field description)."""
    words = re.sub(r"\r\n?", "\n", typed).strip()
    if len(words) > MOST_DESCRIPTION:
        raise Invalid(
            text("介绍不能超过 {most} 个字。", most=MOST_DESCRIPTION), field="description"
        )
    return words


def submit(state: BrandState) -> BrandState:
    """A draft, or one that was refused, is handed in. raises NotWaiting."""
    if state not in (BrandState.DRAFT, BrandState.REFUSED):
        raise NotWaiting
    return BrandState.PENDING


def decide(state: BrandState, approve: bool) -> BrandState:
    """An officer's answer to a brand that waits. raises NotWaiting."""
    if state is not BrandState.PENDING:
        raise NotWaiting
    return BrandState.APPROVED if approve else BrandState.REFUSED


def may_give(rank: Rank, scopes: tuple[str, ...], place_code: str) -> bool:
    """Whether officers of these scopes may give a brand of this place the rank.

    A scope must cover the place; a league's rank needs a league's officer or one above.
    """
    longest = _LONGEST_SCOPE.get(rank, len(place_code))
    return any(place_code.startswith(scope) and len(scope) <= longest for scope in scopes)


def ranks_to_give(scopes: tuple[str, ...], place_code: str) -> tuple[Rank, ...]:
    """The ranks that officers of these scopes may give a brand of this place, lowest first."""
    return tuple(rank for rank in Rank if may_give(rank, scopes, place_code))


def ask(state: MemberState | None) -> MemberState:
    """A worker wants to join: an invited one is in at once. raises AlreadyMember, NotWaiting."""
    if state is MemberState.MEMBER:
        raise AlreadyMember
    if state is MemberState.REQUESTED:
        raise NotWaiting(text("您已经申请过了，请等带头人答复。"))
    return MemberState.MEMBER if state is MemberState.INVITED else MemberState.REQUESTED


def invite(state: MemberState | None) -> MemberState:
    """The brand wants a worker: one who asked is in at once. raises AlreadyMember, NotWaiting."""
    if state is MemberState.MEMBER:
        raise AlreadyMember
    if state is MemberState.INVITED:
        raise NotWaiting(text("已经邀请过了，请等对方答复。"))
    return MemberState.MEMBER if state is MemberState.REQUESTED else MemberState.INVITED


def answer(state: MemberState | None, waited: MemberState, accept: bool) -> MemberState:
    """The answer to a request or an invitation. waited: which of the two. raises NotWaiting."""
    if state is not waited:
        raise NotWaiting
    return MemberState.MEMBER if accept else MemberState.DECLINED


def leave(state: MemberState | None) -> MemberState:
    """A member goes, or is removed. raises NotWaiting."""
    if state is not MemberState.MEMBER:
        raise NotWaiting
    return MemberState.LEFT
