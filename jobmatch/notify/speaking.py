"""How a text is said in somebody's language: the floor of the doors knows, and registers it.

Doors translate for whoever reads a page. A message that leaves the house has a reader too, and
no page.
"""

from collections.abc import Callable
from dataclasses import dataclass

from jobmatch.kernel.text import Text

# A text and the reader's language ("zh", "en") -> the sentence.
Say = Callable[[Text, str], str]


def _as_written(said: Text, locale: str) -> str:
    return str(said)


@dataclass
class Speaker:
    """Chinese, the language of the source, until a door registers."""

    say: Say = _as_written


speaker = Speaker()
