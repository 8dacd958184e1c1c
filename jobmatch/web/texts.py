"""From frozen texts to sentences in the reader's language."""

from flask_babel import force_locale

from jobmatch.kernel.text import Amount, Param, Text
from jobmatch.web import filters
from jobmatch.web.language import gettext


def say(said: Text) -> str:
    """The sentence in the reader's language, with dates and amounts in the reader's form."""
    return str(gettext(said.msgid)).format(**{name: _show(value) for name, value in said.params})


def say_in(said: Text, locale: str) -> str:
    """The sentence in a language that is not the page's: for messages that leave the house."""
    with force_locale(locale):
        return say(said)


def _show(value: Param) -> str:
    if isinstance(value, Text):
        return say(value)
    if isinstance(value, Amount):
        return filters.yuan_short(value.fen)
    if isinstance(value, (str, float)):
        return str(value)
    if isinstance(value, int):
        return filters.count(value)
    return filters.day(value)
