"""Reading the tables of docs/rules/wage-cases.md."""

from decimal import Decimal
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "rules" / "wage-cases.md"


def lines(begin: str, columns: int) -> list[list[str]]:
    """The rows of the table whose head begins so."""
    page = PAGE.read_text(encoding="utf-8").splitlines()
    at = next(n for n, line in enumerate(page) if line.startswith(begin))
    found = []
    for line in page[at + 2 :]:
        if not line.startswith("|"):
            break
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        assert len(cells) == columns, line
        found.append(cells)
    return found


def fen(yuan: str) -> int:
    return int(Decimal(yuan) * 100)


def fens(cell: str) -> list[int]:
    return [fen(each.strip()) for each in cell.split(",")]
