"""Files are looked through by a daemon that speaks ClamAV's protocol; what cannot be is not taken."""

import socket
import threading
from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from jobmatch.infra import scanning
from jobmatch.infra.scanning import Infected, ScannerAway

VIRUS = b"a harmless word that this daemon takes for a virus"


def received(connection: socket.socket) -> bytes:
    """What was sent in pieces, each after its length, until an empty one."""
    stream = connection.makefile("rb")
    assert stream.readline() == b"nINSTREAM\n"
    whole = b""
    while size := int.from_bytes(stream.read(4), "big"):
        whole += stream.read(size)
    return whole


@pytest.fixture
def daemon(app: Flask) -> Iterator[Callable[[bytes | None], list[bytes]]]:
    """Starts a daemon; answer None: it finds the virus by itself. Gives what it was sent."""
    ended: list[tuple[socket.socket, threading.Thread]] = []

    def begin(answer: bytes | None = None) -> list[bytes]:
        server, seen = socket.create_server(("127.0.0.1", 0)), []

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                seen.append(received(connection))
                word = b"Test-Sign FOUND" if VIRUS in seen[-1] else b"OK"
                connection.sendall(answer if answer is not None else b"stream: " + word + b"\n")

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        ended.append((server, thread))
        app.config["CLAMD"] = f"127.0.0.1:{server.getsockname()[1]}"
        return seen

    yield begin
    app.config["CLAMD"] = ""
    for server, thread in ended:
        thread.join(5)
        server.close()


def test_a_clean_file_passes_whole(daemon: Callable[..., list[bytes]]) -> None:
    seen = daemon()
    scanning.require_clean(b"x" * 200_000)
    assert seen == [b"x" * 200_000]


def test_a_virus_is_refused_in_words(daemon: Callable[..., list[bytes]]) -> None:
    daemon()
    with pytest.raises(Infected) as refused:
        scanning.require_clean(b"before " + VIRUS + b" behind")
    assert refused.value.field == "file"


@pytest.mark.parametrize(
    "answer", [b"", b"nonsense\n", b"INSTREAM size limit exceeded. ERROR\n", b"stream: x ERROR\n"]
)
def test_an_answer_that_says_nothing_lets_nothing_in(
    daemon: Callable[..., list[bytes]], answer: bytes
) -> None:
    daemon(answer)
    with pytest.raises(ScannerAway):
        scanning.require_clean(b"clean")


def test_while_the_scanner_is_away_nothing_is_taken(app: Flask) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    app.config["CLAMD"] = f"127.0.0.1:{port}"
    try:
        with pytest.raises(ScannerAway):
            scanning.require_clean(b"clean")
    finally:
        app.config["CLAMD"] = ""


def test_without_a_scanner_files_are_taken_as_before(app: Flask) -> None:
    scanning.require_clean(VIRUS)


@pytest.mark.parametrize("address", ["clamd", "host:", ":3310", "host:port"])
def test_an_address_of_a_wrong_form_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="CLAMD must be"):
        scanning.scanner(address)
