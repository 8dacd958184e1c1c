"""Every component with sample data, served by an application of its own: no database, no doors."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, flash, g, jsonify, render_template, request
from flask_babel import Babel
from flask_wtf import CSRFProtect, FlaskForm
from jinja2 import ChoiceLoader, FileSystemLoader
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    FileField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length

from jobmatch.kernel.actor import NOBODY
from jobmatch.web.filters import init_filters
from jobmatch.web.headers import init_headers

ROOT = Path(__file__).resolve().parents[3]
PAGES = ("cards", "forms", "faults", "pick", "desk", "data", "charts", "plain")
ERRORS = (400, 403, 404, 409, 413, 422, 429, 500, 503)
LEAGUES = [("150500000000", "通辽市"), ("150400000000", "赤峰市")]
BANNERS = [("150525000000", "奈曼旗"), ("150524000000", "库伦旗")]
TOWNSHIPS = [("150525100000", "大沁他拉镇"), ("150525104000", "青龙山镇")]


class Sample(FlaskForm):
    name = StringField("姓名", validators=[InputRequired("请填写姓名。"), Length(max=20)])
    password = PasswordField("密码", validators=[InputRequired("请填写密码。")])
    people = IntegerField("要几个人")
    day = DateField("哪天开工")
    skill = SelectField("工种", choices=[("1", "甘薯分拣"), ("2", "玉米收割"), ("3", "剪羊毛")])
    pay = RadioField("怎么算工钱", choices=[("day", "按天"), ("piece", "按件")], validators=[InputRequired("请选一种。")])  # fmt: skip
    meals = SelectMultipleField("管什么饭", choices=[("1", "早饭"), ("2", "午饭"), ("3", "晚饭")])
    lodging = BooleanField("包住宿")
    text = TextAreaField("活儿怎么干")
    file = FileField("花名册")
    place = StringField("在哪里", validators=[InputRequired("请选地方。")])


@dataclass(frozen=True)
class Row:
    name: str
    place: str
    days: int
    pay: str


ROWS = [
    Row("包秀兰", "大沁他拉镇 孟家段村", 12, "¥2,160.00"),
    Row("白音那", "青龙山镇 互利村", 9, "¥1,620.00"),
    Row("王桂芝", "治安镇 敖包图嘎查", 0, "¥0.00"),
]
WEEK = [
    f"{day} 9/{n}"
    for n, day in enumerate(["周一", "周二", "周三", "周四", "周五", "周六", "周日"], 7)
]


def block(start: int, length: int, title: str, state: str, tone: str) -> dict[str, Any]:
    return {
        "start": start,
        "length": length,
        "title": title,
        "state": state,
        "tone": tone,
        "url": "#x",
    }


BOARD = [
    {"name": "草原月嫂一班", "note": "12 人", "blocks": [block(0, 3, "回民区 王女士", "已排满", "good"), block(4, 3, "赛罕区 李女士", "已排满", "good")]},
    {"name": "剪羊毛巴图队", "note": "18 人", "url": "#crew", "blocks": [block(0, 5, "西乌旗合作社 · 14/18 人", "缺人", "short")]},
    {"name": "建筑小工队", "note": "15 人", "blocks": [block(0, 2, "东胜城投 · 15/15 人", "已排满", "good"), block(3, 2, "康巴什 · 超员 2 人", "冲突", "bad")]},
    {"name": "护工三班", "note": "9 人", "blocks": []},
]  # fmt: skip


def nav(labels: list[str]) -> list[dict[str, Any]]:
    return [{"label": label, "url": f"#{n}", "current": n == 0} for n, label in enumerate(labels)]


def levels(*, deep: bool = False) -> list[dict[str, Any]]:
    found = [{"label": "盟市", "options": LEAGUES, "chosen": "150500000000" if deep else ""}]
    if deep:
        found.append({"label": "旗县", "options": BANNERS, "chosen": ""})
    return found


def make_app() -> Flask:
    app = Flask("gallery", static_folder=str(ROOT / "static"))
    app.jinja_loader = ChoiceLoader(
        [
            FileSystemLoader(ROOT / "templates"),
            FileSystemLoader(Path(__file__).parent / "templates"),
        ]
    )
    app.config.update(
        SECRET_KEY="gallery", TESTING=True, SESSION_COOKIE_SECURE=False, WTF_CSRF_CHECK_DEFAULT=False,
        BABEL_DEFAULT_LOCALE="zh", BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "jobmatch/translations"),
    )  # fmt: skip
    Babel(app, locale_selector=lambda: request.args.get("lang", "zh"))
    CSRFProtect(app)
    init_filters(app)
    init_headers(app)
    app.before_request(lambda: setattr(g, "actor", NOBODY))
    app.register_blueprint(public())

    @app.context_processor
    def frame() -> dict[str, Any]:
        worker = request.view_args and request.view_args.get("name") in {
            "cards",
            "forms",
            "faults",
            "pick",
        }
        return {
            "user": None if worker else {"name": "带头人 白音那"},
            "unread": 3,
            "nav": nav(["找活", "我的活", "工钱", "我的"])
            if worker
            else nav(["排班板", "用工需求", "花名册", "工资表", "报表"]),
            "doors": [] if worker else nav(["带头人", "帮扶干部"]),
        }

    return app


def public() -> Blueprint:
    pages = Blueprint("public", __name__)

    @pages.get("/gallery/<name>")
    def show(name: str) -> str:
        if name in {"cards", "desk"}:
            flash("已经保存。", "success")
            flash("这一天您已有活儿。", "warning")
            flash({"text": "已报名：甘薯分拣，9月1日。", "url": "/undo", "seconds": 60}, "undo")
        form = Sample(formdata=None, name="包秀兰")
        if name == "faults":
            form = Sample(MultiDict({"people": "很多", "text": "第一行"}), meta={"csrf": False})
            form.validate()
        first = date(2026, 9, 24)
        return render_template(
            f"gallery/{name}.html", form=form, rows=ROWS, week=WEEK, board_rows=BOARD,
            levels=levels(deep=name == "pick"), first=first, days=[first + timedelta(n) for n in range(21)],
        )  # fmt: skip

    @pages.get("/fault/<int:status>")
    def fault(status: int) -> tuple[str, int]:
        typed = [("text", "甘薯分拣，要手快的人"), ("people", "20")] if status == 400 else []
        return render_template(
            f"errors/{status}.html", status=status, said="", typed=typed, expired=bool(typed)
        ), status

    @pages.get("/place/children")
    def place_children() -> Any:
        parent = request.args["parent"]
        if parent == "150500000000":
            return jsonify(label="旗县", items=[{"code": c, "name": n} for c, n in BANNERS])
        if parent == "150525000000":
            return jsonify(label="苏木乡镇", items=[{"code": c, "name": n} for c, n in TOWNSHIPS])
        return jsonify(label="", items=[])

    @pages.get("/place/search")
    def place_search() -> Any:
        if "code" in request.args:
            return jsonify(
                chain=[
                    {"label": "盟市", "items": [{"code": c, "name": n} for c, n in LEAGUES], "chosen": LEAGUES[0][0]},
                    {"label": "旗县", "items": [{"code": c, "name": n} for c, n in BANNERS], "chosen": BANNERS[0][0]},
                ]
            )  # fmt: skip
        if "naiman".startswith(request.args["q"]):
            return jsonify(items=[{"code": BANNERS[0][0], "name": "奈曼旗", "path": "通辽市"}])
        return jsonify(items=[])

    @pages.post("/posted")
    def posted() -> Any:
        return jsonify(request.form.to_dict(flat=False))

    for path, endpoint in (("/", "home"), ("/sign-in", "sign_in"), ("/account", "account"), ("/notices", "notice_list")):  # fmt: skip
        pages.add_url_rule(path, endpoint, lambda: "")
    for path, endpoint in (
        ("/language", "set_language"),
        ("/sign-out", "sign_out"),
        ("/undo", "undo"),
    ):
        pages.add_url_rule(path, endpoint, lambda: "", methods=["POST"])
    return pages


if __name__ == "__main__":
    make_app().run(port=5077)
