"""Which passwords are taken: the list of known ones, and words for what is refused."""

from functools import cache
from pathlib import Path

from jobmatch.accounts.rules.passwords import LEAST, MOST, Weak, weakness
from jobmatch.kernel.errors import Invalid
from jobmatch.kernel.text import Text, text

LISTED = Path(__file__).parent.parent / "data" / "passwords" / "common.txt"
_WORDS = {
    Weak.LENGTH: text("密码要有 {least} 到 {most} 个字。", least=LEAST, most=MOST),
    Weak.COMMON: text("这个密码太常见，一猜就中。请换一个，例如把几个不相干的词连在一起。"),
    Weak.CONTEXT: text("密码里不能只有本系统、地名或者身份的名字加数字。请换一个。"),
    Weak.OWN: text("密码里不要用自己的手机号或姓名。请换一个。"),
}


@cache
def common() -> frozenset[str]:
    """Passwords known from breaches, eight signs and longer, in lower case."""
    return frozenset(LISTED.read_text(encoding="utf-8").splitlines())


def fault(password: str, *own: str) -> Text | None:
    """What is wrong with a password, in words. own: phone and name of the person."""
    found = weakness(password, common=common(), own=own)
    return None if found is None else _WORDS[found]


def require_strong(password: str, *own: str) -> None:
    """raises Invalid (field password)."""
    found = fault(password, *own)
    if found is not None:
        raise Invalid(found, field="password")
