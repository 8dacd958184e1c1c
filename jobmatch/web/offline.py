"""The service worker with the files that today's pages need, named by their versions."""

import hashlib
import json
from pathlib import Path

from flask import Flask, url_for

# In the head of a page, with their version; modules are imported by their bare address.
HEAD = (
    "js/theme.js", "vendor/bootstrap/bootstrap.min.css", "css/app.css", "img/favicon.svg",
    "js/main.js",
)  # fmt: skip
MODULES = ("js/modules/offline.js", "js/modules/queue.js", "js/modules/taps.js")


def worker(app: Flask) -> str:
    """The script, changed whenever one of its files is: so browsers fetch the shell anew."""
    folder = Path(app.static_folder or "")
    shell = [url_for("static", filename=name) for name in HEAD]
    shell += [url_for("static", filename=name, v=None) for name in MODULES]
    shell.append(url_for("public.without_network"))
    source = (folder / "js/sw.js").read_text(encoding="utf-8")
    state = hashlib.sha256(source.encode())
    for name in HEAD + MODULES:
        file = folder / name
        state.update(f"{name}:{file.stat().st_mtime_ns if file.is_file() else 0};".encode())
    return (
        f'const VERSION = "{state.hexdigest()[:12]}";\nconst SHELL = {json.dumps(shell)};\n{source}'
    )
