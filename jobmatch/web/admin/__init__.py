"""The door users and rule tables."""

from flask_babel import lazy_gettext as _l

from jobmatch.kernel.actor import Role
from jobmatch.web.guard import Door, roles

door = Door("admin", __name__, label=_l("管理员"), allow=roles(Role.ADMIN), url_prefix="/admin")
