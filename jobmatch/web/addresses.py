"""Addresses of our own pages, kept: a page of fifty rows names the same few hundred all day."""

from pathlib import Path
from time import monotonic
from typing import Any

from flask import Flask, has_request_context
from flask.globals import request_ctx

# Addresses hold nothing but keys; so many take about 2 MB.
MOST_KEPT = 10_000
# A file is looked at anew after so many seconds.
LOOK_AGAIN_S = 1.0


class Site(Flask):
    """The application; where only keys of rows stand in an address, it is built once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._addresses: dict[tuple[Any, ...], str] = {}
        self._versions: dict[str, tuple[float, str]] = {}
        super().__init__(*args, **kwargs)

    def url_for(self, /, endpoint: str, **values: Any) -> str:
        if not has_request_context() or not _is_plain(endpoint, values):
            return super().url_for(endpoint, **values)
        adapter = request_ctx.url_adapter
        if adapter is None:
            return super().url_for(endpoint, **values)
        if endpoint == "static":
            values = {**values, "v": self.version(values["filename"])}
        # An endpoint of several methods may have an address for each; the request's own is meant.
        key = (adapter.script_name, adapter.default_method, endpoint, *values.items())
        found = self._addresses.get(key)
        if found is None:
            found = super().url_for(endpoint, **values)
            if len(self._addresses) >= MOST_KEPT:
                self._addresses.clear()
            self._addresses[key] = found
        return found

    def version(self, filename: str) -> str:
        """When a file of ours was last changed: browsers may keep what they have until then."""
        now = monotonic()
        looked_at, found = self._versions.get(filename, (-LOOK_AGAIN_S, ""))
        if now - looked_at >= LOOK_AGAIN_S:
            file = Path(self.static_folder or "") / filename
            found = f"{file.stat().st_mtime_ns // 1_000_000:x}" if file.is_file() else "0"
            if len(self._versions) >= MOST_KEPT:
                self._versions.clear()
            self._versions[filename] = now, found
        return found


def _is_plain(endpoint: str, values: dict[str, Any]) -> bool:
    """Whether nothing but keys of rows, or the name of a file of ours, goes into the address."""
    if endpoint == "static":
        return values.keys() == {"filename"}
    return endpoint[:1] != "." and all(
        type(value) is int and name[:1] != "_" for name, value in values.items()
    )
