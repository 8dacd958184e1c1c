"""The ways out: each takes an address and words. Which providers stand behind, settings say."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote

SMS, WECOM = "sms", "wecom"


class NotSent(RuntimeError):
    """The provider did not take the message; it may be tried again."""


class Channel(Protocol):
    """A way out. is_real: whether anything leaves the house."""

    @property
    def is_real(self) -> bool: ...

    def send(self, to: str, words: str) -> None:
        """raises NotSent"""


@dataclass(frozen=True, slots=True)
class OnPaper:
    """Where no provider is set up: nothing leaves, the outbox keeps what would have been sent."""

    is_real: bool = False

    def send(self, to: str, words: str) -> None:
        return None


@dataclass(frozen=True, slots=True)
class ByProvider:
    """Through apprise, which knows the providers' addresses; {to} stands for the person's."""

    url: str
    is_real: bool = True

    def send(self, to: str, words: str) -> None:
        import apprise  # loads a hundred providers: only in the process that sends

        # A provider that sends us elsewhere is none: the words would go where nobody set them to.
        sender = apprise.Apprise(asset=apprise.AppriseAsset(http_redirects=False))
        if not sender.add(self.url.replace("{to}", quote(to, safe=""))) or not sender.notify(words):
            raise NotSent


def channels(urls: Mapping[str, str]) -> dict[str, Channel]:
    """The channels by name; without an address of a provider it is on paper."""
    return {name: ByProvider(urls[name]) if urls.get(name) else OnPaper() for name in (SMS, WECOM)}
