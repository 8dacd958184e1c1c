"""PDF files by typst: data in, bytes out, without a network and in well under a second.

What people typed goes in as JSON and is only ever shown: none of it becomes markup.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

import typst
from noto_cjk_sans_otc import FONT_PATH


@cache
def _fonts() -> typst.Fonts:
    """Read once per process: the collection has 19 MB."""
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False,
        font_paths=[str(Path(str(FONT_PATH)).parent)],
    )  # fmt: skip


def pdf(template: Path, data: dict[str, Any]) -> bytes:
    """The document that the template makes of the data (JSON values)."""
    found = typst.compile(
        str(template), format="pdf", font_paths=_fonts(),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )  # fmt: skip
    assert isinstance(found, bytes)
    return found
