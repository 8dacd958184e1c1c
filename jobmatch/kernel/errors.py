"""What can go wrong in the domain. The door maps each to a status and a page (web/errors.py)."""

from jobmatch.kernel.text import Text, text


class DomainError(Exception):
    """A refusal that a person can read.

    field   name of the form field that the refusal is about, or None
    """

    default = text("这一步没有办成。")

    def __init__(self, said: Text | None = None, *, field: str | None = None) -> None:
        self.text = said or self.default
        self.field = field
        super().__init__(str(self.text))


class NotFound(DomainError):
    """No such object, or none that this actor may know of: both look the same from outside."""

    default = text("没有找到您要看的内容。")


class NotAllowed(DomainError):
    """The actor is known and may see the object, but may not do this."""

    default = text("您没有权限做这件事。")


class Invalid(DomainError):
    """A value that breaks a rule."""

    default = text("填写的内容不符合要求。")


class Conflict(DomainError):
    """The world has moved on: somebody else was first, or the state no longer allows it."""

    default = text("情况已经变化，请刷新后再看。")


class FieldErrors(Invalid):
    """Several values break rules at once; each message belongs to one field."""

    def __init__(self, errors: dict[str, Text]) -> None:
        self.errors = errors
        super().__init__(next(iter(errors.values()), None), field=next(iter(errors), None))
