"""Names and numbers of people who do not exist."""

from datetime import date, timedelta
from random import Random

from jobmatch.kernel.identity import credit_check_sign, id_check_digit

# Common surnames of the eastern banners, most frequent first.
SURNAMES = "王李张刘陈杨赵孙于吴宝包白韩高周徐马宋郭郑何梁冯董程曹袁邓许傅沈吕苏卢蒋蔡贾丁魏薛叶阎"
WOMEN = [
    "秀兰",
    "桂英",
    "玉兰",
    "秀英",
    "淑珍",
    "桂兰",
    "玉华",
    "凤英",
    "秀芝",
    "淑华",
    "玉梅",
    "桂荣",
    "秀云",
    "春梅",
    "丽华",
    "凤兰",
    "素芬",
    "艳华",
    "晓红",
    "海燕",
    "丽娟",
    "金花",
    "玉珍",
    "秀梅",
    "淑芳",
    "红梅",
    "雪梅",
    "春花",
    "桂芝",
    "亚琴",
    "乌云",
    "其其格",
    "萨仁",
    "托娅",
    "娜仁",
    "塔娜",
]
MEN = [
    "建国",
    "志强",
    "玉山",
    "德福",
    "永胜",
    "国华",
    "文明",
    "海峰",
    "占军",
    "立新",
    "宝山",
    "长青",
    "福贵",
    "振东",
    "学文",
    "树林",
    "洪亮",
    "喜才",
    "庆丰",
    "有财",
    "春生",
    "铁柱",
    "国栋",
    "明辉",
    "金山",
    "广林",
    "巴图",
    "苏和",
    "朝鲁",
    "布和",
    "满都拉",
    "哈斯",
    "额尔敦",
    "那顺",
    "吉日",
    "宝音",
]
FIRM_HEADS = [
    "绿源",
    "丰泽",
    "金秋",
    "兴牧",
    "蒙东",
    "沃野",
    "瑞禾",
    "晟达",
    "恒丰",
    "北沙",
    "沙漠之花",
    "老哈河",
    "教来河",
    "孟家段",
    "青山",
    "牧云",
]
FIRM_KINDS = {
    "enterprise": ["薯业有限公司", "农业科技有限公司", "食品加工有限公司", "农产品有限责任公司"],
    "cooperative": [
        "甘薯种植专业合作社",
        "农机服务专业合作社",
        "种养殖专业合作社",
        "杂粮专业合作社",
    ],
}


def person(rng: Random, sex: str) -> str:
    """A full name."""
    return rng.choice(SURNAMES) + rng.choice(WOMEN if sex == "F" else MEN)


def born(rng: Random, today: date, least: int, most: int, mode: int) -> date:
    """A birth date for an age between least and most, most often around the mode."""
    years = rng.triangular(least, most, mode)
    return today - timedelta(days=int(years * 365.25) + 1)


def id_number(county: str, birth: date, sex: str, order: int) -> str:
    """A resident ID number with a right check digit; order 0..499 tells people of one day apart."""
    first_17 = f"{county}{birth:%Y%m%d}{(order * 2 + (sex == 'M')) % 1000:03d}"
    return first_17 + id_check_digit(first_17)


def phone(order: int) -> str:
    """The order-th generated mobile number; they begin with 138 0000, where the demo's people live."""
    return f"1380{order:07d}"


def credit_code(county: str, order: int) -> str:
    """A unified social credit code with a right check sign."""
    first_17 = f"91{county}{order:09d}"
    return first_17 + credit_check_sign(first_17)


def firm(rng: Random, kind: str, county_name: str) -> str:
    """An employer's name; big growers are people."""
    if kind == "big_grower":
        return person(rng, rng.choice("FM"))
    return county_name + rng.choice(FIRM_HEADS) + rng.choice(FIRM_KINDS[kind])
