"""Workbooks in from strangers: unpacked under caps and looked through before they are read."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from xml.parsers import expat

import python_calamine

from jobmatch.kernel.errors import Invalid
from jobmatch.kernel.text import text

Cell = str | int | float | bool | date | datetime | None

MOST_BYTES = 8 * 1024 * 1024
MOST_INFLATED = 32 * 1024 * 1024
MOST_ENTRIES = 200
MOST_ROWS = 20_000
MOST_COLUMNS = 60
MOST_CELLS = 600_000
MOST_TEXT = 16 * 1024 * 1024
# Of all parts together; a cell takes two or three. Real parts are a dozen levels deep at most.
MOST_ELEMENTS = 1_500_000
MOST_DEPTH = 64
# One tag or comment; a parser keeps it whole, with all of its attributes.
MOST_TAG = 256 * 1024
MOST_DIGITS = 12
_AT_ONCE = 64 * 1024
_STRINGS = "xl/sharedStrings.xml"


class BadWorkbook(Invalid):
    """A file that is refused as a whole; the text says why."""


def read_workbook(data: bytes, *, most_rows: int = MOST_ROWS) -> dict[str, list[list[Cell]]]:
    """The sheets of an .xlsx file: rows of cells from A1 on, texts trimmed, empty cells None.

    raises   BadWorkbook: too large, not a workbook, too many entries or rows, formulas, a DTD
    """
    parts = _unpack(data)
    _look_through(parts, most_rows)
    # Packed anew from what was checked: the reader cannot see other bytes than we did.
    clean = io.BytesIO()
    with zipfile.ZipFile(clean, "w", zipfile.ZIP_STORED) as packed:
        for name in list(parts):  # each given back once it is packed
            packed.writestr(name, parts.pop(name))
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(clean.getvalue()))
        return {
            name: [
                [_cell(value) for value in row]
                for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            ]
            for name in book.sheet_names
        }
    except Exception as error:  # the reader's own errors have no common base
        raise _no_workbook() from error


def _no_workbook() -> BadWorkbook:
    return BadWorkbook(
        text("这不是 Excel 工作簿（.xlsx），或者文件坏了。请用模板另存一次再传。"), field="file"
    )


def _unpack(data: bytes) -> dict[str, bytes]:
    """Every part of the package, inflated by us: sizes written in the file are not believed."""
    if len(data) > MOST_BYTES:
        raise BadWorkbook(
            text("文件太大：最多 {most} MB。请分成几个文件。", most=MOST_BYTES // 1024 // 1024),
            field="file",
        )
    if not data.startswith(b"PK\x03\x04"):
        raise _no_workbook()
    try:
        entries = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
        raise _no_workbook() from error
    if len(entries) > MOST_ENTRIES:
        raise BadWorkbook(text("工作簿里的部件太多，不像是用模板填的。"), field="file")
    parts: dict[str, bytes] = {}
    room = MOST_INFLATED
    for entry in entries:
        try:
            content = _inflate(data, entry, room)
        except (zlib.error, ValueError) as error:
            raise _no_workbook() from error
        room -= len(content)
        parts[entry.filename] = content
    if "[Content_Types].xml" not in parts or "xl/workbook.xml" not in parts:
        raise _no_workbook()
    if any("vbaproject" in name.lower() for name in parts):
        raise BadWorkbook(text("工作簿里有宏，不能导入。请另存为 .xlsx 再传。"), field="file")
    return {name: parts[name] for name in parts if name.endswith((".xml", ".rels"))}


def _inflate(data: bytes, entry: zipfile.ZipInfo, room: int) -> bytes:
    """What an entry really holds. raises BadWorkbook beyond `room` bytes, ValueError, zlib.error"""
    head = data[entry.header_offset : entry.header_offset + 30]
    if len(head) < 30 or head[:4] != b"PK\x03\x04" or entry.flag_bits & 1:
        raise ValueError("entry")
    start = (
        entry.header_offset
        + 30
        + int.from_bytes(head[26:28], "little")
        + int.from_bytes(head[28:30], "little")
    )
    packed = data[start : start + entry.compress_size]
    if entry.compress_type == zipfile.ZIP_STORED:
        found = packed
    elif entry.compress_type == zipfile.ZIP_DEFLATED:
        engine = zlib.decompressobj(-15)
        found = engine.decompress(packed, room + 1)
    else:
        raise ValueError("method")
    if len(found) > room:
        raise BadWorkbook(
            text(
                "这个文件展开后超过 {most} MB，可能是压缩炸弹，没有打开。",
                most=MOST_INFLATED // 1024 // 1024,
            ),
            field="file",
        )
    return found


def _look_through(parts: Mapping[str, bytes], most_rows: int) -> None:
    """Refuse what a reader must not meet: DTDs, formulas, endless sheets, one text used forever."""
    room = _Room()
    sizes = _Strings(room).run(parts.get(_STRINGS, b""))
    for name, content in parts.items():
        if name != _STRINGS:
            _Sheet(room, sizes, most_rows).run(content)


@dataclass
class _Room:
    """How many elements may still come, in all parts together."""

    elements: int = MOST_ELEMENTS


@dataclass
class _Walk:
    """Walks an XML part in small steps; a DTD ends the walk, and whatever only a bomb needs."""

    room: _Room
    depth: int = field(default=0, init=False)

    def run(self, content: bytes) -> Any:
        parser = expat.ParserCreate()
        # Else every line break is a call.
        parser.buffer_text = True
        parser.buffer_size = _AT_ONCE
        parser.StartDoctypeDeclHandler = self.doctype
        parser.StartElementHandler = self.opened
        parser.EndElementHandler = self.closed
        parser.CharacterDataHandler = self.letters
        try:
            for begun in range(0, len(content), _AT_ONCE):
                parser.Parse(content[begun : begun + _AT_ONCE], False)
                if begun - parser.CurrentByteIndex > MOST_TAG:
                    raise _no_workbook()
            if content:
                parser.Parse(b"", True)
        except (expat.ExpatError, LookupError, ValueError) as error:
            raise _no_workbook() from error
        return self.result()

    def doctype(self, *_: Any) -> None:
        raise BadWorkbook(text("工作簿里有文档类型声明（DTD），不能导入。"), field="file")

    def opened(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        self.room.elements -= 1
        if self.depth > MOST_DEPTH or self.room.elements < 0:
            raise BadWorkbook(text("工作簿里的部件太多，不像是用模板填的。"), field="file")
        self.start(name, attributes)

    def closed(self, name: str) -> None:
        self.depth -= 1
        self.end(name)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element opens."""

    def end(self, name: str) -> None:
        """An element closes."""

    def letters(self, written: str) -> None:
        """Text between the tags."""

    def result(self) -> Any:
        return None


@dataclass
class _Strings(_Walk):
    """The length of each shared string."""

    sizes: list[int] = field(default_factory=list, init=False)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "si":
            self.sizes.append(0)

    def letters(self, written: str) -> None:
        if self.sizes:
            self.sizes[-1] += len(written)

    def result(self) -> list[int]:
        return self.sizes


@dataclass
class _Sheet(_Walk):
    """Counts rows, columns, cells and letters of a sheet; a formula ends the walk.

    A part is a sheet by its root element: where it stands in the package is the writer's choice.
    """

    sizes: list[int]
    most_rows: int
    root: str = ""
    rows: int = 0
    column: int = 0
    cells: int = 0
    letters_seen: int = 0
    in_value: bool = False
    shared: bool = False
    digits: list[str] = field(default_factory=list)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        self.root = self.root or local
        if self.root == "sst":
            raise _no_workbook()
        if self.root != "worksheet":
            return
        if local == "row":
            self.rows += 1
            self.column = 0
            self.check_row(attributes.get("r", ""))
        elif local == "c":
            self.cells += 1
            self.check_cell(attributes)
        elif local == "f":
            raise BadWorkbook(
                text("工作簿里有公式。请全选后用“只粘贴数值”，再传一次。"), field="file"
            )
        elif local == "v":
            self.in_value = True
            self.digits = []

    def end(self, name: str) -> None:
        if self.in_value and name.rpartition(":")[2] == "v":
            self.in_value = False
            index = "".join(self.digits).strip()
            if self.shared and len(index) > MOST_DIGITS:
                raise _no_workbook()  # cut short it would be the number of another text
            if self.shared and index.isdecimal() and int(index) < len(self.sizes):
                self.count_letters(self.sizes[int(index)])

    def letters(self, written: str) -> None:
        if self.in_value and self.shared:
            self.digits.append(written[: MOST_DIGITS + 1])
        else:
            self.count_letters(len(written))

    def count_letters(self, n: int) -> None:
        self.letters_seen += n
        if self.letters_seen > MOST_TEXT:
            raise BadWorkbook(text("工作簿里的文字太多，不像是用模板填的。"), field="file")

    def check_row(self, number: str) -> None:
        if self.rows > self.most_rows + 1 or (
            number.isdecimal() and int(number) > self.most_rows + 1
        ):
            raise BadWorkbook(
                text(
                    "行数太多：一个文件最多 {most} 行（表头除外）。请分成几个文件。",
                    most=self.most_rows,
                ),
                field="file",
            )

    def check_cell(self, attributes: dict[str, str]) -> None:
        self.shared = attributes.get("t") == "s"
        place = attributes.get("r")
        if place is None:
            self.column += 1
        else:
            found = re.fullmatch(r"([A-Z]{1,3})(\d{1,7})", place)
            if found is None:
                raise _no_workbook()
            self.check_row(found[2])
            self.column = _column(found[1])
        if self.column > MOST_COLUMNS or self.cells > MOST_CELLS:
            raise BadWorkbook(
                text("列数太多：最多 {most} 列。请用模板填写。", most=MOST_COLUMNS), field="file"
            )


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _cell(value: Any) -> Cell:
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, (bool, int, float, datetime, date)):
        return value
    if isinstance(value, (time, timedelta)):
        return str(value)
    return None


def rows_of(sheet: Sequence[Sequence[Cell]]) -> Iterator[tuple[int, Sequence[Cell]]]:
    """The rows below the head that hold anything, each with its number in the sheet (head: 1)."""
    for number, row in enumerate(sheet[1:], 2):
        if any(cell is not None for cell in row):
            yield number, row
