"""Kinds of households and sources of income, and the words that people write for them."""

from enum import StrEnum

from jobmatch.kernel.text import Text, text


class Kind(StrEnum):
    ORDINARY = "ordinary"
    LIFTED = "lifted"
    LIFTED_UNSTABLE = "lifted_unstable"
    MARGINAL_AT_RISK = "marginal_at_risk"
    SUDDEN_HARDSHIP = "sudden_hardship"

    @property
    def is_monitored(self) -> bool:
        return self in MONITORED


class Source(StrEnum):
    WAGE = "wage"
    BUSINESS = "business"
    PROPERTY = "property"
    TRANSFER = "transfer"
    COST = "cost"


MONITORED = frozenset({Kind.LIFTED_UNSTABLE, Kind.MARGINAL_AT_RISK, Kind.SUDDEN_HARDSHIP})
INCOME = (Source.WAGE, Source.BUSINESS, Source.PROPERTY, Source.TRANSFER)

KIND_TEXT: dict[Kind, Text] = {
    Kind.ORDINARY: text("一般户"),
    Kind.LIFTED: text("脱贫户"),
    Kind.LIFTED_UNSTABLE: text("脱贫不稳定户"),
    Kind.MARGINAL_AT_RISK: text("边缘易致贫户"),
    Kind.SUDDEN_HARDSHIP: text("突发严重困难户"),
}
SOURCE_TEXT: dict[Source, Text] = {
    Source.WAGE: text("工资性收入"),
    Source.BUSINESS: text("经营性收入"),
    Source.PROPERTY: text("财产性收入"),
    Source.TRANSFER: text("转移性收入"),
    Source.COST: text("生产经营支出"),
}
_WORDS: dict[str, Kind] = {  # i18n: what officers write in sheets
    **{said.msgid: kind for kind, said in KIND_TEXT.items()},
    "一般农户": Kind.ORDINARY,
    "普通户": Kind.ORDINARY,
    "稳定脱贫户": Kind.LIFTED,
    "边缘户": Kind.MARGINAL_AT_RISK,
    "突发困难户": Kind.SUDDEN_HARDSHIP,
}


def read_kind(written: str) -> Kind | None:
    """The kind that the words stand for; None for words that are not known."""
    return _WORDS.get("".join(written.split()))


def kinds_said() -> str:
    """All kinds in the words of the template, to choose from."""
    return "、".join(said.msgid for said in KIND_TEXT.values())
