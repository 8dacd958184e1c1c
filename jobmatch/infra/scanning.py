"""Files that people hand in are looked through by a ClamAV daemon, where one is named (`CLAMD`).

What cannot be looked through is not taken: a scanner that is away must not let anything in.
"""

import io
import logging

from clamdpy import ClamdNetworkSocket, ClamdUnixSocket
from clamdpy.exceptions import ClamdException
from flask import current_app

from jobmatch.kernel.errors import Invalid
from jobmatch.kernel.text import text

log = logging.getLogger("jobmatch.security")

PATIENCE_S = 20.0


class Infected(Invalid):
    default = text("这个文件里有病毒，没有收。请换一个干净的文件。")


class ScannerAway(Invalid):
    default = text("现在查不了病毒，文件没有收。请过一会儿再试。")


def scanner(address: str) -> ClamdNetworkSocket:
    """The daemon at "unix:/path" or "host:port". raises ValueError."""
    if address.startswith("unix:"):
        return ClamdUnixSocket(address.removeprefix("unix:"), timeout=PATIENCE_S)
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal():
        raise ValueError(f"CLAMD must be unix:/path or host:port, not {address!r}")
    return ClamdNetworkSocket(host, int(port), timeout=PATIENCE_S)


def require_clean(content: bytes) -> None:
    """Nothing where no daemon is named. raises Infected, ScannerAway (field file)."""
    address = current_app.config["CLAMD"]
    if not address:
        return
    try:
        found = scanner(address).instream(io.BytesIO(content), max_chunk_size=1 << 16)
    except (ClamdException, OSError, ValueError) as error:
        log.error("scanner_away", extra={"kind": type(error).__name__})
        raise ScannerAway(field="file") from None
    if found.status == "FOUND":
        log.warning("upload_infected", extra={"reason": found.reason, "size": len(content)})
        raise Infected(field="file")
    if found.status != "OK":
        log.error("scanner_away", extra={"kind": found.status})
        raise ScannerAway(field="file")
