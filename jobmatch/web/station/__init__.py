"""The door the market station's desk."""

from flask_babel import lazy_gettext as _l

from jobmatch.kernel.actor import Role
from jobmatch.web.guard import Door, roles

door = Door(
    "station", __name__, label=_l("零工驿站"), allow=roles(Role.STATION), url_prefix="/station"
)
