"""A provider that sends us elsewhere: what was to be told is told to nobody there."""

import http.server
import threading
from collections.abc import Iterator

import pytest

from jobmatch.notify.channels import ByProvider, NotSent

pytestmark = pytest.mark.same_everywhere


class Moved(http.server.BaseHTTPRequestHandler):
    """Sends every request on to /elsewhere, and notes who came there."""

    seen: list[str]

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.seen.append(self.path)
        away = self.path == "/elsewhere"
        self.send_response(200 if away else 307)
        if not away:
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        return None


@pytest.fixture
def provider() -> Iterator[tuple[str, list[str]]]:
    seen: list[str] = []
    handler = type("Handler", (Moved,), {"seen": seen})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"127.0.0.1:{server.server_port}", seen
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_provider_that_sends_us_elsewhere_gets_nothing_there(
    provider: tuple[str, list[str]],
) -> None:
    address, seen = provider
    with pytest.raises(NotSent):
        ByProvider(f"json://{address}/here").send("13800000001", "您的验证码 123456")
    assert seen
    assert "/elsewhere" not in " ".join(seen)


def test_left_to_itself_the_library_would_go_there(provider: tuple[str, list[str]]) -> None:
    address, seen = provider
    ByProvider(f"json://{address}/here?redirect=yes").send("13800000001", "您的验证码 123456")
    assert "/elsewhere" in " ".join(seen)
