"""What an address and a form are filled with: right, wrong and mad."""

from datetime import date
from typing import Any

from tests.support import PASSWORD, credit_code, id_number

UNKNOWN, HUGE, WIDE = 900_001, 10**30, 2**31
VILLAGE = "150525102222"
# Words in addresses: one that is right, one that is not.
WORDS = {
    "answer": ("accept", "maybe"), "kind": ("xlsx", "exe"), "name": ("work.least_age", "no.rule"),
    "draft": ("A" * 32, "B" * 32), "filename": ("css/app.css", "../config.py"),
    "day": ("2026-09-26", "2026-02-30"), "said": ("yes", "maybe"),
}  # fmt: skip
MAD = (
    "x" * 30_000, "\U0001f600\U0001f468\u200d\U0001f33e", "a\x07b\x1b[31m\u202e\u200b", "-1",
    str(10**30), "0001-01-01", "9999-12-31", "<script>alert(1)</script>",
    "' OR 1=1; DROP TABLE worker; --", "\uff11\uff12\uff13\uff14\uff15", "a\0b", "NaN", "1e400",
    "\u00b2", "{{7*7}}%s%(n)s{0}", str(2**31), "99:99", "9" * 5000, "9" * 2000, "1e999999",
    "\u5b57" * 90, "",
)  # fmt: skip
# What a person types into an empty field of this name.
FILL: dict[str, Any] = {
    "name": "赵小兵", "phone": "13912345678", "member_phone": "13912345678", "title": "新的一期",
    "id_number": id_number(date(1980, 5, 5), 901), "home_code": VILLAGE, "place_code": "150525102",
    "credit_code": credit_code(900_001), "contact_name": "赵小兵", "work_text": "坐着挑，分三级",
    "rate_fen": "180", "people": "3", "password": "harvest-2027", "old": PASSWORD,
    "new": "harvest-2027", "again": "harvest-2027", "words": "改期", "reason": "下雨停工",
    "note": "资料不全", "amount": "120.50", "relation": "儿子", "venue": "文化站", "trainer": "张老师",
    "first_day": "2026-10-26", "last_day": "2026-10-27", "starts_at": "8:30", "seats": "20",
    "lon": "120.7", "lat": "42.4", "said": "分拣红薯", "proof": "合同", "value": "17", "valid_from": "2027-01-01",
}  # fmt: skip
# What the page does not fill in of itself (what names objects stands in two_sides.py); None leaves a
# field out.
FORMS: dict[str, dict[str, Any]] = {
    "public.join_who": {n: FILL[n] for n in ("name", "phone", "password", "id_number", "home_code")}
    | {"consent": "y"},
    "public.code_ask": {"phone": "13912345678"},
    "public.sign_in_post": {"phone": "13912345678", "password": "wrong-2027"},
    "employer.posting_new_post": {
        "_fill": None, "crew_share": None, "needs_credential": None, "also_1": "", "also_2": "",
    },
    "employer.posting_edit_post": {"_fill": None, "crew_share": None, "also_1": "", "also_2": ""},
    "officer.household_kind_change": {"kind": "ordinary", "reason": "复核"},
    "officer.brand_approve": {"rank": "banner"},
    "officer.brand_refuse": {"note": "资料不全"},
    "station.open_account": {"phone": "13912345678", "password": "harvest-2027"},
    "worker.edit_days_post": {"days-when": "month"},
    "admin.rule_add": {"source": "文件"},
    "public.reach_post": {
        "sms": "y", "wecom": None, "wecom_key": "", "quiet_from": "21:00", "quiet_to": "8:00",
    },
}  # fmt: skip
