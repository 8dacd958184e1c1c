"""Deny by default: a page says who may open it, or it cannot be registered at all."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Flask, abort, g, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from jobmatch.infra import wall
from jobmatch.infra.logs import note_user
from jobmatch.kernel.actor import NOBODY, Actor, Role
from jobmatch.web.proving import prove


class UndeclaredPolicy(RuntimeError):
    """A route without a declared policy: the application refuses to start."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Who may open a page: anyone, anyone signed in, or holders of one of the roles."""

    anyone: bool = False
    roles: frozenset[Role] = frozenset()

    def admits(self, actor: Actor) -> bool:
        if self.anyone:
            return True
        if actor.user_id is None:
            return False
        return not self.roles or any(actor.has(role) for role in self.roles)


ANYONE = Policy(anyone=True)
SIGNED_IN = Policy()


def roles(*held: Role) -> Policy:
    return Policy(roles=frozenset(held))


@dataclass(frozen=True, slots=True)
class NavItem:
    """A link of a door's navigation; label is a lazy catalogue text.

    also: endpoints of pages that belong under it though their addresses do not lie below its own.
    """

    label: Any
    endpoint: str
    order: int
    also: frozenset[str] = frozenset()


class Door(Blueprint):
    """A blueprint whose routes carry policies: `@door.get("/x", allow=...)`, or the door's own."""

    def __init__(
        self, name: str, import_name: str, *, label: Any, allow: Policy | None = None, **kwargs: Any
    ) -> None:
        super().__init__(name, import_name, **kwargs)
        self.label = label
        self.allow = allow
        self.policies: dict[str, Policy] = {}
        self.nav_items: list[NavItem] = []

    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: Callable[..., Any] | None = None,
        provide_automatic_options: bool | None = None,
        *,
        allow: Policy | None = None,
        **options: Any,
    ) -> None:
        policy = allow or self.allow
        if policy is None:
            raise UndeclaredPolicy(f"{self.name}: {rule} declares no policy")
        name = endpoint or getattr(view_func, "__name__", "")
        known = self.policies.setdefault(f"{self.name}.{name}", policy)
        if known != policy:
            raise UndeclaredPolicy(f"{self.name}.{name} declares two policies")
        super().add_url_rule(rule, endpoint, view_func, provide_automatic_options, **options)

    def nav(self, label: Any, endpoint: str, order: int, also: Iterable[str] = ()) -> None:
        """Add a link to this door's navigation (lowest order first); also: see NavItem."""
        pages = frozenset(name if "." in name else f"{self.name}.{name}" for name in also)
        self.nav_items.append(NavItem(label, f"{self.name}.{endpoint}", order, pages))


# What is open to whoever must change their password first.
WITH_TEMPORARY_PASSWORD = frozenset(
    {
        "public.account", "public.change_password", "public.sign_out", "public.set_language",
        "public.healthz", "public.readyz", "public.metrics_page",
    }
)  # fmt: skip


def first_change_password(endpoint: str) -> Response | None:
    """Away from every other page while the password is one that somebody else knows."""
    must = current_user.is_authenticated and current_user.must_change_password
    if not must or endpoint in WITH_TEMPORARY_PASSWORD:
        return None
    return redirect(url_for("public.account"), 303)


def guard(app: Flask, policies: dict[str, Policy]) -> None:
    """Check that every rule has a policy, and ask it before every request."""
    bare = sorted({r.endpoint for r in app.url_map.iter_rules()} - policies.keys())
    if bare:
        raise UndeclaredPolicy(f"routes without a policy: {', '.join(bare)}")
    app.extensions["jobmatch.policies"] = policies

    @app.before_request
    def ask() -> Response | None:
        if request.endpoint == "static":
            g.actor = NOBODY
            return None
        g.actor = current_user.actor if current_user.is_authenticated else NOBODY
        note_user(g.actor.user_id)
        wall.see_as(g.actor)
        if request.endpoint is None:
            return None
        policy = policies.get(request.endpoint)
        if policy is not None and policy.admits(g.actor):
            return first_change_password(request.endpoint) or prove(request.endpoint, g.actor)
        if g.actor.user_id is None and request.method == "GET":
            return redirect(url_for("public.sign_in", next=request.full_path.rstrip("?")), 303)
        if g.actor.user_id is None:
            return redirect(url_for("public.sign_in"), 303)
        return abort(403)
