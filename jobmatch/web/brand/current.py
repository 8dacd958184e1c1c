"""The brand that an organizer works on: the only one, or the one chosen last."""

from flask import g, request, session

from jobmatch.kernel.errors import NotFound
from jobmatch.kernel.ids import BrandId


def current_brand() -> BrandId:
    """The key of the brand that this page is about.

    `?brand=KEY` in the address chooses one of the person's own brands and is remembered.
    raises NotFound where the address names a brand of somebody else
    """
    held: frozenset[BrandId] = g.actor.brand_ids
    asked = request.args.get("brand", type=int)
    if asked is not None:
        if asked not in held:
            raise NotFound
        session["brand_id"] = asked
    chosen = session.get("brand_id")
    return BrandId(chosen) if chosen in held else min(held)
