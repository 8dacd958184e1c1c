"""Users and their roles. A first password is shown once, on the page that answers."""

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, StringField, TelField
from wtforms.validators import InputRequired, Length

from jobmatch.accounts import queries, second, service
from jobmatch.accounts.queries import UserRow
from jobmatch.kernel.actor import Role
from jobmatch.kernel.errors import Conflict, Invalid, NotFound
from jobmatch.kernel.ids import UserId
from jobmatch.places import queries as places
from jobmatch.web.admin import door
from jobmatch.web.answers import telling
from jobmatch.web.choices import SelectField
from jobmatch.web.forms import BaseForm
from jobmatch.web.incoming import page_number
from jobmatch.web.places import TOP, PlaceField, wants_next_level
from jobmatch.web.searching import lead, sought

door.nav(_l("用户"), "users", 20)

ROLE_NAMES = {
    Role.WORKER: _l("务工人员"),
    Role.EMPLOYER: _l("用工主体"),
    Role.ORGANIZER: _l("品牌带头人"),
    Role.OFFICER: _l("乡村干部"),
    Role.STATION: _l("零工驿站"),
    Role.ADMIN: _l("管理员"),
}
APPOINTED = (Role.OFFICER, Role.STATION, Role.ADMIN)


class UserForm(BaseForm):
    phone = TelField(_l("手机号"), validators=[InputRequired(_l("请填写手机号。")), Length(max=20)])
    name = StringField(_l("姓名"), validators=[InputRequired(_l("请填写姓名。"))])


class AppointForm(BaseForm):
    role = SelectField(_l("身份"), choices=[(role.value, ROLE_NAMES[role]) for role in APPOINTED])
    place_code = PlaceField(_l("管辖的地方"), least=places.REGION)
    whole = BooleanField(_l("管全自治区"))

    @property
    def place(self) -> str | None:
        """Only officers and clerks hold their role at a place."""
        if self.role.data == Role.ADMIN.value:
            return None
        return TOP if self.whole.data else (self.place_code.data or None)


@door.get("/users")
def users() -> ResponseReturnValue:
    words = sought("admin.users").get("q", "").strip()[:60]
    page = queries.find_users(words, page_number())
    codes = {grant.place_code for row in page.rows for grant in row.grants if grant.place_code}
    return render_template(
        "admin/users/users.html", page=page, words=words, role_names=ROLE_NAMES,
        place_names=places.names(codes),
    )  # fmt: skip


@door.post("/users/search")
def users_search() -> ResponseReturnValue:
    return lead("admin.users")


@door.get("/users/new")
def user_new() -> ResponseReturnValue:
    return render_template("admin/users/new.html", form=UserForm())


@door.post("/users/new")
def user_create() -> ResponseReturnValue:
    form = UserForm()
    if form.validate_on_submit():
        password = service.temporary_password()
        try:
            user_id = service.create_user(
                form.phone.data or "", form.name.data or "", password, temporary=True
            )
        except (Invalid, Conflict) as error:
            form.refuse(error)
        else:
            return render_template(
                "admin/users/password.html", row=_user(user_id), password=password
            )
    return render_template("admin/users/new.html", form=form), 422


def _user(user_id: int) -> UserRow:
    """raises NotFound"""
    row = queries.users([user_id]).get(UserId(user_id))
    if row is None:
        raise NotFound
    return row


def _page(row: UserRow, form: AppointForm) -> str:
    codes = {grant.place_code for grant in row.grants if grant.place_code}
    return render_template(
        "admin/users/user.html", row=row, form=form, role_names=ROLE_NAMES,
        place_names=places.full_names(codes), has_second=second.has(row.id),
    )  # fmt: skip


@door.get("/users/<int:user_id>")
def user(user_id: UserId) -> ResponseReturnValue:
    return _page(_user(user_id), AppointForm())


@door.post("/users/<int:user_id>/roles")
def user_appoint(user_id: UserId) -> ResponseReturnValue:
    row = _user(user_id)
    form = AppointForm()
    if wants_next_level():
        return _page(row, form)
    if form.validate_on_submit():
        try:
            service.appoint(user_id, Role(form.role.data), form.place, actor=g.actor)
        except Invalid as error:
            form.refuse(error)
        else:
            flash(_("身份已给。"), "success")
            return redirect(url_for("admin.user", user_id=user_id), 303)
    return _page(row, form), 422


@door.post("/users/<int:user_id>/roles/<int:grant_id>/revoke")
def user_revoke(user_id: UserId, grant_id: int) -> ResponseReturnValue:
    if grant_id not in {grant.id for grant in _user(user_id).grants}:
        raise NotFound
    with telling(_("身份已收回，这个人要重新登录。")):
        service.revoke(grant_id, actor=g.actor)
    return redirect(url_for("admin.user", user_id=user_id), 303)


@door.post("/users/<int:user_id>/password")
def user_password(user_id: UserId) -> ResponseReturnValue:
    """A new first password for who forgot theirs."""
    row, password = _user(user_id), service.temporary_password()
    service.reset_password(user_id, password, actor=g.actor)
    return render_template("admin/users/password.html", row=row, password=password)


@door.post("/users/<int:user_id>/second-factor")
def user_second(user_id: UserId) -> ResponseReturnValue:
    """Free somebody who lost the authenticator and the codes on paper."""
    _user(user_id)
    second.take_away(user_id, actor=g.actor)
    flash(_("身份验证器已解除。"), "success")
    return redirect(url_for("admin.user", user_id=user_id), 303)


@door.post("/users/<int:user_id>/sign-out")
def user_sign_out(user_id: UserId) -> ResponseReturnValue:
    """End every session of somebody whose phone was lost or whose password leaked."""
    service.end_sessions_of(user_id, actor=g.actor)
    flash(_("这个人已在所有设备上退出登录。"), "success")
    return redirect(url_for("admin.user", user_id=user_id), 303)
