"""Starting: the port, and the sign-ins that are shown."""

import errno
import socket
from collections.abc import Iterator

import pytest

from tools.application import accounts_table, check_port, explain_port
from tools.console import Failure


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_port_in_use_is_said_with_another_to_try(taken_port: int) -> None:
    with pytest.raises(Failure) as caught:
        check_port("127.0.0.1", taken_port)
    said = str(caught.value)
    assert said.startswith(f"Port {taken_port} on 127.0.0.1 is taken by another program")
    assert "python3 manage.py run --port " in said


def test_a_free_port_is_accepted(taken_port: int) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        free = listener.getsockname()[1]
    check_port("127.0.0.1", free)


def test_another_port_to_try_is_never_above_the_last_one() -> None:
    taken = OSError(errno.EADDRINUSE, "Address already in use")
    assert explain_port("127.0.0.1", 65535, taken).endswith("--port 5000")
    assert explain_port("127.0.0.1", 5000, taken).endswith("--port 5001")


def test_a_low_port_without_the_right_is_said() -> None:
    refused = OSError(errno.EACCES, "Permission denied")
    assert "choose one above 1023" in explain_port("127.0.0.1", 80, refused)


def test_an_unknown_host_keeps_the_systems_reason() -> None:
    unknown = OSError(errno.EADDRNOTAVAIL, "Cannot assign requested address")
    assert "Cannot assign requested address" in explain_port("192.0.2.1", 5000, unknown)


def test_one_sign_in_is_shown_for_each_role() -> None:
    accounts = [
        {"role": "worker", "phone": "13800000001", "password": "a"},
        {"role": "worker", "phone": "13800000002", "password": "b"},
        {"role": "employer", "phone": "13800000003", "password": "c"},
    ]
    assert accounts_table(accounts).splitlines() == [
        "role      phone        password",
        "worker    13800000001  a",
        "employer  13800000003  c",
    ]
