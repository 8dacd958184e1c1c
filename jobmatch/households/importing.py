"""The import workbook: template, dry run, saving, and the same workbook back with its errors."""

import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from jobmatch.households import policy
from jobmatch.households.events import MembersSaved
from jobmatch.households.models import Household, HouseholdMember, IncomeEntry
from jobmatch.households.rules import import_plan
from jobmatch.households.rules import workbook as rules
from jobmatch.households.rules.import_plan import Known, KnownHousehold, KnownMember, Plan
from jobmatch.households.rules.kinds import KIND_TEXT, Kind
from jobmatch.households.rules.workbook import (
    ERROR_TITLE,
    INCOME_SHEET,
    INCOME_TITLES,
    MEMBER_SHEET,
    MEMBER_TITLES,
    MORE_TITLES,
)
from jobmatch.households.service import new_member
from jobmatch.infra import audit, clock, crypto, events, wall
from jobmatch.infra.db import reading, transaction
from jobmatch.infra.scopes import within
from jobmatch.infra.sheets import Column, add_sheet, new_book
from jobmatch.infra.workbooks import BadWorkbook, Cell, read_workbook, rows_of
from jobmatch.kernel.actor import Actor, Role
from jobmatch.kernel.errors import Conflict
from jobmatch.kernel.periods import month_of
from jobmatch.kernel.text import Text, text
from jobmatch.places.models import Place

RELATIONS = (  # i18n: data of the template
    "户主",
    "配偶",
    "子",
    "女",
    "儿媳",
    "女婿",
    "父",
    "母",
    "祖父",
    "祖母",
    "孙子",
    "孙女",
    "其他",
)
_AT_ONCE = 500
T = TypeVar("T")


class ChangedMeanwhile(Conflict):
    default = text("别人刚刚也导入了同样的内容，请重新检查一遍再保存。")


class NotAllRight(Conflict):
    default = text("有的行不对，按“全对才存”一行也没有存。")


@dataclass(frozen=True, slots=True)
class Checked:
    """A dry run: what saving would do, and the sheets as they were read (for the way back)."""

    plan: Plan
    sheets: dict[str, list[list[Cell]]]
    rows: int


def check(data: bytes, *, actor: Actor) -> Checked:
    """Read a workbook and say what saving it would do; writes nothing.

    raises   NotAllowed; BadWorkbook (field file)
    """
    policy.require_officer(actor)
    return _check(reading(), data, actor)


def save(data: bytes, *, actor: Actor, whole: bool = False) -> Checked:
    """Save the rows that are right, leave the others; saving the same workbook again does nothing.

    whole    all rows or none
    raises   NotAllowed; BadWorkbook (field file); ChangedMeanwhile; NotAllRight when whole
    """
    policy.require_officer(actor)
    try:
        with transaction() as session:
            checked = _check(session, data, actor)
            if whole and checked.plan.errors:
                raise NotAllRight
            _write(session, checked.plan, actor)
            return checked
    except IntegrityError as error:
        raise ChangedMeanwhile from error


def _check(session: Session, data: bytes, actor: Actor) -> Checked:
    sheets = read_workbook(data)
    if MEMBER_SHEET not in sheets:
        raise BadWorkbook(
            text("不是本系统的模板：缺少“{sheet}”表。请下载模板填写。", sheet=MEMBER_SHEET),
            field="file",
        )
    today = clock.today()
    member_rows = _rows(sheets, MEMBER_SHEET, MEMBER_TITLES)
    income_rows = _rows(sheets, INCOME_SHEET, INCOME_TITLES)
    members, member_errors = rules.read_members(member_rows, today=today)
    incomes, income_errors = rules.read_incomes(income_rows, today=today)
    known = _known(session, members, incomes, actor)
    plan = import_plan.plan(members, incomes, known, index_of=crypto.ring().blind_index)
    errors = sorted(
        [*member_errors, *income_errors, *plan.errors],
        key=lambda e: (e.sheet != MEMBER_SHEET, e.row),
    )
    return Checked(
        Plan(
            plan.households, plan.members, plan.incomes,
            plan.same_households, plan.same_members, plan.same_incomes, tuple(errors),
        ),
        sheets,
        len(member_rows) + len(income_rows),
    )  # fmt: skip


def _rows(
    sheets: dict[str, list[list[Cell]]], name: str, titles: Sequence[str]
) -> list[tuple[int, Sequence[Cell]]]:
    sheet = sheets.get(name)
    if not sheet:
        return []
    said = rules.title_error(titles, sheet[0], name)
    if said is not None:
        raise BadWorkbook(said, field="file")
    wide = len(titles) + (len(MORE_TITLES) if _has_more(name, sheet[0]) else 0)
    return [
        (number, row[:wide])
        for number, row in rows_of(sheet)
        if any(cell is not None for cell in row[:wide])
    ]


def _has_more(name: str, head: Sequence[Cell]) -> bool:
    """Whether an income sheet has the columns that it may have besides."""
    more = head[len(INCOME_TITLES) :]
    return name == INCOME_SHEET and rules.title_error(MORE_TITLES, more, name) is None


def _chunks(values: Iterable[T]) -> Iterable[list[T]]:
    """Short lists: databases bound the number of parameters of a statement."""
    whole = list(values)
    return (whole[n : n + _AT_ONCE] for n in range(0, len(whole), _AT_ONCE))


@wall.lifted("whether a person is registered is asked of all places")
def _known(
    session: Session,
    members: Sequence[rules.MemberLine],
    incomes: Sequence[rules.IncomeLine],
    actor: Actor,
) -> Known:
    index_of = crypto.ring().blind_index
    numbers = {m.household_no for m in members} | {i.household_no for i in incomes}
    households: dict[str, KnownHousehold] = {}
    for some in _chunks(numbers):
        for row in session.scalars(select(Household).where(Household.household_no.in_(some))):
            households[row.household_no] = KnownHousehold(
                row.village_code, Kind(row.kind), row.head_name,
                actor.covers(Role.OFFICER, row.village_code),
            )  # fmt: skip
    indexes = {index_of(m.id_number) for m in members}
    indexes |= {index_of(i.id_number) for i in incomes if i.id_number}
    people: dict[str, KnownMember] = {}
    for some in _chunks(indexes):
        for index, no, name, relation in session.execute(
            select(
                HouseholdMember.id_index, Household.household_no, HouseholdMember.name,
                HouseholdMember.relation_to_head,
            )
            .join(Household, Household.id == HouseholdMember.household_id)
            .where(HouseholdMember.id_index.in_(some))
        ):  # fmt: skip
            people[index] = KnownMember(no, name, relation)
    refs = [
        ref
        for line in incomes
        for *_, ref in import_plan.income_refs(
            line, index_of(line.id_number) if line.id_number else ""
        )
    ]
    booked: dict[str, int] = {}
    for some in _chunks(refs):
        found = session.execute(
            select(IncomeEntry.ref, IncomeEntry.amount_fen).where(IncomeEntry.ref.in_(some))
        )
        booked.update((ref, fen) for ref, fen in found)
    villages = _villages(session, {m.village for m in members if m.village}, actor)
    return Known(villages, households, people, booked)


def _villages(session: Session, written: set[str], actor: Actor) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    inside = within(Place.code, actor.scopes(Role.OFFICER))
    for some in _chunks(sorted(written)):
        wanted = or_(Place.code.in_(some), Place.name.in_(some), Place.short_name.in_(some))
        for code, name, short in session.execute(
            select(Place.code, Place.name, Place.short_name)
            .where(Place.level == 5, inside, wanted)
            .order_by(Place.code)
        ):
            for words in {code, name, short} & set(some):
                found[words] = (*found.get(words, ()), code)
    return found


def _write(session: Session, plan: Plan, actor: Actor) -> None:
    now = clock.now()
    for change in plan.households:
        if change.is_new:
            session.add(
                Household(
                    household_no=change.household_no, village_code=change.village_code,
                    kind=change.kind.value, head_name=change.head_name,
                    created_at=now, updated_at=now,
                )
            )  # fmt: skip
    session.flush()
    keys = _household_keys(session, plan)
    for change in plan.households:
        if not change.is_new:
            _update(session, keys[change.household_no], change, actor)
    fresh = [
        new_member(
            keys[m.line.household_no], m.line.name, m.line.relation, m.line.id_number,
            m.line.born, m.line.sex,
        )
        for m in plan.members
        if m.is_new
    ]  # fmt: skip
    session.add_all(fresh)
    session.flush()
    for changed in plan.members:
        if not changed.is_new:
            row = session.scalars(
                select(HouseholdMember).where(HouseholdMember.id_index == changed.id_index)
            ).one()
            row.name, row.relation_to_head = changed.line.name, changed.line.relation
    people = _member_keys(session, {i.id_index for i in plan.incomes if i.id_index})
    session.add_all(
        IncomeEntry(
            household_id=keys[i.household_no], member_id=people.get(i.id_index),
            source=i.source.value, amount_fen=i.fen, earned_on=month_of(i.month).last,
            origin="import", ref=i.ref, created_at=now, detail=i.detail, proof=i.proof,
            recorded_by=actor.user_id,
        )
        for i in plan.incomes
    )  # fmt: skip
    if fresh:
        events.publish(session, MembersSaved(tuple((m.id, m.id_index) for m in fresh)))
    if plan.changes:
        audit.record(
            session, actor, "household.import", "household", "-", households=len(plan.households),
            members=len(plan.members), incomes=len(plan.incomes), errors=len(plan.errors),
        )  # fmt: skip


def _update(session: Session, key: int, change: import_plan.HouseholdChange, actor: Actor) -> None:
    row = session.get_one(Household, key)
    if row.kind != change.kind.value:
        audit.record(
            session, actor, "household.kind", "household", key,
            before=row.kind, after=change.kind.value, reason="import",
        )  # fmt: skip
    row.kind, row.village_code = change.kind.value, change.village_code
    row.head_name, row.updated_at = change.head_name, clock.now()


def _household_keys(session: Session, plan: Plan) -> dict[str, int]:
    numbers = {c.household_no for c in plan.households}
    numbers |= {m.line.household_no for m in plan.members}
    numbers |= {i.household_no for i in plan.incomes}
    keys: dict[str, int] = {}
    for some in _chunks(numbers):
        found = select(Household.household_no, Household.id).where(Household.household_no.in_(some))
        keys.update((no, key) for no, key in session.execute(found))
    return keys


def _member_keys(session: Session, indexes: set[str]) -> dict[str, int]:
    keys: dict[str, int] = {}
    for some in _chunks(indexes):
        found = select(HouseholdMember.id_index, HouseholdMember.id).where(
            HouseholdMember.id_index.in_(some)
        )
        keys.update((index, key) for index, key in session.execute(found))
    return keys


# what goes out

_WIDTHS = {"户编号": 18, "身份证号": 22, "错误": 60}  # i18n: data of the template


def _columns(titles: Sequence[str]) -> list[Column]:
    return [Column(t, _WIDTHS.get(t.partition("（")[0], 16)) for t in titles]


def template() -> bytes:
    """The empty workbook: two sheets with lists to choose from, and one that explains."""
    out = io.BytesIO()
    with new_book(out) as book:
        sheet = add_sheet(book, MEMBER_SHEET, _columns(MEMBER_TITLES), [])
        _list(sheet, 2, [said.msgid for said in KIND_TEXT.values()])
        _list(sheet, 5, RELATIONS, strict=False)
        add_sheet(book, INCOME_SHEET, _columns([*INCOME_TITLES, *MORE_TITLES]), [])
        guide = book.add_worksheet("说明")  # i18n: data of the template
        guide.set_column(0, 0, 100, book.add_format({"text_wrap": True}))
        for n, words in enumerate(GUIDE):
            guide.write_string(n, 0, words)
    return out.getvalue()


def _list(sheet: Any, column: int, words: Sequence[str], *, strict: bool = True) -> None:
    sheet.data_validation(
        1, column, 20_000, column,
        {"validate": "list", "source": list(words), "error_type": "stop" if strict else "warning"},
    )  # fmt: skip


def with_errors(checked: Checked, say: Callable[[Text], str]) -> bytes:
    """The same sheets with a column of errors at the end; say: the reader's language."""
    said: dict[tuple[str, int], list[str]] = {}
    for error in checked.plan.errors:
        said.setdefault((error.sheet, error.row), []).append(say(error.said))
    out = io.BytesIO()
    with new_book(out) as book:
        for name, titles in ((MEMBER_SHEET, MEMBER_TITLES), (INCOME_SHEET, INCOME_TITLES)):
            sheet = checked.sheets.get(name) or [[]]
            if _has_more(name, sheet[0]):
                titles = (*titles, *MORE_TITLES)
            rows = [
                [
                    *(_shown(row[n] if n < len(row) else None) for n in range(len(titles))),
                    " ".join(said.get((name, number), [])) or None,
                ]
                for number, row in enumerate(sheet[1:], 2)
            ]
            add_sheet(book, name, _columns([*titles, ERROR_TITLE]), rows)
    return out.getvalue()


def _shown(cell: Cell) -> str | None:
    return rules.written(cell) or None


GUIDE = (  # i18n: data of the template
    "怎么填",
    "一、“家庭成员”表：一人一行，同一户的人填同一个户编号。每户要有一行“与户主关系”是“户主”。",
    "二、户编号：4 到 30 个数字或字母，全区唯一。村：填 12 位村代码，或村名（没有同名村时）。",
    "三、户类型：一般户、脱贫户、脱贫不稳定户、边缘易致贫户、突发严重困难户。一户各行要一致。",
    "四、身份证号这一列是“文本”格式，请不要改成数字，否则后几位会丢。",
    "五、“收入”表：一户（或一人）一个期间一行，金额按元填，最多两位小数。没有的留空。",
    "六、期间：一个月写 2026-03；一年写 2025；起止月写 2025-10至2026-09，平均分到各月。",
    "七、在本系统打工的工钱由工资条自动记入，工资性收入里不要再填一遍。生产经营支出填正数，计算时减去。",
    "财产性收入里有土地流转、分红的，在“其中”两列写明。凭据写合同、收据等。",
    "合计是各项相加减支出，可以不填，填了会核对。",
    "八、先检查，再保存：对的行会存下来，错的行在最后一列写明原因，改好后再传这个文件就行。",
    "九、同样的内容再导入一次，不会重复，也不会改动。不要用公式；一个文件最多 20,000 行。",
)
