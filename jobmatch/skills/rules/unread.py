"""What a text says of work that the reader cannot place: words for the catalogue's keeper.

Only what looks like work is kept, and nothing about people: parts that hold a telephone, a way to
reach somebody, a wage, a place to sleep or a day are left out, long numbers are struck out first.
"""

import re
import unicodedata

from jobmatch.skills.rules.normalise import Catalogue, read
from jobmatch.skills.rules.text import folded, normal, simplified

LEAST_WORDS, MOST_WORDS = 2, 64
# As many as a person writes about themselves; a pasted page must not flood the list.
MOST_SEGMENTS = 40
MOST_TEXT = 2_000
# Nobody names work in a longer breath; of it only the beginning is kept anyway.
MOST_PART = 200
# i18n: what people type, not what they read
_LONG_NUMBER = re.compile(r"\+?\d[\d\s\-—]{5,}[\dXx]")
_BREAKS = re.compile(  # i18n: what people type, not what they read
    r"[^\w%.]+|_+|(?<!\d)\.|以及|还会|还能|也会|也能|并且|或者|另外"
)
# "+" that gives nothing back: with "等等|等" a plain one tries every way to cut a long row of them.
_HEAD = re.compile(  # i18n: what people type, not what they read
    r"^(?:我们|我|俺|咱|他|她|主要|平时|以前|现在|家里|一般|也|还|都|就|只|会干|能干|会做|能做|会|能"
    r"|可以|干过|做过|当过|学过|懂|擅长|熟练|想|找|招聘|诚聘|急招|急聘|现招|招工|招|聘|急需|急|需要|需"
    r"|求|要有|一点儿|一点|点儿|些|的)++"
)
_TAIL = re.compile(  # i18n: what people type, not what they read
    r"(?:都行|都会|都能|也行|也中|什么的|之类的|之类|等等|等|的活儿|的活|活儿|男女工|工人|师傅|人员|若干名|若干|数名|多名|[\d一二两三四五六七八九十]+[名人个位]"
    r"|工作|的|了|吧|啊|呢)++$"
)
_NOISE = re.compile(  # i18n: what people type, not what they read
    r"电话|手机|微信|联系|加我|号码|身份证|姓名|本人姓|家住|家在|住在|住址|地址|有限|公司|合作社"
    r"|\d|[元块岁]|工资|工钱|薪|待遇|日结|月结|现结|结账|结算|包吃|包住|管吃|管住|管饭|吃住|食宿|住宿|午饭|接送|路费"
    r"|不限|男女|年龄|以上|以下|身体|健康|听话|踏实|勤快|能吃苦|吃苦|耐劳|有事|放假|休息|加班|晚上|早上|上午|下午|每天"
    r"|今天|明天|后天|长期|短期|马上|随时|[上下]班|天气|地点|离家|回家|出门|谢谢|你好|您好|老板|什么都|啥都|不会|没有|没干过"
)
_WORK = re.compile(  # i18n: what people type, not what they read
    r"[起刨挖拣捡拾挑摘采收割砍锄铲薅拔栽种播撒浇灌喷打绑搭铺盖装卸搬扛抬运拉驮码垛缝裁织剪修补砌抹刷焊架拆安喂放牧挤宰杀剥切削洗擦扫煮炒蒸烤看护"
    r"照陪守开驾骑赶磨碾晒晾筛选分包捆扎编绣画记算教管养孵接嫁压轧挡苫套掰掐抠搂攉推拖倒翻耙犁耕垄埋理梳弹钉刻雕粘贴印染酿腌熬磕脱扬簸筑浆溜跑送做劈锯刨铡捂垫清淘掏捞撑撬拧捋擀炸熨叠锁盘车钻镗铣捋撸骟阉割掠撇撂淋沤绷剁剃]"
    r"|[工匠活手员师]$|帮厨|保姆|电工|杂活|零活"
)
_HAN = re.compile(r"[\u3400-\u9fff]")


def form(words: str) -> str:
    """How words are told apart: one width, small letters, simplified characters, no blanks."""
    return normal(unicodedata.normalize("NFKC", words))


def pattern(words: str) -> str:
    """A LIKE pattern (with \\ before signs) for texts that may say these words, in any characters.

    words   in that form. A letter that is written otherwise in traditional characters stands for
            any letter: who is found is looked at closely.
    """
    letters = ["_" if letter in simplified() else letter for letter in words]
    return "%" + "".join("\\" + one if one in "%\\" else one for one in letters) + "%"


def segments(text: str) -> list[str]:
    """The parts of a text that may name work, bare of what surrounds it; each once.

    text   as typed; at most 2,000 characters and 40 parts are looked at
    """
    clean = _LONG_NUMBER.sub("，", unicodedata.normalize("NFKC", text[:MOST_TEXT]))  # i18n: a break
    found: dict[str, str] = {}
    for part in _BREAKS.split(clean)[:MOST_SEGMENTS]:
        bare = _TAIL.sub("", _HEAD.sub("", part[:MOST_PART])) if part else ""
        if _looks_like_work(folded(bare)):
            found.setdefault(form(bare)[:MOST_WORDS], bare[:MOST_WORDS])
    return list(found.values())


def unread(text: str, catalogue: Catalogue) -> list[str]:
    """The parts of a text that look like work and in which the reader accepts no skill."""
    return [part for part in segments(text) if not read(part, catalogue)]


def says(text: str, words: str, skill_id: str, catalogue: Catalogue) -> bool:
    """Whether a part of the text holds the words, and the reader takes it for the skill."""
    wanted = form(words)
    return any(
        wanted in form(part) and any(one.skill_id == skill_id for one in read(part, catalogue))
        for part in _BREAKS.split(unicodedata.normalize("NFKC", text))
        if part
    )


def _looks_like_work(part: str) -> bool:
    letters = len(_HAN.findall(part))
    if letters < LEAST_WORDS or _NOISE.search(part):
        return False
    return _WORK.search(part) is not None
