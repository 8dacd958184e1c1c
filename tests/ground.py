"""The ground every test database stands on: a few real places and skills, and the dated rules."""

from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import insert

from jobmatch.infra.dated import DatedRule
from jobmatch.infra.db import transaction
from jobmatch.matching.rules.weights import Weights
from jobmatch.places.models import Place
from jobmatch.skills.models import Skill, SkillAlias

# code, level, parent, name, short, kind, pinyin, initials, lon, lat
PLACES = [
    ("15", 1, None, "内蒙古自治区", "内蒙古", "province", "neimenggu", "nmg", 111.766, 40.817),
    ("1505", 2, "15", "通辽市", "通辽", "prefecture_city", "tongliao", "tl", 122.263, 43.617),
    ("1504", 2, "15", "赤峰市", "赤峰", "prefecture_city", "chifeng", "cf", 118.956, 42.275),
    ("150525", 3, "1505", "奈曼旗", "奈曼", "banner", "naimanqi", "nmq", 120.658, 42.867),
    ("150430", 3, "1504", "敖汉旗", "敖汉", "banner", "aohanqi", "ahq", 119.921, 42.290),
    ("150525102", 4, "150525", "青龙山镇", "青龙山", "town", "qinglongshanzhen", "qlsz", 120.7, 42.4),
    ("150525100", 4, "150525", "大沁他拉镇", "大沁他拉", "town", "daqintalazhen", "dqtlz", 120.675, 42.887),
    ("150430100", 4, "150430", "新惠镇", "新惠", "town", "xinhuizhen", "xhz", 119.9, 42.29),
    ("150525102222", 5, "150525102", "卧龙泉子村委会", "卧龙泉子村", "village", "wolongquanzi", "wlqz", 120.7, 42.4),
    ("150525102201", 5, "150525102", "青龙山村委会", "青龙山村", "village", "qinglongshan", "qls", 120.7, 42.4),
    ("150525100201", 5, "150525100", "大沁他拉村委会", "大沁他拉村", "village", "daqintala", "dqtl", 120.675, 42.887),
    ("150430100201", 5, "150430100", "新惠村委会", "新惠村", "village", "xinhui", "xh", 119.9, 42.29),
]  # fmt: skip
SKILLS = [
    ("ag.swpotato.sort", "甘薯分拣", "Sweet potato sorting", ["分拣红薯", "挑地瓜", "拣地瓜"]),
    ("ag.swpotato.dig", "甘薯采挖", "Sweet potato digging", ["刨地瓜", "起红薯"]),
    ("ag.potato.dig", "马铃薯采挖", "Potato digging", ["起土豆", "捡土豆"]),
    ("lv.sheep.shear", "剪羊毛", "Sheep shearing", ["剪毛"]),
]
RULES: list[tuple[str, str, date, Any]] = [
    ("work.least_age", "", date(2000, 1, 1), 16),
    ("retention.request_key_days", "", date(2026, 1, 1), 7),
    ("work.hazard_age", "", date(2000, 1, 1), 18),
    ("work.day_minutes", "", date(1995, 5, 1), 480),
    ("work.overtime_day_minutes", "", date(1995, 1, 1), 180),
    ("work.overtime_month_minutes", "", date(1995, 1, 1), 2160),
    ("work.overtime_percent.workday", "", date(1995, 1, 1), 150),
    ("work.week_minutes", "", date(1995, 5, 1), 2400),
    ("work.overtime_percent.restday", "", date(1995, 1, 1), 200),
    ("work.overtime_percent.holiday", "", date(1995, 1, 1), 300),
    ("work.part_time_day_minutes", "", date(2008, 1, 1), 240),
    ("work.part_time_week_minutes", "", date(2008, 1, 1), 1440),
    ("work.part_time_pay_days", "", date(2008, 1, 1), 15),
    ("calendar.holidays.2026", "", date(2026, 1, 1), ["2026-09-25", "2026-10-01"]),
    ("work.lift_kg.women", "", date(2012, 4, 28), 25),
    ("work.lift_kg.women_repeated", "", date(2012, 4, 28), 20),
    ("employer.verified_months", "", date(2000, 1, 1), 6),
    ("wage.zone", "150525", date(2000, 1, 1), 3),
    ("wage.least_hour_fen.1", "", date(2024, 12, 1), 2240),
    ("wage.least_hour_fen.2", "", date(2024, 12, 1), 2170),
    ("wage.least_hour_fen.3", "", date(2024, 12, 1), 2110),
    ("attendance.skew_minutes", "", date(2026, 1, 1), 10),
    ("attendance.claim_days", "", date(2026, 1, 1), 1),
    ("attendance.arrival_days", "", date(2026, 1, 1), 7),
    ("attendance.silence_days", "", date(2026, 1, 1), 3),
    ("arrears.task_days", "", date(1995, 1, 1), 3),
    ("arrears.month_days", "", date(1995, 1, 1), 15),
    ("dispute.arbitration_months", "", date(2008, 5, 1), 12),
    ("dispute.inspection_months", "", date(2004, 12, 1), 24),
    ("dispute.inspection_days", "", date(2004, 12, 1), 60),
    ("dispute.group_least", "", date(2008, 5, 1), 10),
    ("dispute.remind_first_days", "", date(2026, 1, 1), 90),
    ("dispute.remind_second_days", "", date(2026, 1, 1), 30),
    ("dispute.remind_last_days", "", date(2026, 1, 1), 7),
    ("monitoring.line_fen", "", date(2025, 1, 1), 880_000),
    ("retention.wage_ledger_months", "", date(2020, 5, 1), 36),
    ("retention.log_months", "", date(2000, 1, 1), 6),
    ("watch.first_month", "", date(2025, 1, 1), 1),
    ("watch.kept_percent", "", date(2025, 1, 1), 90),
    ("watch.spread_percent", "", date(2025, 1, 1), 170),
    ("watch.idle_days", "", date(2025, 1, 1), 60),
    ("income.collection_month", "", date(2025, 1, 1), 10),
    ("instant.per_place", "", date(2026, 1, 1), 3),
    ("instant.wave_minutes", "", date(2026, 1, 1), 10),
    ("pay.charge.advance.percent", "", date(1995, 1, 1), 50),
    ("pay.charge.advance.consent", "", date(1995, 1, 1), 1),
    ("pay.charge.advance.keeps_minimum", "", date(1995, 1, 1), 0),
    ("pay.charge.meals.percent", "", date(1995, 1, 1), 30),
    ("pay.charge.meals.consent", "", date(1995, 1, 1), 1),
    ("pay.charge.meals.keeps_minimum", "", date(1995, 1, 1), 1),
    ("pay.charge.lodging.percent", "", date(1995, 1, 1), 30),
    ("pay.charge.lodging.consent", "", date(1995, 1, 1), 1),
    ("pay.charge.lodging.keeps_minimum", "", date(1995, 1, 1), 1),
    ("pay.charge.damage.percent", "", date(1995, 1, 1), 20),
    ("pay.charge.damage.consent", "", date(1995, 1, 1), 1),
    ("pay.charge.damage.keeps_minimum", "", date(1995, 1, 1), 1),
    ("pay.charge.tax.percent", "", date(1995, 1, 1), 100),
    ("pay.charge.tax.consent", "", date(1995, 1, 1), 0),
    ("pay.charge.tax.keeps_minimum", "", date(1995, 1, 1), 0),
    ("pay.charge.social.percent", "", date(1995, 1, 1), 100),
    ("pay.charge.social.consent", "", date(1995, 1, 1), 0),
    ("pay.charge.social.keeps_minimum", "", date(1995, 1, 1), 0),
    ("pay.approval_fen", "", date(2026, 1, 1), 5_000_000),
    ("matching.weights", "", date(2026, 1, 1), asdict(Weights())),
]


def ground_rows() -> None:
    """A few real places and skills, and the rule tables: enough for tests, quick to make."""
    full: dict[str, str] = {}
    with transaction() as session:
        for code, level, parent, name, short, kind, pinyin, initials, lon, lat in PLACES:
            full[code] = full.get(parent or "", "") + name
            session.add(
                Place(
                    code=code, level=level, parent_code=parent, name=name, short_name=short,
                    kind=kind, full_name=full[code], pinyin=pinyin, initials=initials,
                    lon=lon, lat=lat, coord_quality="seat",
                )
            )  # fmt: skip
            session.flush()
        for skill_id, zh, en, aliases in SKILLS:
            session.add(
                Skill(
                    id=skill_id, name_zh=zh, name_en=en, category=skill_id[:2], category_zh="农业种植",
                    category_en="Crop farming", months=[9, 10],
                )
            )  # fmt: skip
            session.flush()
            session.add_all(SkillAlias(skill_id=skill_id, alias=alias) for alias in aliases)
        session.execute(
            insert(DatedRule),
            [
                {"name": n, "place_code": p, "valid_from": d, "value": v, "source": "test"}
                for n, p, d, v in RULES
            ],
        )
