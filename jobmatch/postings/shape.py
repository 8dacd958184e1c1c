"""A posting as it was typed, and the checks that even a draft must pass; the law is
the linter's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from jobmatch.employers.models import Site
from jobmatch.kernel.errors import FieldErrors
from jobmatch.kernel.ids import EmployerId
from jobmatch.kernel.text import Text, text
from jobmatch.postings.rules.pay import PayKind
from jobmatch.skills.models import Skill

MOST_DAYS = 200
MOST_PEOPLE = 2_000
MOST_RATE_FEN = 10_000_000
LOADS = {"light", "medium", "heavy"}
FOOTINGS = {"full_time", "part_time", "task"}
MOST_LEVEL = 5
MOST_STAY = 30


@dataclass(frozen=True, slots=True)
class PostingData:
    """A posting as it was typed. Money fen, times minutes after midnight; day_minutes: no breaks.

    headcounts   people wanted by day; days that are missing want nobody
    """

    site_id: int
    skill_id: str
    title: str
    work_text: str
    first_day: date
    last_day: date
    pay_kind: str
    rate_fen: int
    day_minutes: int
    starts_at: int
    ends_at: int
    headcounts: Mapping[date, int] = field(default_factory=dict)
    also_skills: Sequence[str] = ()
    piece_unit: str = ""
    piece_lot: int = 1
    usual_day_pieces: int | None = None
    crew_share: bool = False
    meals: bool = False
    lodging: bool = False
    transport: bool = False
    load: str = "medium"
    lift_kg: int = 0
    min_level: int = 1
    needs_credential: bool = False
    is_instant: bool = False
    min_stay: int = 1
    footing: str = "task"


def checked(session: Session, employer_id: EmployerId, data: PostingData) -> dict[str, object]:
    """Values for the table. raises FieldErrors."""
    errors: dict[str, Text] = {}
    site = session.get(Site, data.site_id)
    if site is None or site.employer_id != employer_id:
        errors["site_id"] = text("请选择干活的地点。")
    wanted = {data.skill_id, *data.also_skills}
    known = set(session.scalars(select(Skill.id).where(Skill.id.in_(wanted))))
    if data.skill_id not in known:
        errors["skill_id"] = text("请选择工种。")
    elif wanted - known:
        errors["also_skills"] = text("请选择工种。")
    _check_texts(data, errors)
    _check_figures(data, errors)
    _check_days(data, errors)
    if errors or site is None:
        raise FieldErrors(errors)
    return {
        "site_id": site.id, "place_code": site.place_code, "lon": site.lon, "lat": site.lat,
        "skill_id": data.skill_id, "title": " ".join(data.title.split()),
        "work_text": data.work_text.strip(), "first_day": data.first_day,
        "last_day": data.last_day, "pay_kind": data.pay_kind, "rate_fen": data.rate_fen,
        "piece_unit": data.piece_unit.strip() if data.pay_kind == PayKind.PIECE else "",
        "piece_lot": data.piece_lot if data.pay_kind == PayKind.PIECE else 1,
        "usual_day_pieces": data.usual_day_pieces if data.pay_kind == PayKind.PIECE else None,
        "crew_share": data.crew_share and data.pay_kind == PayKind.PIECE,
        "day_minutes": data.day_minutes, "starts_at": data.starts_at, "ends_at": data.ends_at,
        "meals": data.meals, "lodging": data.lodging, "transport": data.transport,
        "load": data.load, "lift_kg": data.lift_kg, "min_level": data.min_level,
        "needs_credential": data.needs_credential, "is_instant": data.is_instant,
        "min_stay": data.min_stay,
        "footing": data.footing,
    }  # fmt: skip


def _check_texts(data: PostingData, errors: dict[str, Text]) -> None:
    if not 2 <= len(" ".join(data.title.split())) <= 80:
        errors["title"] = text("请填写标题，2 到 80 个字。")
    if len(data.work_text) > 2_000:
        errors["work_text"] = text("最多 2000 个字。")
    if len(data.piece_unit.strip()) > 10:
        errors["piece_unit"] = text("最多 10 个字。")
    if data.pay_kind not in set(PayKind):
        errors["pay_kind"] = text("请选择怎么算工钱。")
    if data.load not in LOADS:
        errors["load"] = text("请选择活儿的轻重。")
    if data.footing not in FOOTINGS:
        errors["footing"] = text("请选择怎么用工。")


def _check_figures(data: PostingData, errors: dict[str, Text]) -> None:
    bounds: list[tuple[str, int | None, int, int]] = [
        ("rate_fen", data.rate_fen, 0, MOST_RATE_FEN),
        ("piece_lot", data.piece_lot, 1, 100_000),
        ("usual_day_pieces", data.usual_day_pieces, 1, 1_000_000),
        ("day_minutes", data.day_minutes, 0, 24 * 60),
        ("starts_at", data.starts_at, 0, 24 * 60),
        ("ends_at", data.ends_at, 0, 24 * 60),
        ("lift_kg", data.lift_kg, 0, 200),
        ("min_level", data.min_level, 1, MOST_LEVEL),
        ("min_stay", data.min_stay, 1, MOST_STAY),
    ]
    for name, value, least, most in bounds:
        if value is not None and not least <= value <= most:
            errors[name] = text("应在 {least} 到 {most} 之间。", least=least, most=most)
    if "rate_fen" in errors:
        errors["rate_fen"] = text("工钱填得不对，请核对。")


def _check_days(data: PostingData, errors: dict[str, Text]) -> None:
    if data.last_day < data.first_day:
        errors["last_day"] = text("结束的日子在开始之前。")
        return
    if (data.last_day - data.first_day).days >= MOST_DAYS:
        errors["last_day"] = text("一条需求最多 {most} 天，再长请分开发。", most=MOST_DAYS)
    elif data.min_stay > (days := (data.last_day - data.first_day).days + 1):
        errors.setdefault("min_stay", text("这份活一共才 {n} 天。", n=days))
    if any(not data.first_day <= day <= data.last_day for day, n in data.headcounts.items() if n):
        errors["headcounts"] = text("有的日子不在开始和结束之间。")
    elif any(not 0 <= people <= MOST_PEOPLE for people in data.headcounts.values()):
        errors["headcounts"] = text("每天的人数应在 0 到 {most} 之间。", most=MOST_PEOPLE)
