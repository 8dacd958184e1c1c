"""What may come in as evidence: photos and PDF files that are what they say they are.

Judged by the bytes alone and before anything opens them: kind, size, dimensions, active content.
"""

import struct
from dataclasses import dataclass

MOST_BYTES = 5 * 1024 * 1024
MOST_FILES = 20
MOST_PIXELS = 50_000_000
MOST_NAME = 80
# A PDF that starts programmes or scripts, or that carries files in itself.
_ACTIVE = (b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile", b"/RichMedia", b"/XFA")


class Refused(ValueError):
    """code: empty, large, kind, broken, pixels or active."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Checked:
    """kind: jpg, png or pdf."""

    kind: str
    mimetype: str


def checked(content: bytes) -> Checked:
    """The kind of a file by its bytes. raises Refused."""
    if not content:
        raise Refused("empty")
    if len(content) > MOST_BYTES:
        raise Refused("large")
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        _require_pixels(*_png_size(content))
        return Checked("png", "image/png")
    if content.startswith(b"\xff\xd8\xff"):
        _require_pixels(*_jpeg_size(content))
        return Checked("jpg", "image/jpeg")
    if content.startswith(b"%PDF-1.") or content.startswith(b"%PDF-2."):
        _require_pdf(content)
        return Checked("pdf", "application/pdf")
    raise Refused("kind")


def plain_name(typed: str, kind: str) -> str:
    """The name to show: the last part of a path, no odd signs, the ending of the true kind."""
    last = typed.replace("\\", "/").rpartition("/")[2]
    stem = last.rpartition(".")[0] or last
    kept = "".join(c for c in stem if c.isprintable() and c not in '<>:"|?*').strip(". ")
    return f"{kept[: MOST_NAME - 4] or 'file'}.{kind}"


def _png_size(content: bytes) -> tuple[int, int]:
    if content[12:16] != b"IHDR" or len(content) < 33 or b"IEND" not in content[-64:]:
        raise Refused("broken")
    width, height = struct.unpack(">II", content[16:24])
    return width, height


def _jpeg_size(content: bytes) -> tuple[int, int]:
    """Of the frame header; walks from segment to segment."""
    at = 2
    while at + 9 <= len(content):
        if content[at] != 0xFF:
            break
        marker = content[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + max(2, struct.unpack(">H", content[at + 2 : at + 4])[0])
    raise Refused("broken")


def _require_pixels(width: int, height: int) -> None:
    if width < 1 or height < 1:
        raise Refused("broken")
    if width * height > MOST_PIXELS:
        raise Refused("pixels")


def _require_pdf(content: bytes) -> None:
    if b"%%EOF" not in content[-2048:]:
        raise Refused("broken")
    if any(mark in content for mark in _ACTIVE):
        raise Refused("active")
