"""Workbooks that no office program writes: bytes, parts, XML and cells changed by a seeded draw."""

import io
import os
import random
import re
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.households.books import repacked

Cells = list[list[object]]
SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"

# What people and attackers type into cells.
ODD: tuple[object, ...] = (
    "", " ", "=1+1", "+86 13900000001", "-1", "@SUM(A1)", "\t", "王" * 3000, "a" * 40_000, "\u202e户主",
    "１２３", "²", "1e308", "NaN", "inf", "-0.001", "0.1", "1,234.56", "¥180", "99999999999999999999",
    "2025-13", "0000-00", "9999-12", "2025-10至2024-01", "2025", "15052519700101001X",
    "150525197002300010", "'; DROP TABLE worker; --", "<script>alert(1)</script>", "{{7*7}}", "%s%n",
    "../../etc/passwd", "\u0000", "_x0000_", "👩\u200d🌾", "é" * 200, 0, -1, 1, 1.5, -1e15, 1e15, 1e308,
    2**53, True, False, 46000, 2_958_466, -693_594, 0.999999999, None,
)  # fmt: skip
# What stands in attributes of a sheet.
VALUES = (
    "", "-1", "0", "99999999", "1048577", "XFE1", "ZZZ1", "A0", "A1048577", "NaN", "1e9", "s", "n",
    "b", "e", "str", "inlineStr", "d", "rId99", "A1:XFD1048576", "\u00b2", "4294967296",
)  # fmt: skip


# --- bytes of the package -----------------------------------------------------------------------


def flipped(data: bytes, draw: random.Random) -> bytes:
    found = bytearray(data)
    for _ in range(draw.choice((1, 2, 8, 64))):
        found[draw.randrange(len(found))] = draw.randrange(256)
    return bytes(found)


def cut(data: bytes, draw: random.Random) -> bytes:
    at = draw.randrange(len(data))
    return draw.choice((data[:at], data[at:], data[:at] + data[at + draw.randrange(1, 500) :]))


def stuffed(data: bytes, draw: random.Random) -> bytes:
    more = draw.randbytes(draw.choice((1, 100, 70_000)))
    at = draw.choice((0, len(data), draw.randrange(len(data))))
    return data[:at] + more + data[at:]


def header(data: bytes, draw: random.Random) -> bytes:
    """Sizes, flags, methods and offsets in the package's own tables."""
    found = bytearray(data)
    places = [m.start() for m in re.finditer(rb"PK\x01\x02|PK\x03\x04|PK\x05\x06", data)]
    for _ in range(draw.choice((1, 3))):
        at = draw.choice(places) + draw.randrange(4, 30)
        width = draw.choice((1, 2, 4))
        found[at : at + width] = draw.choice((b"\xff", b"\0", draw.randbytes(1))) * width
    return bytes(found[: len(data)])


def parts(data: bytes, draw: random.Random) -> bytes:
    """Parts missing, empty, twice, exchanged, under other names, or many."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        known = {name: package.read(name) for name in package.namelist()}
    names = list(known)
    one, other = draw.sample(names, 2)
    out = io.BytesIO()
    kind = draw.randrange(7)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in known.items():
            if kind == 0 and name == one:
                continue
            given = known[other] if kind == 1 and name == one else content
            given = b"" if kind == 2 and name == one else given
            renamed = {3: f"../{name}", 4: name.upper()}.get(kind, name) if name == one else name
            package.writestr(renamed, given)
        if kind == 5:
            package.writestr(zipfile.ZipInfo(one), known[other])
        if kind == 6:
            for n in range(draw.choice((50, 190, 400))):
                package.writestr(f"xl/worksheets/more{n}.xml", known[SHEET])
    return out.getvalue()


# --- XML of a part ------------------------------------------------------------------------------


def in_part(change: Callable[[str, random.Random], str]) -> Callable[[bytes, random.Random], bytes]:
    """The same change in a part that is drawn, mostly the sheet or its texts."""

    def mangle(data: bytes, draw: random.Random) -> bytes:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = [n for n in package.namelist() if n.endswith((".xml", ".rels"))]
            name = draw.choice([SHEET, SHEET, STRINGS, *names])
            text = package.read(name).decode("utf-8") if name in package.namelist() else "<a/>"
        return repacked(data, {name: change(text, draw).encode("utf-8", "surrogatepass")})

    return mangle


def attribute(text: str, draw: random.Random) -> str:
    places = list(re.finditer(r'="[^"]*"', text))
    for place in reversed(draw.sample(places, min(len(places), draw.choice((1, 2, 9))))):
        where = slice(place.start(), place.end())
        text = text[: where.start] + f'="{draw.choice(VALUES)}"' + text[where.stop :]
    return text


def content(text: str, draw: random.Random) -> str:
    places = list(re.finditer(r">[^<]+<", text)) or [re.match("", text)]
    place = draw.choice(places)
    assert place is not None
    odd = str(draw.choice(ODD)).replace("\0", "").replace("<", "&lt;").replace("{", "&#123;")
    return text[: place.start()] + f">{odd}<" + text[place.end() :]


def element(text: str, draw: random.Random) -> str:
    """An element taken out, twice, or elsewhere."""
    places = list(re.finditer(r"<(row|c|v|si|t|sheet|Override|Relationship)\b.*?(/>|</\1>)", text))
    if not places:
        return text
    place = draw.choice(places)
    rest = text[: place.start()] + text[place.end() :]
    if draw.random() < 0.3:
        return rest
    at = draw.choice([p.end() for p in places]) if draw.random() < 0.5 else place.start()
    return rest[:at] + place[0] * draw.choice((1, 2, 50)) + rest[at:]


def raw(text: str, draw: random.Random) -> str:
    at = draw.randrange(len(text))
    more = draw.choice(
        ("<", ">", "&", "&x;", "]]>", "<!--", "<![CDATA[", "\x01", "\ud800", "<a>" * 5000, "\ufffe")
    )
    return text[:at] + more + text[at + draw.randrange(3) :]


def declared(text: str, draw: random.Random) -> str:
    """Another encoding, a DTD, an entity, another namespace."""
    words = draw.choice(("utf-16", "gb2312", "utf-7", "ebcdic-cp-us", "x", "iso-8859-1"))
    dtd = '<!DOCTYPE x [<!ENTITY e "1"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    return draw.choice(
        (
            re.sub(r'encoding="[^"]*"', f'encoding="{words}"', text),
            re.sub(r"\?>", "?>" + dtd, text, count=1),
            re.sub(r"<v>\d+</v>", "<v>&e;</v>", re.sub(r"\?>", "?>" + dtd, text, count=1)),
            re.sub(r'xmlns="[^"]*"', 'xmlns="urn:other"', text),
            re.sub(r"<(/?)(?=[a-z])", r"<\1x:", text).replace("xmlns=", "xmlns:x=", 1),
            text.replace("<v>", "<f>1+1</f><v>", 1),
            text.replace("<sheetData>", '<sheetData><row r="1048576"><c r="XFD1048576"/></row>', 1),
        )
    )


OF_BYTES = (flipped, cut, stuffed, header, parts)
OF_XML = tuple(in_part(change) for change in (attribute, content, element, raw, declared))


# --- cells --------------------------------------------------------------------------------------


def odd_cells(rows: Cells, draw: random.Random) -> Cells:
    """The same table with some cells, rows or columns as nobody should write them."""
    found = [list(row) for row in rows]
    for _ in range(draw.choice((1, 1, 2, 6))):
        row = draw.choice(found)
        kind = draw.randrange(8)
        if kind < 5 and row:
            row[draw.randrange(len(row))] = draw.choice(ODD)
        elif kind == 5:
            found.append(list(draw.choice(found)))
        elif kind == 6:
            draw.shuffle(row)
        else:
            row.extend(draw.choices(ODD, k=draw.choice((1, 3, 30))))
    return found


def mangled(
    rows: Cells, write: Callable[[Sequence[Sequence[object]]], bytes], draw: random.Random
) -> tuple[str, bytes]:
    """One workbook of the campaign and how it was made: "cells", "xml", "bytes" or "good"."""
    kind = draw.choices(("cells", "xml", "bytes", "good"), (40, 35, 20, 5))[0]
    if kind == "good":
        return kind, write(rows)
    if kind == "cells":
        return kind, write(odd_cells(rows, draw))
    data = write(odd_cells(rows, draw) if draw.random() < 0.2 else rows)
    ways = OF_XML if kind == "xml" else OF_BYTES
    for _ in range(draw.choice((1, 1, 1, 2))):
        try:
            data = draw.choice(ways)(data, draw)
        except Exception:  # changed before so that it cannot be opened to be changed again
            break
    return kind, data


# --- bombs --------------------------------------------------------------------------------------

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
)


def inflating(good: bytes) -> bytes:
    """A gigabyte of blanks in one part."""
    out = io.BytesIO(good)
    with (
        zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as package,
        package.open("xl/worksheets/sheet9.xml", "w", force_zip64=True) as part,
    ):
        part.write(HEAD.encode())
        for _ in range(1024):
            part.write(b" " * (1 << 20))
    return out.getvalue()


def laughing(good: bytes) -> bytes:
    """Ten to the ninth "lol"s by entities."""
    levels = "".join(
        f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' if n else '<!ENTITY l0 "lol">' for n in range(10)
    )
    strings = f'<?xml version="1.0"?><!DOCTYPE x [{levels}]><sst><si><t>&l9;</t></si></sst>'
    return repacked(good, {STRINGS: strings.encode()})


def blank_rows(good: bytes) -> bytes:
    """A million rows without a cell in them."""
    rows = "".join(f'<row r="{n}"/>' for n in range(1, 1_000_001))
    return repacked(good, {SHEET: f"{HEAD}<sheetData>{rows}</sheetData></worksheet>".encode()})


def far_cell(good: bytes) -> bytes:
    """Two cells, as far apart as a sheet is wide and long."""
    cells = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c>'
    body = f'{HEAD}<dimension ref="A1:XFD1048576"/><sheetData>{cells}</row></sheetData></worksheet>'
    return repacked(good, {SHEET: body.encode()})


def same_text(good: bytes) -> bytes:
    """A text of a megabyte that twenty thousand cells name."""
    strings = f"<sst><si><t>{'x' * (1 << 20)}</t></si></sst>"
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 20_001))
    sheet = f"{HEAD}<sheetData>{rows}</sheetData></worksheet>"
    return repacked(good, {STRINGS: strings.encode(), SHEET: sheet.encode()})


def zeros_before(good: bytes) -> bytes:
    """The same, the text's number behind so many zeros that it looks like another's."""
    strings = f"<sst><si><t>a</t></si><si><t>{'x' * (1 << 20)}</t></si></sst>"
    rows = "".join(
        f'<row r="{n}"><c r="A{n}" t="s"><v>0000000000000001</v></c></row>'
        for n in range(1, 20_001)
    )
    sheet = f"{HEAD}<sheetData>{rows}</sheetData></worksheet>"
    return repacked(good, {STRINGS: strings.encode(), SHEET: sheet.encode()})


def in_sheet(body: Callable[[], bytes]) -> Callable[[bytes], bytes]:
    def make(good: bytes) -> bytes:
        return repacked(good, {SHEET: HEAD.encode() + body() + b"</worksheet>"})

    return make


BOMBS = {
    **{f.__name__: f for f in (inflating, laughing, blank_rows, far_cell, same_text, zeros_before)},
    "two million levels": in_sheet(lambda: b"<a>" * 2_000_000 + b"</a>" * 2_000_000),
    "six million elements": in_sheet(lambda: b"<a/>" * 6_000_000),
    "two million attributes": in_sheet(
        lambda: b"<a " + b" ".join(b'a%d=">"' % n for n in range(2_000_000)) + b"/>"
    ),
    "thirty million line breaks": in_sheet(lambda: b"<a>" + b"\n" * 30_000_000 + b"</a>"),
    "a comment of thirty megabytes": in_sheet(lambda: b"<!--" + b"x" * 30_000_000 + b"-->"),
    "thirty megabytes of comments": in_sheet(lambda: b"<!--xxxxxxxxxxxxxxxx-->" * 1_300_000),
    "as full as it may be": in_sheet(
        lambda: (
            b"<sheetData>"
            + b"".join(
                b'<row r="%d">%s</row>' % (n, b"<c><v>1.5</v></c>" * 22) for n in range(1, 20_001)
            )
            + b"</sheetData>"
        )
    ),
}


# Over no bound: what they hold else says what is answered.
READ_WHOLE = {"thirty megabytes of comments", "as full as it may be"}


def made(
    folder: Path, name: str, good: bytes, which: slice = slice(None)
) -> list[tuple[str, Path]]:
    """These bombs as files, made by a process of its own: they take more than the one under test."""
    found = [(key, folder / f"{name}-{n}.xlsx") for n, key in enumerate(BOMBS)][which]
    child = os.fork()
    if not child:
        for key, path in found:
            path.write_bytes(BOMBS[key](good))
        os._exit(0)
    os.waitpid(child, 0)
    return found
