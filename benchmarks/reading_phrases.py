"""Phrases to measure reading with: labelled ones, ones without a skill, and ones made worse.

All draws are seeded. Labels are in tests/skills/data.
"""

import csv
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from pypinyin import Style, lazy_pinyin

from jobmatch.skills.knowledge import rows, spellings, split
from jobmatch.skills.rules.measure import Phrase
from jobmatch.skills.rules.text import normal

# A source of so many phrases is a group of its own; the others share so many groups.
MANY, FEW = 20, 5
DATA = Path(__file__).resolve().parent.parent / "tests" / "skills" / "data"
FIRMS = ("宏达", "金穗", "众诚", "瑞丰", "天辰", "永兴", "恒信", "博远", "鑫隆", "佳和")
KINDS = ("物业", "农牧", "建材", "商贸", "食品", "人力")
BEFORE = ("急招", "诚聘", "招聘", "现招", "高薪诚聘", "长期招", "我会", "想找", "以前干过", "能")
AFTER = (
    "200一天", "日结260", "月薪5000", "包吃住", "男女不限", "18-55岁", "3名", "夫妻优先", "长白班",
    "多名", "五险一金", "有经验", "女工",
)  # fmt: skip


def labelled(name: str) -> list[Phrase]:
    with (DATA / name).open(encoding="utf-8-sig", newline="") as file:
        return [
            Phrase(row["id"], row["phrase"], split(row["skill_ids"]), split(row["accept_ids"]),
                   row["style"], row["source"])
            for row in csv.DictReader(file)
        ]  # fmt: skip


def without_skill() -> dict[str, list[str]]:
    """Phrases that name no skill of the catalogue, by kind."""
    found: dict[str, list[str]] = {}
    for name in ("nomatch_public.csv", "nomatch_more.csv"):
        with (DATA / name).open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                kind = "public" if name == "nomatch_public.csv" else row["kind"]
                found.setdefault(kind, []).append(row["phrase"])
    return found


def catalogue_terms() -> list[tuple[str, str]]:
    """(skill_id, name or alias) of the catalogue's file."""
    listed = list(rows("taxonomy.csv"))
    return [(row["id"], row["name_zh"]) for row in listed] + [
        (row["id"], alias) for row in listed for alias in split(row["aliases"])
    ]


def grouped(phrases: Sequence[Phrase]) -> list[Phrase]:
    """The phrases with groups in place of their sources.

    A source of many phrases is a group, CSCO 2022 is one however it is cited; articles with few
    phrases share groups. A reader without a group knows nothing of any source in it.
    """
    many = {s for s, n in Counter(map(_family, phrases)).items() if n >= MANY}
    few = sorted({_family(phrase) for phrase in phrases} - many)
    return [
        replace(phrase, source=source if source in many else f"few {few.index(source) % FEW}")
        for phrase in phrases
        for source in [_family(phrase)]
    ]


def _family(phrase: Phrase) -> str:
    return "CSCO 2022" if phrase.source.startswith("CSCO 2022") else phrase.source


def source_texts(phrases: Sequence[Phrase], without: str) -> str:
    """Everything but one source (or group) that a word may have been taken from, joined.

    The catalogue's terms, regional words, and what phrases of other sources say.
    """
    texts = [phrase.text for phrase in phrases if phrase.source != without]
    texts += [term for _, term in catalogue_terms()]
    texts += [word for pair in spellings() for word in pair]
    return "\n".join(map(normal, texts))


def perturbed(phrases: Sequence[Phrase], seed: int) -> dict[str, list[Phrase]]:
    """The phrases made worse in five ways; a way leaves out phrases that it cannot touch."""
    draw = random.Random(seed)
    ways: dict[str, Callable[[str], str]] = {
        "traditional": _traditional(),
        "homophone": _homophone(draw, phrases),
        "dialect": _dialect(draw),
        "noise": lambda text: _noise(draw, text),
        "letter lost": lambda text: _lost(draw, text),
    }
    return {
        name: [
            replace(phrase, text=worse)
            for phrase in phrases
            if (worse := way(phrase.text)) != phrase.text
        ]
        for name, way in ways.items()
    } | {"joined": _joined(draw, phrases)}


def _traditional() -> Callable[[str], str]:
    table: dict[str, str] = {}
    for row in rows("traditional.csv"):
        # The plainest of several is the one in use.
        known = table.get(row["simplified"])
        if "\u4e00" <= row["traditional"] <= "\u9fff" and (known is None):
            table[row["simplified"]] = row["traditional"]
    return lambda text: "".join(table.get(letter, letter) for letter in text)


def _homophone(draw: random.Random, phrases: Sequence[Phrase]) -> Callable[[str], str]:
    by_sound: dict[str, list[str]] = {}
    said = "".join(p.text for p in phrases) + "".join(term for _, term in catalogue_terms())
    for letter in sorted({c for c in said if "\u4e00" <= c <= "\u9fff"}):
        by_sound.setdefault(lazy_pinyin(letter, style=Style.NORMAL)[0], []).append(letter)

    def worse(text: str) -> str:
        places = [n for n, c in enumerate(text) if "\u4e00" <= c <= "\u9fff"]
        draw.shuffle(places)
        for at in places:
            others = [c for c in by_sound[lazy_pinyin(text[at], style=Style.NORMAL)[0]]
                      if c != text[at]]  # fmt: skip
            if others:
                return text[:at] + draw.choice(others) + text[at + 1 :]
        return text

    return worse


def _dialect(draw: random.Random) -> Callable[[str], str]:
    groups: dict[str, list[str]] = {}
    for variant, standard in spellings():
        groups.setdefault(standard, [standard]).append(variant)
    swaps = {word: words for words in groups.values() for word in words if len(word) > 1}

    def worse(text: str) -> str:
        for word, words in sorted(swaps.items(), key=lambda pair: -len(pair[0])):
            if word in text:
                return text.replace(word, draw.choice([w for w in words if w != word]))
        return text

    return worse


def _noise(draw: random.Random, text: str) -> str:
    before = draw.choice((*BEFORE, draw.choice(FIRMS) + draw.choice(KINDS) + "招聘"))
    return before + text + draw.choice(("", " ")) + draw.choice(AFTER)


def _lost(draw: random.Random, text: str) -> str:
    if len(text) < 5:
        return text
    at = draw.randrange(len(text))
    return text[:at] + text[at + 1 :]


def _joined(draw: random.Random, phrases: Sequence[Phrase]) -> list[Phrase]:
    """Two short phrases typed as one word."""
    short = [p for p in phrases if len(p.text) <= 8 and len(p.gold) == 1]
    found = []
    for phrase in short:
        other = draw.choice(short)
        gold = tuple(dict.fromkeys((*phrase.gold, *other.gold)))
        fair = tuple({*phrase.fair, *other.fair} - set(gold))
        found.append(replace(phrase, text=phrase.text + other.text, gold=gold, fair=fair))
    return found


def raw(count: int, seed: int) -> list[str]:
    """Raw phrases as a season brings them: 16 % unique, half of all exact names or aliases."""
    draw = random.Random(seed)
    terms = [term for _, term in catalogue_terms()]
    letters = sorted({letter for term in terms for letter in term})
    unique: set[str] = set()
    while len(unique) < count * 16 // 100:
        unique.add(_typed(draw, draw.choice(terms), letters))
    pool = sorted(unique)
    found = [draw.choice(terms) for _ in range(count // 2)]
    found += pool + draw.choices(pool, k=count - len(found) - len(pool))
    draw.shuffle(found)
    return found


def _typed(draw: random.Random, term: str, letters: Sequence[str]) -> str:
    """A term with one letter changed, lost, added or swapped, and often noise around it."""
    at = draw.randrange(len(term))
    kind = draw.randrange(5)
    if kind == 0:
        term = term[:at] + draw.choice(letters) + term[at + 1 :]
    elif kind == 1 and len(term) > 3:
        term = term[:at] + term[at + 1 :]
    elif kind == 2:
        term = term[:at] + draw.choice(letters) + term[at:]
    elif kind == 3 and at:
        term = term[: at - 1] + term[at] + term[at - 1] + term[at + 1 :]
    return _noise(draw, term) if draw.random() < 0.6 else term
