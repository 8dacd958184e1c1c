"""The door the organizer's desk."""

from flask_babel import lazy_gettext as _l

from jobmatch.kernel.actor import Role
from jobmatch.web.guard import Door, roles

door = Door(
    "brand", __name__, label=_l("劳务品牌"), allow=roles(Role.ORGANIZER), url_prefix="/brand"
)
