"""How far two places lie apart by road.

Only every sixth township has a point of its own, the others and all villages carry the banner's
seat. So two different places can share one point: then the code says more than the point.
"""

from math import asin, cos, radians, sin, sqrt

EARTH_KM = 6371.0
ROADS_ARE_LONGER = 1.3
SAME_TOWNSHIP_KM = 5.0
SAME_COUNTY_KM = 20.0
SAME_POINT_KM = 0.5
COUNTY_DIGITS, TOWNSHIP_DIGITS = 6, 9


def great_circle_km(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Kilometres over the ground between two points in degrees (haversine)."""
    a1, b1, a2, b2 = (radians(d) for d in (lon1, lat1, lon2, lat2))
    north, east = sin((b2 - b1) / 2), sin((a2 - a1) / 2)
    # Products, not powers: the index computes the same to the last digit.
    chord = north * north + cos(b1) * cos(b2) * (east * east)
    return 2 * EARTH_KM * asin(min(1.0, sqrt(chord)))


def road_km(
    lon1: float, lat1: float, lon2: float, lat2: float, *, code1: str = "", code2: str = ""
) -> float:
    """Kilometres by road, estimated as 1.3 x great circle.

    code1, code2   codes of the two places (any level, may be missing). Within one township it is
                   at least 5 km; within one banner 20 km when both carry the same point, at
                   least 5 when they do not.
    source         rule of the ground data, jobmatch/data/README.md
    """
    by_point = ROADS_ARE_LONGER * great_circle_km(lon1, lat1, lon2, lat2)
    if by_point > SAME_COUNTY_KM or not _share(code1, code2, COUNTY_DIGITS):
        return by_point
    if not _share(code1, code2, TOWNSHIP_DIGITS) and by_point < SAME_POINT_KM:
        return SAME_COUNTY_KM
    return max(SAME_TOWNSHIP_KM, by_point)


def reach(lon: float, lat: float, km: float) -> tuple[float, float, float, float]:
    """The box around a point that holds everything within `km` by road: lon, lat, lon, lat."""
    lat_degrees = km / ROADS_ARE_LONGER / 111.0
    lon_degrees = lat_degrees / max(0.1, cos(radians(min(89.0, abs(lat) + lat_degrees))))
    return lon - lon_degrees, lat - lat_degrees, lon + lon_degrees, lat + lat_degrees


def _share(code1: str, code2: str, digits: int) -> bool:
    return len(code1) >= digits and len(code2) >= digits and code1[:digits] == code2[:digits]
