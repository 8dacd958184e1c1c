"""The employer hires at once (pages: jobmatch/web/instant)."""

from flask_babel import lazy_gettext as _l

from jobmatch.web.employer import current, door
from jobmatch.web.instant import Pages

pages = Pages(door, lambda: int(current.current().id), of_station=False)
door.nav(_l("快招"), "instant_list", 25)
