"""JSON for the place picker; the names of places are public."""

from flask import request
from flask.typing import ResponseReturnValue

from jobmatch.places import queries
from jobmatch.web.places import LEVEL_LABELS, TOP, chain
from jobmatch.web.public import door

MOST = 12


@door.get("/places/children")
def place_children() -> ResponseReturnValue:
    """?parent=CODE: the level below and its places; no items at the bottom."""
    rows = queries.children(request.args.get("parent", ""))
    return {
        "label": str(LEVEL_LABELS[rows[0].level]) if rows else "",
        "items": [{"code": row.code, "name": row.short_name} for row in rows],
    }


@door.get("/places/search")
def place_search() -> ResponseReturnValue:
    """?q=words: places found, best first; ?code=CODE: the selects that lead to it."""
    top = request.args.get("top") or TOP
    code = request.args.get("code", "")
    if code:
        return {"chain": [level for level in chain(code, top) if level["chosen"]]}
    level = request.args.get("level", "")
    rows = queries.search(
        request.args.get("q", ""), int(level) if level in set("12345") else None, top, MOST
    )
    parents = queries.chains([row.code for row in rows])
    return {
        "items": [
            {
                "code": row.code,
                "name": row.short_name,
                "path": " ".join(p.short_name for p in parents[row.code] if len(p.code) > len(top)),
            }
            for row in rows
        ]
    }
