"""The door the worker's phone."""

from flask_babel import lazy_gettext as _l

from jobmatch.kernel.actor import Role
from jobmatch.web.guard import Door, roles

door = Door("worker", __name__, label=_l("务工人员"), allow=roles(Role.WORKER), url_prefix="/my")
