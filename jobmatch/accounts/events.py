from dataclasses import dataclass

from jobmatch.infra.events import Event
from jobmatch.kernel.ids import UserId


@dataclass(frozen=True, slots=True)
class SignInChanged(Event):
    """What somebody signs in with is another now.

    what    password, reset (by a desk), second (an authenticator), no_second, freed (by an
            administrator)
    """

    user_id: UserId
    what: str
