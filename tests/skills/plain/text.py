"""What people type, cut into clauses by regular expressions."""

import re

from jobmatch.skills.rules.text import _UNSEEN, _folding

MOST_TEXT, MOST_CLAUSE, MOST_CLAUSES = 400, 64, 24
# Wages, headcounts, hours and ages: a figure with what it counts. Licences (b2) keep theirs.
_FIGURES = re.compile(  # i18n: what people type, not what they read
    r"(?<![a-z0-9])[￥¥]?\d[\d.,:]*(?:[-~—至到]\d[\d.,:]*)?\+?"
    r"(?:k|w|元|块钱|块|毛钱|毛|角|分钱|分|千|万|百|多|余)*"
    r"(?:/|每|一)?(?:斤|亩|天|日|月|年|小时|时|单|只|件|个|名|人|位|岁|周岁|吨|公里|米|头|号|点|休|袋|棵|车|平米|平|次)?"
    r"(?![a-z0-9])"
)
_BREAKS = re.compile(r"[^\w]+|_+|以及|还会|还能|也会|并且")  # i18n: what people type


def folded(typed):
    plain = _UNSEEN.sub("", typed).translate(_folding())
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in plain)


def clauses(text):
    """The clauses of a text without its figures; at most 400 characters are looked at.

    Letters typed with blanks between them are one clause, as they are on a phone.
    """
    plain = _FIGURES.sub(" ", folded(text[:MOST_TEXT]))
    parts = []
    lone = False
    for part in _BREAKS.split(plain):
        if not part:
            continue
        if len(part) == 1 and lone:
            parts[-1] = (parts[-1] + part)[:MOST_CLAUSE]
        else:
            parts.append(part[:MOST_CLAUSE])
        lone = len(part) == 1
    return parts[:MOST_CLAUSES]
