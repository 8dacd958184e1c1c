"""Floor 3: the doors, one for each audience. Doors know services and queries, never tables."""

import importlib
import pkgutil
from typing import Any

from flask import Flask, g, request, url_for
from flask_login import current_user

from jobmatch.infra.db import DatabaseError, forget_reads
from jobmatch.kernel.actor import NOBODY, Actor, Role
from jobmatch.notify import queries as notices
from jobmatch.web.errors import init_errors
from jobmatch.web.filters import init_filters
from jobmatch.web.guard import ANYONE, Door, NavItem, Policy, guard
from jobmatch.web.headers import init_headers
from jobmatch.web.incoming import init_incoming
from jobmatch.web.language import init_language
from jobmatch.web.login import init_login
from jobmatch.web.once import init_once
from jobmatch.web.origins import init_origins
from jobmatch.web.reads import init_reads

# Pages of the signed-in person: they keep the navigation of the door the person is at home in.
OWN_PAGES = frozenset({"public.account", "public.change_password", "public.notice_list"})
DOORS = ("public", "worker", "employer", "brand", "officer", "station", "admin")


def init_web(app: Flask) -> None:
    """Register all doors, each page with its policy, and what every page shares."""
    init_incoming(app)
    init_login(app)
    init_language(app)
    init_filters(app)
    init_errors(app)
    init_headers(app)
    init_once(app)
    init_origins(app)
    init_reads(app)
    policies: dict[str, Policy] = {"static": ANYONE}
    doors: dict[str, Door] = {}
    for name in DOORS:
        package = importlib.import_module(f"jobmatch.web.{name}")
        for module in pkgutil.iter_modules(package.__path__):
            importlib.import_module(f"jobmatch.web.{name}.{module.name}")
        door: Door = package.door
        doors[name] = door
        policies |= door.policies
        app.register_blueprint(door)
    guard(app, policies)

    @app.context_processor
    def frame() -> dict[str, Any]:
        return page_frame(doors)


def page_frame(doors: dict[str, Door]) -> dict[str, Any]:
    """What the layouts need: the navigation of this door, the other doors open to the person."""
    actor = g.get("actor", NOBODY)
    here = doors.get(request.blueprint or "")
    held = {
        "worker": actor.has(Role.WORKER),
        "employer": actor.has(Role.EMPLOYER),
        "brand": actor.has(Role.ORGANIZER),
        "officer": actor.has(Role.OFFICER),
        "station": actor.has(Role.STATION),
        "admin": actor.has(Role.ADMIN),
    }
    if request.endpoint in OWN_PAGES:
        # Whoever works at a desk too finds the phone's pages by the switch between doors.
        here = next((doors[n] for n in reversed(held) if held[n]), here)
    current = current_item(here, request.path, request.endpoint) if here else None
    return {
        "actor": actor,
        "user": current_user if actor.user_id else None,
        "unread": unread(actor),
        "is_phone": here is not None and here.name == "worker",
        "nav": [
            {
                "label": item.label,
                "url": url_for(item.endpoint),
                "current": item is current,
            }
            for item in sorted(here.nav_items, key=lambda item: item.order)
        ]
        if here and (here.name == "public" or held.get(here.name))
        else [],
        "doors": [
            {
                "name": name,
                "label": doors[name].label,
                "url": url_for(f"{name}.home"),
                "current": here is doors[name],
            }
            for name, is_held in held.items()
            if is_held
        ],
    }


def unread(actor: Actor) -> int:
    """New notices of the person; 0 when the database is away: the page saying so must show."""
    try:
        return notices.unread(actor.user_id) if actor.user_id else 0
    except DatabaseError:
        forget_reads()
        return 0


def current_item(door: Door, path: str, endpoint: str | None = None) -> NavItem | None:
    """The navigation item whose page this is, or the nearest one above it."""
    for item in door.nav_items:
        if endpoint in item.also:
            return item
    home = url_for(f"{door.name}.home")
    above = [
        (url, item)
        for item in door.nav_items
        if (url := url_for(item.endpoint)) == path
        or (url != home and path.startswith(url.rstrip("/") + "/"))
    ]
    return max(above, key=lambda pair: len(pair[0]))[1] if above else None
