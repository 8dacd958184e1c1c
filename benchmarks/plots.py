"""Small pictures of measured lines as SVG: both axes by powers of ten, light and dark."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 720, 420
LEFT, RIGHT, TOP, BOTTOM = 70, 20, 40, 50
# Told apart also by those who see no colours: each line has its own dashes.
STROKES = (
    ("#0b6e8a", "none"), ("#b3541e", "7 3"), ("#3f7d20", "2 3"), ("#7a3b9a", "9 3 2 3"),
    ("#a8862a", "4 4"), ("#777777", "12 4"),
)  # fmt: skip
STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#222}.grid{stroke:#ddd}.frame{stroke:#222;fill:none}"
    "@media(prefers-color-scheme:dark){text{fill:#ddd}.grid{stroke:#444}.frame{stroke:#ddd}}"
)


@dataclass(frozen=True, slots=True)
class Line:
    """name: for the legend; points: (x, y), both above 0; is_dots: marks, not joined up."""

    name: str
    points: Sequence[tuple[float, float]]
    is_dots: bool = False


def picture(
    title: str, x_label: str, y_label: str, lines: Sequence[Line], *, rises: bool = False
) -> str:
    """An SVG with a legend; points that are not above 0 are left out, for they have no place.

    rises  the legend goes to the left, out of the way of lines that rise
    """
    kept = [Line(ln.name, [p for p in ln.points if min(p) > 0], ln.is_dots) for ln in lines]
    kept = [line for line in kept if line.points]
    every = [point for line in kept for point in line.points]
    if not every:
        return ""
    xs = _span([x for x, _ in every])
    ys = _span([y for _, y in every])

    def at(x: float, y: float) -> tuple[float, float]:
        wide, high = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
        return LEFT + wide * _share(x, xs), HEIGHT - BOTTOM - high * _share(y, ys)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        f"<title>{escape(title)}</title><style>{STYLE}</style>",
        f'<text x="{LEFT}" y="22" font-weight="bold">{escape(title)}</text>',
    ]
    for tick in _ticks(xs):
        x, _ = at(tick, ys[0])
        parts.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" '
                     f'y2="{HEIGHT - BOTTOM}"/>')  # fmt: skip
        parts.append(f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">'
                     f"{_told(tick)}</text>")  # fmt: skip
    for tick in _ticks(ys):
        _, y = at(xs[0], tick)
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" '
                     f'y2="{y:.1f}"/>')  # fmt: skip
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{_told(tick)}</text>')
    parts.append(f'<rect class="frame" x="{LEFT}" y="{TOP}" width="{WIDTH - LEFT - RIGHT}" '
                 f'height="{HEIGHT - TOP - BOTTOM}"/>')  # fmt: skip
    parts.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 8}" text-anchor="middle">'
                 f"{escape(x_label)}</text>")  # fmt: skip
    parts.append(f'<text transform="translate(16 {(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)" '
                 f'text-anchor="middle">{escape(y_label)}</text>')  # fmt: skip
    for n, line in enumerate(kept):
        parts += _drawn(line, n, [at(x, y) for x, y in line.points], rises)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _drawn(line: Line, n: int, points: list[tuple[float, float]], is_left: bool) -> list[str]:
    colour, dashes = STROKES[n % len(STROKES)]
    key = TOP + 18 + 18 * n
    left = LEFT + 14 if is_left else WIDTH - RIGHT - 160
    parts = [f'<text x="{left + 34}" y="{key + 4}">{escape(line.name)}</text>']
    if line.is_dots:
        points = [*points, (left + 14, key)]
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>' for x, y in points]
        return parts
    for path in (points, [(left, key), (left + 28, key)]):
        joined = " ".join(f"{x:.1f},{y:.1f}" for x, y in path)
        parts.append(f'<polyline points="{joined}" fill="none" stroke="{colour}" '
                     f'stroke-width="2" stroke-dasharray="{dashes}"/>')  # fmt: skip
    return parts


def _told(tick: float) -> str:
    return f"{tick:,.0f}" if tick >= 1 else f"{tick:g}"


def _span(values: list[float]) -> tuple[float, float]:
    """A little more than the values take, at least a third of a power of ten."""
    low, high = min(values) / 1.1, max(values) * 1.1
    return low, max(high, low * 2)


def _share(value: float, span: tuple[float, float]) -> float:
    return math.log(value / span[0]) / math.log(span[1] / span[0])


def _ticks(span: tuple[float, float]) -> list[float]:
    """1, 2, 5, 10 ... within the span; only the powers of ten where that would be many."""
    first, last = math.floor(math.log10(span[0])), math.ceil(math.log10(span[1]))
    steps = (1, 2, 5) if last - first <= 4 else (1,)
    every = [step * 10.0**power for power in range(first, last + 1) for step in steps]
    return [tick for tick in every if span[0] <= tick <= span[1]]
