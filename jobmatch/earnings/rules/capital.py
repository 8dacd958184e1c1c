# i18n: data module
"""An amount in Chinese capital numerals, as it is written on a note: nothing can be added to it.

source   Rules for filling in notes and settlement vouchers (支付结算办法, annex 1)
"""

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿")
MOST_FEN = 10**14 - 1


def capital(fen: int) -> str:
    """The amount in words, e.g. 107_000 fen: 壹仟零柒拾元整.

    fen      0 to MOST_FEN
    raises   ValueError for anything else
    """
    if not 0 <= fen <= MOST_FEN:
        raise ValueError("an amount on a note lies between nothing and 10**12 yuan")
    yuan, rest = divmod(fen, 100)
    jiao, single = divmod(rest, 10)
    said = f"{_whole(yuan)}元" if yuan or not rest else ""
    if not rest:
        return f"{said}整"
    if jiao:
        said += f"{_DIGITS[jiao]}角"
    elif yuan:
        said += "零"
    return f"{said}{_DIGITS[single]}分" if single else f"{said}整"


def _whole(n: int) -> str:
    if n == 0:
        return _DIGITS[0]
    said, gap = "", False
    groups = []
    while n:
        n, group = divmod(n, 10_000)
        groups.append(group)
    for at in range(len(groups) - 1, -1, -1):
        group = groups[at]
        if group == 0:
            gap = bool(said)
            continue
        # A group that does not reach its thousands is parted from what stands before it.
        if said and (gap or group < 1000):
            said += _DIGITS[0]
        said += _group(group) + _GROUPS[at]
        gap = False
    return said


def _group(n: int) -> str:
    """1 to 9,999 without a unit of thousands behind."""
    said, gap = "", False
    for at in range(3, -1, -1):
        digit = n // 10**at % 10
        if digit == 0:
            gap = bool(said)
            continue
        said += (_DIGITS[0] if gap else "") + _DIGITS[digit] + _PLACES[at]
        gap = False
    return said
