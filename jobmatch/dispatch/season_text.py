"""Catalogue texts kept in a JSON column, as msgid and params, so that they show in any language."""

from datetime import date
from typing import Any

from jobmatch.kernel.text import Amount, Param, Text


def kept(said: Text) -> dict[str, Any]:
    """A text as JSON."""
    return {"msgid": said.msgid, "params": {name: _plain(value) for name, value in said.params}}


def read(found: dict[str, Any] | None) -> Text | None:
    """The text behind what `kept` gave."""
    if found is None:
        return None
    return Text(found["msgid"], tuple((n, _param(v)) for n, v in found["params"].items()))


def _plain(value: Param) -> object:
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, Amount):
        return {"fen": value.fen}
    return kept(value) if isinstance(value, Text) else value


def _param(value: Any) -> Param:
    if isinstance(value, dict):
        if "date" in value:
            return date.fromisoformat(value["date"])
        if "fen" in value:
            return Amount(value["fen"])
        inner = read(value)
        assert inner is not None
        return inner
    found: Param = value
    return found
