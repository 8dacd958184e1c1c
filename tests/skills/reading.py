"""A small world of words to read with, and the whole one."""

from collections.abc import Iterable
from functools import cache

import numpy as np

from benchmarks.reading_phrases import catalogue_terms
from jobmatch.skills.knowledge import knowledge, spellings
from jobmatch.skills.rules.lexicon import Knowledge
from jobmatch.skills.rules.normalise import Catalogue, catalogue_of
from jobmatch.skills.rules.text import codes, spelled
from tests.skills.plain.reader import Reader

SMALL = Knowledge(
    words=(
        ("o.veg", (), ("蔬菜",)),
        ("o.swpotato", ("o.veg",), ("甘薯", "地瓜", "红薯")),
        ("o.pepper", ("o.veg",), ("辣椒",)),
        ("o.oat", (), ("燕麦",)),
        ("o.wheat", (), ("小麦",)),
        ("o.forklift", (), ("叉车",)),
        ("a.harvest", (), ("收", "收割")),
        ("a.dig", ("a.harvest",), ("挖", "刨")),
        ("a.pluck", ("a.harvest",), ("摘", "采摘")),
        ("a.pack", (), ("装箱", "打包")),
        ("a.drive", (), ("开", "司机")),
        ("w.worker", (), ("工", "师傅")),
        ("n.hire", (), ("招聘",)),
        ("n.busy", (), ("正在",)),
        ("n.at", (), ("里",)),
        ("n.self", (), ("会", "我", "三天")),
        ("x.role", (), ("工程师",)),
    ),
    grid=(
        ("sw.dig", ("a.dig", "a.harvest"), ("o.swpotato",)),
        ("sw.pack", ("a.pack",), ("o.swpotato",)),
        ("gen.pick", ("a.harvest",), ("o.veg",)),
        ("oat", ("a.harvest",), ("o.oat",)),
        ("wheat", ("a.harvest",), ("o.wheat",)),
        ("lift", ("a.drive", "w.worker"), ("o.forklift",)),
        ("unknown", ("a.dig",), ("o.pepper",)),
    ),
    alone=(
        ("a.pack", "pack", 0.6), ("o.forklift", "lift", 0.6), ("a.dig", "sw.dig", 0.5),
        ("o.pepper", "unknown", 0.9),
    ),
    general=frozenset({"pack", "gen.pick"}),
)  # fmt: skip
NAMES = (
    ("sw.dig", "甘薯收获"), ("sw.pack", "甘薯装箱"), ("gen.pick", "蔬菜采摘"), ("gen.pick", "采摘"),
    ("pack", "打包工"), ("pack", "打包"), ("oat", "燕麦收割"), ("wheat", "割小麦"),
    ("lift", "叉车驾驶"), ("weld", "电焊工"), ("weld", "焊接"),
)  # fmt: skip


def small(spellings: Iterable[tuple[str, str]] = (), **changes: object) -> Catalogue:
    knowledge_ = Knowledge(
        **{name: getattr(SMALL, name) for name in SMALL.__slots__} | changes  # type: ignore[arg-type]
    )
    return catalogue_of(NAMES, spellings, knowledge_)


@cache
def whole() -> Catalogue:
    return catalogue_of(catalogue_terms(), spellings(), knowledge())


@cache
def plain() -> Reader:
    """The plain reader against the whole catalogue."""
    return Reader(whole(), spellings(), knowledge())


def clauses(text: str) -> list[str]:
    """The clauses that the loops make of a text."""
    from jobmatch.skills.rules.loops.form import form_many

    typed = codes(text)
    starts, ends = np.array([0, len(typed)]), np.zeros(1, np.int64)
    out = np.zeros(2 * len(typed) + 1, np.int64)
    form_many(typed, starts, 0, 1, small().tables, out, ends, np.zeros(1, np.int64))
    return spelled(out[: ends[0]]).split("\0")[:-1]
