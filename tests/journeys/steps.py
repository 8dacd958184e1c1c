"""Steps that several stories share, taken as a person takes them: by labels, links and buttons."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from playwright.sync_api import Page, expect

from jobmatch.infra import clock
from tests.support import id_number

NEW_PASSWORD = "shouge-2026"


@dataclass(frozen=True)
class Person:
    """Somebody who is not in the season yet. order tells their ID numbers apart."""

    name: str
    phone: str
    order: int
    born: date = date(1979, 4, 6)

    @property
    def number(self) -> str:
        return id_number(self.born, self.order)


def in_days(n: int) -> date:
    return clock.today() + timedelta(days=n)


def press(page: Page, name: str, nth: int = 0) -> None:
    """Press the button of exactly this name."""
    page.get_by_role("button", name=name, exact=True).nth(nth).click()


def follow(page: Page, name: str, nth: int = 0) -> None:
    page.get_by_role("link", name=name, exact=True).nth(nth).click()


def sees(page: Page, *words: str) -> None:
    """Every one of these stands on the page, in sight."""
    for one in words:
        expect(page.get_by_text(one).filter(visible=True).first).to_be_visible()


def key_of(page: Page) -> int:
    """The number in the address: of the posting, the crew ... that is open."""
    return int(re.findall(r"/(\d+)(?=/|\?|$)", page.url)[-1])


def fill_posting(page: Page, title: str, first: date, last: date, people: int, rate: str) -> None:
    """The fields of an ordinary day's work: lifting sweet potatoes, nothing heavy."""
    page.get_by_label("标题").fill(title)
    page.get_by_label("工种").select_option("ag.swpotato.dig")
    page.get_by_label("干什么、怎么干").fill("跟在起薯机后面捡红薯、装筐，不用搬重东西。自带手套。")
    page.get_by_label("活儿轻重").select_option("light")
    page.get_by_label("从哪天", exact=True).fill(first.isoformat())
    page.get_by_label("到哪天", exact=True).fill(last.isoformat())
    page.get_by_label("每天要几个人").first.fill(str(people))
    page.get_by_label("工钱（元）").fill(rate)
    # Today's work can be taken until its end: whenever this runs, it is not over.
    page.get_by_label("几点收工").fill("23:59")


def publish(
    page: Page, site: str, title: str, first: date, last: date, people: int = 5, rate: str = "190"
) -> int:
    """The employer writes a posting in order and publishes it; gives its number."""
    page.goto(f"{site}/employer/postings/new")
    fill_posting(page, title, first, last, people, rate)
    press(page, "存成草稿")
    release(page)
    return key_of(page)


def release(page: Page) -> None:
    """Tick what the linter wants confirmed, and publish."""
    for tick in page.locator("[name=accepted]").all():
        tick.check()
    press(page, "发布")
    sees(page, "已发布，大家都能看到了。")


def join(page: Page, person: Person, *, said: str = "刨地瓜、挑地瓜") -> None:
    """The three steps of signing up; the page is open at the first. Scripts run."""
    page.get_by_label("姓名").fill(person.name)
    page.get_by_label("手机号").fill(person.phone)
    page.get_by_label("设一个密码").fill(NEW_PASSWORD)
    page.get_by_label("身份证号", exact=True).fill(person.number)
    page.get_by_role("combobox", name="打字找地方").fill("daqintala")
    page.get_by_role("listbox").get_by_role("option", name=re.compile("大沁他拉镇")).click()
    expect(page.get_by_label("苏木乡镇")).to_have_value("150525100")
    page.get_by_label("我看明白了").check()
    press(page, "下一步")
    page.get_by_label("用自己的话说").fill(said)
    expect(page.get_by_role("checkbox", name=re.compile("甘薯收获"))).to_be_checked()
    press(page, "下一步")
    page.get_by_label("一年到头都行").check()
    page.get_by_label("最远去多远").select_option("200")
    press(page, "登记好了")
