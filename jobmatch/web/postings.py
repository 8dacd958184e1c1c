"""How postings are shown, whatever the door: pay, places and extras in the reader's words."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from flask import current_app, get_template_attribute, request

from jobmatch.dispatch.rules.days import still_open
from jobmatch.employers.rules.verification import Kind
from jobmatch.infra import clock
from jobmatch.kernel.periods import SHANGHAI
from jobmatch.places import queries as places
from jobmatch.postings.queries import BoardRow, Fill, PostingRow
from jobmatch.postings.rules.pay import PayKind
from jobmatch.postings.rules.states import State
from jobmatch.skills import queries as skills
from jobmatch.web import filters
from jobmatch.web.language import gettext as _
from jobmatch.web.language import is_chinese

EIGHT_HOURS = 8 * 60
# Cards kept ready: some thousand postings in two languages; a card takes 2 to 3 KB.
CARDS_KEPT = 4_096


@dataclass(frozen=True, slots=True)
class Card:
    """A posting as a card: ready strings, for everybody alike.

    dates: from the first day that still has a place
    """

    id: int
    title: str
    skill: str
    place: str
    amount: str
    per: str
    dates: str
    left: str
    extras: tuple[str, ...]
    badge: str
    note: str
    is_full: bool


def cards(rows: Iterable[BoardRow]) -> list[Card]:
    """Cards of the board, with the names of places and skills read by one query each."""
    found = list(rows)
    at = places.local_names({row.posting.place_code for row in found})
    called = skills.names({row.posting.skill_id for row in found})
    in_chinese = is_chinese()
    return [
        _card(
            row.posting, row.fill, row.km, at.get(row.posting.place_code, ""),
            filters.named(called[key]) if (key := row.posting.skill_id) in called else "",
            in_chinese,
        )
        for row in found
    ]  # fmt: skip


@lru_cache(maxsize=CARDS_KEPT)
def _card(
    posting: PostingRow, fill: Fill, km: float | None, at: str, skill: str, _in_chinese: bool
) -> Card:
    """Kept by all that it says, the language among it: another value makes another card."""
    place = " · ".join(filter(None, (posting.employer_name, at)))
    if km is not None:
        place = f"{place} · {filters.km(km)}"
    return Card(
        id=posting.id,
        title=posting.title,
        skill=skill,
        place=place,
        amount=filters.yuan_short(posting.rate_fen),
        per=per(posting),
        dates=filters.days(fill.next_day or posting.first_day, posting.last_day),
        left=left(fill),
        extras=(*filter(None, [stay(posting)]), *unusual_hours(posting), *extras(posting)),
        badge=_("马上录用") if posting.is_instant else "",
        note=day_worth(posting),
        is_full=fill.next_day is None,
    )


def board_card(card: Card, is_unfit: bool = False) -> str:
    """A card of the board, drawn. is_unfit: the person who looks may ask why it was not theirs."""
    draw = _drawn.__wrapped__ if current_app.debug else _drawn
    return draw(card, is_unfit, request.script_root, is_chinese())


@lru_cache(maxsize=CARDS_KEPT)
def _drawn(card: Card, is_unfit: bool, _root: str, _in_chinese: bool) -> str:
    """Kept by all that is in it, as `_card`; _root: what our addresses begin with."""
    drawn: str = get_template_attribute("public/postings/_card.html", "card_of")(card, is_unfit)
    return drawn


def left(fill: Fill) -> str:
    if fill.next_day is None:
        return str(_("已招满"))
    return str(_("还差 %(n)s 人", n=fill.most_left))


def per(posting: PostingRow) -> str:
    """What the rate is for: a day, an hour, 100 jin."""
    if posting.pay_kind == PayKind.DAY:
        return str(_("天"))
    if posting.pay_kind == PayKind.HOUR:
        return str(_("小时"))
    if posting.piece_lot == 1:
        return posting.piece_unit
    return f"{filters.count(posting.piece_lot)} {posting.piece_unit}"


def pay(posting: PostingRow) -> str:
    return f"{filters.yuan_short(posting.rate_fen)} / {per(posting)}"


def day_worth(posting: PostingRow) -> str:
    """What a day comes to, where the rate does not say it."""
    worth = posting.day_pay_fen
    if posting.pay_kind == PayKind.DAY or not worth:
        return ""
    return str(_("一般一天能挣 %(pay)s", pay=filters.yuan_short(worth // 100 * 100)))


def stay(posting: PostingRow) -> str:
    """The least stay, where one day is not enough."""
    return str(_("至少干 %(n)s 天", n=posting.min_stay)) if posting.min_stay > 1 else ""


def extras(posting: PostingRow) -> list[str]:
    found = []
    if posting.meals and posting.lodging:
        found.append(_("包吃住"))
    elif posting.meals:
        found.append(_("管饭"))
    elif posting.lodging:
        found.append(_("包住"))
    if posting.transport:
        found.append(_("车接车送"))
    return found


def footing(posting: PostingRow) -> str:
    """How people are engaged, with what the law makes of it."""
    known = {
        "full_time": _("全日制：超过 8 小时、休息日、法定节假日按法律付加班"),
        "part_time": _("非全日制：一天不超过 4 小时，15 天内付钱"),
    }
    return str(known.get(posting.footing) or _("按活临时用工"))


def unusual_hours(posting: PostingRow) -> list[str]:
    """The hours of a day, where they are not the usual eight."""
    if posting.day_minutes == EIGHT_HOURS:
        return []
    return [str(_("一天 %(hours)s", hours=filters.hours(posting.day_minutes)))]


def load_name(load: str) -> str:
    return str({"light": _("轻活"), "medium": _("一般"), "heavy": _("重活")}.get(load, load))


def kind_name(kind: str) -> str:
    names = {
        Kind.ENTERPRISE: _("企业"),
        Kind.COOPERATIVE: _("合作社"),
        Kind.BIG_GROWER: _("种植养殖大户"),
    }
    return str(names[Kind(kind)])


def is_open(posting: PostingRow) -> bool:
    """Whether a day can still be taken: on the last day until its working time ends."""
    now = clock.now().astimezone(SHANGHAI)
    return posting.state == State.OPEN and bool(
        still_open(
            [posting.last_day], today=now.date(), minute=now.hour * 60 + now.minute,
            starts_at=posting.starts_at, ends_at=posting.ends_at,
        )
    )  # fmt: skip


def state_name(posting: PostingRow, today: date) -> tuple[str, str]:
    """The state in words and the tone of its badge."""
    if posting.state == State.OPEN and (posting.last_day < today or not is_open(posting)):
        return _("已结束"), "plain"
    return {
        State.DRAFT: (_("草稿"), "info"),
        State.OPEN: (_("正在招人"), "good"),
        State.CLOSED: (_("已停止招人"), "plain"),
        State.CANCELLED: (_("已取消"), "bad"),
    }[State(posting.state)]


def skill_names(ids: Collection[str]) -> list[str]:
    found = skills.names(ids)
    return [filters.named(found[key]) for key in ids if key in found]
