"""Forms say shape and range; what needs a second row is the service's to judge."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from flask_wtf.i18n import Translations
from wtforms import DateField, Field, IntegerField, StringField
from wtforms.validators import StopValidation, ValidationError

from jobmatch.infra import scanning
from jobmatch.kernel.errors import DomainError, FieldErrors, Invalid
from jobmatch.kernel.identity import fold
from jobmatch.kernel.money import parse_yuan
from jobmatch.web.incoming import MOST_KEY, key_or_none
from jobmatch.web.texts import say

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)


# What WTForms says by itself, in words for people instead of "fields" and "characters".
PLAIN = {
    "Field cannot be longer than %(max)d characters.": _l("最多 %(max)d 个字。"),
    "Field must be at least %(min)d characters long.": _l("至少 %(min)d 个字。"),
    "Field must be between %(min)d and %(max)d characters long.": _l(
        "要 %(min)d 到 %(max)d 个字。"
    ),
    "Not a valid choice.": _l("请从列出的里面选一个。"),
    "This field is required.": _l("这里要填。"),
}


class PlainWords(Translations):
    """WTForms' own messages: ours where we have better words, else as it translates them."""

    def gettext(self, string: str) -> str:
        return str(PLAIN[string]) if string in PLAIN else str(super().gettext(string))

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return str(PLAIN[plural]) if plural in PLAIN else str(super().ngettext(singular, plural, n))


class BaseForm(FlaskForm):
    """A form that can carry refusals of a service next to its fields."""

    class Meta:
        def get_translations(self, _form: Any) -> Any:
            return PlainWords()

    def refuse(self, error: DomainError) -> None:
        """Put the refusal next to its field; one without a field goes on top of the form."""
        errors = error.errors if isinstance(error, FieldErrors) else {error.field: error.text}
        for name, said in errors.items():
            field = self._fields.get(name or "")
            if field is None:
                self.form_errors.append(say(said))
            else:
                field.errors = [*field.errors, say(said)]

    @contextmanager
    def carrying(self, *kinds: type[DomainError]) -> Iterator[None]:
        """Run a service; refusals of these kinds land in the form, which then has `errors`."""
        try:
            yield
        except kinds as error:
            self.refuse(error)


class YuanField(StringField):
    """An amount typed in yuan; `data` is fen (int) or None when left empty."""

    data: Any

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.typed = valuelist[0] if valuelist else ""
        self.data = None
        if self.typed.strip():
            try:
                self.data = parse_yuan(self.typed)
            except ValueError:
                raise ValidationError(_l("请填写金额，例如 180 或 180.50。")) from None

    def _value(self) -> str:
        if getattr(self, "typed", None):
            return str(self.typed)
        return "" if self.data is None else f"{self.data / 100:.2f}".removesuffix(".00")


class UploadField(FileField):
    """A file that was looked through for viruses before anything else opens it."""

    def pre_validate(self, form: Any) -> None:
        if not self.data:
            return
        try:
            scanning.require_clean(self.data.read())
        except Invalid as error:
            raise StopValidation(say(error.text)) from None
        finally:
            self.data.seek(0)


class KeyField(IntegerField):
    """A key that a form carries along; one that no row can have is no key."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = key_or_none(valuelist[0]) if valuelist else None


class WholeField(IntegerField):
    """A whole number. One too great for any bounds counts as the greatest key, so that the range
    can refuse it in its own words: to compare a number of hundreds of digits would fail.
    """

    def pre_validate(self, form: Any) -> None:
        # What is no number is outside every range too: one word about it is enough.
        if self.process_errors:
            raise StopValidation

    def process_formdata(self, valuelist: list[Any]) -> None:
        typed = fold(valuelist[0].strip()) if valuelist else ""
        self.data = None
        if not typed:
            return
        found = re.fullmatch(r"([+-]?)([0-9]+)", typed)
        if found is None:
            raise ValueError(_l("请填写整数。"))
        # Eleven digits are beyond any key already.
        digits = found[2].lstrip("0")[:11] or "0"
        self.data = max(-MOST_KEY, min(MOST_KEY, int(found[1] + digits)))


class DayField(DateField):
    """A date from the browser's picker; says in words what is wrong.

    The ends of the calendar are wrong too: what is counted from them falls off it.
    """

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata(valuelist)
            if self.data is not None and not FIRST_DAY <= self.data <= LAST_DAY:
                self.data = None
                raise ValueError
        except ValueError:
            raise ValueError(_l("请填写日期，例如 2026-09-25。")) from None


class ClockField(StringField):
    """A time of day; `data` is minutes after midnight (int) or None when left empty."""

    data: Any

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.typed = valuelist[0] if valuelist else ""
        self.data = None
        if self.typed.strip():
            found = re.fullmatch(r"([0-9]{1,2})(?::([0-5]?[0-9]))?", fold(self.typed.strip()))
            minutes = int(found[1]) * 60 + int(found[2] or 0) if found else -1
            if not 0 <= minutes <= 24 * 60:
                raise ValidationError(_l("请填写时间，例如 17:30。"))
            self.data = minutes

    def _value(self) -> str:
        if getattr(self, "typed", None):
            return str(self.typed)
        return "" if self.data is None else f"{self.data // 60:02d}:{self.data % 60:02d}"


def first_error(field: Field) -> str:
    return str(field.errors[0]) if field.errors else ""
