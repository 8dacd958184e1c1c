"""Who may be registered."""

from datetime import date

from jobmatch.kernel.identity import IdNumber, age_on, parse_id_number
from jobmatch.kernel.periods import add_months
from jobmatch.kernel.text import Text, text


class Refused(ValueError):
    """The person or the number cannot be registered; `said` gives the reason."""

    def __init__(self, said: Text) -> None:
        self.said = said
        super().__init__(str(said))


def checked_person(id_number: str, *, today: date, least_age: int) -> IdNumber:
    """The ID number when it is right and its holder old enough to work.

    raises   Refused: a number that cannot be right, or a person under the least age
    source   Labour Law art. 15: nobody may employ minors under 16
    """
    try:
        found = parse_id_number(id_number, today=today)
    except ValueError as error:
        raise Refused(_what_is_wrong(str(error))) from None
    if age_on(found.born, today) < least_age:
        reached = add_months(found.born, 12 * least_age)
        raise Refused(
            text(
                "未满 {age} 周岁不能登记找活。按出生日期，要到 {year} 年 {day} 才满 {age} 周岁。",
                age=least_age,
                year=str(reached.year),
                day=reached,
            )
        )
    return found


def _what_is_wrong(kind: str) -> Text:
    if kind == "check digit":
        return text("身份证号校验不对，请对照证件看看有没有写错一位。")
    if kind == "form":
        return text("请填写 18 位身份证号，最后一位可以是 X。")
    return text("身份证号里的出生日期不对，请对照证件再填。")
