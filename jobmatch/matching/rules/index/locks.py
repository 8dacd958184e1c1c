"""Many may read, one may write, and who wants to write comes before those who read later."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class ReadWrite:
    """Not to be entered twice by one thread."""

    def __init__(self) -> None:
        self._turn = threading.Condition()
        self._readers = 0
        self._waiting = 0
        self._writes = False

    @contextmanager
    def reading(self) -> Iterator[None]:
        with self._turn:
            while self._writes or self._waiting:
                self._turn.wait()
            self._readers += 1
        try:
            yield
        finally:
            with self._turn:
                self._readers -= 1
                if not self._readers:
                    self._turn.notify_all()

    @contextmanager
    def writing(self) -> Iterator[None]:
        with self._turn:
            self._waiting += 1
            while self._writes or self._readers:
                self._turn.wait()
            self._waiting -= 1
            self._writes = True
        try:
            yield
        finally:
            with self._turn:
                self._writes = False
                self._turn.notify_all()
