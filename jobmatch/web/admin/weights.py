"""The weights of matching as a rule of the administrator: one field a weight."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms.fields import Field
from wtforms.validators import InputRequired, NumberRange

from jobmatch.kernel.text import Text, text
from jobmatch.matching.rules.weights import MOST_PRIORITY, NAME, PARTS, WHOLE, weights_of
from jobmatch.web.forms import WholeField

# In hundredths of a point, but for the last ones.
LABELS = {
    "skill": _l("手艺正合适"), "second": _l("手艺也用得上"), "related": _l("手艺相近"),
    "hand": _l("肯干杂活"), "branch": _l("同一大类的手艺"), "level_step": _l("级别每低一级扣"),
    "dates": _l("日子"), "near": _l("路近"), "pay": _l("工钱"), "credential": _l("证书"),
    "home": _l("能按时到家或有住处"), "hours": _l("工时不长"), "load": _l("活的轻重"),
    "kept": _l("说到做到"), "brand": _l("本品牌的活"), "priority_most": _l("困难家庭优先的上限"),
    "daily_km": _l("当天来回最远（公里）"), "road_kmh": _l("路上车速（公里每小时）"),
    "near_km": _l("路近减半的公里数"), "usual_day_fen": _l("普通一天的工钱（分）"),
    "older_from": _l("重活减半的年龄（周岁）"),
}  # fmt: skip
MOST = 1_000_000


def is_weights(name: str) -> bool:
    return name == NAME


def shown(value: Mapping[str, int]) -> str:
    """The ten parts and the bound of the priority, in points."""
    names = (*PARTS, "priority_most")
    return " · ".join(f"{LABELS[name]} {value[name] / 100:g}" for name in names if name in value)


class WeightFields:
    """Added to a form of rules: what stands in `value`."""

    def weights(self) -> Iterator[Field]:
        return (self[name] for name in LABELS)  # type: ignore[index]

    def table(self) -> dict[str, Any]:
        return {field.short_name: field.data for field in self.weights()}

    def fault(self) -> Text | None:
        """What is wrong with the weights as a whole."""
        try:
            weights_of(self.table())
        except ValueError:
            return text(
                "日子、路近等十项加起来要正好 {whole}；手艺的几档不能倒过来；"
                "优先的上限最多 {most}；公里、车速和工钱不能是 0。",
                whole=WHOLE, most=MOST_PRIORITY,
            )  # fmt: skip
        return None


def now(value: Mapping[str, int]) -> dict[str, int]:
    """All weights of a row of the table, what it does not name too."""
    return asdict(weights_of(value))


for _name, _label in LABELS.items():
    _rules = [
        InputRequired(_l("请填写整数。")),
        NumberRange(0, MOST, _l("请填写 0 到 1,000,000 的整数。")),
    ]
    setattr(WeightFields, _name, WholeField(_label, validators=_rules))
