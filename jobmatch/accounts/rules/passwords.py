"""Which passwords are too easily guessed: pure; the list of common ones is an argument.

Source of the bounds: OWASP ASVS 5.0, 6.2 (length, lists, no rule on kinds of signs).
"""

from collections.abc import Container, Iterable
from enum import Enum

LEAST = 8
MOST = 128
# A password of nothing but these, digits and signs is the first that somebody would try who knows
# the product, its places and its people's callings (docs/security.md lists them).
CONTEXT = (  # i18n: what people type
    "jobmatch", "wulanlinggong", "wulan", "linggong", "linggongyizhan", "yizhan", "laowupinpai",
    "laowu", "pinpai", "naiman", "naimanqi", "aohan", "tongliao", "chifeng", "neimenggu",
    "neimeng", "nmg", "caoyuan", "muqu", "ganshu", "hongshu", "tudou", "xiangcun", "zhenxing",
    "xiangcunzhenxing", "tuopin", "fupin", "zhaogong", "gongren", "gongqian", "nongmin",
    "guanliyuan", "ganbu", "daitouren", "admin", "administrator", "officer", "station", "worker",
    "employer", "organizer", "brand", "village", "township", "county", "password", "mima",
    "welcome", "login", "user", "test", "demo", "乌兰零工", "乌兰", "零工", "驿站", "奈曼", "敖汉",
    "通辽", "赤峰", "内蒙古", "劳务品牌", "管理员", "干部", "密码",
)  # fmt: skip
_LONGEST_FIRST = sorted(CONTEXT, key=len, reverse=True)
# So much of a phone number is the number.
PART_OF_PHONE = 8


class Weak(Enum):
    LENGTH = "length"
    COMMON = "common"
    CONTEXT = "context"
    OWN = "own"


def weakness(password: str, *, common: Container[str], own: Iterable[str] = ()) -> Weak | None:
    """Why a password is refused; None for a good one. Any signs may stand in it.

    common  the list, in lower case
    own     what is known of the person: phone and name
    """
    if not LEAST <= len(password) <= MOST:
        return Weak.LENGTH
    plain = password.casefold()
    if plain in common or len(set(plain)) == 1:
        return Weak.COMMON
    if is_context(plain):
        return Weak.CONTEXT
    return Weak.OWN if any(_holds(plain, word.casefold()) for word in own) else None


def is_context(plain: str) -> bool:
    """Whether nothing is left of the letters once the words of the product are taken out."""
    letters = "".join(sign for sign in plain if sign.isalpha())
    left = letters
    for word in _LONGEST_FIRST:
        left = left.replace(word, "")
    return bool(letters) and not left


def _holds(plain: str, word: str) -> bool:
    """Whether the password is a name with figures around it, or has a phone number in it."""
    if word.isdigit():
        return len(word) >= PART_OF_PHONE and word[-PART_OF_PHONE:] in plain
    return "".join(sign for sign in plain if sign.isalpha()) == "".join(word.split())
