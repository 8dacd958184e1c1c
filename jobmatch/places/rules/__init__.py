"""Pure rules about places."""

from jobmatch.places.rules.distance import great_circle_km, reach, road_km

__all__ = ["great_circle_km", "reach", "road_km"]
