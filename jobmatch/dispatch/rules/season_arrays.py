"""Large instances as arrays in one .npz file: the same tables as the JSON, a tenth of the size.

`meta` holds the JSON of format, start, days and params; the ids are texts; all other arrays carry
the names and shapes of Problem. Nothing in such a file is ever run.
"""

import json
import zipfile
import zlib
from typing import Any, BinaryIO

import numpy as np

from jobmatch.dispatch.rules.problem import BadProblem, Params, Pin, Problem
from jobmatch.dispatch.rules.season_file import INSTANCE, PARAMS, problem_head
from jobmatch.dispatch.rules.values import parse

NAMES = (
    "available", "max_days", "crew", "whole", "headcount", "min_stay", "first_pair",
    "pair_posting", "pair_value", "pair_cost", "pair_days",
)  # fmt: skip
IDS = ("worker_ids", "crew_ids", "posting_ids")
MOST_BYTES = 4 << 30
KINDS = {"available": "b", "whole": "b", "pair_days": "u"}


def write_arrays(problem: Problem, file: BinaryIO) -> None:
    """Write an instance."""
    meta = {
        "format": INSTANCE,
        "start": problem.start.isoformat(),
        "days": problem.days,
        "params": {name: getattr(problem.params, name) for name in PARAMS},
    }
    arrays: dict[str, Any] = {name: getattr(problem, name) for name in NAMES}
    arrays |= {name: np.array(getattr(problem, name), dtype=np.str_) for name in IDS}
    arrays["meta"] = np.frombuffer(json.dumps(meta).encode(), np.uint8)
    arrays["pins"] = np.array(
        [(p.worker, p.posting, p.first, p.last) for p in problem.pins], np.int64
    ).reshape(-1, 4)
    np.savez_compressed(file, **arrays)


def read_arrays(file: BinaryIO) -> Problem:
    """Read an instance. raises BadProblem with the array that is wrong"""
    try:
        with zipfile.ZipFile(file) as archive:
            size = sum(member.file_size for member in archive.infolist())
        if size > MOST_BYTES:
            raise BadProblem("file", f"holds {size >> 20} MB of arrays, more than 4,096 MB")
        file.seek(0)
        with np.load(file, allow_pickle=False) as arrays:
            given = {name: _array(arrays, name) for name in (*NAMES, *IDS, "meta", "pins")}
    except BadProblem:
        raise
    except (zipfile.BadZipFile, zlib.error, ValueError, EOFError, OSError, KeyError):
        raise BadProblem("file", "is not a whole .npz file of arrays") from None
    start, days, params = problem_head(parse(given["meta"].tobytes()))
    pins = given["pins"]
    if pins.ndim != 2 or pins.shape[1] != 4:
        raise BadProblem("pins", f"has the shape {pins.shape}, not (n, 4)")
    ids: dict[str, Any] = {name: tuple(map(str, given[name].ravel())) for name in IDS}
    return Problem(
        start=start,
        days=days,
        params=Params(**params),
        pins=tuple(Pin(*map(int, row)) for row in pins),
        **ids,
        **{name: given[name] for name in NAMES},
    )


def _array(arrays: Any, name: str) -> Any:
    if name not in arrays:
        raise BadProblem(name, "is missing")
    found = arrays[name]
    wanted = "U" if name in IDS else KINDS.get(name, "i")
    if name == "meta":
        wanted = "u"
    if found.dtype.kind != wanted:
        raise BadProblem(name, f"holds {found.dtype}, not {_kind_in_words(wanted)}")
    if wanted in "iu" and name != "meta":
        found = found.astype(np.uint64 if wanted == "u" else np.int64)
    return np.ascontiguousarray(found)


def _kind_in_words(kind: str) -> str:
    return {"U": "texts", "b": "true and false", "u": "unsigned words", "i": "whole numbers"}[kind]
