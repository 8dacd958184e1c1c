"""The door enterprises and big growers."""

from flask_babel import lazy_gettext as _l

from jobmatch.kernel.actor import Role
from jobmatch.web.guard import Door, roles

door = Door(
    "employer", __name__, label=_l("用工主体"), allow=roles(Role.EMPLOYER), url_prefix="/employer"
)
