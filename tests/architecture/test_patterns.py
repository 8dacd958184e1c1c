"""Every pattern in the code is found and tried on hostile text: none may take long over it.

Short texts find a pattern that tries every way; longer ones of two lengths find one whose work grows
with the square, which must stand in the table with the greatest text that it meets. The processor's
time is taken, the best of three, so that a busy machine changes nothing.
"""

import ast
import re
import time
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

pytestmark = pytest.mark.same_everywhere

ROOT = Path(__file__).resolve().parent.parent.parent
CODE = ROOT / "jobmatch"
METHODS = {"match", "search", "fullmatch", "sub", "split", "findall", "finditer"}
# A pattern that slows down faster than its text grows, and the longest text that it meets.
BOUNDED = {
    r"[（(].*?[）)]|\s": (60, "a heading: earnings/rules/bank.py MOST_TITLE"),
    "_TAIL": (200, "a part of a person's words: skills/rules/unread.py MOST_PART"),
}
MOST_SECONDS = 0.25
# No hostile text of this length takes longer with a sound pattern; with a careless one, for ever.
SHORT, SHORT_SECONDS = 30, 0.01


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(CODE.rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        yield name, ast.parse(path.read_text(encoding="utf-8"))


@cache
def found() -> dict[str, tuple[str, frozenset[str]]]:
    """Each pattern written in the code: where, and the methods that it is used with."""
    patterns: dict[str, tuple[str, frozenset[str]]] = {}
    for name, tree in modules():
        used: dict[str, set[str]] = defaultdict(set)
        names = {
            id(node.value): target.id
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign)
            for target in ast.walk(node)
            if isinstance(target, ast.Name) and isinstance(target.ctx, ast.Store)
        }
        calls = [
            (node, node.func)
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
        ]
        for _, func in calls:
            used[func.value.id].add(func.attr)  # type: ignore[attr-defined]
        for node, func in calls:
            if func.value.id != "re" or func.attr not in METHODS | {"compile"}:  # type: ignore[attr-defined]
                continue
            text = written(node.args[0])
            if text is None:
                continue
            methods = used[names.get(id(node), "")] if func.attr == "compile" else {func.attr}
            before = patterns.get(text, (name, frozenset()))[1]
            patterns[text] = (name, before | (methods & METHODS or {"search", "fullmatch"}))
    return patterns


def written(node: ast.expr) -> str | None:
    """The pattern; what an f-string fills in counts as a row of signs. None for one that is given."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        parts = [p.value if isinstance(p, ast.Constant) else "A-Z" for p in node.values]
        return "".join(str(part) for part in parts)
    assert ast.unparse(node) in {"pattern", "rule.pattern"}, "a pattern that nobody tries"
    return None


def hostile(pattern: str, length: int) -> list[str]:
    """Long rows of what the pattern likes, with an end that it does not like."""
    words = re.findall(r"[\u3400-\u9fff]+|[A-Za-z0-9]+|[^\w\s\\\[\]{}|?*+^$]", pattern)
    # Alternatives that begin alike are where trying every way begins: each word's first sign too.
    seeds = {word for word in words if len(word) < 4} | {word[0] for word in words}
    seeds |= {"1", " ", "a", "-", "1,", "a.", "1 "}
    rows = [(seed * (length // len(seed) + 1))[: length - 1] for seed in sorted(seeds)]
    return [row + "\x01" for row in rows]


def taken(compiled: re.Pattern[str], methods: frozenset[str], text: str) -> float:
    """Seconds of the processor, the best of three for what is not quick."""
    best = 9e9
    for _ in range(3):
        begun = time.process_time()
        for method in methods:
            if method == "sub":
                compiled.sub("", text)
            elif method == "finditer":
                list(compiled.finditer(text))
            else:
                getattr(compiled, method)(text)
        best = min(best, time.process_time() - begun)
        if best < 0.002:
            break
    return best


def grows_fast(pattern: str, methods: frozenset[str] = frozenset({"search"})) -> str | None:
    """A short text that takes longer than any may."""
    compiled = re.compile(pattern)
    slow = (t for t in hostile(pattern, SHORT) if taken(compiled, methods, t) > SHORT_SECONDS)
    return next(slow, None)


def grows_squarely(pattern: str, methods: frozenset[str] = frozenset({"search"})) -> str | None:
    """A text for which twice the length takes more than three times as long."""
    compiled = re.compile(pattern)
    for one, two in zip(hostile(pattern, 1_000), hostile(pattern, 2_000), strict=True):
        twice = taken(compiled, methods, two)
        if twice > 0.003 and twice > 3 * taken(compiled, methods, one):
            return one[:4]
    return None


def name_of(pattern: str) -> str:
    return "_TAIL" if "都行|都会" in pattern else pattern


def test_the_patterns_of_the_code_are_found() -> None:
    assert len(found()) > 40
    assert set(BOUNDED) <= {name_of(pattern) for pattern in found()}


@pytest.mark.parametrize("pattern", sorted(found()))
def test_a_pattern_is_done_with_hostile_text_in_time(pattern: str) -> None:
    methods = found()[pattern][1]
    assert grows_fast(pattern, methods) is None
    bound = BOUNDED.get(name_of(pattern))
    if bound is None:
        assert grows_squarely(pattern, methods) is None
        return
    compiled = re.compile(pattern)
    slowest = max(taken(compiled, methods, text) for text in hostile(pattern, bound[0]))
    assert slowest < MOST_SECONDS


def test_the_patterns_of_the_list_of_words_are_done_in_time() -> None:
    from jobmatch.postings.words import word_rules

    for rule in word_rules():
        assert grows_fast(rule.pattern) is None
        assert grows_squarely(rule.pattern) is None


@pytest.mark.parametrize("careless", [r"(?:等等|等)+$", r"(?:1|11)+,"])
def test_a_pattern_that_tries_every_way_would_be_found(careless: str) -> None:
    assert grows_fast(careless) is not None


@pytest.mark.parametrize("slow", [r"\(.*?\)", r"\s+x"])
def test_a_pattern_that_grows_with_the_square_would_be_found(slow: str) -> None:
    assert grows_squarely(slow) is not None
